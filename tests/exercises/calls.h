/*
 * calls.h: tells apart what an exercise calls itself from what the headers call
 * that come with it. trace_calls in lib.sh puts it in front of the exercise;
 * the calls are written down by trace.c.
 *
 *     -DCALLS_LOOP    04: loop_watch, loop_unwatch and loop_run are written
 *                     down; own_select and its like are waits of the exercise's
 *     -DCALLS_HTTP    04: the same, for one that stands on http.h; own_allocate
 *                     and own_free have an address as their argument
 *     -DCALLS_FETCH   04: the same, for one that stands on given.h
 *     -DCALLS_WAIT    04-6: loop_wait is written down, with the microseconds
 *                     that it may wait, -1 for ever
 *     -DCALLS_READY   05-6: own_poll has its time as the result, and as the
 *                     argument whether somebody can run
 *     -DCALLS_JUMP    05-5: each call that makes a system call for the mask
 *
 * The headers are read here first. What is renamed below is renamed only in
 * what comes after them.
 */
#ifdef CALLS_FETCH
#include "exercises/given.h"
#elif defined CALLS_HTTP
#include "http.h"

#include "event_loop.h"
#elif defined CALLS_LOOP
#include "event_loop.h"
#endif
#ifdef CALLS_WAIT
#define loop_wait own_loop_wait
#include "exercises/given_loop.h"
#undef loop_wait
#endif
#ifdef CALLS_READY
#include "given.h"
#endif
#ifdef CALLS_JUMP
#define _DEFAULT_SOURCE
#ifdef __APPLE__
#define _XOPEN_SOURCE 700
#define _DARWIN_C_SOURCE
#endif
#include <setjmp.h>
#include <signal.h>
#include <ucontext.h>
#endif

void note_call(const char *name, long long result, long long argument);

#ifdef CALLS_LOOP
#include <poll.h>
#include <unistd.h>

static inline void own_loop_watch(struct event_loop *loop, int fd,
                                  loop_callback *on_readable,
                                  loop_callback *on_writable, void *data)
{
    note_call("loop_watch", on_readable != NULL || on_writable != NULL, fd);
    loop_watch(loop, fd, on_readable, on_writable, data);
}

static inline void own_loop_unwatch(struct event_loop *loop, int fd)
{
    note_call("loop_unwatch", 0, fd);
    loop_unwatch(loop, fd);
}

/* In milliseconds. */
static inline void own_loop_start_timer(struct event_loop *loop,
                                        struct timer *timer, double seconds)
{
    note_call("loop_start_timer", 0,
              seconds < 1e6 ? (long long)(seconds * 1e3 + 0.5) : 1000000000);
    loop_start_timer(loop, timer, seconds);
}

static inline void own_loop_run(struct event_loop *loop)
{
    note_call("loop_run", 0, 0);
    loop_run(loop);
    note_call("loop_end", 0, 0);
}

/* A part of loop_run(): a program that calls it has a loop of its own. */
static inline void own_loop_wait(struct event_loop *loop)
{
    note_call("own_loop_wait", 0, 0);
    loop_wait(loop);
}

static inline double own_loop_time(void)
{
    note_call("own_clock", 0, 0);
    return loop_time();
}

int own_select(int count, fd_set *readable, fd_set *writable, fd_set *urgent,
               struct timeval *timeout);
int own_poll(struct pollfd *polls, nfds_t count, int timeout);
int own_nanosleep(const struct timespec *time, struct timespec *rest);
int own_usleep(unsigned microseconds);
unsigned own_sleep(unsigned seconds);
int own_clock_gettime(clockid_t clock, struct timespec *time);
#define loop_watch       own_loop_watch
#define loop_unwatch     own_loop_unwatch
#define loop_start_timer own_loop_start_timer
#define loop_run         own_loop_run
#define loop_wait        own_loop_wait
#define loop_time        own_loop_time
#undef select
#undef poll
#undef nanosleep
#undef usleep
#undef sleep
#undef clock_gettime
#define select        own_select
#define poll          own_poll
#define nanosleep     own_nanosleep
#define usleep        own_usleep
#define sleep         own_sleep
#define clock_gettime own_clock_gettime
#endif

#ifdef CALLS_WAIT
static void loop_wait(struct event_loop *loop, double seconds);

static void own_loop_wait(struct event_loop *loop, double seconds)
{
    long long microseconds = (long long)(seconds * 1e6);
    if (microseconds == 0 && seconds > 0)
        microseconds = 1; /* only 0 is 0 */
    note_call("loop_wait", 0, seconds < 0 ? -1 : microseconds);
    loop_wait(loop, seconds);
}
#endif

#ifdef CALLS_HTTP
static inline void *own_allocate(int count, size_t size)
{
    void *memory = allocate(count, size);
    note_call("own_allocate", 0, (long long)(size_t)memory);
    return memory;
}

static inline void own_free(void *memory)
{
    note_call("own_free", 0, (long long)(size_t)memory);
    free(memory);
}
#define allocate own_allocate
#define free     own_free
#endif

#ifdef CALLS_FETCH
static inline void own_fetch(const char *url, answer_callback *func, void *data)
{
    note_call("own_fetch", 0, 0);
    fetch(url, func, data);
}
#define fetch own_fetch
#endif

#ifdef CALLS_READY
#include <poll.h>

static inline int own_ready_poll(struct pollfd *polls, nfds_t count, int time)
{
    note_call("own_poll", time, ready.first != NULL);
    return poll(polls, count, time);
}
#undef poll
#define poll own_ready_poll
#endif

#ifdef CALLS_JUMP
/* The exercise makes macros of these names: so it is the symbols that are
 * changed. */
#define CALLS_TEXT(name)     #name
#define CALLS_PREFIX(prefix) CALLS_TEXT(prefix)
#define CALLS_SYMBOL(name)   CALLS_PREFIX(__USER_LABEL_PREFIX__) name
int swapcontext(ucontext_t *from, const ucontext_t *to) __asm__(
    CALLS_SYMBOL("traced_swapcontext"));
int setcontext(const ucontext_t *to) __asm__(CALLS_SYMBOL("traced_setcontext"));
#undef sigsetjmp
#undef siglongjmp
#define sigsetjmp(place, mask)                                                 \
    ((void)((mask) != 0 ? note_call("sigsetjmp", 0, 0) : (void)0),             \
     _setjmp(place))
#define siglongjmp(place, value) _longjmp(place, value)
#ifndef __linux__ /* there setjmp() leaves the mask alone */
#undef setjmp
#undef longjmp
#define setjmp(place)         (note_call("setjmp", 0, 0), _setjmp(place))
#define longjmp(place, value) _longjmp(place, value)
#endif
#define sigprocmask(how, set, old)                                             \
    (note_call("sigprocmask", 0, 0), sigprocmask(how, set, old))
#define pthread_sigmask(how, set, old)                                         \
    (note_call("pthread_sigmask", 0, 0), pthread_sigmask(how, set, old))
#endif
