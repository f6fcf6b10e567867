/*
 * Exercise 01-1: One recv() is not the whole response.
 *
 * This program fetches one page after another, as step 1 does, but it calls
 * recv() only once for each. Often that looks right: a short answer from a
 * server near by comes in one piece. Then, one day, a page comes in two pieces,
 * and half of it is lost. TCP is a stream of bytes: it keeps their order, but
 * not the borders between the server's send() calls.
 *
 * To do: receive until the page is over. A page is over when page_receive()
 * returns false (it has seen the length, or the end of the connection), or when
 * recv() fails. A signal (EINTR) is no failure.
 *
 * How it is checked: with pages that come at once, in pieces, byte by byte,
 * with and without a length, cut short and reset. Each must be reported as it
 * was.
 *
 *     make exercise-01-1
 *     # in this folder:
 *     cc -I.. -o 1-whole-response 1-whole-response.c
 *     ./1-whole-response URL...
 */
#include "exercises/given.h"

static char buffer[65536];

/* Receives the response.
 *
 * recv() returns how many bytes have come, which may be fewer than the server
 * has sent; 0 at the end of the connection; -1 for a failure, with the reason
 * in errno. page_receive() takes the first two, page_fail_errno() the third. */
static void receive_response(int fd, struct page *page)
{
    /* TODO: this asks once. Ask until the page is over. */
    ssize_t n = recv(fd, buffer, sizeof buffer, 0);
    if (n == -1)
        page_fail_errno(page, errno);
    else
        page_receive(page, buffer, (size_t)n);
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
    begin(argc, argv, "q");
    for (int id = 1; id <= options.url_count; id++)
        fetch(id);
    return summary("");
}
