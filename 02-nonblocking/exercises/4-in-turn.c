/*
 * Exercise 02-4: Non-blocking is not yet "at the same time".
 *
 * No send() and no recv() waits here. And still the pages come one after
 * another, because main() stays with one of them until it is over. To wait is
 * also to ask the same one again and again.
 *
 * To do: in main(), take each page one step further, then the next page, and go
 * round until all are over. advance() does one step, and returns at once; it
 * returns false when the page is over, and must not be called again for it.
 *
 * How it is checked: with a server that answers nobody before all have asked,
 * and then in an order of its own; with pages that never come; with pages that
 * fail.
 *
 *     make exercise-02-4
 *     # in this folder:
 *     cc -I.. -o 4-in-turn 4-in-turn.c && ./4-in-turn -t 2 URL...
 */
#include "exercises/given.h"

enum state { UNSENT, WAITING, OVER };

/* One page on its way. */
struct request {
    struct page page;
    int fd;           /* the socket, or -1 */
    enum state state; /* what is to be done next */
};

static char buffer[65536];

/* Begins the page with this ID. To connect still waits here; see exercise 1. */
static void start(struct request *r, int id)
{
    r->fd = -1;
    r->state = UNSENT;
    if (page_begin(&r->page, id))
        r->fd = open_connection(&r->page);
}

static bool end(struct request *r)
{
    page_end(&r->page);
    if (r->fd != -1)
        close(r->fd);
    r->state = OVER;
    return false;
}

/* Takes a page one step further, without waiting. Returns false when it is
 * over, done or failed. */
static bool advance(struct request *r)
{
    if (r->fd == -1)
        return end(r);
    if (r->state == UNSENT) {
        r->state = WAITING;
        return send_request(r->fd, &r->page) || end(r);
    }
    if (page_time_left(&r->page) <= 0) {
        page_time_out(&r->page);
        return end(r);
    }
    ssize_t n = recv(r->fd, buffer, sizeof buffer, 0);
    if (n >= 0)
        return page_receive(&r->page, buffer, (size_t)n) || end(r);
    if (errno == EAGAIN || errno == EINTR) {
        polls++;
        return true;
    }
    page_fail_errno(&r->page, errno);
    return end(r);
}

int main(int argc, char **argv)
{
    begin(argc, argv, "qt:");
    struct request *requests = allocate(options.url_count, sizeof *requests);
    for (int i = 0; i < options.url_count; i++)
        start(&requests[i], i + 1);

    /* TODO: who is asked while the first page does not come? */
    for (int i = 0; i < options.url_count; i++)
        while (requests[i].state != OVER)
            advance(&requests[i]);

    free(requests);
    return summary(", %ld polls", polls);
}
