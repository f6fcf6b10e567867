/*
 * coroutines.c: small programs on coroutine.h, for tests/05-coroutines.bats,
 * which says what each is to print. Usage: coroutines CASE.
 */
#include "coroutine.h"

#include <math.h>
#include <string.h>

static struct queue queue;
static int ends[2];
static bool done;

/* Makes a pipe from which a byte can be read. */
static void make_readable(void)
{
    if (pipe(ends) == -1 || write(ends[1], "x", 1) != 1)
        exit(1);
}

/* ---- Turns ---- */

static void count_to_three(void *name)
{
    for (int i = 1; i <= 3; i++) {
        printf("%s%d ", (char *)name, i);
        yield();
    }
}

static void turns(void)
{
    coroutine_start(count_to_three, "a");
    coroutine_start(count_to_three, "b");
    coroutine_start(count_to_three, "c");
    run_scheduler();
    printf("%ld\n", co_switches);
}

static void wait_for_data(void *unused)
{
    (void)unused;
    puts(wait_readable(ends[0], 20) ? "readable" : "too late");
    done = true;
}

static void keep_busy(void *unused)
{
    (void)unused;
    while (!done)
        yield();
    puts("the busy one ends");
}

/* One that only yields does not keep select() away. */
static void busy(void)
{
    make_readable();
    coroutine_start(wait_for_data, NULL);
    coroutine_start(keep_busy, NULL);
    run_scheduler();
}

/* ---- Time ---- */

static void look(void *unused)
{
    char text[10];
    (void)unused;
    printf("0 s: %s\n", wait_readable(ends[0], 0) ? "readable" : "not");
    printf("-1 s: %s\n", wait_readable(ends[0], -1) ? "readable" : "not");
    printf("no limit: %s\n",
           wait_readable(ends[0], 1.0 / 0.0) ? "readable" : "not");
    if (read(ends[0], text, sizeof text) == 1)
        printf("0.01 s: %s\n",
               wait_readable(ends[0], 0.01) ? "readable" : "not");
}

/* What is ready counts, also when no time is left. */
static void ready_when_late(void)
{
    make_readable();
    coroutine_start(look, NULL);
    run_scheduler();
}

static void wait_for_no_number(void *unused)
{
    (void)unused;
    wait_readable(ends[0], NAN);
}

static void time_that_is_no_number(void)
{
    make_readable();
    coroutine_start(wait_for_no_number, NULL);
    run_scheduler();
}

/* ---- Mistakes that are told ---- */

static void yield_outside(void)
{
    yield();
}

static void wait_out_of_range(void *unused)
{
    (void)unused;
    wait_readable(FD_SETSIZE, 1);
}

static void descriptor_out_of_range(void)
{
    coroutine_start(wait_out_of_range, NULL);
    run_scheduler();
}

static void wait_in_queue(void *unused)
{
    (void)unused;
    wait_in(&queue);
}

static void nobody_wakes(void)
{
    coroutine_start(wait_in_queue, NULL);
    coroutine_start(count_to_three, "a");
    coroutine_start(wait_in_queue, NULL);
    printf("%d\n", run_scheduler());
}

static void close_it(void *unused)
{
    (void)unused;
    close(77);
}

static void wait_for_77(void *unused)
{
    (void)unused;
    puts(wait_readable(77, 20) ? "readable" : "timed out");
}

static void closed_while_waited_for(void)
{
    if (pipe(ends) == -1 || dup2(ends[0], 77) == -1)
        exit(1);
    coroutine_start(wait_for_77, NULL);
    coroutine_start(close_it, NULL);
    run_scheduler();
}

static void two_waiters(void)
{
    if (pipe(ends) == -1)
        exit(1);
    coroutine_start(wait_for_data, NULL);
    coroutine_start(wait_for_data, NULL);
    run_scheduler();
}

/* ---- A full stack ---- */

/* Goes down in small frames, by 50 KiB more than a stack has: into what was
 * mapped below it. */
static void dive(char *top)
{
    volatile char frame[1000];
    frame[0] = 0;
    if (top - (char *)frame < STACK_SIZE + 50 * 1024)
        dive(top);
    frame[0] = 1;
}

static void diver(void *unused)
{
    char top;
    (void)unused;
    dive(&top);
    _exit(0); /* nothing has stopped it */
}

static void neighbour(void *unused)
{
    (void)unused;
}

static void full_stack(void)
{
    coroutine_start(neighbour, NULL);
    coroutine_start(diver, NULL);
    coroutine_start(neighbour, NULL); /* its stack is mapped below */
    run_scheduler();
}

static char *volatile nowhere;

static void write_to_nowhere(void *unused)
{
    (void)unused;
    *nowhere = 1;
}

static void wild_pointer(void)
{
    coroutine_start(write_to_nowhere, NULL);
    run_scheduler();
}

/* SIGSEGV without a crash: it comes once, and ends the program all the same. */
static void signal_from_outside(void)
{
    coroutine_start(neighbour, NULL);
    kill(getpid(), SIGSEGV);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } cases[] = {
        {"turns", turns},
        {"busy", busy},
        {"ready-when-late", ready_when_late},
        {"time-that-is-no-number", time_that_is_no_number},
        {"yield-outside", yield_outside},
        {"descriptor-out-of-range", descriptor_out_of_range},
        {"nobody-wakes", nobody_wakes},
        {"closed-while-waited-for", closed_while_waited_for},
        {"two-waiters", two_waiters},
        {"full-stack", full_stack},
        {"wild-pointer", wild_pointer},
        {"signal-from-outside", signal_from_outside},
    };
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (argc == 2 && strcmp(argv[1], cases[i].name) == 0) {
            cases[i].run();
            return 0;
        }
    fprintf(stderr, "usage: coroutines CASE\n");
    return 2;
}
