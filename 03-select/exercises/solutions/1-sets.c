/*
 * Exercise 03-1: The sets that select() overwrites. A solution.
 *
 * The set is made anew for each call, from the requests that are not over:
 * after select() it holds only the sockets that are ready. A socket that was
 * closed is left out for the same reason; select() would fail with EBADF.
 */
#include "exercises/given.h"
#include <sys/select.h>

/* Takes what has come at those that are in the set. */
static void receive_ready(const fd_set *readable)
{
    for (int i = 0; i < request_count; i++)
        if (requests[i].fd != -1 && FD_ISSET(requests[i].fd, readable))
            receive_some(&requests[i]);
}

/* Waits for all answers. Returns false if select() fails. */
static bool receive_all(void)
{
    while (in_flight > 0) {
        fd_set readable;
        int highest = -1;

        FD_ZERO(&readable);
        for (int i = 0; i < request_count; i++)
            if (requests[i].fd != -1) {
                FD_SET(requests[i].fd, &readable);
                if (requests[i].fd > highest)
                    highest = requests[i].fd;
            }

        if (select(highest + 1, &readable, NULL, NULL, NULL) == -1) {
            perror("select");
            return false;
        }
        receive_ready(&readable);
    }
    return true;
}

int main(int argc, char **argv)
{
    begin(argc, argv, "q");
    begin_requests(options.url_count);
    for (int i = 0; i < request_count; i++)
        ask(&requests[i], i + 1, argv[optind + i]);
    bool good = receive_all();
    return summary("") != 0 || !good;
}
