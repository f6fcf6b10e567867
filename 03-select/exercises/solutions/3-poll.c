/*
 * Exercise 03-3: Past 1,024 descriptors. A solution.
 *
 * One struct pollfd a request, at the same index. Where a request is over its
 * fd is -1, and poll() leaves it out; so the array need not be closed up.
 * Whatever revents says (POLLIN, POLLHUP, POLLERR), recv() finds out what it
 * means.
 */
#include "exercises/given.h"
#include <poll.h>

/* Waits until there is an answer, or a part of one, and takes what has come.
 * Returns false if waiting fails. */
static bool wait_and_receive(void)
{
    static struct pollfd *polls; /* polls[i] belongs to requests[i] */
    if (polls == NULL)
        polls = allocate(request_count, sizeof *polls);
    for (int i = 0; i < request_count; i++)
        polls[i] = (struct pollfd){.fd = requests[i].fd, .events = POLLIN};
    if (poll(polls, (nfds_t)request_count, -1) == -1)
        return errno == EINTR;
    for (int i = 0; i < request_count; i++)
        if (polls[i].revents != 0)
            receive_some(&requests[i]);
    return true;
}

/* Asks for all pages. */
static void open_all(char **urls)
{
    for (int i = 0; i < request_count; i++)
        ask(&requests[i], i + 1, urls[i]);
}

int main(int argc, char **argv)
{
    begin(argc, argv, "q");
    begin_requests(options.url_count);
    open_all(argv + optind);
    bool good = true;
    while (in_flight > 0 && good)
        good = wait_and_receive();
    return summary("") != 0 || !good;
}
