/*
 * Step 3: select. One call waits for all sockets at once, and says which of
 * them can go on.
 *
 * New since step 2 (diff -u ../02-nonblocking/fetch.c fetch.c): nobody is asked
 * in vain. select() gets a set of sockets to read from and a set to write to,
 * sleeps until one of them is ready, and leaves in the sets only those that
 * are. A connection that is made, or has failed, is "writable".
 *
 *     cc -o fetch fetch.c
 *     ./fetch http://127.0.0.1:8080/delay/300 http://127.0.0.1:8080/delay/100
 *
 * Still wrong: waiting and HTTP are one lump. Who wants to wait for something
 * else as well, a timer or a keyboard, has to change the loop; and the loop has
 * to know each state of each request.
 */
#include "http.h"
#include <sys/select.h>

enum state { IDLE, CONNECTING, SENDING, RECEIVING };

/* One page on its way, or an idle place for one. */
struct request {
    struct page page;               /* the URL, and what has come of it */
    enum state state;               /* what it is waiting for */
    int fd;                         /* the socket, or -1 */
    const struct addrinfo *address; /* the one that is being connected to */
    /* bytes of the request that the kernel has taken */
    size_t sent;
};

/* options.connections places, so many can be in flight */
static struct request *requests;
static int in_flight;   /* places that are not idle */
static int next_id = 1; /* of the URL that is started next */
static long selects;    /* calls of select() */
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
        /* it would not fit into a set: FD_SET() does not check that */
        if (r->fd >= FD_SETSIZE) {
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

/* The socket of a connection became writable: it is made, or has failed.
 * SO_ERROR tells which. */
static void check_connection(struct request *r)
{
    int error = 0;
    socklen_t size = sizeof error;
    if (getsockopt(r->fd, SOL_SOCKET, SO_ERROR, &error, &size) == -1)
        error = errno;
    if (error == 0) {
        page_log(&r->page, "connected");
        r->state = SENDING;
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
    } else if (errno != EAGAIN && errno != EINTR) {
        page_sent(page, r->sent, errno);
        r->state = RECEIVING;
        return;
    }
    if (r->sent == page->request_length) {
        page_sent(page, r->sent, 0);
        r->state = RECEIVING;
    }
}

/* Receives what has come. EAGAIN is possible: "readable" says that recv() would
 * not have waited when select() looked, not that it will find something now. */
static void receive_response(struct request *r)
{
    ssize_t n = recv(r->fd, buffer, sizeof buffer, 0);
    if (n == -1 && errno != EAGAIN && errno != EINTR) {
        page_fail(&r->page, errno);
        end_request(r);
    } else if (n >= 0 && !page_receive(&r->page, buffer, (size_t)n)) {
        end_request(r);
    }
}

/* Returns the time from now until a deadline, at least 0, as select() wants
 * it. */
static struct timeval until(double deadline)
{
    long long microseconds =
        /* rounded up: not too early */
        (long long)((deadline - now()) * 1e6) + 1;
    if (microseconds < 0)
        microseconds = 0;
    struct timeval time = {.tv_sec = (time_t)(microseconds / 1000000)};
    time.tv_usec = (suseconds_t)(microseconds % 1000000);
    return time;
}

/* Waits until a socket is ready or a deadline has come. Leaves in the sets the
 * sockets that are ready. What select() is given it overwrites, so the sets are
 * made anew for each call; and the timeout too, which Linux overwrites with the
 * time that was left. */
static void wait_for_events(fd_set *readable, fd_set *writable)
{
    int highest = -1;
    double nearest = now() + options.seconds;
    FD_ZERO(readable);
    FD_ZERO(writable);
    for (int i = 0; i < options.connections; i++) {
        const struct request *r = &requests[i];
        if (r->state == IDLE)
            continue;
        FD_SET(r->fd, r->state == RECEIVING ? readable : writable);
        if (r->fd > highest)
            highest = r->fd;
        if (r->page.deadline < nearest)
            nearest = r->page.deadline;
    }
    struct timeval timeout = until(nearest);
    selects++;
    if (select(highest + 1, readable, writable, NULL, &timeout) == -1) {
        /* EINTR, a signal came: what the sets hold now means nothing */
        FD_ZERO(readable);
        FD_ZERO(writable);
    }
}

/* Takes a request whose socket is ready as far as it goes. */
static void advance(struct request *r)
{
    if (r->state == CONNECTING)
        check_connection(r);
    else if (r->state == RECEIVING)
        receive_response(r);
    if (r->state == SENDING)
        send_request(r);
}

/* Takes each request as far as it goes, or ends it if its time is over. */
static void advance_all(const fd_set *readable, const fd_set *writable)
{
    double time = now();
    for (int i = 0; i < options.connections; i++) {
        struct request *r = &requests[i];
        if (r->state == IDLE)
            continue;
        if (r->page.deadline <= time) {
            page_time_out(&r->page);
            end_request(r);
        } else if (FD_ISSET(r->fd, readable) || FD_ISSET(r->fd, writable)) {
            advance(r);
        }
    }
}

int main(int argc, char **argv)
{
    begin(argc, argv, "qj:o:t:");
    if (options.connections > FD_SETSIZE)
        options.connections = FD_SETSIZE;
    requests = allocate(options.connections, sizeof *requests);
    for (start_requests(); in_flight > 0; start_requests()) {
        fd_set readable, writable;
        wait_for_events(&readable, &writable);
        advance_all(&readable, &writable);
    }
    return summary(", %ld selects", selects);
}
