/* 04-6, another way: the system says itself whether a descriptor is new to its
 * list; one event a wait, and a signal mask that stays as it is. */
#include "exercises/given_loop.h"

#ifdef __linux__
static void loop_tell(struct event_loop *loop, int fd, int before, int now)
{
    struct epoll_event event = {.data.u64 = (uint64_t)fd * 2 + 1};
    (void)before;
    event.events = ((now & READABLE) != 0 ? (uint32_t)EPOLLIN : 0) |
                   ((now & WRITABLE) != 0 ? (uint32_t)EPOLLOUT : 0);
    if (now == 0)
        epoll_ctl(loop->list, EPOLL_CTL_DEL, fd, NULL);
    else if (epoll_ctl(loop->list, EPOLL_CTL_MOD, fd, &event) == -1)
        epoll_ctl(loop->list, EPOLL_CTL_ADD, fd, &event);
}

static void loop_wait(struct event_loop *loop, double seconds)
{
    struct epoll_event event;
    int time = -1;
    if (seconds >= 0)
        for (time = (int)(seconds * 1000); time / 1000.0 < seconds;)
            time++;
    if (epoll_pwait(loop->list, &event, 1, time, NULL) == 1)
        loop_found(loop, (int)(event.data.u64 / 2), READABLE | WRITABLE);
}
#else
static void loop_tell(struct event_loop *loop, int fd, int before, int now)
{
    struct kevent changes[2];
    int count = 0;
    for (int what = READABLE; what <= WRITABLE; what++)
        if ((before & what) != (now & what)) {
            EV_SET(&changes[count], (uintptr_t)fd,
                   what == READABLE ? EVFILT_READ : EVFILT_WRITE,
                   (now & what) != 0 ? EV_ADD : EV_DELETE, 0, 0, NULL);
            count++;
        }
    kevent(loop->list, changes, count, NULL, 0, NULL);
}

static void loop_wait(struct event_loop *loop, double seconds)
{
    struct kevent event;
    long long us = (long long)(seconds * 1e6) + 1;
    struct timespec time = {.tv_sec = (time_t)(us / 1000000),
                            .tv_nsec = (long)(us % 1000000) * 1000};
    struct timespec *limit = seconds < 0 ? NULL : &time;
    if (kevent(loop->list, NULL, 0, &event, 1, limit) == 1)
        loop_found(loop, (int)event.ident, READABLE | WRITABLE);
}
#endif

#include "exercises/given.h"

static void on_page(const struct answer *page, void *data)
{
    printf("%td: ", (char **)data - options.urls + 1);
    if (page->complete)
        printf("%lld bytes\n", page->bytes);
    else
        printf("failed: %s\n", page->reason);
}

int main(int argc, char **argv)
{
    begin(argc, argv, "t:");
    loop_init(&loop);
    for (int i = 0; i < options.url_count; i++)
        fetch(options.urls[i], on_page, &options.urls[i]);
    loop_run(&loop);
    return 0;
}
