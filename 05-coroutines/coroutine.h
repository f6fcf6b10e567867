/*
 * coroutine.h - coroutines on ucontext and a scheduler over select(): a gevent
 * in small.
 *
 * A coroutine is a function with a stack of its own. It can stop in the middle,
 * while others run, and go on later as if nothing had happened. All share one
 * thread: one runs, until it waits.
 *
 *     coroutine_start(function, argument)   a new one; it runs when its turn comes
 *     yield()                               let the others run, then go on
 *     wait_readable(fd, seconds)            let the others run until fd can be read
 *     wait_writable(fd, seconds)            the same for writing
 *     wait_in(queue), wake_one(queue)       wait for one another
 *     run_scheduler()                       run them all, until the last has ended
 *
 * Good to know:
 *   - A switch costs a system call: swapcontext() also exchanges the signal mask. _setjmp() and
 *     _longjmp() leave it alone, and cost a small part of that, once a coroutine has been entered
 *     (QEMU does so, with sigsetjmp() and a mask of 0). switch.c measures both.
 *   - What blocks the thread blocks all coroutines: getaddrinfo(), a read from a disk, a long loop.
 *   - errno belongs to the thread. Read it before anything that may switch.
 *   - Below each stack lies a page without access, so that an overflow is a crash and not a riddle.
 *     A function with a frame larger than that can step over it: -fstack-clash-protection helps.
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
#endif

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

#if (defined(__linux__) && !defined(__GLIBC__)) || defined(__OpenBSD__)
#error                                                                         \
    "coroutine.h needs ucontext, which this C library (musl? OpenBSD?) does not have"
#endif
#include <ucontext.h>

enum { STACK_SIZE = 256 * 1024 }; /* only the pages that are used take memory */

/* A coroutine is in one place at a time: in a queue, or running. */
struct coroutine {
    int number;         /* from 1, in the order in which they were made */
    ucontext_t context; /* where it goes on: registers, stack, signal mask */
    void (*function)(void *argument);
    void *argument;
    char *stack;            /* its low end; the guard page is below */
    struct coroutine *next; /* in its queue */
    int fd;                 /* what it waits for ... */
    bool to_write;          /* ... to become writable, or else readable ... */
    /* ... until then, on the clock of scheduler_time() */
    double deadline;
    bool is_ready; /* and whether that has happened */
    bool has_ended;
};

/* First in, first out: so one can tell from the program who runs when. */
struct queue {
    struct coroutine *first, *last;
};

static struct coroutine *current; /* who is running; NULL: the scheduler */
static ucontext_t scheduler;      /* where the scheduler goes on */
static struct queue ready;        /* who can run */
static struct queue waiting;      /* who waits for a descriptor */
static int coroutine_count;       /* made so far */
static struct queue ended;        /* who has ended: their stacks serve again */
static long switches, selects;    /* what has been done so far */

/* Adds a coroutine at the end of a queue. */
static inline void push(struct queue *queue, struct coroutine *coroutine)
{
    coroutine->next = NULL;
    if (queue->first == NULL)
        queue->first = coroutine;
    else
        queue->last->next = coroutine;
    queue->last = coroutine;
}

/* Takes the first coroutine out of a queue, NULL if there is none. */
static inline struct coroutine *pop(struct queue *queue)
{
    struct coroutine *coroutine = queue->first;
    if (coroutine != NULL)
        queue->first = coroutine->next;
    return coroutine;
}

/* Seconds on a clock that nobody can set back. */
static inline double scheduler_time(void)
{
    struct timespec t = {0};
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- Switching ---- */

/* Counts a switch. With TRACE in the environment it also tells of it, on
 * stderr. */
static inline void note_switch(const char *format, int number)
{
    static int tracing = -1;
    if (tracing == -1)
        tracing = getenv("TRACE") != NULL;
    if (tracing)
        fprintf(stderr, format, number);
    switches++;
}

/* Lets a coroutine run until it waits, yields or ends. Only the scheduler calls
 * this. */
static inline void resume(struct coroutine *coroutine)
{
    current = coroutine;
    note_switch("switch scheduler -> %d\n", coroutine->number);
    swapcontext(&scheduler, &coroutine->context);
    note_switch("switch %d -> scheduler\n", coroutine->number);
    current = NULL;
    if (coroutine->has_ended)
        push(&ended, coroutine); /* not earlier: it was still using its stack */
}

/* Stops the running coroutine; it goes on from here when it is resumed. Whoever
 * is to do that must find it in a queue. */
static inline void suspend(void)
{
    swapcontext(&current->context, &scheduler);
}

/* Where each coroutine begins. It takes no argument: makecontext() passes only
 * ints, and a pointer may not fit into one. When it returns, the scheduler goes
 * on (uc_link). */
static inline void enter(void)
{
    current->function(current->argument);
    current->has_ended = true;
}

/* Makes a context that begins at enter() on this stack. */
static inline void make_context(ucontext_t *context, char *stack)
{
    getcontext(context); /* fills in what makecontext() leaves as it is */
    context->uc_stack.ss_sp = stack;
    context->uc_stack.ss_size = STACK_SIZE;
    context->uc_link = &scheduler;
    makecontext(context, enter, 0);
}

/* Returns a coroutine with a stack: one that has ended, or a new one. NULL:
 * there is no memory. */
static inline struct coroutine *new_coroutine(void)
{
    if (ended.first != NULL)
        return pop(&ended);
    size_t guard = (size_t)sysconf(_SC_PAGESIZE);
    struct coroutine *coroutine = calloc(1, sizeof *coroutine);
    char *stack = mmap(NULL, guard + STACK_SIZE, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (coroutine != NULL && stack != MAP_FAILED &&
        mprotect(stack, guard, PROT_NONE) == 0) {
        coroutine->number = ++coroutine_count;
        coroutine->stack = stack + guard; /* it grows down, towards the guard */
        return coroutine;
    }
    if (stack != MAP_FAILED)
        munmap(stack, guard + STACK_SIZE);
    free(coroutine);
    return NULL;
}

static inline void free_coroutine(struct coroutine *coroutine)
{
    size_t guard = (size_t)sysconf(_SC_PAGESIZE);
    munmap(coroutine->stack - guard, guard + STACK_SIZE);
    free(coroutine);
}

/* Makes a coroutine that will run function(argument) when its turn comes.
 * Returns false if there is no memory for it. */
static inline bool coroutine_start(void (*function)(void *argument),
                                   void *argument)
{
    struct coroutine *coroutine = new_coroutine();
    if (coroutine == NULL)
        return false;
    coroutine->function = function;
    coroutine->argument = argument;
    coroutine->has_ended = false;
    make_context(&coroutine->context, coroutine->stack);
    push(&ready, coroutine);
    return true;
}

/* ---- Waiting ---- */

/* Lets all others run that can, then goes on. */
static inline void yield(void)
{
    push(&ready, current);
    suspend();
}

/* Waits in a queue until somebody calls wake_one() for it. */
static inline void wait_in(struct queue *queue)
{
    push(queue, current);
    suspend();
}

/* Makes the first coroutine of a queue ready, if there is one. */
static inline void wake_one(struct queue *queue)
{
    if (queue->first != NULL)
        push(&ready, pop(queue));
}

/* Waits for fd, with the scheduler's help. Returns false if the time was over
 * first. */
static inline bool wait_for(int fd, bool to_write, double seconds)
{
    struct coroutine *self = current;
    self->fd = fd;
    self->to_write = to_write;
    self->deadline = scheduler_time() + seconds;
    wait_in(&waiting);
    return self->is_ready;
}

/* Waits until fd can be read without blocking, for so many seconds at most.
 * Returns false if they are over. fd must be below FD_SETSIZE, and nobody else
 * may wait to read it. */
static inline bool wait_readable(int fd, double seconds)
{
    return wait_for(fd, false, seconds);
}

/* The same for writing; a connection that is made, or has failed, is
 * writable. */
static inline bool wait_writable(int fd, double seconds)
{
    return wait_for(fd, true, seconds);
}

/* ---- The scheduler ---- */

/* Returns how long select() may wait: not at all if somebody can run, else
 * until the nearest deadline. */
static inline struct timeval time_to_wait(double nearest)
{
    struct timeval timeout = {0};
    /* rounded up */
    long long microseconds =
        (long long)((nearest - scheduler_time()) * 1e6) + 1;
    if (ready.first == NULL && microseconds > 0) {
        timeout.tv_sec = (time_t)(microseconds / 1000000);
        timeout.tv_usec = (suseconds_t)(microseconds % 1000000);
    }
    return timeout;
}

/* Calls select() for all that wait for a descriptor. Leaves in sets[0] those
 * that are readable and in sets[1] those that are writable. */
static inline void select_waiting(fd_set sets[2])
{
    int highest = -1;
    double nearest = waiting.first->deadline;
    FD_ZERO(&sets[0]);
    FD_ZERO(&sets[1]);
    for (const struct coroutine *c = waiting.first; c != NULL; c = c->next) {
        /* one waiter for each direction */
        assert(!FD_ISSET(c->fd, &sets[c->to_write]));
        FD_SET(c->fd, &sets[c->to_write]);
        if (c->fd > highest)
            highest = c->fd;
        if (c->deadline < nearest)
            nearest = c->deadline;
    }
    struct timeval timeout = time_to_wait(nearest);
    selects++;
    if (select(highest + 1, &sets[0], &sets[1], NULL, &timeout) == -1) {
        FD_ZERO(&sets[0]); /* EINTR, a signal came: the sets mean nothing */
        FD_ZERO(&sets[1]);
    }
}

/* Waits until somebody can go on, and makes ready whose descriptor is ready or
 * whose time is over, in the order in which they began to wait. */
static inline void wake_waiting(void)
{
    fd_set sets[2];
    select_waiting(sets);
    double time = scheduler_time();
    struct queue all = waiting;
    waiting.first = NULL;
    for (struct coroutine *c; (c = pop(&all)) != NULL;) {
        bool is_late = c->deadline <= time;
        c->is_ready = !is_late && FD_ISSET(c->fd, &sets[c->to_write]);
        push(c->is_ready || is_late ? &ready : &waiting, c);
    }
}

/* Runs all coroutines until each has ended (or waits in a queue from which
 * nobody wakes it). */
static inline void run_scheduler(void)
{
    while (ready.first != NULL || waiting.first != NULL) {
        /* who becomes ready from here on comes in the next round, */
        struct queue round = ready;
        ready.first = NULL; /* so that select() has its turn as well */
        for (struct coroutine *c; (c = pop(&round)) != NULL;)
            resume(c);
        if (waiting.first != NULL)
            wake_waiting();
    }
    for (struct coroutine *c; (c = pop(&ended)) != NULL;)
        free_coroutine(c);
}

#endif
