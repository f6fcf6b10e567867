/* 04-2, another way: two callbacks, one for the steps and one for the end. */
#include "event_loop.h"

#include <stdio.h>
#include <stdlib.h>

struct rocket {
    struct timer timer;
    char *name;
    long steps, done;
};

static struct event_loop loop;

static void lift_off(void *data)
{
    const struct rocket *rocket = data;
    printf("%s lifts off\n", rocket->name);
}

static void count(void *data)
{
    struct rocket *rocket = data;
    printf("%s %ld\n", rocket->name, rocket->steps - rocket->done++);
    rocket->timer.on_time = rocket->done < rocket->steps ? count : lift_off;
    loop_start_timer(&loop, &rocket->timer, 0.05);
}

int main(int argc, char **argv)
{
    struct rocket *rockets[100] = {NULL};
    loop_init(&loop);
    for (int i = 0; i < 100 && 2 * i + 2 < argc; i++) {
        struct rocket *rocket = rockets[i] = calloc(1, sizeof *rocket);
        if (rocket == NULL)
            return 1;
        rocket->name = argv[2 * i + 1];
        rocket->steps = strtol(argv[2 * i + 2], NULL, 10);
        rocket->timer.data = rocket;
        if (rocket->steps > 0)
            count(rocket);
        else
            lift_off(rocket);
    }
    loop_run(&loop);
    for (int i = 0; i < 100; i++)
        free(rockets[i]);
    return 0;
}
