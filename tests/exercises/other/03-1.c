/* 03-1, another way: a master set that is copied, and taken back piece by
 * piece. */
#include "exercises/given.h"
#include <sys/select.h>

static fd_set all;

static void receive_and_forget(struct request *r, const fd_set *ready)
{
    int fd = r->fd;
    if (fd == -1 || !FD_ISSET(fd, ready))
        return;
    receive_some(r);
    if (r->fd == -1)
        FD_CLR(fd, &all);
}

int main(int argc, char **argv)
{
    int end = 0;
    begin(argc, argv, "q");
    begin_requests(options.url_count);
    FD_ZERO(&all);
    for (int i = 0; i < request_count; i++) {
        struct request *r = &requests[i];
        ask(r, i + 1, argv[optind + i]);
        if (r->fd != -1)
            FD_SET(r->fd, &all);
        if (r->fd >= end)
            end = r->fd + 1;
    }
    while (in_flight > 0) {
        fd_set ready = all;
        if (select(end, &ready, NULL, NULL, NULL) < 1)
            continue;
        for (int i = 0; i < request_count; i++)
            receive_and_forget(&requests[i], &ready);
    }
    return summary("");
}
