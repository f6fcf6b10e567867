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
#include "exercises/given.h"

static char buffer[65536];

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
