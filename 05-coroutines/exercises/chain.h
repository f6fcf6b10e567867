/*
 * chain.h - what 2-chain is made of: the functions of ../fetch.c, and two for
 * what a page says.
 *
 *     open_connection(fd, page)         connect; leaves the socket in *fd, or
 *                                       -1
 *     send_request(fd, page)            send the whole request
 *     receive_response(fd, page, said)  receive to the end, and keep the
 *                                       beginning in `said`
 *     find_link(said, url, link)        the first link in what the page with
 *                                       this URL said
 *
 * All return false if it did not work; the page then knows why. All wait with
 * the scheduler's help.
 */
#ifndef CHAIN_H
#define CHAIN_H

#include "coroutine.h"

#include "http.h"

enum { SAID_SIZE = 4096, LINK_SIZE = 1024 };

/* Connects to the first of the page's addresses that accepts. */
static inline bool open_connection(int *fd, struct page *page)
{
    for (const struct addrinfo *a = page->addresses; a != NULL;
         a = a->ai_next) {
        if (*fd != -1)
            close(*fd);
        *fd = socket(a->ai_family, SOCK_STREAM, 0);
        if (*fd == -1 || fcntl(*fd, F_SETFL, O_NONBLOCK) == -1 ||
            (connect(*fd, a->ai_addr, a->ai_addrlen) == -1 &&
             errno != EINPROGRESS && errno != EINTR)) {
            page_fail_errno(page, errno);
            continue;
        }
        if (!wait_writable(*fd, page_time_left(page))) {
            page_time_out(page);
            return false;
        }
        int error = 0;
        socklen_t size = sizeof error;
        if (getsockopt(*fd, SOL_SOCKET, SO_ERROR, &error, &size) == -1)
            error = errno;
        if (error == 0) {
            page_log(page, "connected");
            return true;
        }
        page_fail_errno(page, error);
    }
    return false;
}

/* Sends the whole request. Only the time ends it early; other errors tell the
 * next recv(). */
static inline bool send_request(int fd, struct page *page)
{
    size_t sent = 0;
    while (sent < page->request_length) {
        ssize_t n =
            send(fd, page->request + sent, page->request_length - sent, 0);
        if (n >= 0) {
            sent += (size_t)n;
        } else if (errno != EINTR && errno != EAGAIN) {
            page_sent(page, sent, errno);
            return true;
        } else if (!wait_writable(fd, page_time_left(page))) {
            page_time_out(page);
            return false;
        }
    }
    page_sent(page, sent, 0);
    return true;
}

/* Receives until the response is complete or has failed. Keeps its beginning,
 * header and body, as a string. */
static inline bool receive_response(int fd, struct page *page,
                                    char said[SAID_SIZE])
{
    static char buffer[65536];
    size_t kept = 0;
    said[0] = '\0';
    while (wait_readable(fd, page_time_left(page))) {
        ssize_t n = recv(fd, buffer, sizeof buffer, 0);
        if (n == -1 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (n == -1) {
            page_fail_errno(page, errno);
            return false;
        }
        size_t room = SAID_SIZE - 1 - kept,
               more = (size_t)n < room ? (size_t)n : room;
        memcpy(said + kept, buffer, more);
        kept += more;
        said[kept] = '\0';
        if (!page_receive(page, buffer, (size_t)n))
            return page->complete;
    }
    page_time_out(page);
    return false;
}

/* Leaves in `link` the first link of what the page with this URL said. Returns
 * false if there is none, or if it is too long. */
static inline bool find_link(const char *said, const char *url,
                             char link[LINK_SIZE])
{
    static const char before[] = "href=\"";
    const char *found = strstr(said, before);
    if (found == NULL)
        return false;
    found += strlen(before);
    size_t length = strcspn(found, "\"");
    /* http://HOST, if it lacks */
    size_t site = *found == '/' ? 7 + strcspn(url + 7, "/?#") : 0;
    if (found[length] != '"' || site + length >= LINK_SIZE)
        return false;
    memcpy(link, url, site);
    memcpy(link + site, found, length);
    link[site + length] = '\0';
    return true;
}

#endif
