/*
 * Exercise 04-2: One callback that sleeps holds up all. A solution.
 *
 * What was a local place in a loop, "the third time round", is now a field:
 * c->left. The callback does one step and returns; the timer brings it back.
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

/* One step: prints it, and asks for the next. */
static void on_tick(void *data)
{
    struct countdown *c = data;
    if (c->left == 0) {
        printf("%s lifts off\n", c->name);
        return;
    }
    printf("%s %d\n", c->name, c->left);
    c->left--;
    loop_start_timer(&loop, &c->timer, STEP);
}

/* Prints the first step of a countdown; the others follow. */
static void start_countdown(struct countdown *c)
{
    c->timer.on_time = on_tick;
    c->timer.data = c;
    on_tick(c);
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
