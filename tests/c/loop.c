/*
 * loop.c: small programs on event_loop.h, for tests/04-callbacks.bats, which
 * says what each is to print. Usage: loop CASE. The loop of exercise 04-6 can
 * be put in front, in the place of event_loop.h.
 */
#include "event_loop.h"
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

static struct event_loop loop;
static int first[2], second[2], third[2];

/* Makes a pipe from which a byte can be read. */
static void make_readable(int ends[2])
{
    if (pipe(ends) == -1 || write(ends[1], "x", 1) != 1)
        exit(1);
}

static void say(void *text)
{
    puts(text);
}

/* ---- Timers ---- */

static void timers_run_when_due(void)
{
    struct timer late = {.on_time = say, .data = "late"};
    struct timer soon = {.on_time = say, .data = "soon"};
    struct timer never = {.on_time = say, .data = "never"};
    loop_start_timer(&loop, &late, 0.02);
    loop_start_timer(&loop, &never, 0.01);
    loop_start_timer(&loop, &soon, 0);
    loop_stop_timer(&never);
    loop_run(&loop);
}

static struct timer again;
static int times;

static void stop_restarting(void *unused)
{
    (void)unused;
    puts(times < 1000 ? "the descriptor had its turn" : "too late");
    loop_stop_timer(&again);
    loop_unwatch(&loop, first[0]);
}

static void restart(void *unused)
{
    (void)unused;
    if (++times == 1) {
        make_readable(first);
        loop_watch(&loop, first[0], stop_restarting, NULL, NULL);
    }
    if (times < 1000000)
        loop_start_timer(&loop, &again, -1);
}

/* A timer that starts itself again at once does not keep select() away. */
static void timer_that_restarts(void)
{
    again.on_time = restart;
    loop_start_timer(&loop, &again, -1);
    loop_run(&loop);
}

static struct timer endless;

static void stop_endless(void *unused)
{
    (void)unused;
    loop_stop_timer(&endless);
    puts("stopped");
}

/* Without limit is not now, and does not stand before the others. */
static void timer_without_limit(void)
{
    struct timer soon = {.on_time = stop_endless};
    endless.on_time = say;
    endless.data = "endless";
    loop_start_timer(&loop, &endless, 1.0 / 0.0);
    loop_start_timer(&loop, &soon, 0.05);
    loop_run(&loop);
    printf("%s\n", loop.selects < 10 ? "it slept" : "it did not sleep");
}

static void timer_that_is_no_number(void)
{
    struct timer timer = {.on_time = say, .data = "no number"};
    loop_start_timer(&loop, &timer, NAN);
    loop_run(&loop);
}

/* ---- Watches ---- */

static void on_first(void *unused)
{
    (void)unused;
    puts("first");
    loop_unwatch(&loop, first[0]);
    loop_unwatch(&loop, second[0]);
}

static void on_second(void *unused)
{
    (void)unused;
    puts("second");
    loop_unwatch(&loop, second[0]);
}

static void on_third(void *unused)
{
    (void)unused;
    puts("third");
    loop_unwatch(&loop, third[0]);
}

static void unwatched_by_another(void)
{
    make_readable(first);
    make_readable(second);
    make_readable(third);
    loop_watch(&loop, first[0], on_first, NULL, NULL);
    loop_watch(&loop, second[0], on_second, NULL, NULL);
    loop_watch(&loop, third[0], on_third, NULL, NULL);
    loop_run(&loop);
}

/* To watch for nothing is not to watch: the loop ends. */
static void watch_for_nothing(void)
{
    make_readable(first);
    loop_watch(&loop, first[0], on_first, NULL, NULL);
    loop_watch(&loop, first[0], NULL, NULL, NULL);
    loop_run(&loop);
    puts("ended");
}

static int pair[2];

static void on_pair_writable(void *unused)
{
    (void)unused;
    puts(times < 1000 ? "writable had its turn" : "too late");
    loop_unwatch(&loop, pair[0]);
}

static void on_pair_readable(void *unused)
{
    (void)unused;
    loop_watch(&loop, pair[0], ++times < 1000 ? on_pair_readable : NULL,
               on_pair_writable, NULL);
}

/* One that stays readable, and watches itself again each time, is also
 * writable. */
static void watched_again(void)
{
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1 ||
        write(pair[1], "x", 1) != 1)
        exit(1);
    loop_watch(&loop, pair[0], on_pair_readable, on_pair_writable, NULL);
    loop_run(&loop);
}

static void watch_out_of_range(void)
{
    loop_watch(&loop, FD_SETSIZE, on_first, NULL, NULL);
}

static void close_second(void *unused)
{
    (void)unused;
    loop_unwatch(&loop, first[0]);
    close(second[0]); /* the mistake: it is still watched */
}

static void closed_but_watched(void)
{
    make_readable(first);
    if (pipe(second) == -1 || dup2(second[0], 77) == -1)
        exit(1);
    second[0] = 77;
    loop_watch(&loop, first[0], close_second, NULL, NULL);
    loop_watch(&loop, second[0], on_second, NULL, NULL);
    loop_run(&loop);
}

static void run_again(void *unused)
{
    (void)unused;
    loop_run(&loop);
}

static void loop_in_a_loop(void)
{
    struct timer timer = {.on_time = run_again};
    loop_start_timer(&loop, &timer, 0);
    loop_run(&loop);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } cases[] = {
        {"timers-run-when-due", timers_run_when_due},
        {"timer-that-restarts", timer_that_restarts},
        {"timer-without-limit", timer_without_limit},
        {"timer-that-is-no-number", timer_that_is_no_number},
        {"unwatched-by-another", unwatched_by_another},
        {"watch-for-nothing", watch_for_nothing},
        {"watched-again", watched_again},
        {"watch-out-of-range", watch_out_of_range},
        {"closed-but-watched", closed_but_watched},
        {"loop-in-a-loop", loop_in_a_loop},
    };
    setvbuf(stdout, NULL, _IOLBF, 0);
    loop_init(&loop);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (argc == 2 && strcmp(argv[1], cases[i].name) == 0) {
            cases[i].run();
            return 0;
        }
    fprintf(stderr, "usage: loop CASE\n");
    return 2;
}
