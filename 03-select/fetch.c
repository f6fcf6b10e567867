/*
 * Step 3: select. One call waits for all sockets, and says which can go on.
 *
 * New since step 2 (make diff-3): nobody is asked in vain. select() gets a set
 * of sockets to read from and a set to write to, sleeps until one of them is
 * ready, and leaves in the sets only those that are. A connection that is made,
 * or has failed, is "writable".
 *
 *     cc -o fetch fetch.c
 *     ./fetch http://127.0.0.1:8080/delay/300 http://127.0.0.1:8080/delay/100
 *
 * Still wrong: waiting and HTTP are one lump. To wait for something else too, a
 * timer or a keyboard, you have to change the loop; and the loop has to know
 * each state of each request. (A look-up of a name still waits.)
 */
#include "http.h"
#include <sys/select.h>

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
static double asked;             /* when the kernel has answered last */
static long selects;             /* calls of select() */
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

/* Is the connection made, or has it failed? SO_ERROR tells which, and why. */
static void check_connection(struct request *r)
{
    int error = 0;
    socklen_t size = sizeof error;
    if (getsockopt(r->fd, SOL_SOCKET, SO_ERROR, &error, &size) == -1)
        error = errno;
    if (error != 0) {
        fail_request(r, error);
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
    if (r->sent == r->page.request_length || error != 0) {
        page_sent(&r->page, r->sent, error);
        r->state = RECEIVING;
    }
}

/* Receives what has come. EAGAIN is possible: "readable" says that recv() would
 * not have waited when select() looked, not that it will find something now. */
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
    } else if (r->deadline <= asked) {
        fail_request(r, EAGAIN);
    }
}

/* Waits until a socket is ready or a deadline has come. Leaves in the sets the
 * sockets that are ready. select() overwrites the sets, so they are made anew
 * for each call; and on Linux the timeout, with the time that was left. */
static void wait_for_events(fd_set *readable, fd_set *writable)
{
    int highest = -1;
    double nearest = now() + options.seconds;
    FD_ZERO(readable);
    FD_ZERO(writable);
    for (int i = 0; i < options.connections; i++) {
        const struct request *r = &requests[i];
        if (r->state == SENDING || r->state == RECEIVING)
            FD_SET(r->fd, readable);
        if (r->state == SENDING || r->state == CONNECTING)
            FD_SET(r->fd, writable);
        if (r->state != IDLE && r->fd > highest)
            highest = r->fd;
        if (r->state != IDLE && r->deadline < nearest)
            nearest = r->deadline;
    }
    struct timeval timeout = to_timeval(nearest - now());
    selects++;
    if (select(highest + 1, readable, writable, NULL, &timeout) >= 0) {
        asked = now();
        return;
    }
    if (errno != EINTR && errno != ENOMEM)
        die_errno("select"); /* a mistake in this program */
    FD_ZERO(readable);       /* a signal came: nobody is known to be ready */
    FD_ZERO(writable);
}

/* Takes a request as far as it goes: readable is one that has an answer,
 * writable one that is connected, or failed to, or has room to send. If nothing
 * has become of that when its time was over, it fails. */
static void advance(struct request *r, bool readable, bool writable)
{
    if (readable)
        receive_response(r);
    if (writable && r->state == CONNECTING)
        check_connection(r);
    if (writable && r->state == SENDING)
        send_request(r);
    if (!readable && (!writable || r->state == SENDING) && r->deadline <= asked)
        fail_request(r, EAGAIN);
}

int main(int argc, char **argv)
{
    limit_descriptors(FD_SETSIZE); /* a set has no room for a higher one */
    begin(argc, argv, "qj:o:t:");
    requests = allocate(options.connections, sizeof *requests);
    for (start_requests(); in_flight > 0; start_requests()) {
        fd_set readable, writable;
        wait_for_events(&readable, &writable);
        for (int i = 0; i < options.connections; i++)
            if (requests[i].state != IDLE)
                advance(&requests[i], FD_ISSET(requests[i].fd, &readable),
                        FD_ISSET(requests[i].fd, &writable));
    }
    return summary(", %ld selects", selects);
}
