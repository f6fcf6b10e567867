/*
 * given.h - what 3-sleep and 6-poll share: the coroutines of ../coroutine.h,
 * cut down to what these exercises need. The scheduler is not in it, for that
 * is what they are about.
 *
 *     start(function, argument)   a new coroutine, which is ready to run
 *     resume(coroutine)           lets it run until it waits or ends
 *     wait_in(queue)              stops the running one; somebody must take it
 *                                 out of the queue
 *     yield()                     lets the others run, then goes on
 *     push(), pop()               a queue: first in, first out
 *
 * Include it before any other header.
 */
#ifndef GIVEN_H
#define GIVEN_H

#define _DEFAULT_SOURCE
#ifdef __APPLE__
#define _XOPEN_SOURCE 700 /* macOS hides ucontext without it */
#define _DARWIN_C_SOURCE
#endif

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* musl has no ucontext; Alpine's package libucontext-dev adds it. */
#if defined(__OpenBSD__) || (defined(__linux__) && !defined(__GLIBC__) &&      \
                             !__has_include(<libucontext/libucontext.h>))
#error "no ucontext here. Alpine: apk add libucontext-dev, and cc -lucontext"
#endif
#include <ucontext.h>
#ifdef __APPLE__ /* which calls ucontext deprecated, and still has it */
#pragma clang diagnostic ignored "-Wdeprecated-declarations"
#endif

enum { MOST_COROUTINES = 50, STACK_SIZE = 64 * 1024 };

struct coroutine {
    int number; /* from 1, in the order in which they were started */
    ucontext_t context;
    void (*function)(void *argument);
    void *argument;
    struct coroutine *next; /* in its queue */
    double due;             /* 3-sleep: it sleeps until then */
    int fd;                 /* 6-poll: it waits for this descriptor ... */
    bool to_write;          /* ... to become writable, or else readable */
};

struct queue {
    struct coroutine *first, *last;
};

static struct coroutine *current; /* who is running */
static ucontext_t scheduler;      /* where the scheduler goes on */
static struct queue ready;        /* who can run */
static int started, ended;        /* how many */

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

/* Lets a coroutine run until it waits or ends. Only the scheduler calls
 * this. */
static inline void resume(struct coroutine *coroutine)
{
    current = coroutine;
    swapcontext(&scheduler, &coroutine->context);
    current = NULL;
}

/* Stops the running coroutine. It goes on from here when the scheduler resumes
 * it. */
static inline void suspend(void)
{
    swapcontext(&current->context, &scheduler);
}

/* Stops the running coroutine, and leaves it in a queue. */
static inline void wait_in(struct queue *queue)
{
    push(queue, current);
    suspend();
}

static inline void yield(void)
{
    wait_in(&ready);
}

/* Where each coroutine begins. */
static inline void enter(void)
{
    current->function(current->argument);
    ended++;
}

/* Makes a coroutine that will run function(argument). */
static inline void start(void (*function)(void *argument), void *argument)
{
    static struct coroutine coroutines[MOST_COROUTINES];
    static char stacks[MOST_COROUTINES][STACK_SIZE];
    if (started == MOST_COROUTINES) {
        fprintf(stderr, "more than %d coroutines\n", MOST_COROUTINES);
        exit(2);
    }
    struct coroutine *coroutine = &coroutines[started];
    coroutine->function = function;
    coroutine->argument = argument;
    getcontext(&coroutine->context);
    coroutine->context.uc_stack.ss_sp = stacks[started];
    coroutine->context.uc_stack.ss_size = STACK_SIZE;
    coroutine->context.uc_link = &scheduler;
    makecontext(&coroutine->context, enter, 0);
    coroutine->number = ++started;
    push(&ready, coroutine);
}

#endif
