/*
 * Exercise 02-2: Not yet is not the end.
 *
 * A non-blocking recv() has four answers: bytes, the end of the connection (0),
 * "nothing there now" (-1 and EAGAIN), and a failure (-1 and another errno).
 * This program takes all but the first for the end. So it gives up before a
 * server has had time to answer.
 *
 * To do: tell the four apart. Count each "not yet" in `polls`. A loop that asks
 * without a pause is all right in this step.
 *
 * How it is checked: with pages that come late, in pieces, that end with and
 * without a length, that are cut short, reset, or never come.
 *
 *     make exercise-02-2
 *     # in this folder:
 *     cc -I.. -o 2-not-yet 2-not-yet.c && ./2-not-yet -t 1 URL...
 */
#include "http.h"

static long polls; /* questions that were answered "not yet" */
static char buffer[65536];

/* Connects to the page's first address, and only then makes the socket
 * non-blocking: to connect without waiting was exercise 1. Returns the socket,
 * or -1, with the reason in page. */
static int open_connection(struct page *page)
{
    const struct addrinfo *a = page->addresses;
    int fd = socket(a->ai_family, SOCK_STREAM, 0);
    if (fd != -1 && connect(fd, a->ai_addr, a->ai_addrlen) == 0 &&
        fcntl(fd, F_SETFL, O_NONBLOCK) == 0) {
        page_log(page, "connected");
        return fd;
    }
    page_fail_errno(page, errno);
    if (fd != -1)
        close(fd);
    return -1;
}

/* Sends the request. It is short, and the first on this connection, so there is
 * room for it. */
static bool send_request(int fd, struct page *page)
{
    ssize_t n = send(fd, page->request, page->request_length, 0);
    if (n != (ssize_t)page->request_length) {
        page_fail_errno(page, errno);
        return false;
    }
    page_sent(page, (size_t)n, 0);
    return true;
}

/* Receives until the page is over, or its time is.
 *
 * recv() on a non-blocking socket returns -1 with errno EAGAIN if there is
 * nothing to read now. */
static void receive_response(int fd, struct page *page)
{
    while (page_time_left(page) > 0) {
        ssize_t n = recv(fd, buffer, sizeof buffer, 0);
        /* TODO: there are four answers, and they mean four things: more bytes,
         * the end, "not yet", a failure. Here all but the first are taken for
         * the end. */
        if (n <= 0)
            n = 0;
        if (!page_receive(page, buffer, (size_t)n))
            return;
    }
    page_time_out(page);
}

static void fetch(int id)
{
    struct page page;
    int fd = -1;
    if (page_begin(&page, id))
        fd = open_connection(&page);
    if (fd != -1 && send_request(fd, &page))
        receive_response(fd, &page);
    page_end(&page);
    if (fd != -1)
        close(fd);
}

int main(int argc, char **argv)
{
    begin(argc, argv, "qt:");
    for (int id = 1; id <= options.url_count; id++)
        fetch(id);
    return summary(", %ld polls", polls);
}
