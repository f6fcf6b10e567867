/*
 * Exercise 02-1: Connected, or not?
 *
 * On a non-blocking socket, connect() returns at once, with EINPROGRESS: the
 * kernel has begun to knock, and nobody has answered yet. This program takes
 * that for a success. So it reports "connected" for a port where nobody
 * listens.
 *
 * To do: ask the kernel, in wait_connected(), until the attempt has succeeded
 * or failed. Two questions help:
 *
 *     getpeername()             succeeds when the socket is connected, and only
 *                               then
 *     getsockopt(... SO_ERROR)  the errno of a failed attempt, or 0; reading it
 *                               clears it
 *
 * A loop that asks without a pause is all right in this step.
 *
 * How it is checked: with a port where somebody listens, one where nobody does,
 * and one that never answers.
 *
 *     make exercise-02-1
 *     # in this folder:
 *     cc -I.. -o 1-connected 1-connected.c && ./1-connected -t 1 URL...
 */
#include "exercises/given.h"

static char buffer[65536];

/* Makes a non-blocking socket, and begins to connect it to the page's first
 * address. Returns the socket, or -1, with the reason in page. */
static int begin_connection(struct page *page)
{
    const struct addrinfo *a = page->addresses;
    int fd = socket(a->ai_family, SOCK_STREAM, 0);
    if (fd != -1 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0 &&
        (connect(fd, a->ai_addr, a->ai_addrlen) == 0 || errno == EINPROGRESS))
        return fd;
    page_fail_errno(page, errno);
    if (fd != -1)
        close(fd);
    return -1;
}

/* Asks until fd is connected. Returns false, with the reason in page, if that
 * fails, or if the page's time is over (page_time_left(), page_time_out()). */
static bool wait_connected(int fd, struct page *page)
{
    /* TODO: EINPROGRESS was no promise. Find out what has become of it. */
    (void)fd;
    page_log(page, "connected");
    return true;
}

/* Receives until the page is over. */
static void receive_response(int fd, struct page *page)
{
    while (page_time_left(page) > 0) {
        ssize_t n = recv(fd, buffer, sizeof buffer, 0);
        if (n >= 0 && !page_receive(page, buffer, (size_t)n))
            return;
        if (n == -1 && errno != EAGAIN && errno != EINTR) {
            page_fail_errno(page, errno);
            return;
        }
        if (n == -1)
            polls++;
    }
    page_time_out(page);
}

static void fetch(int id)
{
    struct page page;
    int fd = -1;
    if (page_begin(&page, id))
        fd = begin_connection(&page);
    if (fd != -1 && wait_connected(fd, &page) && send_request(fd, &page))
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
