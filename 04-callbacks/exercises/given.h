/*
 * given.h - fetches a page and calls back: what exercises 4 and 5 of this step
 * stand on.
 *
 *     fetch(url, func, data)   begins to fetch a page, and returns at once.
 *                              When it is here, or has failed, func(answer,
 *                              data) is called: once, and never before fetch()
 *                              has returned. The url may go away as soon as
 *                              fetch() returns, the answer does so as soon as
 *                              func returns. Data is yours.
 *     loop_run(&loop)          waits and calls, until there is nothing left to
 *                              wait for
 *
 * It is step 4's fetch.c, made so small that it can be looked up here.
 */
#ifndef GIVEN_H
#define GIVEN_H

#include "http.h"

#include "event_loop.h"

#ifndef MOST_DESCRIPTORS /* given_loop.h knows better */
#define MOST_DESCRIPTORS FD_SETSIZE
#endif

/* What has come of a page. */
struct answer {
    const char *url;
    bool complete;      /* the whole page is here */
    const char *reason; /* if not: why */
    int status;         /* 200, 404, ... */
    long long bytes;    /* of the body */
    /* the URL of the first link in it, or NULL if there is none */
    const char *link;
};

typedef void answer_callback(const struct answer *answer, void *data);

/* A page on its way. */
struct request {
    struct page page;
    char *url;
    int fd; /* the socket, or -1 */
    answer_callback *func;
    void *data;                     /* for func */
    const struct addrinfo *address; /* the one that is being connected to */
    /* bytes of the request that the kernel has taken */
    size_t sent;
    struct timer timer; /* for the deadline */
    /* the beginning of the response; a link is looked for in it */
    char text[4096];
    size_t text_length;
};

static struct event_loop loop; /* main() calls loop_init() */

/* Copies the first link of a page as a whole URL. It may begin with a slash or
 * a question mark; other relative links are left as they are. Returns NULL if
 * there is none; else free() it. */
static inline char *first_link(const struct request *t)
{
    const char *link = strstr(t->text, "href=\"");
    const char *end = link != NULL ? strchr(link + 6, '"') : NULL;
    if (end == NULL)
        return NULL;
    link += 6;
    /* kept: how much of the page's own URL */
    size_t length = (size_t)(end - link), kept = 0;
    if (*link == '/')
        kept = 7 + strcspn(t->url + 7, "/?#"); /* http://host:port */
    else if (*link == '?')
        kept = strcspn(t->url, "?#");
    char *url = allocate(1, kept + length + 1);
    memcpy(url, t->url, kept);
    memcpy(url + kept, link, length);
    return url;
}

/* Lets go of all that the transfer has, and hands its answer over. */
static inline void end_request(struct request *t)
{
    char *link = t->page.complete ? first_link(t) : NULL;
    struct answer answer = {.url = t->url,
                            .complete = t->page.complete,
                            .reason = t->page.reason,
                            .status = t->page.status,
                            .bytes = t->page.body_bytes,
                            .link = link};
    loop_stop_timer(&t->timer);
    if (t->fd != -1) {
        loop_unwatch(&loop, t->fd);
        close(t->fd);
    }
    t->func(&answer, t->data);
    page_discard(&t->page);
    free(link);
    free(t->url);
    free(t);
}

static inline void on_timeout(void *data)
{
    struct request *t = data;
    page_time_out(&t->page);
    end_request(t);
}

static inline void on_hopeless(void *data)
{
    end_request(data);
}

static inline void on_readable(void *data)
{
    static char buffer[65536];
    struct request *t = data;
    ssize_t n = recv(t->fd, buffer, sizeof buffer, 0);
    if (n == -1 && (errno == EAGAIN || errno == EINTR))
        return;
    for (ssize_t i = 0; i < n && t->text_length < sizeof t->text - 1; i++)
        t->text[t->text_length++] = buffer[i];
    if (n == -1)
        page_fail_errno(&t->page, errno);
    if (n == -1 || !page_receive(&t->page, buffer, (size_t)n))
        end_request(t);
}

static inline void on_writable(void *data)
{
    struct request *t = data;
    ssize_t n = send(t->fd, t->page.request + t->sent,
                     t->page.request_length - t->sent, 0);
    if (n >= 0)
        t->sent += (size_t)n;
    else if (errno != EAGAIN && errno != EINTR)
        /* the answer may have come all the same: read it */
        t->page.send_error = errno;
    if (t->sent == t->page.request_length || t->page.send_error != 0)
        loop_watch(&loop, t->fd, on_readable, NULL, t);
}

static inline void on_connected(void *data);

/* Begins to connect to t->address or one after it. Returns false if none is
 * left. */
static inline bool open_connection(struct request *t)
{
    for (; t->address != NULL; t->address = t->address->ai_next) {
        t->fd = socket(t->address->ai_family, SOCK_STREAM, 0);
        if (t->fd >= 0 && t->fd < MOST_DESCRIPTORS &&
            fcntl(t->fd, F_SETFL, O_NONBLOCK) == 0 &&
            (connect(t->fd, t->address->ai_addr, t->address->ai_addrlen) == 0 ||
             errno == EINPROGRESS || errno == EINTR)) {
            loop_watch(&loop, t->fd, NULL, on_connected, t);
            return true;
        }
        page_fail_errno(&t->page, t->fd >= MOST_DESCRIPTORS ? EMFILE : errno);
        if (t->fd != -1)
            close(t->fd);
        t->fd = -1;
    }
    return false;
}

static inline void on_connected(void *data)
{
    struct request *t = data;
    int error = 0;
    socklen_t size = sizeof error;
    if (getsockopt(t->fd, SOL_SOCKET, SO_ERROR, &error, &size) == -1)
        error = errno;
    if (error == 0) {
        loop_watch(&loop, t->fd, NULL, on_writable, t);
        return;
    }
    page_fail_errno(&t->page, error);
    loop_unwatch(&loop, t->fd);
    close(t->fd);
    t->fd = -1;
    t->address = t->address->ai_next;
    if (!open_connection(t))
        end_request(t);
}

/* Begins to fetch a page; see above. */
static inline void fetch(const char *url, answer_callback *func, void *data)
{
    options.quiet = true; /* what is to be printed, func knows */
    struct request *t = allocate(1, sizeof *t);
    t->url = strdup(url);
    if (t->url == NULL)
        die("out of memory");
    t->fd = -1;
    t->func = func;
    t->data = data;
    bool good = page_begin_url(&t->page, 0, t->url);
    t->address = t->page.addresses;
    good = good && open_connection(t);
    t->timer.on_time = good ? on_timeout : on_hopeless;
    t->timer.data = t;
    loop_start_timer(&loop, &t->timer, good ? page_time_left(&t->page) : 0);
}

#endif
