/*
 * coroutine.h - coroutines on ucontext and a scheduler over select(): a small
 * gevent.
 *
 * A coroutine is a function that can stop in the middle, while others run, and
 * go on later as if nothing had happened. Here each has a stack of its own. All
 * share one thread: one runs, until it waits.
 *
 *     coroutine_start(function, argument)  a new one; it runs at its turn
 *     yield()                              let the others run, then go on
 *     wait_readable(fd, seconds)           go on when fd can be read
 *     wait_writable(fd, seconds)           go on when fd can be written to
 *     wait_in(queue), wake_one(queue)      wait for one another
 *     run_scheduler()                      run them all, until all have ended
 *
 * Good to know:
 *   - A switch costs a system call: swapcontext() also exchanges the set of
 *     blocked signals. _setjmp() and _longjmp() leave it alone, and cost a
 *     small part of that (QEMU switches so). switch.c measures both.
 *   - What blocks the thread blocks all coroutines: getaddrinfo(), a read from
 *     a disk, a long computation.
 *   - errno belongs to the thread. Read it before anything that may switch.
 *   - Below each stack lies a page without access. A stack that is full runs
 *     into it, and that is told. A function with a frame larger than the page
 *     can step over it: -fstack-clash-protection helps.
 *
 * With TRACE in the environment, each switch is told on stderr. Include this
 * file before any other.
 */
#ifndef COROUTINE_H
#define COROUTINE_H

#define _DEFAULT_SOURCE /* glibc: also shows MAP_ANONYMOUS */
#ifdef __APPLE__
#define _XOPEN_SOURCE    700 /* macOS hides ucontext without it */
#define _DARWIN_C_SOURCE     /* and MAP_ANON with it */
/* It calls ucontext deprecated, as POSIX does since 2008, and still has it. */
#pragma clang diagnostic ignored "-Wdeprecated-declarations"
#endif

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* musl has no ucontext; Alpine's package libucontext-dev adds it. */
#if defined(__OpenBSD__) ||                                                    \
    (defined(__linux__) && !defined(__GLIBC__) && !defined(HAVE_LIBUCONTEXT))
#error "apk add libucontext-dev; cc -DHAVE_LIBUCONTEXT FILE.c -lucontext"
#endif
#include <ucontext.h>

enum { STACK_SIZE = 256 * 1024 }; /* only the pages that are used take memory */

/* A coroutine is in one place at a time: in a queue, or running. */
struct coroutine {
    int number;         /* from 1, in the order in which they were made */
    ucontext_t context; /* where it goes on: registers, stack, signal mask */
    void (*function)(void *argument);
    void *argument;
    char *stack;             /* its low end; the guard page is below */
    struct coroutine *next;  /* in its queue ... */
    struct coroutine *older; /* ... and in the list of all */
    int fd;                  /* what it waits for, or -1 ... */
    bool to_write;           /* ... to become writable, or else readable ... */
    double deadline;         /* ... until then, on the clock of co_time() */
    bool is_ready;           /* and whether that has happened */
    const char *place;       /* where in the source it waits in a queue */
    bool has_ended;
};

/* First in, first out: so one can tell from the program who runs when. */
struct queue {
    struct coroutine *first, *last;
};

static struct coroutine *current;    /* the one that runs, or NULL */
static ucontext_t co_scheduler;      /* where the scheduler goes on */
static struct queue co_ready;        /* those that can run */
static struct queue co_waiting;      /* those that wait for a descriptor */
static struct queue co_ended;        /* those whose stacks serve again */
static struct coroutine *co_newest;  /* the list of all */
static int co_count;                 /* made so far */
static long co_switches, co_selects; /* done so far */

/* Adds a coroutine at the end of a queue. */
static inline void co_push(struct queue *queue, struct coroutine *coroutine)
{
    assert(coroutine != NULL); /* NULL: the caller is no coroutine */
    coroutine->next = NULL;
    if (queue->first == NULL)
        queue->first = coroutine;
    else
        queue->last->next = coroutine;
    queue->last = coroutine;
}

/* Takes the first coroutine out of a queue, NULL if there is none. */
static inline struct coroutine *co_pop(struct queue *queue)
{
    struct coroutine *coroutine = queue->first;
    if (coroutine != NULL)
        queue->first = coroutine->next;
    return coroutine;
}

/* Seconds on a clock that nobody can set back. */
static inline double co_time(void)
{
    struct timespec t = {0};
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- Switching ---- */

/* Counts a switch. With TRACE in the environment it also tells of it, on
 * stderr. */
static inline void co_note_switch(const char *format, int number)
{
    static int tracing = -1;
    if (tracing == -1)
        tracing = getenv("TRACE") != NULL;
    if (tracing)
        fprintf(stderr, format, number);
    co_switches++;
}

/* Lets a coroutine run until it waits, yields or ends. Only the scheduler calls
 * this. */
static inline void resume(struct coroutine *coroutine)
{
    current = coroutine;
    co_note_switch("switch scheduler -> %d\n", coroutine->number);
    swapcontext(&co_scheduler, &coroutine->context);
    co_note_switch("switch %d -> scheduler\n", coroutine->number);
    current = NULL;
    if (coroutine->has_ended) /* not earlier: it was still using its stack */
        co_push(&co_ended, coroutine);
}

/* Stops the running coroutine; it goes on from here when it is resumed. Put it
 * into a queue before, from which somebody takes it. */
static inline void co_suspend(void)
{
    assert(current != NULL); /* only a coroutine can wait */
    swapcontext(&current->context, &co_scheduler);
}

/* Where each coroutine begins. It takes no argument: makecontext() passes only
 * ints, and a pointer may not fit into one. When it returns, the scheduler goes
 * on (uc_link). */
static inline void co_enter(void)
{
    current->function(current->argument);
    current->has_ended = true;
}

/* Makes a context that begins at co_enter() on this stack. */
static inline void co_make_context(ucontext_t *context, char *stack)
{
    getcontext(context); /* fills in what makecontext() leaves as it is */
    context->uc_stack.ss_sp = stack;
    context->uc_stack.ss_size = STACK_SIZE;
    context->uc_link = &co_scheduler;
    makecontext(context, co_enter, 0);
}

/* Returns a coroutine with a stack: one that has ended, or a new one. NULL:
 * there is no memory. */
static inline struct coroutine *co_new(void)
{
    if (co_ended.first != NULL)
        return co_pop(&co_ended);
    size_t guard = (size_t)sysconf(_SC_PAGESIZE);
    struct coroutine *coroutine = calloc(1, sizeof *coroutine);
    char *stack = mmap(NULL, guard + STACK_SIZE, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (coroutine != NULL && stack != MAP_FAILED &&
        mprotect(stack, guard, PROT_NONE) == 0) {
        coroutine->number = ++co_count;
        coroutine->stack = stack + guard; /* it grows down, towards the guard */
        coroutine->older = co_newest;
        co_newest = coroutine;
        return coroutine;
    }
    if (stack != MAP_FAILED)
        munmap(stack, guard + STACK_SIZE);
    free(coroutine);
    return NULL;
}

/* Frees a coroutine that does not run. */
static inline void co_free(struct coroutine *coroutine)
{
    size_t guard = (size_t)sysconf(_SC_PAGESIZE);
    munmap(coroutine->stack - guard, guard + STACK_SIZE);
    free(coroutine);
}

/* Called instead of a crash: tells whose stack is full, if one is. */
static inline void co_crash(int number, siginfo_t *info, void *unused)
{
    const char *at = info->si_addr;
    (void)unused;
    if (current != NULL && at < current->stack &&
        at >= current->stack - sysconf(_SC_PAGESIZE)) {
        char text[80];
        int n = snprintf(text, sizeof text,
                         "the stack of coroutine %d is full (%d KiB)\n",
                         current->number, STACK_SIZE / 1024);
        if (write(STDERR_FILENO, text, (size_t)n) == -1)
            _exit(1);
    }
    signal(number, SIG_DFL); /* now crash: the same instruction again ... */
    if (info->si_code <= 0)  /* ... or kill(), which comes once */
        raise(number);
}

/* Sees to it that a full stack is told. The handler needs a stack of its own:
 * there is no room on the full one. A debugger's own handler stays. */
static inline void co_catch_crashes(void)
{
    static char stack[64 * 1024];
    const int signals[] = {SIGSEGV, SIGBUS}; /* macOS sends the second */
    struct sigaction old, action = {.sa_flags = SA_SIGINFO | SA_ONSTACK};
    action.sa_sigaction = co_crash;
    stack_t own = {.ss_sp = stack, .ss_size = sizeof stack};
    sigaltstack(&own, NULL);
    for (int i = 0; i < 2; i++)
        if (sigaction(signals[i], NULL, &old) == 0 &&
            (old.sa_flags & SA_SIGINFO) == 0 && old.sa_handler == SIG_DFL)
            sigaction(signals[i], &action, NULL);
}

/* Makes a coroutine that will run function(argument) when its turn comes.
 * Returns false if there is no memory for it. */
static inline bool coroutine_start(void (*function)(void *argument),
                                   void *argument)
{
    struct coroutine *coroutine = co_new();
    if (coroutine == NULL)
        return false;
    coroutine->function = function;
    coroutine->argument = argument;
    coroutine->has_ended = false;
    if (co_count == 1)
        co_catch_crashes();
    co_make_context(&coroutine->context, coroutine->stack);
    co_push(&co_ready, coroutine);
    return true;
}

/* ---- Waiting ---- */

/* Lets all others run that can, then goes on. */
static inline void yield(void)
{
    co_push(&co_ready, current);
    co_suspend();
}

/* Waits in a queue until somebody calls wake_one() for it. place: where in the
 * source that is. */
static inline void co_wait_in(struct queue *queue, const char *place)
{
    co_push(queue, current);
    current->place = place;
    co_suspend();
}
#define co_text(line)  #line
#define co_place(line) __FILE__ ":" co_text(line)
#define wait_in(queue) co_wait_in(queue, co_place(__LINE__))

/* Makes the first coroutine of a queue ready, if there is one. */
static inline void wake_one(struct queue *queue)
{
    if (queue->first != NULL)
        co_push(&co_ready, co_pop(queue));
}

/* Waits for fd, with the scheduler's help. Returns false if the time was over
 * first; what is ready when the time is over counts as ready. */
static inline bool co_wait(int fd, bool to_write, double seconds)
{
    struct coroutine *self = current;
    assert(self != NULL);               /* only a coroutine can wait */
    assert(fd >= 0 && fd < FD_SETSIZE); /* a set has no room for another */
    assert(seconds == seconds);         /* not a number: a mistake */
    self->fd = fd;
    self->to_write = to_write;
    self->deadline = co_time() + seconds;
    wait_in(&co_waiting);
    self->fd = -1;
    return self->is_ready;
}

/* Waits until fd can be read without blocking, for so many seconds at most: 0
 * or less only looks, infinity has no limit. Returns false if they are over. fd
 * must be below FD_SETSIZE, and nobody else may wait to read it. */
static inline bool wait_readable(int fd, double seconds)
{
    return co_wait(fd, false, seconds);
}

/* The same for writing; a connection that is made, or has failed, is
 * writable. */
static inline bool wait_writable(int fd, double seconds)
{
    return co_wait(fd, true, seconds);
}

/* ---- The scheduler ---- */

/* Returns a time span as select() wants it, rounded up so that it does not wake
 * too early. Below 0 is "now", and more than three years (or infinity) is three
 * years, since not all systems take more. */
static inline struct timeval co_timeval(double seconds)
{
    long long microseconds = 0;
    if (seconds > 0)
        microseconds = (long long)((seconds < 1e8 ? seconds : 1e8) * 1e6) + 1;
    struct timeval time = {.tv_sec = (time_t)(microseconds / 1000000)};
    time.tv_usec = (suseconds_t)(microseconds % 1000000);
    return time;
}

/* Ends the program: select() has failed, and only a mistake makes it. Most
 * often a descriptor was closed while somebody waited for it. */
static inline void co_die(void)
{
    int error = errno;
    for (const struct coroutine *c = co_waiting.first; c != NULL; c = c->next)
        if (fcntl(c->fd, F_GETFD) == -1)
            fprintf(stderr,
                    "coroutine %d waits for descriptor %d, which is closed\n",
                    c->number, c->fd);
    fprintf(stderr, "coroutines: select: %s\n", strerror(error));
    exit(1);
}

/* Calls select() for all that wait for a descriptor. Leaves in sets[0] those
 * that are readable and in sets[1] those that are writable. Returns when it has
 * answered; if a signal came first, 0. */
static inline double co_select(fd_set sets[2])
{
    int highest = -1;
    double nearest = co_waiting.first->deadline;
    FD_ZERO(&sets[0]);
    FD_ZERO(&sets[1]);
    for (const struct coroutine *c = co_waiting.first; c != NULL; c = c->next) {
        assert(c->fd >= 0 && "it went on, but was left in this queue");
        /* one waiter for each direction */
        assert(!FD_ISSET(c->fd, &sets[c->to_write]));
        FD_SET(c->fd, &sets[c->to_write]);
        if (c->fd > highest)
            highest = c->fd;
        if (c->deadline < nearest)
            nearest = c->deadline;
    }
    /* If somebody can run, it only looks. */
    struct timeval timeout =
        co_timeval(co_ready.first != NULL ? 0 : nearest - co_time());
    co_selects++;
    if (select(highest + 1, &sets[0], &sets[1], NULL, &timeout) >= 0)
        return co_time();
    if (errno != EINTR && errno != ENOMEM) /* these pass */
        co_die();
    FD_ZERO(&sets[0]); /* a signal came: nobody is known to be ready */
    FD_ZERO(&sets[1]);
    return 0;
}

/* Waits until somebody can go on, and makes ready whose descriptor is ready, or
 * was not when its time was over, in the order in which they began to wait. */
static inline void co_wake_waiting(void)
{
    fd_set sets[2];
    double time = co_select(sets);
    struct queue all = co_waiting;
    co_waiting.first = NULL;
    for (struct coroutine *c; (c = co_pop(&all)) != NULL;) {
        bool is_late = c->deadline <= time;
        c->is_ready = FD_ISSET(c->fd, &sets[c->to_write]);
        co_push(c->is_ready || is_late ? &co_ready : &co_waiting, c);
    }
}

/* Frees the coroutines that have ended. The others wait in queues, and nobody
 * is left to wake them: says so on stderr. Returns how many. */
static inline int co_clean_up(void)
{
    struct coroutine *c = co_newest, *older;
    int stuck = 0;
    for (co_newest = NULL; c != NULL; c = older) {
        older = c->older;
        if (c->has_ended) {
            co_free(c);
            continue;
        }
        fprintf(stderr, "coroutine %d waits in a queue (%s), for ever\n",
                c->number, c->place);
        c->older = co_newest;
        co_newest = c;
        stuck++;
    }
    co_ended.first = NULL;
    if (stuck > 0)
        fprintf(stderr, "coroutines: %d can never go on\n", stuck);
    return stuck;
}

/* Runs all coroutines until each has ended. Returns 0; or, if some wait in
 * queues and nobody is left to wake them, how many, having said so on
 * stderr. */
static inline int run_scheduler(void)
{
    assert(current == NULL); /* a coroutine must not call this */
    while (co_ready.first != NULL || co_waiting.first != NULL) {
        /* What becomes ready from here on comes in the next round, so that
         * select() has its turn as well. */
        struct queue round = co_ready;
        co_ready.first = NULL;
        for (struct coroutine *c; (c = co_pop(&round)) != NULL;)
            resume(c);
        if (co_waiting.first != NULL)
            co_wake_waiting();
    }
    return co_clean_up();
}

#endif
