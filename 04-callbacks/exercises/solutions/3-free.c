/*
 * Exercise 04-3: Freed, and still held by the loop. A solution.
 *
 * The rule: before free(), take back what has been handed out. The timer and
 * the watch both have r as their data. And whoever calls a function that may
 * free r, returns after it.
 */
#include "http.h"

#include "event_loop.h"

/* One page on its way. */
struct request {
    struct page page;
    int fd;
    struct timer timer; /* for the deadline */
};

static struct event_loop loop;
static int in_memory; /* requests that are */

static void free_request(struct request *r)
{
    in_memory--;
    free(r);
}

/* However it ended: says so, and lets go of all that the request has. */
static void end(struct request *r)
{
    page_end(&r->page);
    loop_stop_timer(&r->timer);
    loop_unwatch(&loop, r->fd);
    close(r->fd);
    free_request(r);
}

static void on_timeout(void *data)
{
    struct request *r = data;
    page_time_out(&r->page);
    end(r);
}

/* Something has come: takes all that is there, 100 bytes at a time. */
static void on_readable(void *data)
{
    struct request *r = data;
    char buffer[100];
    ssize_t n;

    while ((n = recv(r->fd, buffer, sizeof buffer, 0)) > 0) {
        if (!page_receive(&r->page, buffer, (size_t)n)) {
            end(r);
            return; /* there is no r any more */
        }
    }
    if (n == -1 && (errno == EAGAIN || errno == EINTR))
        return; /* that is all for now */
    if (n == -1)
        page_fail_errno(&r->page, errno);
    else
        page_receive(&r->page, NULL, 0); /* the end of the connection */
    end(r);
}

/* Connects and sends, as in step 1; there is nothing to do here. */
static void start(int id)
{
    struct request *r = allocate(1, sizeof *r);
    in_memory++;
    bool good = page_begin(&r->page, id);
    const struct addrinfo *address = r->page.addresses;

    r->fd = good ? socket(address->ai_family, SOCK_STREAM, 0) : -1;
    good = good && r->fd != -1 && r->fd < FD_SETSIZE;
    if (good) {
        good = connect(r->fd, address->ai_addr, address->ai_addrlen) == 0 &&
               send(r->fd, r->page.request, r->page.request_length, 0) != -1 &&
               fcntl(r->fd, F_SETFL, O_NONBLOCK) == 0;
        if (!good)
            page_fail_errno(&r->page, errno);
    }
    if (!good) {
        page_end(&r->page);
        if (r->fd != -1)
            close(r->fd);
        free_request(r);
        return;
    }
    r->timer.on_time = on_timeout;
    r->timer.data = r;
    loop_start_timer(&loop, &r->timer, page_time_left(&r->page));
    loop_watch(&loop, r->fd, on_readable, NULL, r);
}

int main(int argc, char **argv)
{
    begin(argc, argv, "qt:");
    loop_init(&loop);
    for (int id = 1; id <= options.url_count; id++)
        start(id);
    loop_run(&loop);
    return summary(", %ld selects, %d requests not freed", loop.selects,
                   in_memory);
}
