/*
 * given.h - what the exercises of this step share, and none of them is about:
 * to connect, and to send the request. Both wait, as in step 1.
 *
 *     open_connection(page)    connect to the page's first address; the socket
 *     send_request(fd, page)   send the page's request
 *
 * What happens is logged, as in fetch.c.
 */
#ifndef GIVEN_H
#define GIVEN_H

#include "http.h"

/* Connects to the page's first address. Returns the socket, or -1, with the
 * reason in page. */
static inline int open_connection(struct page *page)
{
    const struct addrinfo *a = page->addresses;
    int fd = socket(a->ai_family, SOCK_STREAM, 0);
    if (fd != -1 && connect(fd, a->ai_addr, a->ai_addrlen) == 0) {
        page_log(page, "connected");
        return fd;
    }
    page_fail_errno(page, errno);
    if (fd != -1)
        close(fd);
    return -1;
}

/* Sends the request. It is short; a long one may need several calls. Returns
 * false, with the reason in page, if that fails. */
static inline bool send_request(int fd, struct page *page)
{
    ssize_t n = send(fd, page->request, page->request_length, 0);
    if (n != (ssize_t)page->request_length) {
        page_fail_errno(page, errno);
        return false;
    }
    page_sent(page, (size_t)n, 0);
    return true;
}

#endif
