/*
 * Exercise 04-3: Freed, and still held by the loop.
 *
 * Each request is one piece of memory: allocated in start(), freed in end(). It
 * prints `done`, and then something bad happens; what it is may differ from run
 * to run and from system to system.
 *
 *     # in this folder:
 *     cc -I.. -g -fsanitize=address -o 3-free 3-free.c
 *     ./3-free -t 1 http://127.0.0.1:8080/bytes/5 http://127.0.0.1:8080/silent
 *
 * What to do: when free_request(r) is called, nobody may have a pointer to r
 * that will be used again. Three have one: the loop has two, on_readable() has
 * the third. Find them. A few lines, two places.
 *
 * Why it matters: without callbacks, a function knows that its data lives as
 * long as it runs. Here nobody knows, except by order and care. Use after free
 * is among the most frequent holes in network programs in C.
 *
 * How it is checked: pages that come in one piece and in many, that fail, and
 * that time out. Each has to end once and to be freed; then its time may pass
 * without anything happening. Type `make exercise-04-3`.
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
    /* TODO: who still knows r, and fd? */
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

    /* NOLINTNEXTLINE: clang-tidy would tell you what is wrong here */
    while ((n = recv(r->fd, buffer, sizeof buffer, 0)) > 0) {
        /* TODO: and then? */
        if (!page_receive(&r->page, buffer, (size_t)n))
            end(r);
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
