/*
 * event_loop.h - an event loop over select(). Twisted calls it a reactor.
 *
 * It knows nothing of HTTP. You tell it which function to call when a socket is
 * ready, or when some time has passed; loop_run() then waits, and calls. That
 * is all an event loop is.
 *
 *     loop_init(loop)                              an empty loop
 *     loop_watch(loop, fd, on_readable,            call me whenever fd is
 *                on_writable, data)                ready
 *     loop_unwatch(loop, fd)                       not any more
 *     loop_start_timer(loop, timer, seconds)       call me in so many seconds
 *     loop_stop_timer(timer)                       not any more
 *     loop_run(loop)                               wait and call, until nothing
 *                                                  is left to wait for
 *
 * A callback must not wait: as long as it runs, nobody else does. It may watch,
 * unwatch, close, start and stop what it likes, its own socket and timer too.
 * It must not call loop_run().
 */
#ifndef EVENT_LOOP_H
#define EVENT_LOOP_H

#ifndef _XOPEN_SOURCE
#define _XOPEN_SOURCE 700 /* ask the system headers for POSIX.1-2008 */
#endif

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/time.h>
#include <time.h>

typedef void loop_callback(void *data);

/* What to call for one descriptor. */
struct watch {
    loop_callback *on_readable; /* NULL: do not wait for this */
    loop_callback *on_writable;
    void *data; /* for both */
};

/* A timer is a part of the caller's data, and must stay where it is until it
 * has run or was stopped. It must be zeroed before its first start. */
struct timer {
    loop_callback *on_time;
    void *data;
    double due;                    /* on the clock of loop_time() */
    struct timer *previous, *next; /* in the loop's list; NULL: not started */
};

struct event_loop {
    struct watch watches[FD_SETSIZE];
    fd_set read_set, write_set; /* what is watched; select() gets a copy, */
    fd_set readable, writable;  /* and leaves in it what it has found */
    int end;                    /* the highest watched descriptor, plus 1 */
    struct timer timers;        /* head of a ring, in the order of `due` */
    double time;                /* when select() has answered last */
    bool is_running;            /* loop_run() has been called */
    long selects;               /* calls of select() */
};

/* Seconds on a clock that nobody can set back. */
static inline double loop_time(void)
{
    struct timespec t = {0};
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Returns a time span as select() wants it, rounded up so that it does not wake
 * too early. Below 0 is "now", and more than three years (or infinity) is three
 * years, since not all systems take more. */
static inline struct timeval loop_timeval(double seconds)
{
    long long microseconds = 0;
    if (seconds > 0)
        microseconds = (long long)((seconds < 1e8 ? seconds : 1e8) * 1e6) + 1;
    struct timeval time = {.tv_sec = (time_t)(microseconds / 1000000)};
    time.tv_usec = (suseconds_t)(microseconds % 1000000);
    return time;
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
    assert(fd >= 0 && fd < FD_SETSIZE);
    FD_CLR(fd, &loop->read_set);
    FD_CLR(fd, &loop->write_set);
    FD_CLR(fd, &loop->readable);
    FD_CLR(fd, &loop->writable);
    while (loop->end > 0 && !FD_ISSET(loop->end - 1, &loop->read_set) &&
           !FD_ISSET(loop->end - 1, &loop->write_set))
        loop->end--;
}

/* Watches fd: on_readable(data) is called whenever it is readable,
 * on_writable(data) whenever it is writable; NULL stands for "does not matter",
 * twice for loop_unwatch(). Takes the place of an earlier watch of the same fd;
 * what select() has found stays found, or who watches again in each round would
 * never get to know that fd is writable, too. fd must be below FD_SETSIZE:
 * FD_SET() would write beyond the set. */
static inline void loop_watch(struct event_loop *loop, int fd,
                              loop_callback *on_readable,
                              loop_callback *on_writable, void *data)
{
    assert(fd >= 0 && fd < FD_SETSIZE);
    bool readable = on_readable != NULL && FD_ISSET(fd, &loop->readable);
    bool writable = on_writable != NULL && FD_ISSET(fd, &loop->writable);
    loop_unwatch(loop, fd);
    loop->watches[fd] = (struct watch){on_readable, on_writable, data};
    if (on_readable != NULL)
        FD_SET(fd, &loop->read_set);
    if (on_writable != NULL)
        FD_SET(fd, &loop->write_set);
    if (readable)
        FD_SET(fd, &loop->readable);
    if (writable)
        FD_SET(fd, &loop->writable);
    if (fd >= loop->end && (on_readable != NULL || on_writable != NULL))
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
 * seconds; 0 or less means in the next round, infinity never. The search for
 * its place begins at the end of the list, where it belongs if all timers are
 * equally long. */
static inline void loop_start_timer(struct event_loop *loop,
                                    struct timer *timer, double seconds)
{
    assert(seconds == seconds); /* not a number: a mistake in the caller */
    loop_stop_timer(timer);
    timer->due = loop_time() + (seconds > 0 ? seconds : 0);
    struct timer *before = loop->timers.previous;
    while (before != &loop->timers && before->due > timer->due)
        before = before->previous;
    timer->previous = before;
    timer->next = before->next;
    before->next->previous = timer;
    before->next = timer;
}

/* Ends the program: select() has failed, and only a mistake makes it. Most
 * often a watched descriptor was closed; its number is told. */
static inline void loop_die(const struct event_loop *loop)
{
    int fd = 0, error = errno;
    while (fd < loop->end && ((!FD_ISSET(fd, &loop->read_set) &&
                               !FD_ISSET(fd, &loop->write_set)) ||
                              fcntl(fd, F_GETFD) != -1))
        fd++;
    if (fd < loop->end)
        fprintf(stderr, "event loop: descriptor %d is watched, but closed\n",
                fd);
    else
        fprintf(stderr, "event loop: select: %s\n", strerror(error));
    exit(1);
}

/* Waits until a watched descriptor is ready or the first timer is due. */
static inline void loop_wait(struct event_loop *loop)
{
    struct timer *first = loop->timers.next;
    struct timeval timeout, *limit = NULL; /* no timer, no limit */
    if (first != &loop->timers) {
        timeout = loop_timeval(first->due - loop_time());
        limit = &timeout;
    }
    loop->readable = loop->read_set;
    loop->writable = loop->write_set;
    loop->selects++;
    if (select(loop->end, &loop->readable, &loop->writable, NULL, limit) >= 0) {
        loop->time = loop_time();
        return;
    }
    if (errno != EINTR && errno != ENOMEM) /* these pass */
        loop_die(loop);
    FD_ZERO(&loop->readable); /* a signal came: nobody is known to be ready */
    FD_ZERO(&loop->writable);
}

/* Calls those that select() has found ready. Each bit is looked at only when
 * its turn comes: an earlier callback may have unwatched it. */
static inline void loop_call_ready(struct event_loop *loop)
{
    for (int fd = 0; fd < loop->end; fd++) {
        if (FD_ISSET(fd, &loop->readable))
            loop->watches[fd].on_readable(loop->watches[fd].data);
        if (FD_ISSET(fd, &loop->writable))
            loop->watches[fd].on_writable(loop->watches[fd].data);
    }
}

/* Calls the timers that were due when select() answered. One that is started
 * later has to wait for the next answer, so that the descriptors have their
 * turn before it. */
static inline void loop_call_timers(struct event_loop *loop)
{
    struct timer *t;
    while ((t = loop->timers.next) != &loop->timers && t->due <= loop->time) {
        loop_stop_timer(t); /* first: it may start itself again, or be freed */
        t->on_time(t->data);
    }
}

/* Waits and calls, until nothing is watched and no timer is started. */
static inline void loop_run(struct event_loop *loop)
{
    assert(!loop->is_running); /* a callback must not call this */
    loop->is_running = true;
    while (loop->end > 0 || loop->timers.next != &loop->timers) {
        loop_wait(loop);
        loop_call_ready(loop);
        loop_call_timers(loop);
    }
    loop->is_running = false;
}

#endif
