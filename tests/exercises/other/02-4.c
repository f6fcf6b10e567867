/* Exercise 02-4, another way: a list of the pages that are not over yet. */
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

    /* The first `count` places of `open` are the pages that are not over. The
     * last one moves into the place of one that is over. */
    int count = options.url_count;
    struct request **open = allocate(count, sizeof *open);
    for (int i = 0; i < count; i++)
        open[i] = &requests[i];
    for (int i = 0; count > 0; i = i + 1 < count ? i + 1 : 0)
        if (i < count && !advance(open[i]))
            open[i] = open[--count];
    free(open);

    free(requests);
    return summary(", %ld polls", polls);
}
