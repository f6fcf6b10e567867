/*
 * record.h - makes a program write down what it does. It is compiled in front
 * of an instrumented copy of a lesson (instrument.awk), see record.c.
 *
 * RECORD.md describes what is written. The macros at the end of this file take
 * the place of the system calls, and know in which line they stand.
 */
#ifndef RECORD_H
#define RECORD_H

/* The lessons ask for the same, later; then it would be too late. */
#define _XOPEN_SOURCE 700
#define _DEFAULT_SOURCE
#ifdef __APPLE__
#define _DARWIN_C_SOURCE
#endif
#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#undef _DEFAULT_SOURCE /* glibc gives it a value; coroutine.h has none */
#ifdef RECORD_SWITCHES
#ifdef __APPLE__
#pragma clang diagnostic ignored "-Wdeprecated-declarations"
#endif
#include <ucontext.h>
#endif

enum { REC_STACKS = 1100, REC_FRAMES = 32, REC_VARS = 8, REC_KEPT = 4096 };

struct queue; /* of coroutine.h */

/* A local variable that can be shown, while it is there. */
struct rec_var {
    const char *name;
    char kind; /* i int, b bool, d double, z size_t, q struct queue */
    void *at;
};

/* A function that has been called and has not returned. */
struct rec_frame {
    const char *name, *file;
    int line; /* where it is now: the last call from it */
    int page; /* that it is about, or 0 */
    struct rec_var vars[REC_VARS];
    int var_count;
};

/* The thread's own stack is number 0, the coroutines' are numbered from 1. */
static struct rec_stack {
    struct rec_frame frames[REC_FRAMES];
    int depth;
    const void *context; /* the ucontext_t of a coroutine */
} rec_stacks[REC_STACKS];

static FILE *rec_file;
static double rec_start;
static int rec_socket_count;
static int rec_running; /* whose stack it is: 0, or a coroutine's number */
static int rec_pages[FD_SETSIZE]; /* which page a descriptor is for */
static char *rec_kept[REC_KEPT];  /* states that were written, by number */
static off_t rec_log_at;          /* up to here the log has been read */

/* Writes the state of the program's own data: see record.c. */
static void rec_state(void);

static inline double rec_time(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9 - rec_start;
}

/* Which page a descriptor is for, or 0. */
static inline int rec_page_of(int fd)
{
    return fd >= 0 && fd < FD_SETSIZE ? rec_pages[fd] : 0;
}

static inline struct rec_frame *rec_top(void)
{
    struct rec_stack *stack = &rec_stacks[rec_running];
    return &stack->frames[stack->depth > 0 ? stack->depth - 1 : 0];
}

/* The page that the running function, or one that has called it, is about. */
static inline int rec_page(void)
{
    struct rec_stack *stack = &rec_stacks[rec_running];
    for (int i = stack->depth - 1; i >= 0; i--)
        if (stack->frames[i].page != 0)
            return stack->frames[i].page;
    return 0;
}

/* Writes a line: the time, whose stack, and the rest as printf. */
static inline void rec_put(const char *format, ...)
{
    va_list arguments;
    fprintf(rec_file, "%10.6f %d ", rec_time(), rec_running);
    va_start(arguments, format);
    vfprintf(rec_file, format, arguments);
    va_end(arguments);
    putc('\n', rec_file);
}

/* Writes the lines that the program has printed since the last event. Its
 * stdout is a file. */
static inline void rec_log(void)
{
    char text[4096];
    ssize_t n;
    while ((n = pread(STDOUT_FILENO, text, sizeof text - 1, rec_log_at)) > 0) {
        text[n] = '\0';
        char *line = text, *end;
        while ((end = strchr(line, '\n')) != NULL) {
            *end = '\0';
            rec_put("log %d %s", rec_top()->line, line);
            line = end + 1;
        }
        if (line == text) /* not whole yet */
            return;
        rec_log_at += line - text;
    }
}

/* Writes a state, unless it is what was last written under this number. */
static inline void rec_keep(int number, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (number < 0 || number >= REC_KEPT ||
        (rec_kept[number] != NULL && strcmp(rec_kept[number], text) == 0))
        return;
    free(rec_kept[number]);
    rec_kept[number] = strdup(text);
    rec_put("%s", text);
}

/* ---- Rounds ---- */

/* A program that asks again and again does the same thousands of times. So its
 * lines are collected, round by round: one that is like the round before, but
 * for the time, is only counted. */
#ifdef RECORD_ROUNDS
static FILE *rec_whole; /* the record; rec_file collects a round */
static char *rec_round, *rec_before;
static size_t rec_round_size;
static long rec_folded;

static inline bool rec_is_like(const char *a, const char *b)
{
    enum { TIME = 10 }; /* columns at the begin of each line */
    while (*a != '\0' && *b != '\0') {
        size_t length = strcspn(a, "\n");
        if (length != strcspn(b, "\n") || length < TIME ||
            memcmp(a + TIME, b + TIME, length - TIME) != 0)
            return false;
        a += length + (a[length] == '\n');
        b += length + (b[length] == '\n');
    }
    return *a == *b;
}

/* Ends a round and begins another. */
static inline void rec_next_round(void)
{
    if (rec_whole == NULL) {
        rec_whole = rec_file;
    } else {
        fclose(rec_file);
        if (rec_before != NULL && rec_is_like(rec_round, rec_before)) {
            rec_folded++;
            free(rec_round);
        } else {
            if (rec_folded > 0)
                fprintf(rec_whole, "%.10s 0 fold %ld\n", rec_round, rec_folded);
            fputs(rec_round, rec_whole);
            free(rec_before);
            rec_before = rec_round;
            rec_folded = 0;
        }
    }
    rec_round = NULL;
    rec_file = open_memstream(&rec_round, &rec_round_size);
    if (rec_file == NULL)
        abort();
}

/* A call for a page in a line: does a round begin with it? The pages, and the
 * lines for a page, are gone through in order. */
static inline void rec_look_for_round(int page, int line)
{
    static int last_page, last_line;
    if (page == 0)
        return;
    if (page < last_page || (page == last_page && line <= last_line))
        rec_next_round();
    last_page = page;
    last_line = line;
}
#else
static inline void rec_look_for_round(int page, int line)
{
    (void)page, (void)line;
}
#endif

/* ---- Functions ---- */

static inline void rec_at(int line)
{
    rec_top()->line = line;
}

/* A function has been entered. Returns it, for rec_out(). */
static inline struct rec_frame *rec_in(const char *name, const char *file,
                                       int line, int page)
{
    struct rec_stack *stack = &rec_stacks[rec_running];
    int from = stack->depth > 0 ? rec_top()->line : 0;
    rec_log();
    rec_state();
    if (stack->depth < REC_FRAMES)
        stack->depth++;
    *rec_top() = (struct rec_frame){name, file, line, page, {{0}}, 0};
    rec_put("enter %s %s %d from=%d page=%d", name, file, line, from, page);
    return rec_top();
}

/* It returns. */
static inline void rec_out(struct rec_frame **frame)
{
    struct rec_stack *stack = &rec_stacks[rec_running];
    rec_log();
    rec_state();
    stack->depth = (int)(*frame - stack->frames);
    rec_put("leave %s line=%d", (*frame)->name,
            stack->depth > 0 ? rec_top()->line : 0);
}

/* A local variable begins to live. Returns what rec_forget() needs. */
static inline struct rec_frame *rec_var(const char *name, char kind, void *at)
{
    struct rec_frame *frame = rec_top();
    if (frame->var_count == REC_VARS)
        return NULL;
    frame->vars[frame->var_count++] = (struct rec_var){name, kind, at};
    return frame;
}

/* Its block ends. */
static inline void rec_forget(struct rec_frame **frame)
{
    if (*frame != NULL)
        (*frame)->var_count--;
}

/* Writes the variables of a stack: they stay while it waits. */
static inline void rec_show_vars(void)
{
    struct rec_stack *stack = &rec_stacks[rec_running];
    rec_put("vars none");
    for (int i = 0; i < stack->depth; i++) {
        char text[256] = "";
        int length = 0;
        for (int j = 0; j < stack->frames[i].var_count && length < 200; j++) {
            struct rec_var *v = &stack->frames[i].vars[j];
            char *to = text + length;
            size_t room = sizeof text - (size_t)length;
            if (v->kind == 'i')
                length += snprintf(to, room, " %s=%d", v->name, *(int *)v->at);
            else if (v->kind == 'z')
                length +=
                    snprintf(to, room, " %s=%zu", v->name, *(size_t *)v->at);
            else if (v->kind == 'b')
                length += snprintf(to, room, " %s=%s", v->name,
                                   *(bool *)v->at ? "true" : "false");
        }
        if (length > 0)
            rec_put("vars %d%s", i, text);
    }
}

/* ---- System calls ---- */

/* Begins an event at a line of the running function. */
static inline void rec_event(int line)
{
    rec_log();
    rec_at(line);
    rec_state();
}

/* Writes a call and its result, and hands the result on; errno is kept. */
static inline long rec_call(const char *file, int line, const char *name,
                            int fd, long result)
{
    int error = errno;
    const char *why = "";
    if (result == -1)
        why = error == EAGAIN        ? " EAGAIN"
              : error == EINPROGRESS ? " EINPROGRESS"
              : error == EINTR       ? " EINTR"
                                     : strerror(error);
    rec_look_for_round(rec_page_of(fd), line);
    rec_event(line);
    rec_put("call %s %s %d page=%d fd=%d = %ld%s%s", name, file, line,
            rec_page_of(fd), fd, result, *why != '\0' && *why != ' ' ? " " : "",
            why);
    errno = error;
    return result;
}

/* A call that may wait begins. (In step 1 each does.) */
static inline void rec_sleep(const char *file, int line, const char *name,
                             int fd)
{
#ifdef RECORD_BLOCKING
    rec_event(line);
    rec_show_vars();
    rec_put("sleep %s %s %d page=%d fd=%d", name, file, line, rec_page_of(fd),
            fd);
#else
    (void)file, (void)line, (void)name, (void)fd;
#endif
}

static inline int rec_socket(const char *file, int line, int domain, int type,
                             int protocol)
{
    int fd = socket(domain, type, protocol), page = rec_page();
    rec_socket_count++;
    if (fd >= 0 && fd < FD_SETSIZE)
        rec_pages[fd] = page != 0 ? page : rec_socket_count;
    return (int)rec_call(file, line, "socket", fd, fd);
}

static inline int rec_connect(const char *file, int line, int fd,
                              const struct sockaddr *address, socklen_t length)
{
    rec_sleep(file, line, "connect", fd);
    int result = connect(fd, address, length);
    return (int)rec_call(file, line, "connect", fd, result);
}

static inline ssize_t rec_send(const char *file, int line, int fd,
                               const void *data, size_t length, int flags)
{
    rec_sleep(file, line, "send", fd);
    ssize_t n = send(fd, data, length, flags);
    return rec_call(file, line, "send", fd, n);
}

static inline ssize_t rec_recv(const char *file, int line, int fd, void *data,
                               size_t length, int flags)
{
    rec_sleep(file, line, "recv", fd);
    ssize_t n = recv(fd, data, length, flags);
    return rec_call(file, line, "recv", fd, n);
}

static inline int rec_dprintf(const char *file, int line, int fd,
                              const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int n = vdprintf(fd, format, arguments);
    va_end(arguments);
    return (int)rec_call(file, line, "dprintf", fd, n);
}

/* What SO_ERROR tells is the result here. */
static inline int rec_getsockopt(const char *file, int line, int fd, int level,
                                 int name, void *value, socklen_t *size)
{
    int result = getsockopt(fd, level, name, value, size), error = 0;
    if (result == 0 && *size == sizeof error)
        memcpy(&error, value, sizeof error);
    if (error != 0) {
        errno = error;
        rec_call(file, line, "SO_ERROR", fd, -1);
    } else {
        rec_call(file, line, "SO_ERROR", fd, result);
    }
    return result;
}

static inline int rec_getpeername(const char *file, int line, int fd,
                                  struct sockaddr *address, socklen_t *length)
{
    int result = getpeername(fd, address, length);
    return (int)rec_call(file, line, "getpeername", fd, result);
}

static inline int rec_close(const char *file, int line, int fd)
{
    int result = close(fd);
    if (rec_page_of(fd) != 0) {
        rec_call(file, line, "close", fd, result);
        rec_pages[fd] = 0;
    }
    return result;
}

/* Writes the pages whose descriptors are in a set: " read=1,3". */
static inline void rec_set(const char *name, const fd_set *set)
{
    const char *comma = "";
    fprintf(rec_file, " %s=", name);
    for (int fd = 0; set != NULL && fd < FD_SETSIZE; fd++)
        if (rec_page_of(fd) != 0 && FD_ISSET(fd, set)) {
            fprintf(rec_file, "%s%d", comma, rec_page_of(fd));
            comma = ",";
        }
}

static inline int rec_select(const char *file, int line, int end,
                             fd_set *read_set, fd_set *write_set, fd_set *other,
                             struct timeval *limit)
{
    rec_event(line);
    fprintf(rec_file, "%10.6f %d select %s %d", rec_time(), rec_running, file,
            line);
    rec_set("read", read_set);
    rec_set("write", write_set);
    if (limit != NULL)
        fprintf(rec_file, " timeout=%ld.%06ld", (long)limit->tv_sec,
                (long)limit->tv_usec);
    putc('\n', rec_file);
    int result = select(end, read_set, write_set, other, limit);
    int error = errno;
    fprintf(rec_file, "%10.6f %d wake %s %d result=%d", rec_time(), rec_running,
            file, line, result);
    rec_set("read", result > 0 ? read_set : NULL);
    rec_set("write", result > 0 ? write_set : NULL);
    putc('\n', rec_file);
    errno = error;
    return result;
}

/* ---- Switches ---- */

#ifdef RECORD_SWITCHES
static int rec_stack_count = 1;
static int rec_left; /* whose stack it was before the last switch */

/* The number of the stack that a context stands for. */
static inline int rec_stack_of(const ucontext_t *context)
{
    for (int i = 1; i < rec_stack_count; i++)
        if (rec_stacks[i].context == context)
            return i;
    return 0;
}

/* Notes that a context gets a stack, perhaps not its first. */
static inline void rec_make(const ucontext_t *context)
{
    int number = rec_stack_of(context);
    if (number == 0 && rec_stack_count < REC_STACKS)
        number = rec_stack_count++;
    rec_stacks[number].context = context;
    rec_stacks[number].depth = 0;
    rec_put("stack %d", number);
}

static inline int rec_switch(const char *file, int line, ucontext_t *from,
                             const ucontext_t *to)
{
    int self = rec_running, other = rec_stack_of(to);
    rec_event(line);
    rec_show_vars();
    rec_put("switch %s %d to=%d", file, line, other);
    rec_running = other;
    rec_left = self;
    int result = swapcontext(from, to);
    rec_log();
    /* One that switches says so in rec_running; one that has ended can't. */
    bool ended = rec_running != self;
    other = ended ? rec_running : rec_left;
    rec_running = self;
    rec_put("resumed %s %d from=%d%s", file, line, other,
            ended ? " ended" : "");
    return result;
}
#define makecontext(context, ...)                                              \
    (rec_make(context), makecontext(context, __VA_ARGS__))
#define swapcontext(from, to) rec_switch(__FILE__, __LINE__, from, to)
#endif

/* ---- What instrument.awk puts into the copy ---- */

#define REC_IN(name, page)                                                     \
    __attribute__((cleanup(rec_out))) struct rec_frame *rec_here =             \
        rec_in(name, __FILE__, __LINE__, page);
#define REC_VAR(x)                                                             \
    __attribute__((cleanup(rec_forget))) struct rec_frame *rec_##x = rec_var(  \
        #x,                                                                    \
        _Generic(&(x), int *: 'i', bool *: 'b', double *: 'd', size_t *: 'z',  \
                 struct queue *: 'q', default: '?'),                           \
        &(x));
#define REC_AT(function) (rec_at(__LINE__), function)

#undef dprintf /* a macro where the C library checks its arguments */

#define socket(...)      rec_socket(__FILE__, __LINE__, __VA_ARGS__)
#define connect(...)     rec_connect(__FILE__, __LINE__, __VA_ARGS__)
#define send(...)        rec_send(__FILE__, __LINE__, __VA_ARGS__)
#define recv(...)        rec_recv(__FILE__, __LINE__, __VA_ARGS__)
#define dprintf(...)     rec_dprintf(__FILE__, __LINE__, __VA_ARGS__)
#define getsockopt(...)  rec_getsockopt(__FILE__, __LINE__, __VA_ARGS__)
#define getpeername(...) rec_getpeername(__FILE__, __LINE__, __VA_ARGS__)
#define close(fd)        rec_close(__FILE__, __LINE__, fd)
#define select(...)      rec_select(__FILE__, __LINE__, __VA_ARGS__)

#endif
