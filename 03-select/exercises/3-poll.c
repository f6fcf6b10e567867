/*
 * Exercise 03-3: Past 1,024 descriptors.
 *
 * An fd_set is an array of FD_SETSIZE bits, 1,024 nearly everywhere. FD_SET()
 * of a higher descriptor writes beyond its end: no error, just a bit of
 * somebody else's memory. So this program, like step 3's, leaves such a socket
 * out. With 1,100 pages at once, 80 fail:
 *
 *     # in this folder:
 *     cc -I.. -o 3-poll 3-poll.c
 *     ulimit -n 2048
 *     ./3-poll -q $(yes http://127.0.0.1:8080/delay/300 | head -1100) | tail -3
 *
 * What to do: wait with poll() instead, which gets an array, as long as you
 * like, of
 *     struct pollfd { int fd; short events; short revents; };
 * `events` is what you wait for (POLLIN), `revents` what was found. poll()
 * leaves out an entry whose fd is negative. The limit in open_all() has to go,
 * too. About ten lines.
 *
 * Why it matters: 1,024 is not much for a server. All that came after select()
 * (poll, and epoll and kqueue, which do not need the whole list each time) came
 * for many connections.
 *
 * How it is checked: 1,100 pages at once have to be done. Of 1,000 the server
 * answers one only after all have asked, in an order that the check chooses.
 * Type `make exercise-03-3`.
 */
#include "exercises/given.h"
#include <poll.h>
#include <sys/select.h>

/* Waits until there is an answer, or a part of one, and takes what has come.
 * Returns false if waiting fails. */
static bool wait_and_receive(void)
{
    /* TODO: an array of struct pollfd instead of the set. */
    fd_set readable;
    int highest = -1;
    FD_ZERO(&readable);
    for (int i = 0; i < request_count; i++)
        if (requests[i].fd != -1) {
            FD_SET(requests[i].fd, &readable);
            if (requests[i].fd > highest)
                highest = requests[i].fd;
        }
    if (select(highest + 1, &readable, NULL, NULL, NULL) == -1)
        return errno == EINTR;
    for (int i = 0; i < request_count; i++)
        if (requests[i].fd != -1 && FD_ISSET(requests[i].fd, &readable))
            receive_some(&requests[i]);
    return true;
}

/* Asks for all pages. */
static void open_all(char **urls)
{
    for (int i = 0; i < request_count; i++) {
        struct request *r = &requests[i];
        ask(r, i + 1, urls[i]);
        /* TODO: poll() has no such limit. */
        if (r->fd >= FD_SETSIZE) {
            page_fail(&r->page, "no room for its descriptor in an fd_set of %d",
                      FD_SETSIZE);
            end_request(r);
        }
    }
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
