/*
 * Exercise 04-2: One callback that sleeps holds up all.
 *
 * Countdowns are to run at the same time, one step each in 0.05 seconds:
 *
 *     # in this folder:
 *     cc -I.. -o 2-timer 2-timer.c
 *     ./2-timer apollo 3 soyuz 2
 *
 *     apollo 3
 *     soyuz 2
 *     apollo 2
 *     soyuz 1
 *     apollo 1
 *     soyuz lifts off
 *     apollo lifts off
 *
 * They run one after the other: as long as one of them sleeps, the loop cannot
 * call anybody.
 *
 * What to do: no sleep and no loop in start_countdown(). Write a callback
 * on_tick(), called by the countdown's timer, which does one step and starts
 * the timer again if there is another. Ten lines.
 *
 * Why it matters: "call me in 0.05 seconds" is what sleep becomes in an event
 * loop; setTimeout() in JavaScript, callLater() in Twisted, call_later() in
 * asyncio. One sleep in one callback stops everything: this is the mistake that
 * is made most.
 *
 * How it is checked: by the order of the lines, with countdowns that the check
 * chooses. And nobody may wait but the loop, 0.05 seconds after each step. Type
 * `make exercise-04-2`.
 */
#include "event_loop.h"

#include <stdio.h>
#include <stdlib.h>

#define STEP 0.05 /* seconds */

struct countdown {
    const char *name;
    int left;
    /* the loop holds it as long as it is started: it has to stay where it is */
    struct timer timer;
};

static struct event_loop loop;

/* Prints the first step of a countdown; the others follow. */
static void start_countdown(struct countdown *c)
{
    /* TODO: one step, and let the timer call for the next. A timer is told what
     * to call with c->timer.on_time and c->timer.data, and is started with
     * loop_start_timer(&loop, &c->timer, STEP). */
    struct timespec pause = {.tv_nsec = (long)(STEP * 1e9)};
    while (c->left > 0) {
        printf("%s %d\n", c->name, c->left);
        c->left--;
        nanosleep(&pause, NULL);
    }
    printf("%s lifts off\n", c->name);
}

int main(int argc, char **argv)
{
    int count = (argc - 1) / 2;
    struct countdown *countdowns =
        calloc((size_t)count + 1, sizeof *countdowns);
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (countdowns == NULL || argc % 2 == 0) {
        fprintf(stderr, "usage: 2-timer NAME STEPS NAME STEPS ...\n");
        free(countdowns);
        return 2;
    }
    loop_init(&loop);
    for (int i = 0; i < count; i++) {
        countdowns[i].name = argv[2 * i + 1];
        countdowns[i].left = (int)strtol(argv[2 * i + 2], NULL, 10);
        start_countdown(&countdowns[i]);
    }
    loop_run(&loop);
    free(countdowns);
    return 0;
}
