/*
 * Exercise 04-1: A puzzle: which line into which callback? A solution.
 *
 * Read each callback as a sentence: "now that this has happened, do that, and
 * call me again when ...". end() takes back whatever start() has handed out, in
 * the opposite order: the log first, the socket last.
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

/* However it ended: says so, and lets go of all that the request has. */
static void end(struct request *r)
{
    page_end(&r->page);
    loop_stop_timer(&r->timer);
    loop_unwatch(&loop, r->fd);
    close(r->fd);
}

/* The socket is open, connecting has begun: what may happen next? */
static void start(struct request *r)
{
    loop_start_timer(&loop, &r->timer, options.seconds);
    loop_watch(&loop, r->fd, NULL, on_connected, r);
}

/* The connection is made, or has failed. */
static void on_connected(void *data)
{
    struct request *r = data;
    if (connection_has_failed(r))
        end(r);
    else
        loop_watch(&loop, r->fd, NULL, on_writable, r);
}

/* There is room to send. */
static void on_writable(void *data)
{
    struct request *r = data;
    send_request(r);
    loop_watch(&loop, r->fd, on_readable, NULL, r);
}

/* Something has come. */
static void on_readable(void *data)
{
    struct request *r = data;
    if (response_is_over(r))
        end(r);
}

/* The time is over. */
static void on_timeout(void *data)
{
    struct request *r = data;
    page_time_out(&r->page);
    end(r);
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
