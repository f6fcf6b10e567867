/*
 * event_loop.h - an event loop over select(): a Twisted reactor in small.
 *
 * It knows nothing of HTTP. You tell it which function to call when a socket is
 * ready, or when some time has passed; loop_run() then waits, and calls. That
 * is all an event loop is.
 *
 *     loop_init(loop)                                        an empty loop
 *     loop_watch(loop, fd, on_readable, on_writable, data)   call me when fd is ready
 *     loop_unwatch(loop, fd)                                 not any more
 *     loop_start_timer(loop, timer, seconds)                 call me in so many seconds
 *     loop_stop_timer(timer)                                 not any more
 *     loop_run(loop)                                         wait and call, until all is done
 *
 * A callback must not wait: as long as it runs, nobody else does. It may watch,
 * unwatch, close, start and stop what it likes, its own socket and timer too.
 */
#ifndef EVENT_LOOP_H
#define EVENT_LOOP_H

#ifndef _XOPEN_SOURCE
#define _XOPEN_SOURCE 700 /* ask the system headers for POSIX.1-2008 */
#endif

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/select.h>
#include <time.h>

typedef void loop_callback(void *data);

/* What to call for one descriptor. */
struct watch {
    loop_callback *on_readable; /* NULL: do not wait for this */
    loop_callback *on_writable;
    void *data; /* for both */
};

/* A timer belongs to who starts it, and must stay where it is until it has run
 * or was stopped. It must be zeroed before its first start. */
struct timer {
    loop_callback *on_time;
    void *data;
    double due; /* on the clock of loop_time() */
    /* in the loop's list; NULL if it is not started */
    struct timer *previous, *next;
};

struct event_loop {
    struct watch watches[FD_SETSIZE];
    /* what is watched; select() gets a copy, since it overwrites */
    fd_set read_set, write_set;
    fd_set readable, writable; /* that copy: what select() has found */
    /* 1 more than the highest descriptor that is watched */
    int end;
    /* head of a ring of the started ones, in order of `due` */
    struct timer timers;
    long selects; /* calls of select() */
};

/* Seconds on a clock that nobody can set back. */
static inline double loop_time(void)
{
    struct timespec t = {0};
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Makes an empty loop. */
static inline void loop_init(struct event_loop *loop)
{
    memset(loop, 0, sizeof *loop);
    FD_ZERO(&loop->read_set);
    FD_ZERO(&loop->write_set);
    loop->timers.previous = loop->timers.next = &loop->timers;
}

/* Stops watching fd. Do this before you close it: its number may be given to
 * another file, and an event that select() has found for the old one must not
 * be taken for the new one's. */
static inline void loop_unwatch(struct event_loop *loop, int fd)
{
    FD_CLR(fd, &loop->read_set);
    FD_CLR(fd, &loop->write_set);
    FD_CLR(fd, &loop->readable);
    FD_CLR(fd, &loop->writable);
    while (loop->end > 0 && !FD_ISSET(loop->end - 1, &loop->read_set) &&
           !FD_ISSET(loop->end - 1, &loop->write_set))
        loop->end--;
}

/* Watches fd: on_readable(data) is called whenever it is readable,
 * on_writable(data) whenever it is writable; NULL stands for "does not matter".
 * Takes the place of an earlier watch of the same fd. fd must be below
 * FD_SETSIZE: FD_SET() would write beyond the set without a word. */
static inline void loop_watch(struct event_loop *loop, int fd,
                              loop_callback *on_readable,
                              loop_callback *on_writable, void *data)
{
    loop_unwatch(loop, fd);
    loop->watches[fd] = (struct watch){on_readable, on_writable, data};
    if (on_readable != NULL)
        FD_SET(fd, &loop->read_set);
    if (on_writable != NULL)
        FD_SET(fd, &loop->write_set);
    if (fd >= loop->end)
        loop->end = fd + 1;
}

/* Stops a timer. Nothing happens if it has run already, or was never
 * started. */
static inline void loop_stop_timer(struct timer *timer)
{
    if (timer->next == NULL)
        return;
    timer->previous->next = timer->next;
    timer->next->previous = timer->previous;
    timer->previous = timer->next = NULL;
}

/* Starts a timer: timer->on_time(timer->data) is called once, after so many
 * seconds. The search for its place begins at the end of the list, where it
 * belongs if all timers are equally long. */
static inline void loop_start_timer(struct event_loop *loop,
                                    struct timer *timer, double seconds)
{
    loop_stop_timer(timer);
    timer->due = loop_time() + seconds;
    struct timer *before = loop->timers.previous;
    while (before != &loop->timers && before->due > timer->due)
        before = before->previous;
    timer->previous = before;
    timer->next = before->next;
    before->next->previous = timer;
    before->next = timer;
}

/* Waits until a watched descriptor is ready or the first timer is due. */
static inline void loop_wait(struct event_loop *loop)
{
    struct timer *first = loop->timers.next;
    struct timeval timeout = {0}, *limit = NULL; /* no timer, no limit */
    if (first != &loop->timers) {
        /* rounded up */
        long long microseconds =
            (long long)((first->due - loop_time()) * 1e6) + 1;
        if (microseconds > 0) {
            timeout.tv_sec = (time_t)(microseconds / 1000000);
            timeout.tv_usec = (suseconds_t)(microseconds % 1000000);
        }
        limit = &timeout;
    }
    loop->readable = loop->read_set;
    loop->writable = loop->write_set;
    loop->selects++;
    if (select(loop->end, &loop->readable, &loop->writable, NULL, limit) ==
        -1) {
        /* EINTR, a signal came: the sets mean nothing */
        FD_ZERO(&loop->readable);
        FD_ZERO(&loop->writable);
    }
}

/* Calls whom select() has found ready. Each bit is looked at only when its turn
 * comes: an earlier callback may have unwatched it. */
static inline void loop_call_ready(struct event_loop *loop)
{
    for (int fd = 0; fd < loop->end; fd++) {
        if (FD_ISSET(fd, &loop->readable))
            loop->watches[fd].on_readable(loop->watches[fd].data);
        if (FD_ISSET(fd, &loop->writable))
            loop->watches[fd].on_writable(loop->watches[fd].data);
    }
}

/* Calls the timers that are due. */
static inline void loop_call_timers(struct event_loop *loop)
{
    double time = loop_time();
    for (struct timer *t;
         (t = loop->timers.next) != &loop->timers && t->due <= time;) {
        loop_stop_timer(t); /* first: it may start itself again, or be freed */
        t->on_time(t->data);
    }
}

/* Waits and calls, until nothing is watched and no timer is started. */
static inline void loop_run(struct event_loop *loop)
{
    while (loop->end > 0 || loop->timers.next != &loop->timers) {
        loop_wait(loop);
        loop_call_ready(loop);
        loop_call_timers(loop);
    }
}

#endif
