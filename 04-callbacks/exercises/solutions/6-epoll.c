/*
 * Exercise 04-6: The kernel keeps the list: epoll and kqueue. A solution.
 *
 * loop_tell() says what has changed, and only that. loop_wait() rounds its time
 * up: epoll_wait() counts in milliseconds, and a time that is cut off wakes the
 * loop before the timer is due, so that it asks again and again.
 */
#include "exercises/given_loop.h"

#ifdef __linux__
/* Tells the kernel for what fd is watched from now on. */
static void loop_tell(struct event_loop *loop, int fd, int before, int now)
{
    struct epoll_event event = {.data.fd = fd};
    if ((now & READABLE) != 0)
        event.events |= EPOLLIN;
    if ((now & WRITABLE) != 0)
        event.events |= EPOLLOUT;
    int change = EPOLL_CTL_MOD;
    if (before == 0)
        change = EPOLL_CTL_ADD;
    if (now == 0)
        change = EPOLL_CTL_DEL;
    if (epoll_ctl(loop->list, change, fd, &event) == -1)
        loop_die("epoll_ctl");
}

/* Waits until somebody is ready, and says who is. An error or an end (EPOLLERR,
 * EPOLLHUP) is for whoever waits: the next recv() or send() says what it is. */
static void loop_wait(struct event_loop *loop, double seconds)
{
    struct epoll_event events[100];
    int time = seconds < 0 ? -1 : (int)(seconds * 1e3 + 0.999);
    int count = epoll_wait(loop->list, events, 100, time);
    if (count == -1 && errno != EINTR)
        loop_die("epoll_wait");
    for (int i = 0; i < count; i++) {
        if ((events[i].events & ~(uint32_t)EPOLLOUT) != 0)
            loop_found(loop, events[i].data.fd, READABLE);
        if ((events[i].events & ~(uint32_t)EPOLLIN) != 0)
            loop_found(loop, events[i].data.fd, WRITABLE);
    }
}
#else
/* Adds one of the two entries of fd to the list, or deletes it. */
static void change(struct event_loop *loop, int fd, short filter, bool is_added)
{
    struct kevent entry;
    EV_SET(&entry, (uintptr_t)fd, filter, is_added ? EV_ADD : EV_DELETE, 0, 0,
           NULL);
    if (kevent(loop->list, &entry, 1, NULL, 0, NULL) == -1)
        loop_die("kevent");
}

/* Tells the kernel for what fd is watched from now on. */
static void loop_tell(struct event_loop *loop, int fd, int before, int now)
{
    if (((before ^ now) & READABLE) != 0)
        change(loop, fd, EVFILT_READ, (now & READABLE) != 0);
    if (((before ^ now) & WRITABLE) != 0)
        change(loop, fd, EVFILT_WRITE, (now & WRITABLE) != 0);
}

/* Waits until somebody is ready, and says who is. */
static void loop_wait(struct event_loop *loop, double seconds)
{
    struct kevent events[100];
    struct timespec time = {.tv_sec = (time_t)seconds};
    time.tv_nsec = (long)((seconds - (double)time.tv_sec) * 1e9);
    int count =
        kevent(loop->list, NULL, 0, events, 100, seconds < 0 ? NULL : &time);
    if (count == -1 && errno != EINTR)
        loop_die("kevent");
    for (int i = 0; i < count; i++)
        loop_found(loop, (int)events[i].ident,
                   events[i].filter == EVFILT_READ ? READABLE : WRITABLE);
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
