/*
 * Exercise 04-1: A puzzle: which line into which callback?
 *
 * This is a small fetch.c of step 4: a request starts, is connected, sends,
 * receives, ends. Every line is there, but nearly every one stands in the wrong
 * function. So the program connects, waits for an answer to a question that it
 * has not asked, and gives up:
 *
 *     # in this folder:
 *     cc -I.. -o 1-order 1-order.c
 *     U=http://127.0.0.1:8080
 *     ./1-order -t 2 $U/delay/300 $U/delay/100
 *
 * What to do: move the lines between "The puzzle" and "What the lines above
 * call". You need no line that is not there, and each one once; only `struct
 * request *r = data;` stays where it is. The if with its else is one piece, and
 * so is the if in end().
 *
 * Why it matters: a program made of callbacks is not read from top to bottom.
 * Its readers look for loop_watch() and ask: who is called next?
 *
 * How it is checked: pages in an order that the server chooses, a page that
 * never comes, a server that does not exist. Each ends once. Type `make
 * exercise-04-1`.
 */
#include "http.h"

#include "event_loop.h"

/* One page on its way. */
struct request {
    struct page page;
    int fd;
    struct timer timer;
};

static struct event_loop loop;

static loop_callback on_connected, on_writable, on_readable, on_timeout;
static bool begin_to_connect(struct request *r);
static bool connection_has_failed(struct request *r);
static void send_request(struct request *r);
static bool response_is_over(struct request *r);

/* ---- The puzzle ---- */

/* TODO: put the lines where they belong. */

/* However it ended: says so, and lets go of all that the request has. */
static void end(struct request *r)
{
    if (response_is_over(r))
        end(r);
}

/* The socket is open, connecting has begun: what may happen next? */
static void start(struct request *r)
{
    loop_watch(&loop, r->fd, on_readable, NULL, r);
    loop_start_timer(&loop, &r->timer, options.seconds);
}

/* The connection is made, or has failed. */
static void on_connected(void *data)
{
    struct request *r = data;
    page_time_out(&r->page);
    send_request(r);
    loop_stop_timer(&r->timer);
}

/* There is room to send. */
static void on_writable(void *data)
{
    struct request *r = data;
    loop_watch(&loop, r->fd, NULL, on_connected, r);
    end(r);
}

/* Something has come. */
static void on_readable(void *data)
{
    struct request *r = data;
    if (connection_has_failed(r))
        end(r);
    else
        loop_watch(&loop, r->fd, NULL, on_writable, r);
}

/* The time is over. */
static void on_timeout(void *data)
{
    struct request *r = data;
    loop_unwatch(&loop, r->fd);
    page_end(&r->page);
    close(r->fd);
}

/* ---- What the lines above call; there is nothing to do here ---- */

/* Opens a socket and begins to connect. Returns false, with the reason in the
 * page, if it can't. */
static bool begin_to_connect(struct request *r)
{
    const struct addrinfo *address = r->page.addresses;
    r->fd = socket(address->ai_family, SOCK_STREAM, 0);
    if (r->fd == -1 || r->fd >= FD_SETSIZE)
        die("no descriptor is left");
    r->timer.on_time = on_timeout;
    r->timer.data = r;
    if (fcntl(r->fd, F_SETFL, O_NONBLOCK) == 0 &&
        (connect(r->fd, address->ai_addr, address->ai_addrlen) == 0 ||
         errno == EINPROGRESS))
        return true;
    page_fail_errno(&r->page, errno);
    return false;
}

/* Finds out whether the connection was made; the reason, if not, is noted in
 * the page. */
static bool connection_has_failed(struct request *r)
{
    int error = 0;
    socklen_t size = sizeof error;
    if (getsockopt(r->fd, SOL_SOCKET, SO_ERROR, &error, &size) == -1)
        error = errno;
    if (error != 0)
        page_fail_errno(&r->page, error);
    else
        page_log(&r->page, "connected");
    return error != 0;
}

/* Sends the request, which is small, in one piece. Should that fail, receiving
 * will say why. */
static void send_request(struct request *r)
{
    ssize_t n = send(r->fd, r->page.request, r->page.request_length, 0);
    page_sent(&r->page, n == -1 ? 0 : (size_t)n, n == -1 ? errno : 0);
}

/* Receives what has come. Returns true if it was the last of it, or if the page
 * has failed. */
static bool response_is_over(struct request *r)
{
    static char buffer[65536];
    ssize_t n = recv(r->fd, buffer, sizeof buffer, 0);
    if (n == -1 && (errno == EAGAIN || errno == EINTR))
        return false;
    if (n == -1)
        page_fail_errno(&r->page, errno);
    return n == -1 || !page_receive(&r->page, buffer, (size_t)n);
}

int main(int argc, char **argv)
{
    begin(argc, argv, "qt:");
    struct request *requests = allocate(options.url_count, sizeof *requests);
    loop_init(&loop);
    for (int i = 0; i < options.url_count; i++) {
        struct request *r = &requests[i];
        if (!page_begin(&r->page, i + 1))
            page_end(&r->page);
        else if (begin_to_connect(r))
            start(r);
        else
            end(r);
    }
    loop_run(&loop);
    free(requests);
    return summary(", %ld selects", loop.selects);
}
