/*
 * Step 4: callbacks. The loop waits, and calls back the function that is next.
 *
 * New since step 3 (make diff-4): select() has moved into event_loop.h, which
 * knows nothing of HTTP. Here are the functions that it calls: on_connected,
 * on_writable, on_readable, on_timeout. Each does its piece, says which comes
 * next, and returns. And each request has a func, which is called with the
 * result.
 *
 *     cc -o fetch fetch.c
 *     ./fetch http://127.0.0.1:8080/delay/300 http://127.0.0.1:8080/delay/100
 *
 * Still wrong: the story of one page is in pieces, and the reader must put it
 * together. What was a local variable in step 1 is a field of a struct; a loop
 * is a function that is called again. (A look-up of a name still waits.)
 */
#include "http.h"

#include "event_loop.h"

/* One page on its way, or an idle place for one. */
struct request {
    struct page page;               /* the URL, and what has come of it */
    void (*func)(struct page *);    /* to be called with the result, once */
    int fd;                         /* the socket, or -1 */
    const struct addrinfo *address; /* being connected to; NULL: connected */
    struct timer timer;             /* for the deadline */
    size_t sent;                    /* bytes of the request that are sent */
    bool is_sending;                /* and there are more to send */
    bool has_moved;                 /* since on_timeout() was called last */
};

static struct event_loop loop;
static struct request *requests; /* as many as can be on their way at once */
static int next_id = 1;          /* of the URL that is started next */
static char buffer[65536]; /* what recv() returns, until it has been taken */

/* four functions of this type, so that they can be named before they come */
static loop_callback on_connected, on_writable, on_readable, on_timeout;

/* Starts to connect to r->address or, where that fails at once, to one after
 * it. Returns the socket, or -1, with the reason in the page. */
static int open_connection(struct request *r)
{
    for (; r->address != NULL; r->address = r->address->ai_next) {
        int fd = socket(r->address->ai_family, SOCK_STREAM, 0);
        /* EINPROGRESS is no failure: the kernel goes on connecting. */
        if (fd != -1 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0 &&
            (connect(fd, r->address->ai_addr, r->address->ai_addrlen) == 0 ||
             errno == EINPROGRESS || errno == EINTR)) {
            loop_start_timer(&loop, &r->timer,
                             page_attempt_time(&r->page, r->address));
            loop_watch(&loop, fd, NULL, on_connected, r);
            return fd;
        }
        page_fail_errno(&r->page, errno);
        if (fd != -1)
            close(fd);
    }
    return -1;
}

/* Hands the result to the request's func; its place is idle again. */
static void end_request(struct request *r)
{
    r->func(&r->page);
    loop_stop_timer(&r->timer);
    if (r->fd != -1) {
        loop_unwatch(&loop, r->fd); /* before its number means another socket */
        close(r->fd);
    }
}

/* Starts the next URL in an idle place; if that fails at once, another. */
static void start(struct request *r)
{
    while (next_id <= options.url_count) {
        bool begun = page_begin(&r->page, next_id++);
        r->func = page_end; /* logs it; another func could do something else */
        r->timer = (struct timer){.on_time = on_timeout, .data = r};
        r->address = r->page.addresses;
        r->fd = begun ? open_connection(r) : -1;
        r->sent = 0;
        r->is_sending = r->has_moved = false;
        if (r->fd != -1)
            return;
        end_request(r);
    }
}

/* Ends the request, and lets another have its place. */
static void finish(struct request *r)
{
    end_request(r);
    start(r);
}

/* Notes why the request has failed; EAGAIN means that its time is over. If this
 * was an attempt to connect, the next address may do better. */
static void fail_request(struct request *r, int error)
{
    page_fail_errno(&r->page, error);
    if (r->address != NULL) {
        loop_unwatch(&loop, r->fd);
        close(r->fd);
        r->address = r->address->ai_next;
        r->fd = open_connection(r);
    }
    if (r->address == NULL)
        finish(r);
}

/* The connection is made, or has failed: SO_ERROR tells which, and why. */
static void on_connected(void *data)
{
    struct request *r = data;
    int error = 0;
    socklen_t size = sizeof error;
    if (getsockopt(r->fd, SOL_SOCKET, SO_ERROR, &error, &size) == -1)
        error = errno;
    if (error != 0) {
        fail_request(r, error);
    } else {
        page_log(&r->page, "connected");
        loop_start_timer(&loop, &r->timer, page_time_left(&r->page));
        r->address = NULL;
        r->is_sending = true;
        loop_watch(&loop, r->fd, on_readable, on_writable, r);
        on_writable(r);
    }
}

/* Notes that no more is sent: all is, or it failed, or an answer has come. */
static void end_sending(struct request *r, int error)
{
    page_sent(&r->page, r->sent, error);
    r->is_sending = false;
    loop_watch(&loop, r->fd, on_readable, NULL, r);
}

/* There is room to send: the next part of the request. A failure is not the
 * end: a server may answer before it has read everything, and close. */
static void on_writable(void *data)
{
    struct request *r = data;
    ssize_t n = send(r->fd, r->page.request + r->sent,
                     r->page.request_length - r->sent, 0);
    int error = n == -1 && errno != EAGAIN && errno != EINTR ? errno : 0;
    if (n >= 0)
        r->sent += (size_t)n;
    if (r->sent == r->page.request_length || error != 0)
        end_sending(r, error);
}

/* Receives what has come. EAGAIN is possible: "readable" says that recv() would
 * not have waited when select() looked, not that it will find something now. */
static void on_readable(void *data)
{
    struct request *r = data;
    ssize_t n = recv(r->fd, buffer, sizeof buffer, 0);
    if (n == -1 && errno != EAGAIN && errno != EINTR) {
        fail_request(r, errno);
    } else if (n >= 0) {
        r->has_moved = true;
        if (r->is_sending) /* an answer already: no need to send more */
            end_sending(r, 0);
        if (!page_receive(&r->page, buffer, (size_t)n))
            finish(r);
    }
}

/* The time is over. What has come in time still counts, if this program was
 * kept from looking: so it fails after a round that has brought nothing. */
static void on_timeout(void *data)
{
    struct request *r = data;
    if (!r->has_moved) {
        fail_request(r, EAGAIN);
        return;
    }
    r->has_moved = false;
    loop_start_timer(&loop, &r->timer, 0);
}

int main(int argc, char **argv)
{
    limit_descriptors(FD_SETSIZE); /* a set has no room for a higher one */
    begin(argc, argv, "qj:o:t:");
    requests = allocate(options.connections, sizeof *requests);
    loop_init(&loop);
    for (int i = 0; i < options.connections; i++)
        start(&requests[i]);
    loop_run(&loop);
    return summary(", %ld selects", loop.selects);
}
