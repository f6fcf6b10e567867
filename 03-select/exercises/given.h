/*
 * given.h - what the exercises of this step share, and none of them is about: a
 * request is made as in step 1, connect() and send() wait. Only then is the
 * socket set to non-blocking, and your part begins: to wait for many answers at
 * once.
 *
 *     begin_requests(count)      make `requests`, an array with room for so
 *                                many
 *     ask(r, id, url)            connect and send the request; r->fd is -1 if
 *                                that failed
 *     receive_some(r)            call recv() once; r->fd is -1 when the request
 *                                is over
 *     time_out(r)                give the request up
 *
 * What happens is logged, as in fetch.c.
 */
#ifndef GIVEN_H
#define GIVEN_H

#include "http.h"

/* One page on its way. */
struct request {
    struct page page; /* the URL, and what has come of it */
    /* the socket, or -1: nothing to wait for, the request is over */
    int fd;
};

/* of all URLs, in the order of the command line */
static struct request *requests;
static int request_count;
static int in_flight; /* requests that are not over */

/* Makes the array of requests. */
static inline void begin_requests(int count)
{
    requests = allocate(count, sizeof *requests);
    request_count = count;
    for (int i = 0; i < count; i++)
        requests[i].fd = -1;
}

/* Logs how the request has ended, and closes its socket. */
static inline void end_request(struct request *r)
{
    page_end(&r->page);
    if (r->fd != -1)
        close(r->fd);
    r->fd = -1;
    in_flight--;
}

/* Ends the request because its time is over. */
static inline void time_out(struct request *r)
{
    page_fail(&r->page, "timed out");
    end_request(r);
}

/* Connects to the first address that answers; waits for it. Returns false, with
 * the reason in the page, if none does. */
static inline bool open_connection(struct request *r, int id, const char *url)
{
    in_flight++;
    if (!page_begin_url(&r->page, id, url))
        return false;
    for (const struct addrinfo *a = r->page.addresses; a != NULL;
         a = a->ai_next) {
        r->fd = socket(a->ai_family, SOCK_STREAM, 0);
        if (r->fd != -1) {
            if (connect(r->fd, a->ai_addr, a->ai_addrlen) == 0) {
                page_log(&r->page, "connected");
                return true;
            }
        }
        page_fail_errno(&r->page, errno);
        if (r->fd != -1)
            close(r->fd);
        r->fd = -1;
    }
    return false;
}

/* Sends the whole request; waits until the kernel has taken it. Returns false,
 * with the reason in the page, if that fails. */
static inline bool send_request(struct request *r)
{
    size_t sent = 0;
    while (sent < r->page.request_length) {
        ssize_t n = send(r->fd, r->page.request + sent,
                         r->page.request_length - sent, 0);
        if (n == -1 && errno != EINTR) {
            page_fail_errno(&r->page, errno);
            return false;
        }
        sent += n > 0 ? (size_t)n : 0;
    }
    page_sent(&r->page, sent, 0);
    return true;
}

/* Starts a request: from now on there is an answer to wait for, unless r->fd is
 * -1. */
static inline void ask(struct request *r, int id, const char *url)
{
    if (open_connection(r, id, url) && send_request(r) &&
        fcntl(r->fd, F_SETFL, O_NONBLOCK) == 0)
        return;
    end_request(r);
}

/* Takes what has come. Ends the request if it is complete, or broken. */
static inline void receive_some(struct request *r)
{
    static char buffer[65536];
    ssize_t n = recv(r->fd, buffer, sizeof buffer, 0);
    if (n == -1 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n == -1)
        page_fail_errno(&r->page, errno);
    if (n == -1 || !page_receive(&r->page, buffer, (size_t)n))
        end_request(r);
}

#endif
