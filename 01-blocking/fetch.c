/*
 * Step 1: blocking. One page at a time, each call waits until it has done its
 * work.
 *
 * New here: socket(), connect(), send() and recv(). TCP carries bytes, not
 * messages: one send() may take only a part of the request, one recv() returns
 * only what has come so far. The practice server answers the two URLs below
 * (type `make serve` in another terminal).
 *
 *     cc -o fetch fetch.c
 *     ./fetch http://127.0.0.1:8080/delay/300 http://127.0.0.1:8080/delay/100
 *
 * Still wrong: while it waits for one page, it does nothing for the others. The
 * second URL above is answered after 0.1 s, and still takes 0.4 s. Ten slow
 * pages take ten times as long as one, and nearly all of that time this program
 * sleeps.
 */
#include "http.h"
#include <sys/time.h>

/* what recv() returns, until page_receive() has taken it */
static char buffer[65536];

/* Limits the next call on fd to the time that the page has left; when that is
 * over, the call fails with EAGAIN. Returns false, with the reason in page, if
 * no time is left or no limit can be set. SO_RCVTIMEO and SO_SNDTIMEO are
 * POSIX. That the latter limits connect() too is said by Linux (socket(7));
 * elsewhere connect() may take as long as the system likes. */
static bool limit_wait(int fd, struct page *page)
{
    /* 0 is "no limit" */
    long long microseconds = (long long)(page_time_left(page) * 1e6) + 1;
    struct timeval limit = {.tv_sec = (time_t)(microseconds / 1000000)};
    limit.tv_usec = (suseconds_t)(microseconds % 1000000);
    if (microseconds <= 0)
        page_time_out(page);
    else if ((setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) ==
                  -1 ||
              setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) ==
                  -1) &&
             /* macOS, when the connection is over: the next call will tell
              * why */
             errno != EINVAL)
        page_fail(page, errno);
    else
        return true;
    return false;
}

/* Connects fd to an address. Returns false, with the reason in page, if that
 * fails. */
static bool connect_socket(int fd, const struct addrinfo *address,
                           struct page *page)
{
    while (limit_wait(fd, page)) {
        if (connect(fd, address->ai_addr, address->ai_addrlen) == 0 ||
            errno == EISCONN)
            return true;
        /* After a signal, or at the time limit, the kernel goes on connecting.
         * Asked again, Linux waits on; others may say EALREADY at once. (Step 2
         * has the portable way to ask.) */
        if (errno != EINTR && errno != EALREADY && errno != EINPROGRESS) {
            page_fail(page, errno);
            return false;
        }
    }
    return false;
}

/* Connects to the first of the page's addresses that accepts; a name may have
 * several, "localhost" has ::1 and 127.0.0.1. Leaves in *fd the last socket
 * that was tried, or -1; the caller closes it. Returns false, with the reason
 * in page, if none accepts. */
static bool open_connection(int *fd, struct page *page)
{
    for (const struct addrinfo *a = page->addresses; a != NULL;
         a = a->ai_next) {
        if (*fd != -1)
            close(*fd);
        *fd = socket(a->ai_family, SOCK_STREAM, 0);
        if (*fd == -1) {
            page_fail(page, errno);
            continue;
        }
        page_connecting(page);
        if (connect_socket(*fd, a, page)) {
            page_log(page, "connected");
            return true;
        }
    }
    return false;
}

/* Sends the whole request, in as many parts as it takes. Returns false, with
 * the reason in page, if the time is over. Another failure is not the end yet:
 * a server may have answered before it has read everything, and closed. So the
 * answer is read in any case. */
static bool send_request(int fd, struct page *page)
{
    size_t sent = 0;
    while (sent < page->request_length) {
        if (!limit_wait(fd, page))
            return false;
        ssize_t n =
            send(fd, page->request + sent, page->request_length - sent, 0);
        if (n >= 0) {
            sent += (size_t)n;
        } else if (errno != EINTR && errno != EAGAIN) {
            page_sent(page, sent, errno);
            return true;
        }
    }
    page_sent(page, sent, 0);
    return true;
}

/* Receives until the response is complete or has failed. */
static void receive_response(int fd, struct page *page)
{
    while (limit_wait(fd, page)) {
        ssize_t n = recv(fd, buffer, sizeof buffer, 0);
        if (n >= 0 && !page_receive(page, buffer, (size_t)n))
            return;
        if (n == -1 && errno != EINTR && errno != EAGAIN) {
            page_fail(page, errno);
            return;
        }
    }
}

/* Fetches the page with this ID, from the connection to the last byte. */
static void fetch(int id)
{
    struct page page;
    int fd = -1;
    if (page_begin(&page, id) && open_connection(&fd, &page) &&
        send_request(fd, &page))
        receive_response(fd, &page);
    page_end(&page);
    if (fd != -1)
        close(fd);
}

int main(int argc, char **argv)
{
    begin(argc, argv, "qo:t:");
    for (int id = 1; id <= options.url_count; id++)
        fetch(id);
    return summary("");
}
