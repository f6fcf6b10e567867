/*
 * Exercise 05-3: One coroutine sleeps, not the thread.
 *
 * sleep() in a coroutine stops all of them. This small scheduler can do better:
 * one that sleeps is put aside until its time has come, and the others run. It
 * is what gevent.sleep() and await sleep() do, and what each timer of an event
 * loop does.
 *
 *     # in this folder:
 *     cc -o 3-sleep 3-sleep.c && ./3-sleep 150 50 100
 *
 * starts three coroutines, which sleep for so many milliseconds, and shall
 * print:
 *
 *     2 slept 50
 *     3 slept 100
 *     1 slept 150
 *     # 3 of 3 have ended, the clock was read ... times
 *
 * An argument may have several steps: 30,y,b60,w sleeps, yields (y), stops the
 * whole thread for 60 ms (b60), and yields until all others have ended (w).
 *
 * The rules, and what is checked (make exercise-05-3); all is order, never how
 * fast it was:
 *   - The one that is due first goes on first, also if several are late. Of two
 *     that are due at the same time, it is the one that began to sleep first.
 *   - While one sleeps, the others run; while they run, one that is due gets
 *     its turn.
 *   - If all sleep, the thread sleeps too, until the first is due. It does not
 *     ask again and again.
 *
 * To do: sleep_for() and wake_sleepers().
 */
#include "given.h"
#include <time.h>

static struct queue asleep; /* in the order in which they began */
/* milliseconds; stands still until the clock is read again */
static double now;
static int clock_reads;

/* Reads the clock into `now`. */
static void read_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    now = (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
    clock_reads++;
}

/* Makes the whole thread sleep until this time, not at all if it is over. Then
 * reads the clock. */
static void stop_thread_until(double due)
{
    /* again if a signal ends nanosleep() early */
    for (read_clock(); now < due; read_clock()) {
        /* rounded up */
        long long microseconds = (long long)((due - now) * 1e3) + 1;
        struct timespec t = {.tv_sec = (time_t)(microseconds / 1000000),
                             .tv_nsec = (long)(microseconds % 1000000) * 1000};
        nanosleep(&t, NULL);
    }
}

/* Stops the running coroutine for so many milliseconds. The others run
 * meanwhile. */
static void sleep_for(double milliseconds)
{
    read_clock();
    current->due = now + milliseconds;
    push(&asleep, current);
    suspend();
}

/* Returns who is due first, NULL if nobody sleeps. */
static struct coroutine *earliest(void)
{
    struct coroutine *best = asleep.first;
    for (struct coroutine *c = best; c != NULL; c = c->next)
        if (c->due < best->due)
            best = c;
    return best;
}

/* Makes ready all sleepers whose time has come. If nobody else can run, waits
 * for the first. */
static void wake_sleepers(void)
{
    struct coroutine *first = earliest();
    if (first == NULL)
        return;
    if (ready.first == NULL)
        stop_thread_until(first->due);
    else
        read_clock();
    for (; first != NULL && first->due <= now; first = earliest()) {
        struct queue others = {NULL, NULL};
        for (struct coroutine *c; (c = pop(&asleep)) != NULL;)
            push(c == first ? &ready : &others, c);
        asleep = others;
    }
}

/* Runs all coroutines until each has ended. */
static void run_scheduler(void)
{
    read_clock();
    /* if nobody is, wake_sleepers() has waited for somebody */
    while (ready.first != NULL) {
        struct queue round = ready;
        ready.first = NULL;
        for (struct coroutine *c; (c = pop(&round)) != NULL;)
            resume(c);
        wake_sleepers();
    }
}

/* ---- All below is given. ---- */

/* Does one step: a number, or a letter, with a number for b. Returns where it
 * ends. */
static char *do_step(int number, const char *step)
{
    char letter = ' ', *end;
    if (*step >= 'a')
        letter = *step++;
    int milliseconds = (int)strtol(step, &end, 10);
    if (letter == ' ') {
        sleep_for(milliseconds);
        printf("%d slept %d\n", number, milliseconds);
    } else if (letter == 'b') {
        read_clock();
        stop_thread_until(now + milliseconds);
        printf("%d blocked %d\n", number, milliseconds);
    } else if (letter == 'y') {
        yield();
        printf("%d yielded\n", number);
    } else {
        while (ended < started - 1)
            yield();
        printf("%d waited\n", number);
    }
    return end;
}

/* What each coroutine does. */
static void do_steps(void *steps)
{
    int number = current->number;
    for (const char *step = steps; *step != '\0'; step += *step == ',')
        step = do_step(number, step);
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (int i = 1; i < argc; i++)
        start(do_steps, argv[i]);
    run_scheduler();
    printf("# %d of %d have ended, the clock was read %d times\n", ended,
           started, clock_reads);
    return 0;
}
