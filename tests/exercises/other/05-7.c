/*
 * Exercise 05-7: Wait for its end, or cancel it.
 *
 * A coroutine that is started goes its own way. Somebody may want its result:
 * join() waits until it has ended. And somebody may not need it any more:
 * cancel(). The cancelled one can't simply be thrown away. Its socket and its
 * page are local variables, on its own stack, and nobody else can close and
 * free them. So it is woken where it waits, hears that this was all, and ends
 * by itself. (gevent: get(), kill(); asyncio: await task, task.cancel().)
 *
 *     # in this folder:
 *     cc -I.. -o 7-join 7-join.c
 *     U=http://127.0.0.1:8080
 *     ./7-join $U/delay/300 +$U/silent $U/delay/100
 *
 * starts a coroutine for each page, and two that want their results. `reader`
 * joins all pages that have no + before their URL. It then cancels those that
 * have one, and joins them as well. `adder` joins all of them. It shall print:
 * (the line of adder may stand before the one above it)
 *
 *     3 ends with 6 bytes
 *     1 ends with 6 bytes
 *     reader has 6 bytes of 1
 *     reader has 6 bytes of 3
 *     reader cancels 2
 *     2 ends: cancelled
 *     reader has nothing of 2
 *     adder has 12 bytes
 *     # 0 wait for ever
 *
 * To do: join(), cancel(), wait_for(), and the end of run_task(); each takes
 * one to three lines. Checked (make exercise-05-7): that join() returns when
 * the page has ended, for all who have called it, and that nobody is resumed
 * only to look; that a cancelled page ends at once, without another byte sent
 * or received, and closes its socket itself; and that the result of a page
 * stays, if it has ended before it is cancelled.
 */
#include "join.h"

static struct task *tasks;
static int task_count;
static struct queue end_waiters; /* those that wait for the end of any task */

/* The only place where a page waits: until fd is ready, for so many seconds at
 * most. Returns false if the page shall do nothing more: its time is over, or
 * it has been cancelled. */
static bool wait_for(struct task *task, int fd, bool to_write, double seconds)
{
    if (task->is_cancelled)
        return false;
    bool is_ready = co_wait(fd, to_write, seconds);
    /* It may have been cancelled meanwhile. */
    /* cppcheck-suppress knownConditionTrueFalse */
    return task->is_cancelled ? false : is_ready;
}

/* Waits until the task has ended. Returns its result. */
static long long join(struct task *task)
{
    while (!task->has_ended)
        wait_in(&end_waiters);
    return task->result;
}

/* Lets a task end now, if it has not ended. If it waits for a descriptor, it is
 * moved to those that can run. */
static void cancel(struct task *task)
{
    struct queue all = co_waiting;
    task->is_cancelled = !task->has_ended;
    co_waiting.first = NULL;
    for (struct coroutine *c; (c = co_pop(&all)) != NULL;)
        co_push(c == task->coroutine ? &co_ready : &co_waiting, c);
}

/* What the coroutine of a page does. */
static void run_task(void *argument)
{
    struct task *task = argument;
    task->coroutine = current;
    task->result = fetch_page(task);
    printf("%d ends", task->id);
    if (task->result >= 0)
        printf(" with %lld bytes\n", task->result);
    else
        printf(": %s\n", task->is_cancelled ? "cancelled" : "failed");
    task->has_ended = true;
    struct queue all = end_waiters; /* they look again, and come back */
    end_waiters.first = NULL;
    while (all.first != NULL)
        wake_one(&all);
}

/* ---- All below is given. ---- */

static void read_result(struct task *task)
{
    long long bytes = join(task);
    if (bytes >= 0)
        printf("reader has %lld bytes of %d\n", bytes, task->id);
    else
        printf("reader has nothing of %d\n", task->id);
}

/* Joins the pages that are needed, and cancels the others. */
static void read_all(void *unused)
{
    (void)unused;
    for (int i = 0; i < task_count; i++)
        if (!tasks[i].is_optional)
            read_result(&tasks[i]);
    for (int i = 0; i < task_count; i++) {
        if (!tasks[i].is_optional)
            continue;
        printf("reader cancels %d\n", tasks[i].id);
        cancel(&tasks[i]);
    }
    for (int i = 0; i < task_count; i++)
        if (tasks[i].is_optional)
            read_result(&tasks[i]);
}

/* Joins all pages. */
static void add_all(void *unused)
{
    (void)unused;
    long long sum = 0;
    for (int i = 0; i < task_count; i++) {
        long long bytes = join(&tasks[i]);
        sum += bytes > 0 ? bytes : 0;
    }
    printf("adder has %lld bytes\n", sum);
}

int main(int argc, char **argv)
{
    begin(argc, argv, "t:");
    options.quiet = true; /* the lines above take the place of the log */
    task_count = options.url_count;
    tasks = allocate(task_count, sizeof *tasks);
    bool good = true;
    for (int i = 0; i < task_count; i++) {
        const char *url = options.urls[i];
        tasks[i].id = i + 1;
        tasks[i].is_optional = *url == '+';
        tasks[i].url = url + tasks[i].is_optional;
        good = good && coroutine_start(run_task, &tasks[i]);
    }
    if (!good || !coroutine_start(read_all, NULL) ||
        !coroutine_start(add_all, NULL))
        die("out of memory");
    int stuck = run_scheduler();
    printf("# %d wait for ever\n", stuck);
    free(tasks);
    return stuck != 0;
}
