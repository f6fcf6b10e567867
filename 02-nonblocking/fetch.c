/*
 * Step 2: non-blocking. All pages at once: no call waits, each may say "not
 * yet".
 *
 * New since step 1 (diff -u ../01-blocking/fetch.c fetch.c): O_NONBLOCK,
 * EINPROGRESS and EAGAIN; a struct for each request, since we leave it and come
 * back: it must remember how far it is.
 *
 *     cc -o fetch fetch.c
 *     ./fetch http://127.0.0.1:8080/delay/300 http://127.0.0.1:8080/delay/100
 *
 * Still wrong: it asks every socket again and again, thousands of times for one
 * answer that is not "not yet". Look at "polls" and "cpu" in the summary: it
 * works as hard as it can, to wait.
 */
#include "http.h"

enum state { IDLE, CONNECTING, SENDING, RECEIVING };

/* One page on its way, or an idle place for one. */
struct request {
    struct page page;               /* the URL, and what has come of it */
    enum state state;               /* which question to ask next */
    int fd;                         /* the socket, or -1 */
    const struct addrinfo *address; /* the one that is being connected to */
    /* bytes of the request that the kernel has taken */
    size_t sent;
};

/* options.connections places, so many can be in flight */
static struct request *requests;
static int in_flight;   /* places that are not idle */
static int next_id = 1; /* of the URL that is started next */
static long polls;      /* questions that were answered "not yet" */
/* what recv() returns, until page_receive() has taken it */
static char buffer[65536];

/* Starts to connect to r->address or, where that fails at once, to one after
 * it. Returns false, with the reason in the page, if none is left. */
static bool open_connection(struct request *r)
{
    for (; r->address != NULL; r->address = r->address->ai_next) {
        if (r->fd != -1)
            close(r->fd);
        r->fd = socket(r->address->ai_family, SOCK_STREAM, 0);
        if (r->fd != -1) {
            page_connecting(&r->page);
            /* EINPROGRESS is no failure: the handshake has begun, and goes on
             * without us. */
            if (fcntl(r->fd, F_SETFL, O_NONBLOCK) == 0 &&
                (connect(r->fd, r->address->ai_addr, r->address->ai_addrlen) ==
                     0 ||
                 errno == EINPROGRESS || errno == EINTR))
                return true;
        }
        page_fail(&r->page, errno);
    }
    return false;
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

/* Starts the next URL in an idle place. Returns false if there is no descriptor
 * for it: it has to wait until another request has ended. */
static bool start(struct request *r)
{
    r->fd = -1;
    r->sent = 0;
    bool started = page_begin(&r->page, next_id);
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
    r->state = CONNECTING;
    if (!started)
        end_request(r);
    return true;
}

/* Gives each idle place a URL, as long as there are any. */
static void start_requests(void)
{
    for (int i = 0; i < options.connections; i++)
        while (requests[i].state == IDLE && next_id <= options.url_count)
            if (!start(&requests[i]))
                return;
}

/* Asks: are we connected? getpeername() succeeds only then. If not, SO_ERROR
 * tells a failed attempt from one that still goes on, for which it says 0. */
static void check_connection(struct request *r)
{
    struct sockaddr_storage peer;
    socklen_t peer_size = sizeof peer;
    int error = 0;
    socklen_t error_size = sizeof error;
    if (getpeername(r->fd, (struct sockaddr *)&peer, &peer_size) == 0) {
        page_log(&r->page, "connected");
        r->state = SENDING;
        return;
    }
    if (getsockopt(r->fd, SOL_SOCKET, SO_ERROR, &error, &error_size) == -1)
        error = errno;
    if (error == 0) {
        polls++;
        return;
    }
    page_fail(&r->page, error);
    r->address = r->address->ai_next;
    if (!open_connection(r))
        end_request(r);
}

/* Sends as much of the request as the kernel takes. A failure is not the end
 * yet: a server may have answered before it has read everything, and closed. So
 * the answer is read in any case. */
static void send_request(struct request *r)
{
    struct page *page = &r->page;
    ssize_t n =
        send(r->fd, page->request + r->sent, page->request_length - r->sent, 0);
    if (n >= 0) {
        r->sent += (size_t)n;
    } else if (errno == EAGAIN) {
        polls++;
        return;
    } else if (errno != EINTR) {
        page_sent(page, r->sent, errno);
        r->state = RECEIVING;
        return;
    }
    if (r->sent == page->request_length) {
        page_sent(page, r->sent, 0);
        r->state = RECEIVING;
    }
}

/* Receives what has come. */
static void receive_response(struct request *r)
{
    ssize_t n = recv(r->fd, buffer, sizeof buffer, 0);
    if (n == -1 && errno == EAGAIN) {
        polls++;
    } else if (n == -1 && errno != EINTR) {
        page_fail(&r->page, errno);
        end_request(r);
    } else if (n >= 0 && !page_receive(&r->page, buffer, (size_t)n)) {
        end_request(r);
    }
}

/* Asks the kernel about one request, and takes it as far as it goes. */
static void advance(struct request *r)
{
    if (r->page.deadline <= now()) {
        page_time_out(&r->page);
        end_request(r);
        return;
    }
    if (r->state == CONNECTING)
        check_connection(r);
    if (r->state == SENDING)
        send_request(r);
    if (r->state == RECEIVING)
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
