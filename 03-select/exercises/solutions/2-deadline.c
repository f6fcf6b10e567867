/*
 * Exercise 03-2: How long should select() wait? A solution.
 *
 * Until the nearest deadline of the requests that are not over. The two
 * details: rounded up, or the last microsecond is spent in many selects that do
 * not wait; and never below 0.
 */
#include "exercises/given.h"
#include <sys/select.h>

static long selects; /* calls of select() */

/* Returns how long select() may sleep: until the nearest deadline of those that
 * are not over. */
static struct timeval time_to_wait(void)
{
    double nearest = now() + 3600;
    for (int i = 0; i < request_count; i++)
        if (requests[i].fd != -1 && requests[i].page.deadline < nearest)
            nearest = requests[i].page.deadline;

    /* Rounded up: if it is woken too early, it finds nothing to do, and asks
     * again at once. */
    long long microseconds = (long long)((nearest - now()) * 1e6) + 1;
    /* it is over already; select() takes no negative time */
    if (microseconds < 0)
        microseconds = 0;
    struct timeval time = {.tv_sec = (time_t)(microseconds / 1000000)};
    time.tv_usec = (suseconds_t)(microseconds % 1000000);
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
