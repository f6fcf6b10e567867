/* 03-3, another way: a dense list of those in flight, and a table from there to
 * the requests. */
#include "exercises/given.h"
#include <poll.h>

int main(int argc, char **argv)
{
    begin(argc, argv, "q");
    begin_requests(options.url_count);
    struct pollfd *list = allocate(request_count, sizeof *list);
    struct request **owner = allocate(request_count, sizeof(struct request *));
    nfds_t length = 0;
    for (int i = 0; i < request_count; i++) {
        ask(&requests[i], i + 1, argv[optind + i]);
        if (requests[i].fd == -1)
            continue;
        list[length].fd = requests[i].fd;
        list[length].events = POLLIN;
        owner[length++] = &requests[i];
    }
    while (length > 0) {
        int ready = poll(list, length, 1000);
        for (nfds_t i = length; ready > 0 && i-- > 0;) {
            if (list[i].revents == 0)
                continue;
            ready--;
            receive_some(owner[i]);
            if (owner[i]->fd != -1)
                continue;
            length--;
            list[i] = list[length];
            owner[i] = owner[length];
        }
    }
    free(list);
    free(owner);
    return summary("");
}
