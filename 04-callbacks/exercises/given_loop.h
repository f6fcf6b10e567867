/*
 * given_loop.h - the event loop of ../event_loop.h with a hole where select()
 * was: what exercise 6 of this step stands on.
 *
 * loop_watch(), loop_unwatch(), loop_run() and the timers promise what they
 * promise there, with one exception: a descriptor that is closed while it is
 * watched disappears from the kernel's list, and nobody is told. For no sets
 * are handed over at each wait: the kernel keeps a list of what is watched. Two
 * functions speak to the kernel, and they stand in the exercise:
 *
 *     loop_tell(loop, fd, before, now)   tells the kernel that fd was watched
 *                                        for `before`, and is now for `now`;
 *                                        called only if that differs
 *     loop_wait(loop, seconds)           waits until somebody is ready, and
 *                                        calls loop_found() for each who is; at
 *                                        most so many seconds (0 to a million),
 *                                        or, if it is below 0, without a limit
 *
 * They use:
 *
 *     loop->list                         the descriptor of the kernel's list
 *     loop_found(loop, fd, ready)        fd is ready; its callbacks are called
 *                                        when loop_wait() has returned
 *     loop_die("epoll_ctl")              ends the program with the reason
 *
 * Include this file before any other: it asks for POSIX.
 *
 * `before`, `now` and `ready` are READABLE, WRITABLE, READABLE | WRITABLE or 0.
 */
#ifndef EVENT_LOOP_H
#define EVENT_LOOP_H

#ifndef _XOPEN_SOURCE
#define _XOPEN_SOURCE 700 /* ask the system headers for POSIX.1-2008 */
#endif

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#if defined(__linux__)
#include <sys/epoll.h>
#elif defined(__APPLE__) || defined(__FreeBSD__) || defined(__NetBSD__) ||     \
    defined(__OpenBSD__) || defined(__DragonFly__)
#include <sys/event.h>
#else
#error "neither epoll nor kqueue is here; leave it out: make skip-04-6"
#endif

/* A descriptor must be below this, which is no limit of the kernel's. */
#define MOST_DESCRIPTORS 16384

enum { READABLE = 1, WRITABLE = 2 };

typedef void loop_callback(void *data);

/* What to call for one descriptor. */
struct watch {
    loop_callback *on_readable; /* NULL: do not wait for this */
    loop_callback *on_writable;
    void *data; /* for both */
    int ready;  /* what was found in this round, and not called yet */
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
    struct watch watches[MOST_DESCRIPTORS];
    int list;                    /* the kernel's, of what is watched */
    int watched;                 /* how many descriptors are */
    int ready[MOST_DESCRIPTORS]; /* those found in this round ... */
    int ready_count;             /* ... and how many */
    struct timer timers;         /* head of a ring, in the order of `due` */
    double time;                 /* when loop_wait() has returned last */
    bool is_running;             /* loop_run() has been called */
    long waits;                  /* calls of loop_wait() */
};

static void loop_tell(struct event_loop *loop, int fd, int before, int now);
static void loop_wait(struct event_loop *loop, double seconds);

/* Ends the program: the call of that name has failed. */
static inline void loop_die(const char *call)
{
    fprintf(stderr, "event loop: %s: %s\n", call, strerror(errno));
    exit(1);
}

/* Seconds on a clock that nobody can set back. */
static inline double loop_time(void)
{
    struct timespec t = {0};
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Makes an empty loop, and an empty list in the kernel. */
static inline void loop_init(struct event_loop *loop)
{
    memset(loop, 0, sizeof *loop);
    loop->timers.previous = loop->timers.next = &loop->timers;
#ifdef __linux__
    loop->list = epoll_create1(EPOLL_CLOEXEC);
#else
    loop->list = kqueue();
#endif
    if (loop->list == -1)
        loop_die("the kernel's list");
}

/* What a descriptor is watched for. */
static inline int loop_wanted(const struct watch *watch)
{
    return (watch->on_readable != NULL ? READABLE : 0) |
           (watch->on_writable != NULL ? WRITABLE : 0);
}

/* Watches fd: on_readable(data) is called whenever it is readable,
 * on_writable(data) whenever it is writable; NULL stands for "does not matter",
 * twice for loop_unwatch(). Takes the place of an earlier watch of the same
 * fd. What was found for that one is forgotten. */
static inline void loop_watch(struct event_loop *loop, int fd,
                              loop_callback *on_readable,
                              loop_callback *on_writable, void *data)
{
    assert(fd >= 0 && fd < MOST_DESCRIPTORS);
    struct watch *watch = &loop->watches[fd];
    int before = loop_wanted(watch);
    *watch = (struct watch){on_readable, on_writable, data, watch->ready};
    int now = loop_wanted(watch);
    watch->ready &= now; /* what was found stays found */
    loop->watched += (now != 0) - (before != 0);
    if (now != before)
        loop_tell(loop, fd, before, now);
}

/* Stops watching fd. Do this before you close it. */
static inline void loop_unwatch(struct event_loop *loop, int fd)
{
    loop_watch(loop, fd, NULL, NULL, NULL);
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

/* Notes that fd is ready. */
static inline void loop_found(struct event_loop *loop, int fd, int ready)
{
    assert(fd >= 0 && fd < MOST_DESCRIPTORS);
    if (loop->watches[fd].ready == 0 && ready != 0)
        loop->ready[loop->ready_count++] = fd;
    loop->watches[fd].ready |= ready;
}

/* Calls those that were found ready. What was found is looked at only when its
 * turn comes: an earlier callback may have unwatched it. */
static inline void loop_call_ready(struct event_loop *loop)
{
    for (int i = 0; i < loop->ready_count; i++) {
        struct watch *watch = &loop->watches[loop->ready[i]];
        if ((watch->ready & READABLE) != 0 && watch->on_readable != NULL)
            watch->on_readable(watch->data);
        if ((watch->ready & WRITABLE) != 0 && watch->on_writable != NULL)
            watch->on_writable(watch->data);
        watch->ready = 0;
    }
    loop->ready_count = 0;
}

/* Calls the timers that were due when loop_wait() returned. One that is started
 * later has to wait for the next round, so that the descriptors have their turn
 * before it. */
static inline void loop_call_timers(struct event_loop *loop)
{
    struct timer *t;
    while ((t = loop->timers.next) != &loop->timers && t->due <= loop->time) {
        loop_stop_timer(t); /* first: it may start itself again, or be freed */
        t->on_time(t->data);
    }
}

/* Seconds until the first timer is due, as loop_wait() wants them. */
static inline double loop_time_left(const struct event_loop *loop)
{
    if (loop->timers.next == &loop->timers)
        return -1;
    double seconds = loop->timers.next->due - loop_time();
    return seconds < 0 ? 0 : seconds < 1e6 ? seconds : 1e6;
}

/* Waits and calls, until nothing is watched and no timer is started. */
static inline void loop_run(struct event_loop *loop)
{
    assert(!loop->is_running); /* a callback must not call this */
    loop->is_running = true;
    while (loop->watched > 0 || loop->timers.next != &loop->timers) {
        loop->waits++;
        loop_wait(loop, loop_time_left(loop));
        loop->time = loop_time();
        loop_call_ready(loop);
        loop_call_timers(loop);
    }
    loop->is_running = false;
}

#endif
