/*
 * Step 1: blocking. One page at a time; each call waits until its work is done.
 *
 * New here: socket(), connect(), send() and recv(). TCP carries bytes, not
 * messages: one send() may take only a part of the request, and one recv()
 * returns only what has come so far.
 *
 *     cc -o fetch fetch.c
 *     ./fetch http://127.0.0.1:8080/delay/300 http://127.0.0.1:8080/delay/100
 *
 * Still wrong: while it waits for one page, it does nothing for the others, and
 * nearly all of its time it sleeps. (It also sleeps while page_begin() looks up
 * a name, however long that takes. No step changes this: there is no portable
 * call that looks up a name without waiting.)
 */
#include "http.h"

static char buffer[65536]; /* what recv() returns, until it has been taken */

/* Limits the next call on fd: at the time `end` it fails with EAGAIN, and
 * connect() with EINPROGRESS. SO_RCVTIMEO and SO_SNDTIMEO are POSIX. That the
 * latter limits connect() too is said by Linux (socket(7)); elsewhere connect()
 * may take as long as the system likes. */
static void limit_wait(int fd, double end)
{
    double seconds = end - now();
    /* 0 would be "no limit". Late, we still take what has come by now. */
    struct timeval limit = to_timeval(seconds > 0 ? seconds : 1e-6);
    /* On macOS this fails when the connection is over; the next call tells. */
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

/* After a call has failed: true if it should be made again, because a signal
 * has interrupted it (EINTR), or because it says "not yet" before `end`. */
static bool try_again(double end)
{
    bool not_yet = errno == EAGAIN || errno == EINPROGRESS || errno == EALREADY;
    return errno == EINTR || (not_yet && now() < end);
}

/* Connects to an address. Returns the socket, or -1, with the reason in
 * page. */
static int connect_to(const struct addrinfo *address, struct page *page)
{
    double end = now() + page_attempt_time(page, address);
    int fd = socket(address->ai_family, SOCK_STREAM, 0);
    if (fd == -1) {
        page_fail_errno(page, errno);
        return -1;
    }
    do {
        limit_wait(fd, end);
        if (connect(fd, address->ai_addr, address->ai_addrlen) == 0 ||
            errno == EISCONN) /* it was made after a signal, before we asked */
            return fd;
    } while (try_again(end));
    page_fail_errno(page, errno);
    close(fd);
    return -1;
}

/* Connects to the first of the page's addresses that accepts; a name may have
 * several, "localhost" has ::1 and 127.0.0.1. Returns the socket, or -1, with
 * the reason in page. */
static int open_connection(struct page *page)
{
    int fd = -1;
    const struct addrinfo *a = page->addresses;
    for (; a != NULL && fd == -1; a = a->ai_next)
        fd = connect_to(a, page);
    if (fd != -1)
        page_log(page, "connected");
    return fd;
}

/* Sends the request, in as many parts as it takes. If that fails, the answer
 * may be there all the same: a server may answer before it has read everything,
 * and then read no more. So this gets half of the time, and the answer the
 * rest. */
static void send_request(int fd, struct page *page)
{
    double end = now() + page_time_left(page) / 2;
    size_t sent = 0;
    int error = 0;
    while (sent < page->request_length && error == 0) {
        limit_wait(fd, end);
        ssize_t n =
            send(fd, page->request + sent, page->request_length - sent, 0);
        if (n >= 0)
            sent += (size_t)n;
        else if (!try_again(end))
            error = errno;
    }
    page_sent(page, sent, error);
}

/* Receives until the response is complete or has failed. */
static void receive_response(int fd, struct page *page)
{
    ssize_t n;
    do {
        limit_wait(fd, page->deadline);
        n = recv(fd, buffer, sizeof buffer, 0);
        if (n == -1 && !try_again(page->deadline)) {
            page_fail_errno(page, errno);
            return;
        }
    } while (n == -1 || page_receive(page, buffer, (size_t)n));
}

/* Fetches the page with this ID, from the connection to the last byte. */
static void fetch(int id)
{
    struct page page;
    int fd = page_begin(&page, id) ? open_connection(&page) : -1;
    if (fd != -1) {
        send_request(fd, &page);
        receive_response(fd, &page);
    }
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
