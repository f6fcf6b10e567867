/*
 * Step 4: callbacks. The loop waits, and calls back the function that is next.
 *
 * New since step 3 (diff -u ../03-select/fetch.c fetch.c): select() has moved
 * into event_loop.h, which knows nothing of HTTP. Here stand the functions that
 * it calls: on_connected, on_writable, on_readable, on_timeout. Each does its
 * piece, says which is next, and returns. And each request has a func, which is
 * called with the result (in Python often Request(sock, func, url)).
 *
 *     cc -o fetch fetch.c
 *     ./fetch http://127.0.0.1:8080/delay/300 http://127.0.0.1:8080/delay/100
 *
 * Still wrong: the story of one page is in pieces, and the reader must put it
 * together. What was a local variable in step 1 is a field of a struct; a loop
 * is a function that is called again.
 */
#include "http.h"

#include "event_loop.h"

/* One page on its way, or a free place for one. */
struct request {
    struct page page;               /* the URL, and what has come of it */
    int fd;                         /* the socket, or -1 */
    void (*func)(struct page *);    /* to be called with the result, once */
    const struct addrinfo *address; /* the one that is being connected to */
    /* bytes of the request that the kernel has taken */
    size_t sent;
    struct timer timer;        /* for the deadline */
    struct request *next_free; /* in the list of free places */
};

static struct event_loop loop;
/* options.connections places: so many can be in flight */
static struct request *requests;
static struct request *free_places; /* the first of those that are free */
static int in_flight;               /* places that are not free */
static int next_id = 1;             /* of the URL that is started next */
/* what recv() returns, until page_receive() has taken it */
static char buffer[65536];

static loop_callback on_connected, on_timeout;

static void close_socket(struct request *r)
{
    if (r->fd == -1)
        return;
    loop_unwatch(&loop, r->fd);
    close(r->fd);
    r->fd = -1;
}

/* Starts to connect to r->address or, where that fails at once, to one after
 * it. Returns false, with the reason in the page, if none is left. */
static bool open_connection(struct request *r)
{
    for (; r->address != NULL; r->address = r->address->ai_next) {
        close_socket(r);
        r->fd = socket(r->address->ai_family, SOCK_STREAM, 0);
        if (r->fd >= FD_SETSIZE) { /* the loop has no room for it */
            close(r->fd);
            r->fd = -1;
            errno = EMFILE;
        }
        if (r->fd != -1) {
            page_connecting(&r->page);
            /* EINPROGRESS is no failure: the handshake has begun, and goes on
             * without us. */
            if (fcntl(r->fd, F_SETFL, O_NONBLOCK) == 0 &&
                (connect(r->fd, r->address->ai_addr, r->address->ai_addrlen) ==
                     0 ||
                 errno == EINPROGRESS || errno == EINTR)) {
                loop_watch(&loop, r->fd, NULL, on_connected, r);
                return true;
            }
        }
        page_fail(&r->page, errno);
    }
    return false;
}

/* Hands the result to the request's func, and frees the place. */
static void end_request(struct request *r)
{
    r->func(&r->page);
    loop_stop_timer(&r->timer);
    close_socket(r);
    r->next_free = free_places;
    free_places = r;
    in_flight--;
}

/* Starts the next URL in a free place. Returns false if there is no descriptor
 * for it: it has to wait until another request has ended. */
static bool start(void)
{
    struct request *r = free_places;
    bool started = page_begin(&r->page, next_id);
    r->fd = -1;
    /* logs the result; another function could do something else with it */
    r->func = page_end;
    r->sent = 0;
    if (started) {
        r->address = r->page.addresses;
        started = open_connection(r);
    }
    if (!started && page_needs_descriptor(&r->page) && in_flight > 0) {
        page_put_back(&r->page);
        return false;
    }
    next_id++;
    in_flight++;
    free_places = r->next_free;
    r->timer.on_time = on_timeout;
    r->timer.data = r;
    if (started)
        loop_start_timer(&loop, &r->timer, page_time_left(&r->page));
    else
        end_request(r);
    return true;
}

/* Gives each free place a URL, as long as there are any. */
static void start_requests(void)
{
    while (free_places != NULL && next_id <= options.url_count)
        if (!start())
            return;
}

/* Ends the request and lets others have its place. */
static void finish(struct request *r)
{
    end_request(r);
    start_requests();
}

static void on_timeout(void *data)
{
    struct request *r = data;
    page_time_out(&r->page);
    finish(r);
}

/* There is something to receive. EAGAIN is possible all the same: "readable"
 * says that recv() would not have waited when select() looked, not that it will
 * find something now. */
static void on_readable(void *data)
{
    struct request *r = data;
    ssize_t n = recv(r->fd, buffer, sizeof buffer, 0);
    if (n == -1 && errno != EAGAIN && errno != EINTR) {
        page_fail(&r->page, errno);
        finish(r);
    } else if (n >= 0 && !page_receive(&r->page, buffer, (size_t)n)) {
        finish(r);
    }
}

/* There is room to send: the next part of the request. A failure is not the end
 * yet: a server may have answered before it has read everything, and closed. So
 * the answer is read in any case. */
static void on_writable(void *data)
{
    struct request *r = data;
    struct page *page = &r->page;
    ssize_t n =
        send(r->fd, page->request + r->sent, page->request_length - r->sent, 0);
    int error = n == -1 && errno != EAGAIN && errno != EINTR ? errno : 0;
    if (n >= 0)
        r->sent += (size_t)n;
    if (r->sent < page->request_length && error == 0) {
        loop_watch(&loop, r->fd, NULL, on_writable, r);
        return;
    }
    page_sent(page, r->sent, error);
    loop_watch(&loop, r->fd, on_readable, NULL, r);
}

/* The connection is made, or has failed: SO_ERROR tells which. */
static void on_connected(void *data)
{
    struct request *r = data;
    int error = 0;
    socklen_t size = sizeof error;
    if (getsockopt(r->fd, SOL_SOCKET, SO_ERROR, &error, &size) == -1)
        error = errno;
    if (error == 0) {
        page_log(&r->page, "connected");
        on_writable(r);
        return;
    }
    page_fail(&r->page, error);
    r->address = r->address->ai_next;
    if (!open_connection(r))
        finish(r);
}

int main(int argc, char **argv)
{
    begin(argc, argv, "qj:o:t:");
    requests = allocate(options.connections, sizeof *requests);
    for (int i = options.connections - 1; i >= 0; i--) {
        requests[i].next_free = free_places;
        free_places = &requests[i];
    }
    loop_init(&loop);
    start_requests();
    loop_run(&loop);
    return summary(", %ld selects", loop.selects);
}
