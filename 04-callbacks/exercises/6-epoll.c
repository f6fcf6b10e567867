/*
 * Exercise 04-6: The kernel keeps the list: epoll and kqueue.
 *
 * select() and poll() are handed all that is watched at each wait, and look at
 * each of it. epoll (Linux) and kqueue (BSD, macOS) keep a list in the kernel:
 * it is told when something changes, and a wait returns only those that are
 * ready. So a wait costs the same among ten connections and among ten thousand.
 *
 * given_loop.h is the loop of event_loop.h with two functions left out, which
 * speak to the kernel; its head comment says exactly what they promise. fetch()
 * of given.h runs on it without a change. The starter can watch a new socket
 * until it is writable, and nothing else, and it never waits:
 *
 *     # in this folder:
 *     cc -I.. -o 6-epoll 6-epoll.c
 *     U=http://127.0.0.1:8080
 *     ./6-epoll -t 2 $U/delay/300 $U/delay/100
 *
 *     1: failed: timed out after 2 s
 *     2: failed: timed out after 2 s
 *     # 395952 waits
 *
 * What to do: complete loop_tell() and loop_wait() for your system; leave the
 * other half as it is. About fifteen lines. man epoll_ctl and man epoll_wait,
 * or man kqueue, tell the rest. (Round up by hand: the check links without
 * the library of ceil().)
 *
 * Why it matters: nginx, libuv and asyncio wait like this. And what stands on
 * an event loop does not notice: only the loop changes.
 *
 * How it is checked: up to 1,100 pages at once, which the server answers in an
 * order that the check chooses. The check also sees each call: what the kernel
 * is told, how long the loop waits, and whether it is woken for nothing. Type
 * `make exercise-04-6`.
 */
#include "exercises/given_loop.h"

/* TODO: complete the two functions of your system. */
#ifdef __linux__
/* Tells the kernel for what fd is watched from now on. */
static void loop_tell(struct event_loop *loop, int fd, int before, int now)
{
    /* This is one case of several. A descriptor is added to the list, may be
     * changed there, and is deleted from it. */
    struct epoll_event event = {.events = EPOLLOUT, .data.fd = fd};
    if (before == 0 && now == WRITABLE &&
        epoll_ctl(loop->list, EPOLL_CTL_ADD, fd, &event) == -1)
        loop_die("epoll_ctl");
}

/* Waits until somebody is ready, and says who is. */
static void loop_wait(struct event_loop *loop, double seconds)
{
    /* A time of 0 does not wait at all. Not all that is found is WRITABLE. And
     * epoll_wait() can fail. */
    struct epoll_event events[100];
    (void)seconds;
    int count = epoll_wait(loop->list, events, 100, 0);
    for (int i = 0; i < count; i++)
        loop_found(loop, events[i].data.fd, WRITABLE);
}
#else
/* Tells the kernel for what fd is watched from now on. */
static void loop_tell(struct event_loop *loop, int fd, int before, int now)
{
    /* This is one case of several. A descriptor has two entries in the list,
     * EVFILT_READ and EVFILT_WRITE; each is added and deleted by itself. */
    struct kevent change;
    EV_SET(&change, (uintptr_t)fd, EVFILT_WRITE, EV_ADD, 0, 0, NULL);
    if (before == 0 && now == WRITABLE &&
        kevent(loop->list, &change, 1, NULL, 0, NULL) == -1)
        loop_die("kevent");
}

/* Waits until somebody is ready, and says who is. */
static void loop_wait(struct event_loop *loop, double seconds)
{
    /* A time of 0 does not wait at all. Not all that is found is WRITABLE. And
     * kevent() can fail. */
    struct kevent events[100];
    struct timespec time = {0};
    (void)seconds;
    int count = kevent(loop->list, NULL, 0, events, 100, &time);
    for (int i = 0; i < count; i++)
        loop_found(loop, (int)events[i].ident, WRITABLE);
}
#endif

/* From here on nobody knows what the loop waits with. */
#include "exercises/given.h"

static void on_page(const struct answer *page, void *data)
{
    const int *id = data;
    if (page->complete)
        printf("%d: %lld bytes\n", *id, page->bytes);
    else
        printf("%d: failed: %s\n", *id, page->reason);
}

int main(int argc, char **argv)
{
    begin(argc, argv, "t:");
    loop_init(&loop);
    /* enough for each URL */
    int *ids = allocate(argc, sizeof *ids);
    for (int i = 0; i < options.url_count; i++) {
        ids[i] = i + 1;
        fetch(argv[optind + i], on_page, &ids[i]);
    }
    loop_run(&loop);
    free(ids);
    printf("# %ld waits\n", loop.waits);
    return 0;
}
