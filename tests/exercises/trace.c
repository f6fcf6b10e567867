/*
 * trace.c: writes down the calls of a program, so that a check can count them.
 *
 * The program is compiled with -Drecv=traced_recv and the like, and linked with
 * this file. Each call adds one line to the file that EXERCISE_TRACE names, in
 * eight columns:
 *
 *     1  the function
 *     2  its result
 *     3  the error by name (EAGAIN), 0 if the call succeeded
 *     4  a number:
 *            recv, send                bytes asked for
 *            select, poll              milliseconds it may wait, -1 for ever
 *            nanosleep, usleep, sleep  microseconds to sleep
 *            connect, close            the descriptor
 *            sndbuf                    the descriptor (see traced_send)
 *            wait, clock_gettime, fork 0
 *            epoll_wait, kevent        as select; kevent only if it may return
 *                                      something
 *            epoll_ctl, kevent_change  1 added, 2 deleted, 3 changed
 *            swapcontext, setcontext   the address of the context that goes on;
 *                                      the result is the place on the stack
 *                                      that is left
 *     5  with -DTRACE_OUTPUT how many bytes the program had printed by then, so
 *        that a check can tell what was printed between two calls; else -
 *     6  milliseconds that the call may wait: -1 for ever, 0 not at all
 *     7  the descriptor; for select and poll, what is watched: how many, and
 *        the first of them, r to receive and w to send: 3:r5,r6,w8. For
 *        epoll_ctl what the descriptor is watched for from now on, for
 *        kevent_change the entry: rw5; e before it if that is told only once
 *     8  the process
 *
 * Some functions go by the name of another that does the same: read() and
 * write() on a socket are recv and send, pselect() is select, epoll_pwait() is
 * epoll_wait, and waitpid() is wait. epoll_create1(), epoll_create() and
 * kqueue() are kernel_list. Each change that kevent() is handed is a line
 * kevent_change. -DTRACE_SWITCHES is needed for swapcontext and setcontext.
 *
 * Three accidents can be arranged, which are rare otherwise:
 *
 *     EXERCISE_INTERRUPT=recv   the first, third, fifth call of this function
 *                               is interrupted by a signal (EINTR), or so it
 *                               says; recv, send, select, poll, wait,
 *                               epoll_wait, kevent
 *     EXERCISE_KILL=/some/path  whoever sends this is killed
 *     EXERCISE_SLOW=500         a recv() that has got something returns half a
 *                               second later, as on a busy machine
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
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/epoll.h>
#elif defined(__APPLE__) || defined(__FreeBSD__) || defined(__NetBSD__) ||     \
    defined(__OpenBSD__) || defined(__DragonFly__)
#define HAVE_KQUEUE
#include <sys/event.h>
#endif
#ifdef TRACE_SWITCHES
#include <ucontext.h>
#endif

enum {
    MOST_BYTES = 8000000, /* of the file; a program may write 16 MiB */
    LIST_SIZE = 200       /* of column 7 */
};

ssize_t traced_recv(int fd, void *buffer, size_t size, int flags);
ssize_t traced_send(int fd, const void *buffer, size_t size, int flags);
ssize_t traced_read(int fd, void *buffer, size_t size);
ssize_t traced_write(int fd, const void *buffer, size_t size);
int traced_connect(int fd, const struct sockaddr *address, socklen_t size);
int traced_select(int count, fd_set *readable, fd_set *writable, fd_set *urgent,
                  struct timeval *timeout);
int traced_pselect(int count, fd_set *readable, fd_set *writable,
                   fd_set *urgent, const struct timespec *timeout,
                   const sigset_t *mask);
int traced_poll(struct pollfd *polls, nfds_t count, int timeout);
int traced_nanosleep(const struct timespec *time, struct timespec *rest);
int traced_usleep(useconds_t microseconds);
unsigned traced_sleep(unsigned seconds);
int traced_close(int fd);
int traced_clock_gettime(clockid_t clock, struct timespec *time);
#ifdef __linux__
int traced_epoll_create1(int flags);
int traced_epoll_create(int size);
int traced_epoll_ctl(int list, int change, int fd, struct epoll_event *event);
int traced_epoll_wait(int list, struct epoll_event *events, int most,
                      int timeout);
int traced_epoll_pwait(int list, struct epoll_event *events, int most,
                       int timeout, const sigset_t *mask);
#endif
#ifdef HAVE_KQUEUE
int traced_kqueue(void);
int traced_kevent(int list, const struct kevent *changes, int change_count,
                  struct kevent *events, int most,
                  const struct timespec *timeout);
#endif
pid_t traced_fork(void);
pid_t traced_wait(int *status);
pid_t traced_waitpid(pid_t child, int *status, int options);
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

/* The errors that checks ask for. Their numbers differ between systems. */
static const char *error_name(int error)
{
    static char number[20];
    static const struct {
        int number;
        const char *name;
    } known[] = {{EAGAIN, "EAGAIN"},       {EINPROGRESS, "EINPROGRESS"},
                 {EALREADY, "EALREADY"},   {EINTR, "EINTR"},
                 {EBADF, "EBADF"},         {EINVAL, "EINVAL"},
                 {EPIPE, "EPIPE"},         {ECONNRESET, "ECONNRESET"},
                 {ENOTCONN, "ENOTCONN"},   {ECONNREFUSED, "ECONNREFUSED"},
                 {ETIMEDOUT, "ETIMEDOUT"}, {ECHILD, "ECHILD"}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (known[i].number == error)
            return known[i].name;
    snprintf(number, sizeof number, "%d", error);
    return number;
}

/* Writes a line. Each is one write() to a file in append mode, so that forked
 * programs can share it. The file is opened once: later there may be no
 * descriptor left. It ends before it is so long that the program would be ended
 * for it: a mistake can make millions of calls. */
static void put_line(const char *line, int length)
{
    static int fd = -1;
    const char *file = getenv("EXERCISE_TRACE");
    if (fd == -1 && file != NULL)
        fd = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (fd == -1 || lseek(fd, 0, SEEK_END) > MOST_BYTES)
        return;
    if (write(fd, line, (size_t)length) != length)
        perror("trace");
}

/* Adds a line with all its columns. Keeps errno, which the caller is going to
 * look at. */
static void note_wait(const char *name, long long result, long long argument,
                      long long wait, const char *descriptors)
{
    int error = errno;
    char line[LIST_SIZE + 200], printed[30] = "-";
#ifdef TRACE_OUTPUT
    fflush(stdout);
    snprintf(printed, sizeof printed, "%lld",
             (long long)lseek(STDOUT_FILENO, 0, SEEK_CUR));
#endif
    int length = snprintf(line, sizeof line, "%s %lld %s %lld %s %lld %s %ld\n",
                          name, result, result == -1 ? error_name(error) : "0",
                          argument, printed, wait, descriptors, (long)getpid());
    put_line(line, length);
    errno = error;
}

static void note(const char *name, long long result, long long argument)
{
    note_wait(name, result, argument, 0, "-");
}

/* The same for a call that concerns one descriptor. */
static void note_socket(const char *name, long long result, long long argument,
                        long long wait, int fd)
{
    char descriptor[20];
    snprintf(descriptor, sizeof descriptor, "%d", fd);
    note_wait(name, result, argument, wait, descriptor);
}

/* In milliseconds, rounded up: only nothing is 0. */
static long long milliseconds(long long seconds, long long microseconds)
{
    return seconds * 1000 + (microseconds + 999) / 1000;
}

/* How long a call on this socket may wait. option: SO_RCVTIMEO or SO_SNDTIMEO,
 * which limit it; both are 0 for "no limit". */
static long long may_wait(int fd, int option, int flags)
{
    struct timeval limit = {0};
    socklen_t size = sizeof limit;
    int error = errno, modes = fcntl(fd, F_GETFL);
    long long wait = -1;
    if ((flags & MSG_DONTWAIT) != 0 || (modes != -1 && (modes & O_NONBLOCK)))
        wait = 0;
    else if (getsockopt(fd, SOL_SOCKET, option, &limit, &size) == 0 &&
             (limit.tv_sec != 0 || limit.tv_usec != 0))
        wait = milliseconds(limit.tv_sec, limit.tv_usec);
    errno = error;
    return wait;
}

static int is_socket(int fd)
{
    struct stat status;
    int error = errno;
    int answer = fstat(fd, &status) == 0 && S_ISSOCK(status.st_mode);
    errno = error;
    return answer;
}

/* True if this call of the function is to be interrupted. */
static int is_interrupted(const char *name)
{
    static unsigned calls;
    const char *wanted = getenv("EXERCISE_INTERRUPT");
    if (wanted == NULL || strcmp(wanted, name) != 0 || calls++ % 2 != 0)
        return 0;
    errno = EINTR;
    return 1;
}

/* Lets the time pass that EXERCISE_SLOW says, in milliseconds. */
static void be_slow(void)
{
    const char *text = getenv("EXERCISE_SLOW");
    long span = text != NULL ? atol(text) : 0;
    struct timespec time = {.tv_sec = span / 1000};
    time.tv_nsec = span % 1000 * 1000000;
    nanosleep(&time, NULL);
}

ssize_t traced_recv(int fd, void *buffer, size_t size, int flags)
{
    long long wait = may_wait(fd, SO_RCVTIMEO, flags);
    ssize_t result =
        is_interrupted("recv") ? -1 : recv(fd, buffer, size, flags);
    if (result > 0)
        be_slow();
    note_socket("recv", result, (long long)size, wait, fd);
    return result;
}

/* Ends the process if it is about to send what EXERCISE_KILL says. */
static void kill_if_marked(const char *text, size_t size)
{
    const char *mark = getenv("EXERCISE_KILL");
    size_t length = mark != NULL ? strlen(mark) : 0;
    for (size_t i = 0; length > 0 && i + length <= size; i++)
        if (memcmp(text + i, mark, length) == 0)
            raise(SIGKILL);
}

/* A line `sndbuf SIZE 0 DESCRIPTOR` stands before the first send() of a socket:
 * what the kernel keeps for it at most. */
static void note_buffer(int fd)
{
    static int known_fd = -1, known_size;
    int size = 0, error = errno;
    socklen_t length = sizeof size;
    getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, &length);
    if (fd != known_fd || size != known_size)
        note("sndbuf", size, fd);
    known_fd = fd;
    known_size = size;
    errno = error;
}

ssize_t traced_send(int fd, const void *buffer, size_t size, int flags)
{
    long long wait = may_wait(fd, SO_SNDTIMEO, flags);
    note_buffer(fd);
    kill_if_marked(buffer, size);
    ssize_t result =
        is_interrupted("send") ? -1 : send(fd, buffer, size, flags);
    note_socket("send", result, (long long)size, wait, fd);
    return result;
}

ssize_t traced_read(int fd, void *buffer, size_t size)
{
    return is_socket(fd) ? traced_recv(fd, buffer, size, 0)
                         : read(fd, buffer, size);
}

ssize_t traced_write(int fd, const void *buffer, size_t size)
{
    return is_socket(fd) ? traced_send(fd, buffer, size, 0)
                         : write(fd, buffer, size);
}

int traced_connect(int fd, const struct sockaddr *address, socklen_t size)
{
    long long wait = may_wait(fd, SO_SNDTIMEO, 0);
    int result = connect(fd, address, size);
    note_socket("connect", result, fd, wait, fd);
    return result;
}

/* What is watched, for column 7. */
struct list {
    int count;
    char text[LIST_SIZE];
    size_t length;
};

static void add_to_list(struct list *list, char what, int fd)
{
    list->count++;
    if (list->length + 15 < sizeof list->text)
        list->length += (size_t)snprintf(
            list->text + list->length, sizeof list->text - list->length,
            "%c%c%d", list->count == 1 ? ':' : ',', what, fd);
}

static void note_list(const char *name, long long result, long long wait,
                      const struct list *list)
{
    char text[LIST_SIZE + 20];
    snprintf(text, sizeof text, "%d%s", list->count, list->text);
    note_wait(name, result, wait, wait, text);
}

static struct list list_sets(int count, fd_set *readable, fd_set *writable)
{
    struct list list = {0};
    for (int fd = 0; fd < count && fd < FD_SETSIZE; fd++) {
        if (readable != NULL && FD_ISSET(fd, readable))
            add_to_list(&list, 'r', fd);
        if (writable != NULL && FD_ISSET(fd, writable))
            add_to_list(&list, 'w', fd);
    }
    return list;
}

int traced_select(int count, fd_set *readable, fd_set *writable, fd_set *urgent,
                  struct timeval *timeout)
{
    long long wait = -1;
    struct list list = list_sets(count, readable, writable);
    if (timeout != NULL) /* now: select may change it */
        wait = milliseconds(timeout->tv_sec, timeout->tv_usec);
#ifdef TRACE_CLOCK
    if (count == 0 && wait > 0) {
        pass(wait * 1000);
        timeout->tv_sec = timeout->tv_usec = 0;
    }
#endif
    int result = is_interrupted("select")
                     ? -1
                     : select(count, readable, writable, urgent, timeout);
    note_list("select", result, wait, &list);
    return result;
}

int traced_pselect(int count, fd_set *readable, fd_set *writable,
                   fd_set *urgent, const struct timespec *timeout,
                   const sigset_t *mask)
{
    long long wait = -1;
    struct list list = list_sets(count, readable, writable);
    if (timeout != NULL)
        wait = milliseconds(timeout->tv_sec, (timeout->tv_nsec + 999) / 1000);
    int result = is_interrupted("select") ? -1
                                          : pselect(count, readable, writable,
                                                    urgent, timeout, mask);
    note_list("select", result, wait, &list);
    return result;
}

int traced_poll(struct pollfd *polls, nfds_t count, int timeout)
{
    struct list list = {0};
    for (nfds_t i = 0; i < count; i++) {
        if (polls[i].fd >= 0 && (polls[i].events & POLLIN))
            add_to_list(&list, 'r', polls[i].fd);
        if (polls[i].fd >= 0 && (polls[i].events & POLLOUT))
            add_to_list(&list, 'w', polls[i].fd);
    }
    int result = is_interrupted("poll") ? -1 : poll(polls, count, timeout);
    note_list("poll", result, timeout < 0 ? -1 : timeout, &list);
    return result;
}

#ifdef __linux__
int traced_epoll_create1(int flags)
{
    int list = epoll_create1(flags);
    note("kernel_list", list, 0);
    return list;
}

int traced_epoll_create(int size)
{
    (void)size; /* of no use since Linux 2.6.8 */
    return traced_epoll_create1(0);
}

int traced_epoll_ctl(int list, int change, int fd, struct epoll_event *event)
{
    char text[30];
    unsigned events =
        change == EPOLL_CTL_DEL || event == NULL ? 0U : event->events;
    int result = epoll_ctl(list, change, fd, event);
    snprintf(text, sizeof text, "%s%s%s%d",
             events & (EPOLLET | EPOLLONESHOT) ? "e" : "",
             events & EPOLLIN ? "r" : "", events & EPOLLOUT ? "w" : "", fd);
    note_wait("epoll_ctl", result,
              change == EPOLL_CTL_ADD   ? 1
              : change == EPOLL_CTL_DEL ? 2
                                        : 3,
              0, text);
    return result;
}

/* What the program keeps with an event, only the program knows: so no
 * descriptors are noted. */
int traced_epoll_pwait(int list, struct epoll_event *events, int most,
                       int timeout, const sigset_t *mask)
{
    int result = is_interrupted("epoll_wait")
                     ? -1
                     : epoll_pwait(list, events, most, timeout, mask);
    note_wait("epoll_wait", result, timeout, timeout < 0 ? -1 : timeout, "-");
    return result;
}

int traced_epoll_wait(int list, struct epoll_event *events, int most,
                      int timeout)
{
    return traced_epoll_pwait(list, events, most, timeout, NULL);
}
#endif

#ifdef HAVE_KQUEUE
int traced_kqueue(void)
{
    int list = kqueue();
    note("kernel_list", list, 0);
    return list;
}

/* The changes are noted before the call, which may write its events over
 * them. */
int traced_kevent(int list, const struct kevent *changes, int change_count,
                  struct kevent *events, int most,
                  const struct timespec *timeout)
{
    long long wait = -1;
    for (int i = 0; i < change_count; i++) {
        char text[30];
        snprintf(text, sizeof text, "%s%s%d",
                 changes[i].flags & (EV_CLEAR | EV_ONESHOT) ? "e" : "",
                 changes[i].filter == EVFILT_READ ? "r" : "w",
                 (int)changes[i].ident);
        note_wait("kevent_change", 0,
                  (changes[i].flags & EV_DELETE) != 0 ? 2 : 1, 0, text);
    }
    if (most == 0)
        return kevent(list, changes, change_count, NULL, 0, timeout);
    if (timeout != NULL)
        wait = milliseconds(timeout->tv_sec, (timeout->tv_nsec + 999) / 1000);
    int result = is_interrupted("kevent") ? -1
                                          : kevent(list, changes, change_count,
                                                   events, most, timeout);
    note_wait("kevent", result, wait, wait, "-");
    return result;
}
#endif

int traced_nanosleep(const struct timespec *time, struct timespec *rest)
{
    int result = nanosleep(time, rest);
    note_wait("nanosleep", result,
              (long long)time->tv_sec * 1000000 + time->tv_nsec / 1000,
              milliseconds(time->tv_sec, (time->tv_nsec + 999) / 1000), "-");
    return result;
}

int traced_usleep(useconds_t microseconds)
{
    int result = usleep(microseconds);
    note_wait("usleep", result, (long long)microseconds,
              milliseconds(0, (long long)microseconds), "-");
    return result;
}

/* The result is the process that has ended, 0 for "none yet", or -1. */
pid_t traced_waitpid(pid_t child, int *status, int options)
{
    pid_t result =
        is_interrupted("wait") ? -1 : waitpid(child, status, options);
    note_wait("wait", (long long)result, 0, (options & WNOHANG) != 0 ? 0 : -1,
              "-");
    return result;
}

pid_t traced_wait(int *status)
{
    return traced_waitpid(-1, status, 0);
}

unsigned traced_sleep(unsigned seconds)
{
    unsigned rest = sleep(seconds);
    note_wait("sleep", rest, (long long)seconds * 1000000,
              (long long)seconds * 1000, "-");
    return rest;
}

int traced_close(int fd)
{
    /* before: then its number is not another's */
    note_socket("close", 0, fd, 0, fd);
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
