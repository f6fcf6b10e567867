/* 03-2, another way: seconds and microseconds from a double, a little rounded
 * up. */
#include "exercises/given.h"
#include <sys/select.h>

static long selects;

/* The smaller of `seconds` and what is left of r's time; never below 0. */
static double at_most(double seconds, const struct request *r)
{
    double left = page_time_left(&r->page);
    if (r->fd == -1 || left >= seconds)
        return seconds;
    return left > 0 ? left : 0;
}

static void wait_for(fd_set *readable)
{
    int end = 0;
    double seconds = 1e6;
    FD_ZERO(readable);
    for (int i = 0; i < request_count; i++) {
        struct request *r = &requests[i];
        seconds = at_most(seconds, r);
        if (r->fd != -1)
            FD_SET(r->fd, readable);
        end = r->fd >= end ? r->fd + 1 : end;
    }
    /* a little late is allowed; a little early would cost a round */
    seconds += 0.002;
    struct timeval t = {.tv_sec = (time_t)seconds};
    t.tv_usec = (suseconds_t)((seconds - (double)t.tv_sec) * 1e6);
    selects++;
    if (select(end, readable, NULL, NULL, &t) == -1)
        FD_ZERO(readable);
}

int main(int argc, char **argv)
{
    begin(argc, argv, "q");
    begin_requests(options.url_count / 2);
    for (int i = 0; i < request_count; i++) {
        options.seconds = parse_seconds(argv[optind++]);
        ask(&requests[i], i + 1, argv[optind++]);
    }
    while (in_flight > 0) {
        fd_set readable;
        wait_for(&readable);
        for (struct request *r = requests; r < requests + request_count; r++) {
            if (r->fd != -1 && FD_ISSET(r->fd, &readable))
                receive_some(r);
            if (r->fd != -1 && page_time_left(&r->page) <= 0)
                time_out(r);
        }
    }
    return summary(", %ld selects", selects);
}
