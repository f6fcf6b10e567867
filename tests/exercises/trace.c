/*
 * trace.c: writes down the calls of a program, so that a check can count them.
 *
 * The program is compiled with -Drecv=traced_recv and the like, and linked with
 * this file. Each call adds one line to the file that EXERCISE_TRACE names: the
 * function, its result, errno (0 if the call succeeded) and one number:
 *
 *     recv, send                bytes asked for
 *     select, poll              milliseconds it may wait, -1 for ever
 *     nanosleep, usleep, sleep  microseconds to sleep
 *     connect, close            the descriptor
 *     clock_gettime, fork       0
 *     swapcontext, setcontext   the address of the context that goes on; the
 *                               result is the place on the stack that is left
 *
 * -DTRACE_OUTPUT adds a fifth column: how many bytes the program had printed by
 * then, so that a check can tell what was printed between two calls.
 * -DTRACE_SWITCHES is needed for the last line of the table.
 *
 * -DTRACE_CLOCK gives the program a clock that goes on while it sleeps, and by
 * 20 microseconds each time it is read: so its order does not depend on how
 * busy the machine is.
 *
 * With calls.h there are calls by the names own_NAME as well: those that the
 * exercise makes itself, and not the headers that come with it.
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
#ifdef TRACE_SWITCHES
#include <ucontext.h>
#endif

ssize_t traced_recv(int fd, void *buffer, size_t size, int flags);
ssize_t traced_send(int fd, const void *buffer, size_t size, int flags);
int traced_connect(int fd, const struct sockaddr *address, socklen_t size);
int traced_select(int count, fd_set *readable, fd_set *writable, fd_set *urgent,
                  struct timeval *timeout);
int traced_poll(struct pollfd *polls, nfds_t count, int timeout);
int traced_nanosleep(const struct timespec *time, struct timespec *rest);
int traced_usleep(useconds_t microseconds);
unsigned traced_sleep(unsigned seconds);
int traced_close(int fd);
int traced_clock_gettime(clockid_t clock, struct timespec *time);
pid_t traced_fork(void);
int own_select(int count, fd_set *readable, fd_set *writable, fd_set *urgent,
               struct timeval *timeout);
int own_poll(struct pollfd *polls, nfds_t count, int timeout);
int own_nanosleep(const struct timespec *time, struct timespec *rest);
int own_usleep(useconds_t microseconds);
unsigned own_sleep(unsigned seconds);
int own_clock_gettime(clockid_t clock, struct timespec *time);
void note_call(const char *name, long long result, long long argument);

#ifdef TRACE_CLOCK
static long long clock_now = 1000000000; /* microseconds */

/* Sleeps on this clock, which takes no time. */
static void pass(long long microseconds)
{
    clock_now += microseconds;
}

#define nanosleep(time, rest)                                                  \
    ((void)(rest), pass((time)->tv_sec * 1000000LL + (time)->tv_nsec / 1000), 0)
#define usleep(time)  (pass(time), 0)
#define sleep(time)   (pass((time)*1000000LL), 0U)
#define poll(p, n, t) ((n) == 0 ? (pass((t)*1000LL), 0) : poll(p, n, t))
#endif

/* Adds a line. Keeps errno, which the caller is going to look at. Each line is
 * one write() to a file in append mode, so that forked programs can share it.
 * The file is opened once: later there may be no descriptor left. */
static void note(const char *name, long long result, long long argument)
{
    static int fd = -1;
    int error = errno;
    char line[120];
    int length = snprintf(line, sizeof line, "%s %lld %d %lld", name, result,
                          result == -1 ? error : 0, argument);
#ifdef TRACE_OUTPUT
    fflush(stdout);
    length += snprintf(line + length, sizeof line - (size_t)length, " %lld",
                       (long long)lseek(STDOUT_FILENO, 0, SEEK_CUR));
#endif
    line[length++] = '\n';
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
#ifdef TRACE_CLOCK
    if (count == 0 && wait > 0) {
        pass(wait * 1000);
        timeout->tv_sec = timeout->tv_usec = 0;
    }
#endif
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

unsigned traced_sleep(unsigned seconds)
{
    unsigned rest = sleep(seconds);
    note("sleep", rest, (long long)seconds * 1000000);
    return rest;
}

int traced_close(int fd)
{
    note("close", 0, fd); /* before: then its number is not another's */
    return close(fd);
}

int traced_clock_gettime(clockid_t clock, struct timespec *time)
{
    int result = clock_gettime(clock, time);
    note("clock_gettime", result, 0);
#ifdef TRACE_CLOCK
    clock_now += 20;
    time->tv_sec = (time_t)(clock_now / 1000000);
    time->tv_nsec = (long)(clock_now % 1000000) * 1000;
#endif
    return result;
}

pid_t traced_fork(void)
{
    note("fork", 0, 0);
    return fork();
}

/* For calls.h, which knows of calls that have no system call behind them. */
void note_call(const char *name, long long result, long long argument)
{
    note(name, result, argument);
}

/* ---- The same, called by the exercise itself: see calls.h ---- */

int own_select(int count, fd_set *readable, fd_set *writable, fd_set *urgent,
               struct timeval *timeout)
{
    note("own_select", 0, count);
    return select(count, readable, writable, urgent, timeout);
}

int own_poll(struct pollfd *polls, nfds_t count, int timeout)
{
    note("own_poll", 0, timeout);
    return poll(polls, count, timeout);
}

int own_nanosleep(const struct timespec *time, struct timespec *rest)
{
    note("own_nanosleep", 0, 0);
    return nanosleep(time, rest);
}

int own_usleep(useconds_t microseconds)
{
    note("own_usleep", 0, (long long)microseconds);
    return usleep(microseconds);
}

unsigned own_sleep(unsigned seconds)
{
    note("own_sleep", 0, (long long)seconds);
    return sleep(seconds);
}

int own_clock_gettime(clockid_t clock, struct timespec *time)
{
    note("own_clock", 0, 0);
    return clock_gettime(clock, time);
}

#ifdef TRACE_SWITCHES
#ifdef __APPLE__
#pragma clang diagnostic ignored "-Wdeprecated-declarations"
#endif
int traced_swapcontext(ucontext_t *from, const ucontext_t *to);
int traced_setcontext(const ucontext_t *to);

int traced_swapcontext(ucontext_t *from, const ucontext_t *to)
{
    note("swapcontext", (long long)(size_t)__builtin_frame_address(0),
         (long long)(size_t)to);
    return swapcontext(from, to);
}

int traced_setcontext(const ucontext_t *to)
{
    note("setcontext", (long long)(size_t)__builtin_frame_address(0),
         (long long)(size_t)to);
    return setcontext(to);
}
#endif
