/*
 * Exercise 03-2: How long should select() wait?
 *
 * Each page has a time limit of its own here: the command line is SECONDS URL
 * SECONDS URL ...
 *
 *     # in this folder:
 *     cc -I.. -o 2-deadline 2-deadline.c
 *     U=http://127.0.0.1:8080
 *     ./2-deadline 0.5 $U/silent 1.5 $U/silent
 *
 * So that no limit is missed, the program looks at the clock every 0.05
 * seconds. Nothing happens in nearly all of these rounds; the summary counts
 * them. And a limit may be noticed up to 0.05 seconds late.
 *
 * What to do: write time_to_wait(), so that select() sleeps until a socket is
 * ready or until the next limit is due, whichever comes first. About ten lines.
 *
 * Why it matters: a laptop or a phone whose programs wake up 20 times a second
 * for nothing never sleeps. And 0.05 is never right: too long for the one, too
 * often for the others.
 *
 * How it is checked: two pages never answer. Each has to be given up; the
 * number of selects must depend on what happens, not on how long it takes. Type
 * `make exercise-03-2`.
 */
#include "exercises/given.h"
#include <sys/select.h>

static long selects; /* calls of select() */

/* Returns how long select() may sleep. */
static struct timeval time_to_wait(void)
{
    /* TODO: until the nearest deadline. requests[i].page.deadline and now() are
     * on the same clock, in seconds; requests[i].fd is -1 if the request is
     * over. */
    struct timeval time = {.tv_sec = 0, .tv_usec = 50000};
    return time;
}

/* Waits until a socket is ready or a deadline has come. Returns false if
 * select() fails. */
static bool wait_for_events(fd_set *readable)
{
    int highest = -1;
    FD_ZERO(readable);
    for (int i = 0; i < request_count; i++)
        if (requests[i].fd != -1) {
            FD_SET(requests[i].fd, readable);
            if (requests[i].fd > highest)
                highest = requests[i].fd;
        }
    struct timeval timeout = time_to_wait();
    selects++;
    if (select(highest + 1, readable, NULL, NULL, &timeout) != -1)
        return true;
    FD_ZERO(readable);
    if (errno != EINTR)
        /* EINVAL: a negative time, or 1,000,000 microseconds or more */
        perror("select");
    return errno == EINTR;
}

/* Waits for all answers, for each page as long as its limit says. Returns false
 * if that fails. */
static bool receive_all(void)
{
    while (in_flight > 0) {
        fd_set readable;
        if (!wait_for_events(&readable))
            return false;
        for (int i = 0; i < request_count; i++) {
            struct request *r = &requests[i];
            if (r->fd != -1 && FD_ISSET(r->fd, &readable))
                receive_some(r);
            else if (r->fd != -1 && r->page.deadline <= now())
                time_out(r);
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    begin(argc, argv, "q");
    begin_requests(options.url_count / 2);
    for (int i = 0; i < request_count; i++) {
        options.seconds = parse_seconds(argv[optind++]);
        if (options.seconds <= 0)
            usage("", "the arguments are SECONDS URL SECONDS URL ...");
        ask(&requests[i], i + 1, argv[optind++]);
    }
    bool good = receive_all();
    return summary(", %ld selects", selects) != 0 || !good;
}
