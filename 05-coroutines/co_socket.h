/*
 * co_socket.h - connect(), send() and recv() for coroutines: a small
 * gevent.socket.
 *
 * Each is the call without co_, on a socket that is non-blocking, but makes
 * only the coroutine wait, and for so many seconds at most. When they are over,
 * it fails with EAGAIN, as a call does with SO_RCVTIMEO (socket(7)).
 */
#ifndef CO_SOCKET_H
#define CO_SOCKET_H

#include "coroutine.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>

/* Connects fd, and makes it non-blocking first. Returns 0; or -1, with the
 * reason in errno, also if it came later, as SO_ERROR. */
static inline int co_connect(int fd, const struct sockaddr *address,
                             socklen_t length, double seconds)
{
    int error = 0;
    socklen_t size = sizeof error;
    /* A new socket has no other flags that would be lost. EINPROGRESS is no
     * failure: the kernel goes on connecting, after a signal too. */
    if (fcntl(fd, F_SETFL, O_NONBLOCK) == -1 ||
        (connect(fd, address, length) == -1 && errno != EINPROGRESS &&
         errno != EINTR))
        return -1;
    if (!wait_writable(fd, seconds))
        error = EAGAIN;
    else if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == -1)
        error = errno;
    errno = error;
    return error == 0 ? 0 : -1;
}

/* Sends all bytes, in as many parts as the kernel takes. Returns how many were
 * sent; if it is fewer, the reason is in errno. */
static inline size_t co_send_all(int fd, const char *data, size_t length,
                                 double seconds)
{
    double end = co_time() + seconds;
    size_t sent = 0;
    while (sent < length) {
        ssize_t n = send(fd, data + sent, length - sent, 0);
        if (n >= 0) {
            sent += (size_t)n;
        } else if (errno != EAGAIN && errno != EINTR) {
            break;
        } else if (co_time() >= end || !wait_writable(fd, end - co_time())) {
            errno = EAGAIN;
            break;
        }
    }
    return sent;
}

/* Receives some bytes. Returns how many, 0 at the end of the connection, or -1,
 * with the reason in errno. It waits first, since most often there is nothing
 * yet. */
static inline ssize_t co_recv(int fd, void *buffer, size_t size, double seconds)
{
    double end = co_time() + seconds;
    while (wait_readable(fd, end - co_time())) {
        ssize_t n = recv(fd, buffer, size, 0);
        if (n != -1 || (errno != EAGAIN && errno != EINTR))
            return n;
        if (co_time() >= end)
            break;
    }
    errno = EAGAIN;
    return -1;
}

#endif
