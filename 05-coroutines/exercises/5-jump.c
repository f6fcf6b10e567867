/*
 * Exercise 05-5: The switch without a system call.
 *
 * swapcontext() also saves and restores the signal mask (the set of signals
 * that are held back), and that is a system call, each time. A switch needs
 * none: _setjmp() notes registers and stack, _longjmp() takes them back. But
 * they can't enter a new stack. So one uses both: the context only to enter a
 * coroutine for the first time, and _setjmp() and _longjmp() from then on. QEMU
 * does it so. switch.c measures what that saves: most of a switch.
 *
 *     # in this folder:
 *     cc -I.. -o 5-jump 5-jump.c && ./5-jump 3 1 2
 *
 * starts three coroutines, which have so many turns, and shall print who has
 * one:
 *
 *     round 1: 1 2 3
 *     round 2: 1 3
 *     round 3: 1
 *     round 4:
 *     # 3 of 3 have ended, 9 switches and back, 3 system calls
 *
 * Now it is 15 system calls. (Round 4 is the way of coroutine 1 from its last
 * turn to its end.)
 *
 * To do: resume(), suspend() and enter() shall switch without a system call,
 * once a coroutine has been entered. _setjmp() returns twice: 0 when it notes
 * the place, and 1 when somebody jumps to it with _longjmp(place, 1). The
 * function that called it must not have returned by then. Checked (make
 * exercise-05-5): the rounds; and at most two system calls for each coroutine,
 * however many turns it has. If there is a strace(1), it counts as well.
 */
#define _DEFAULT_SOURCE
#ifdef __APPLE__
#define _XOPEN_SOURCE    700 /* macOS hides ucontext without it */
#define _DARWIN_C_SOURCE     /* and _setjmp with it */
#endif
/* its longjmp() takes a jump to another stack for an attack */
#undef _FORTIFY_SOURCE

#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
/* musl has no ucontext; Alpine's package libucontext-dev adds it. */
#if defined(__OpenBSD__) ||                                                    \
    (defined(__linux__) && !defined(__GLIBC__) && !defined(HAVE_LIBUCONTEXT))
#error "apk add libucontext-dev; cc -DHAVE_LIBUCONTEXT FILE.c -lucontext"
#endif
#include <ucontext.h>
#ifdef __APPLE__ /* which calls ucontext deprecated, and still has it */
#pragma clang diagnostic ignored "-Wdeprecated-declarations"
#endif

enum { MOST = 100, STACK_SIZE = 64 * 1024 };

struct coroutine {
    int number;
    int turns; /* how many it has */
    /* where it goes on: now always, later only where it begins */
    ucontext_t context;
    jmp_buf place; /* later: where it goes on, once it has been entered */
    bool has_begun;
    bool has_ended;
};

static struct coroutine coroutines[MOST];
static char stacks[MOST][STACK_SIZE];
static struct coroutine *current; /* who is running */
static ucontext_t scheduler;      /* where the scheduler goes on: now ... */
static jmp_buf scheduler_place;   /* ... and later */
/* of coroutines; of these, those that have ended; of resume() */
static int count, ended, switches;
static int system_calls; /* that switches have made */

/* Both make a system call. Count them. */
#define swapcontext(from, to) (system_calls++, swapcontext(from, to))
#define setcontext(to)        (system_calls++, setcontext(to))

/* Lets a coroutine run until it suspends itself or ends. */
static void resume(struct coroutine *coroutine)
{
    current = coroutine;
    switches++;
    /* TODO: note in scheduler_place where we are. Then jump to where the
     * coroutine is; but if it has not begun, enter its context. */
    (void)scheduler_place;
    swapcontext(&scheduler, &coroutine->context);
}

/* Stops the running coroutine. It goes on from here when it is resumed. */
static void suspend(void)
{
    /* TODO: note where we are, and jump to the scheduler. */
    swapcontext(&current->context, &scheduler);
}

/* What each coroutine does. */
static void take_turns(void)
{
    struct coroutine *self = current;
    for (int turn = 0; turn < self->turns; turn++) {
        printf(" %d", self->number);
        suspend();
    }
}

/* Where each coroutine begins, on a stack of its own. */
static void enter(void)
{
    take_turns();
    current->has_ended = true;
    ended++;
    /* TODO: a return from here goes on in the context uc_link: that is where
     * the scheduler was long ago. Go to where it is now. */
}

/* ---- All below is given. ---- */

/* Each round calls the next one, so that the scheduler stands at a different
 * place in each: a jump to an old one would be seen. */
static void run_round(int round)
{
    printf("round %d:", round);
    for (int i = 0; i < count; i++)
        if (!coroutines[i].has_ended)
            resume(&coroutines[i]);
    putchar('\n');
    if (ended < count)
        run_round(round + 1);
}

int main(int argc, char **argv)
{
    for (; count < MOST && count < argc - 1; count++) {
        struct coroutine *coroutine = &coroutines[count];
        coroutine->number = count + 1;
        coroutine->turns = atoi(argv[count + 1]);
        getcontext(&coroutine->context);
        coroutine->context.uc_stack.ss_sp = stacks[count];
        coroutine->context.uc_stack.ss_size = STACK_SIZE;
        coroutine->context.uc_link = &scheduler;
        makecontext(&coroutine->context, enter, 0);
    }
    run_round(1);
    printf("# %d of %d have ended, %d switches and back, %d system calls\n",
           ended, count, switches, system_calls);
    return 0;
}
