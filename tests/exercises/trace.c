/*
 * trace.c: writes down the calls of a program, so that a check can count them.
 *
 * The program is compiled with -Drecv=traced_recv and the like, and linked with
 * this file. Each call adds one line to the file that EXERCISE_TRACE names: the
 * function, its result, errno (0 if the call succeeded) and one number:
 *
 *     recv, send                bytes asked for
 *     select, poll              milliseconds it may wait, -1 for ever
 *     nanosleep, usleep         microseconds to sleep
 *     connect                   the descriptor
 */
#ifndef __FreeBSD__ /* there it hides usleep() */
#define _XOPEN_SOURCE 700
#endif
#define _DEFAULT_SOURCE /* usleep() */
#define _DARWIN_C_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

ssize_t traced_recv(int fd, void *buffer, size_t size, int flags);
ssize_t traced_send(int fd, const void *buffer, size_t size, int flags);
int traced_connect(int fd, const struct sockaddr *address, socklen_t size);
int traced_select(int count, fd_set *readable, fd_set *writable, fd_set *urgent,
                  struct timeval *timeout);
int traced_poll(struct pollfd *polls, nfds_t count, int timeout);
int traced_nanosleep(const struct timespec *time, struct timespec *rest);
int traced_usleep(useconds_t microseconds);

/* Adds a line. Keeps errno, which the caller is going to look at. Each line is
 * one write() to a file in append mode, so that forked programs can share it.
 * The file is opened once: later there may be no descriptor left. */
static void note(const char *name, long long result, long long argument)
{
    static int fd = -1;
    int error = errno;
    char line[100];
    int length = snprintf(line, sizeof line, "%s %lld %d %lld\n", name, result,
                          result == -1 ? error : 0, argument);
    const char *file = getenv("EXERCISE_TRACE");
    if (fd == -1 && file != NULL)
        fd = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (fd != -1 && write(fd, line, (size_t)length) != length)
        perror("trace");
    errno = error;
}

ssize_t traced_recv(int fd, void *buffer, size_t size, int flags)
{
    ssize_t result = recv(fd, buffer, size, flags);
    note("recv", result, (long long)size);
    return result;
}

ssize_t traced_send(int fd, const void *buffer, size_t size, int flags)
{
    ssize_t result = send(fd, buffer, size, flags);
    note("send", result, (long long)size);
    return result;
}

int traced_connect(int fd, const struct sockaddr *address, socklen_t size)
{
    int result = connect(fd, address, size);
    note("connect", result, fd);
    return result;
}

int traced_select(int count, fd_set *readable, fd_set *writable, fd_set *urgent,
                  struct timeval *timeout)
{
    long long wait = -1;
    if (timeout != NULL) /* now: select may change it */
        wait = (long long)timeout->tv_sec * 1000 + timeout->tv_usec / 1000;
    int result = select(count, readable, writable, urgent, timeout);
    note("select", result, wait);
    return result;
}

int traced_poll(struct pollfd *polls, nfds_t count, int timeout)
{
    int result = poll(polls, count, timeout);
    note("poll", result, timeout);
    return result;
}

int traced_nanosleep(const struct timespec *time, struct timespec *rest)
{
    int result = nanosleep(time, rest);
    note("nanosleep", result,
         (long long)time->tv_sec * 1000000 + time->tv_nsec / 1000);
    return result;
}

int traced_usleep(useconds_t microseconds)
{
    int result = usleep(microseconds);
    note("usleep", result, (long long)microseconds);
    return result;
}
