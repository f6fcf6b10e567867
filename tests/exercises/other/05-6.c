/*
 * Exercise 05-6: The scheduler with poll() in place of select().
 *
 * select() takes no descriptor from FD_SETSIZE on, usually 1,024: what matters
 * is its number, and not how many there are. poll() takes a list of
 * descriptors, of any number. For the coroutines nothing changes: they call
 * wait_readable() and wait_writable() as before.
 *
 *     # in this folder:
 *     cc -o 6-poll 6-poll.c && ./6-poll 1100 3 1 -2
 *
 * makes three pipes, whose descriptors have numbers from 1,100 on. A writer
 * sends a lot through each of them, in this order, and a reader at each
 * receives it; at 2, the reader goes away before it has read everything. It
 * shall print: (the lines with "end" in any order)
 *
 *     3 has received all
 *     1 has received all
 *     2 goes away
 *     the writer has lost 2
 *     3 is at the end
 *     1 is at the end
 *     # 4 of 4 have ended
 *
 * To do: wait_for_descriptors(), with poll(). Besides POLLIN and POLLOUT, for
 * which you ask, revents may hold POLLHUP, POLLERR or POLLNVAL, for which
 * nobody asks; and these alone. Checked (make exercise-05-6): the lines, with
 * small and with large numbers of descriptors, in several orders; that whoever
 * can run does not wait for descriptors; and that poll() waits if nobody can
 * run.
 */
#include "given.h"
#include "pipes.h"
#include <poll.h>

/* Each coroutine has a place of its own; a negative descriptor is left out by
 * poll(). */
static struct pollfd places[MOST_COROUTINES];
static struct coroutine *waiters[MOST_COROUTINES];
static int waiting_count;

static void wait_for(int fd, short events)
{
    int place = current->number - 1;
    places[place].fd = fd;
    places[place].events = events;
    waiters[place] = current;
    waiting_count++;
    suspend();
}

static void wait_readable(int fd)
{
    wait_for(fd, POLLIN);
}

static void wait_writable(int fd)
{
    wait_for(fd, POLLOUT);
}

/* Makes ready all whose descriptor can be read or written without waiting; an
 * end, or an error, can be read as well. If nobody else can run, it waits until
 * there is one. */
static void wait_for_descriptors(void)
{
    if (poll(places, MOST_COROUTINES, ready.first != NULL ? 0 : 1000) <= 0)
        return;
    for (int i = 0; i < MOST_COROUTINES; i++) {
        if (places[i].fd == -1 || places[i].revents == 0)
            continue;
        places[i].fd = -1;
        push(&ready, waiters[i]);
        waiting_count--;
    }
}

/* ---- All below is given. ---- */

/* Runs all coroutines until each has ended. */
static void run_scheduler(void)
{
    while (ready.first != NULL || waiting_count > 0) {
        struct queue round = ready;
        ready.first = NULL;
        for (struct coroutine *c; (c = pop(&round)) != NULL;)
            resume(c);
        if (waiting_count > 0)
            wait_for_descriptors();
    }
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: 6-poll LOWEST NUMBER...\n");
        return 2;
    }
    for (int i = 0; i < MOST_COROUTINES; i++)
        places[i].fd = -1;
    start_pipes(atoi(argv[1]), argc - 2, argv + 2);
    run_scheduler();
    printf("# %d of %d have ended\n", ended, started);
    return 0;
}
