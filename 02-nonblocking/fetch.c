/*
 * Step 2: non-blocking. All pages at once; a call may say "not yet".
 * New since step 1 (make diff-2): O_NONBLOCK, EINPROGRESS and EAGAIN; and
 * each request has a struct: we leave it and come back, so it must remember.
 *
 *     cc -o fetch fetch.c
 *     ./fetch http://127.0.0.1:8080/delay/300 http://127.0.0.1:8080/delay/100
 *
 * Still wrong: see "polls" and "cpu" in the last line of its log. It works
 * hard, to wait. (A look-up of a name still waits.)
 */
#include "http.h"

enum state { IDLE, CONNECTING, SENDING, RECEIVING };

/* One page on its way, or an idle place for one. */
struct request {
    struct page page;               /* the URL, and what has come of it */
    enum state state;               /* what it is waiting for */
    int fd;                         /* the socket, or -1 */
    const struct addrinfo *address; /* the one that is being connected to ... */
    double deadline;                /* ... until then; later, the page's own */
    size_t sent;                    /* bytes of the request that are sent */
};

static struct request *requests; /* as many as can be on their way at once */
static int in_flight;            /* requests that are not idle */
static int next_id = 1;          /* of the URL that is started next */
static double asked;             /* when the kernel was asked last */
static long polls;               /* questions that were answered "not yet" */
static char buffer[65536]; /* what recv() returns, until it has been taken */

/* Starts to connect to r->address or, where that fails at once, to one after
 * it. Returns the socket, or -1, with the reason in the page. */
static int open_connection(struct request *r)
{
    for (; r->address != NULL; r->address = r->address->ai_next) {
        int fd = socket(r->address->ai_family, SOCK_STREAM, 0);
        r->deadline = now() + page_attempt_time(&r->page, r->address);
        /* EINPROGRESS is no failure: the kernel goes on connecting. */
        if (fd != -1 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0 &&
            (connect(fd, r->address->ai_addr, r->address->ai_addrlen) == 0 ||
             errno == EINPROGRESS || errno == EINTR))
            return fd;
        page_fail_errno(&r->page, errno);
        if (fd != -1)
            close(fd);
    }
    return -1;
}

/* Ends the request; its place is idle again. */
static void end_request(struct request *r)
{
    page_end(&r->page);
    if (r->fd != -1)
        close(r->fd);
    r->state = IDLE;
    in_flight--;
}

/* Starts the next URL in an idle place. */
static void start(struct request *r)
{
    bool begun = page_begin(&r->page, next_id++);
    r->address = r->page.addresses;
    r->fd = begun ? open_connection(r) : -1;
    r->state = CONNECTING;
    r->sent = 0;
    in_flight++;
    if (r->fd == -1)
        end_request(r);
}

/* Gives each idle place a URL, as long as there are any. */
static void start_requests(void)
{
    for (int i = 0; i < options.connections; i++)
        while (requests[i].state == IDLE && next_id <= options.url_count)
            start(&requests[i]);
}

/* Notes why the request has failed; EAGAIN means that its time is over. If this
 * was an attempt to connect, the next address may do better. */
static void fail_request(struct request *r, int error)
{
    page_fail_errno(&r->page, error);
    if (r->state == CONNECTING) {
        close(r->fd);
        r->address = r->address->ai_next;
        r->fd = open_connection(r);
    }
    if (r->state != CONNECTING || r->fd == -1)
        end_request(r);
}

/* The kernel says "not yet". Was the time over already when it was asked? */
static void not_yet(struct request *r)
{
    polls++;
    if (r->deadline <= asked)
        fail_request(r, EAGAIN);
}

/* Is the connection made, or has it failed? SO_ERROR tells why it has. If it is
 * 0, the answer may be "not yet": only a connection that is made has a peer. */
static void check_connection(struct request *r)
{
    struct sockaddr peer;
    int error = 0;
    socklen_t size = sizeof error, peer_size = sizeof peer;
    if (getsockopt(r->fd, SOL_SOCKET, SO_ERROR, &error, &size) == -1)
        error = errno;
    if (error != 0) {
        fail_request(r, error);
    } else if (getpeername(r->fd, &peer, &peer_size) == -1) {
        not_yet(r);
    } else {
        page_log(&r->page, "connected");
        r->deadline = r->page.deadline;
        r->state = SENDING;
    }
}

/* Sends as much of the request as the kernel takes. A failure is not the end: a
 * server may answer before it has read everything, and close. */
static void send_request(struct request *r)
{
    ssize_t n = send(r->fd, r->page.request + r->sent,
                     r->page.request_length - r->sent, 0);
    int error = n == -1 && errno != EAGAIN && errno != EINTR ? errno : 0;
    if (n >= 0)
        r->sent += (size_t)n;
    else if (errno == EAGAIN)
        polls++;
    if (r->sent == r->page.request_length || error != 0) {
        page_sent(&r->page, r->sent, error);
        r->state = RECEIVING;
    }
}

/* Receives what has come. */
static void receive_response(struct request *r)
{
    ssize_t n = recv(r->fd, buffer, sizeof buffer, 0);
    if (n == -1 && errno != EAGAIN && errno != EINTR) {
        fail_request(r, errno);
    } else if (n >= 0) {
        if (r->state == SENDING) /* an answer already: no need to send more */
            page_sent(&r->page, r->sent, 0);
        r->state = RECEIVING;
        if (!page_receive(&r->page, buffer, (size_t)n))
            end_request(r);
    } else if (errno == EAGAIN) {
        not_yet(r);
    }
}

/* Asks the kernel about one request, and takes it as far as it goes. */
static void advance(struct request *r)
{
    asked = now();
    if (r->state == CONNECTING)
        check_connection(r);
    if (r->state == SENDING)
        send_request(r);
    if (r->state == SENDING || r->state == RECEIVING)
        receive_response(r);
}

int main(int argc, char **argv)
{
    begin(argc, argv, "qj:o:t:");
    requests = allocate(options.connections, sizeof *requests);
    for (start_requests(); in_flight > 0; start_requests())
        for (int i = 0; i < options.connections; i++)
            if (requests[i].state != IDLE)
                advance(&requests[i]);
    return summary(", %ld polls", polls);
}
