/*
 * join.h - what 7-join is made of: a task, which fetches one page in a
 * coroutine of its own.
 *
 *     fetch_page(task)   fetches the task's page. Returns the bytes of its
 *                        body, or -1 if there is no whole page.
 *
 * Each wait of a page is a call of wait_for(), which stands in the exercise. If
 * it returns false, the page closes its socket and returns at once.
 */
#ifndef JOIN_H
#define JOIN_H

#include "coroutine.h"

#include "http.h"

struct task {
    int id;
    const char *url;
    bool is_optional;            /* a + stood before its URL */
    struct coroutine *coroutine; /* the one that fetches it */
    struct queue joiners;        /* those that wait for its end */
    bool is_cancelled;
    bool has_ended;
    long long result; /* when it has ended: bytes, or -1 */
};

/* To be written: stop the coroutine until fd is ready. Returns false if the
 * page shall do nothing more. */
static bool wait_for(struct task *task, int fd, bool to_write, double seconds);

/* Connects to the first of the page's addresses. Leaves the socket in *fd, or
 * -1. */
static inline bool connect_page(struct task *task, struct page *page, int *fd)
{
    const struct addrinfo *a = page->addresses;
    int error = 0;
    socklen_t size = sizeof error;
    *fd = socket(a->ai_family, SOCK_STREAM, 0);
    if (*fd == -1 || fcntl(*fd, F_SETFL, O_NONBLOCK) == -1 ||
        (connect(*fd, a->ai_addr, a->ai_addrlen) == -1 &&
         errno != EINPROGRESS && errno != EINTR))
        return false;
    return wait_for(task, *fd, true, page_time_left(page)) &&
           getsockopt(*fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 &&
           error == 0;
}

/* Sends the whole request. */
static inline bool send_page(struct task *task, struct page *page, int fd)
{
    size_t sent = 0;
    while (sent < page->request_length) {
        ssize_t n =
            send(fd, page->request + sent, page->request_length - sent, 0);
        if (n >= 0)
            sent += (size_t)n;
        else if (errno != EINTR && errno != EAGAIN)
            return false;
        else if (!wait_for(task, fd, true, page_time_left(page)))
            return false;
    }
    return true;
}

/* Receives until the page is complete or has failed. */
static inline void receive_page(struct task *task, struct page *page, int fd)
{
    static char buffer[65536];
    while (wait_for(task, fd, false, page_time_left(page))) {
        ssize_t n = recv(fd, buffer, sizeof buffer, 0);
        if (n == -1 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (n == -1 || !page_receive(page, buffer, (size_t)n))
            return;
    }
}

/* The page and its socket are local variables: they stand on the stack of the
 * coroutine, and nobody else knows them. */
static inline long long fetch_page(struct task *task)
{
    struct page page;
    int fd = -1;
    if (page_begin_url(&page, task->id, task->url) &&
        connect_page(task, &page, &fd) && send_page(task, &page, fd))
        receive_page(task, &page, fd);
    page_discard(&page);
    if (fd != -1)
        close(fd);
    return page.complete ? page.body_bytes : -1;
}

#endif
