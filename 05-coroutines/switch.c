/*
 * switch.c: what does it cost to stop here and go on there? Measured in one
 * run:
 *
 *     a plain call              a function that does nothing
 *     _setjmp and _longjmp      between two stacks, the second entered once by
 *                               setcontext()
 *     sigprocmask               for comparison: the system call within
 *                               swapcontext()
 *     swapcontext               between two stacks: how coroutine.h does it
 *     two threads               a mutex and a condition variable hand the turn
 *                               to and fro
 *
 *     cc -o switch switch.c -pthread && ./switch
 *
 * Where the time goes: swapcontext() exchanges some registers, and the signal
 * mask, which only the kernel knows: a system call a switch (rt_sigprocmask on
 * Linux), which is most of it. _setjmp() and _longjmp() leave the mask alone,
 * but can't make a stack: so QEMU, and others, enter a coroutine once by
 * ucontext, then switch by them. Between threads the kernel has to put one to
 * sleep and wake the other, and on another core that takes longer still.
 *
 * Why it hardly matters to fetch: it switches four times a page, and twice more
 * for each coroutine. That is less than a microsecond, beside the ten or more
 * in connect(), send(), recv() and close(), and the milliseconds of a real
 * network.
 */
/* with it, glibc takes a _longjmp() to another stack for a mistake */
#undef _FORTIFY_SOURCE
#define _XOPEN_SOURCE 700

#ifdef __APPLE__
/* It calls ucontext deprecated, as POSIX does since 2008, and still has it. */
#pragma clang diagnostic ignored "-Wdeprecated-declarations"
#endif

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* musl has no ucontext; Alpine's package libucontext-dev adds it. */
#if defined(__OpenBSD__) ||                                                    \
    (defined(__linux__) && !defined(__GLIBC__) && !defined(HAVE_LIBUCONTEXT))
#error "apk add libucontext-dev; cc -DHAVE_LIBUCONTEXT FILE.c -lucontext"
#endif
#include <ucontext.h>

/* the fastest is taken: whatever disturbs a round makes it slower */
enum { ROUNDS = 5 };

static char stack[64 * 1024];
static ucontext_t main_context, other_context;
static jmp_buf main_place, other_place;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turn_changed = PTHREAD_COND_INITIALIZER;
static int turn;   /* whose it is: 0 or 1 */
static long turns; /* how many each thread has */

/* Makes other_context one that begins at function(), on the second stack. */
static void prepare(void (*function)(void))
{
    if (getcontext(&other_context) == -1)
        exit(1);
    other_context.uc_stack.ss_sp = stack;
    other_context.uc_stack.ss_size = sizeof stack;
    makecontext(&other_context, function, 0);
}

static void nothing(void)
{
}

static void call(long count)
{
    /* volatile: so that no compiler leaves it out */
    void (*volatile function)(void) = nothing;
    for (long i = 0; i < count; i++)
        function();
}

static void exchange_mask(long count)
{
    sigset_t mask, old_mask;
    sigemptyset(&mask);
    for (long i = 0; i < count; i++)
        sigprocmask(SIG_SETMASK, &mask, &old_mask);
}

static void swap_back(void)
{
    for (;;)
        swapcontext(&other_context, &main_context);
}

/* There and back are two switches, here and below. */
static void swap(long count)
{
    prepare(swap_back);
    for (long i = 0; i < count; i += 2)
        swapcontext(&main_context, &other_context);
}

static void jump_back(void)
{
    for (;;)
        if (_setjmp(other_place) == 0)
            _longjmp(main_place, 1);
}

static void jump(long count)
{
    prepare(jump_back);
    if (_setjmp(main_place) == 0)
        /* the first entry; jump_back() comes back by _longjmp() */
        setcontext(&other_context);
    for (volatile long i = 0; i < count; i += 2)
        if (_setjmp(main_place) == 0)
            _longjmp(other_place, 1);
}

/* Waits for its turn, gives it to the other thread, and so on. */
static void *take_turns(void *number)
{
    int mine = *(int *)number;
    pthread_mutex_lock(&mutex);
    for (long i = 0; i < turns; i++) {
        while (turn != mine)
            pthread_cond_wait(&turn_changed, &mutex);
        turn = !mine;
        pthread_cond_signal(&turn_changed);
    }
    pthread_mutex_unlock(&mutex);
    return NULL;
}

static void hand_over(long count)
{
    static int numbers[] = {0, 1};
    pthread_t thread;
    turns = count / 2;
    if (pthread_create(&thread, NULL, take_turns, &numbers[1]) != 0)
        exit(1);
    take_turns(&numbers[0]);
    pthread_join(thread, NULL);
}

static double now(void)
{
    struct timespec t = {0};
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Measures one way; prints its nanoseconds, and how many plain calls that
 * is. */
static void measure(const char *name, void (*function)(long count), long count)
{
    static double plain_call;
    double best = 0;
    for (int round = 0; round < ROUNDS; round++) {
        double start = now();
        function(count);
        double each = (now() - start) / (double)count;
        if (round == 0 || each < best)
            best = each;
    }
    if (plain_call == 0)
        plain_call = best;
    printf("%-22s %9.1f ns  x %.0f\n", name, best, best / plain_call);
}

int main(void)
{
    measure("a plain call", call, 1000000);
    measure("_setjmp and _longjmp", jump, 1000000);
    measure("sigprocmask", exchange_mask, 200000);
    measure("swapcontext", swap, 200000);
    measure("two threads", hand_over, 20000);
    return 0;
}
