/*
 * faulty.c: makes library calls fail on purpose, one at a time, in a program
 * that knows nothing of it. It is no program, it is loaded before the C library
 * (ld.so(8), LD_PRELOAD); Linux, glibc.
 *
 *     cc -shared -fPIC -o faulty.so faulty.c
 *     LD_PRELOAD=./faulty.so FAULTY=recv:3:ECONNRESET ./fetch URL...
 *
 *     FAULTY=CALL:NTH:ERROR,...   the NTH call of CALL fails, once, with that
 *                                 errno. "NTH+" means the NTH and all after it.
 *                                 getaddrinfo takes EAI_... too. The CALL
 *                                 "memory" is malloc, calloc, realloc, mmap and
 *                                 mprotect together.
 *     FAULTY_MARK=NAME            makes the directory NAME once a call was made
 *                                 to fail, so that a test knows whether there
 *                                 was an NTH call at all
 *     FAULTY_SHORT=1              recv and send move no more than 1, 2, 3, 1,
 *                                 ... bytes
 *     FAULTY_TICK=1               a signal every millisecond, and no call is
 *                                 restarted after it
 *     FAULTY_ADDRESSES=A,B,...    what getaddrinfo says of any name: numeric
 *                                 addresses, or "unknown", an address of a
 *                                 family that no kernel has; ADDRESS@PORT is at
 *                                 another port
 *
 * What a call does before it fails is what it would do in earnest: connect()
 * goes on connecting after EINTR, send() with EPIPE has no connection any more,
 * close() has closed.
 */
#define _GNU_SOURCE /* RTLD_NEXT */
/* its inline versions of recv() and open() would stand in the way */
#undef _FORTIFY_SOURCE

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

/* One fault that has been asked for. */
struct fault {
    const char *call;
    long nth;      /* from 1 */
    bool and_more; /* all after it, too */
    int error;
    long seen; /* calls so far */
};

enum { MOST_FAULTS = 16 };

static struct fault faults[MOST_FAULTS];
static int fault_count;
static bool only_pieces; /* FAULTY_SHORT */

static const struct {
    const char *name;
    int number;
} error_names[] = {
    {"EAGAIN", EAGAIN},
    {"EBADF", EBADF},
    {"ECONNREFUSED", ECONNREFUSED},
    {"ECONNRESET", ECONNRESET},
    {"EDQUOT", EDQUOT},
    {"EINTR", EINTR},
    {"EINVAL", EINVAL},
    {"EIO", EIO},
    {"EMFILE", EMFILE},
    {"ENETUNREACH", ENETUNREACH},
    {"ENFILE", ENFILE},
    {"ENOBUFS", ENOBUFS},
    {"ENOMEM", ENOMEM},
    {"ENOSPC", ENOSPC},
    {"EPIPE", EPIPE},
    {"EACCES", EACCES},
    {"ETIMEDOUT", ETIMEDOUT},
    {"EAI_AGAIN", EAI_AGAIN},
    {"EAI_FAIL", EAI_FAIL},
    {"EAI_MEMORY", EAI_MEMORY},
    {"EAI_NONAME", EAI_NONAME},
    {"EAI_SYSTEM", EAI_SYSTEM},
};

/* A test that misspells a fault must not pass. */
_Noreturn static void give_up(const char *word)
{
    fprintf(stderr, "faulty.c: what is \"%s\"?\n", word);
    _exit(99);
}

static int number_of(const char *word)
{
    for (size_t i = 0; i < sizeof error_names / sizeof error_names[0]; i++)
        if (strcmp(error_names[i].name, word) == 0)
            return error_names[i].number;
    give_up(word);
}

/* Fills in one fault from CALL:NTH:ERROR. */
static void read_fault(char *text)
{
    struct fault *f = &faults[fault_count];
    f->call = strsep(&text, ":");
    if (text != NULL && fault_count < MOST_FAULTS) {
        f->nth = strtol(text, &text, 10);
        f->and_more = *text == '+';
        f->error = number_of(text + 1 + f->and_more);
        fault_count++;
    } else {
        give_up(f->call);
    }
}

static void on_tick(int number)
{
    (void)number;
}

/* A signal every millisecond; without SA_RESTART a call that waits ends with
 * EINTR. */
static void start_ticking(void)
{
    struct sigaction action = {.sa_handler = on_tick};
    struct itimerval each_ms = {{0, 1000}, {0, 1000}};
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &each_ms, NULL);
}

/* Runs before main(). What the loader itself allocates comes earlier, and is
 * left alone. */
__attribute__((constructor)) static void read_environment(void)
{
    static char wanted[512]; /* the faults point into it */
    const char *faulty = getenv("FAULTY");
    snprintf(wanted, sizeof wanted, "%s", faulty != NULL ? faulty : "");
    char *rest = wanted;
    for (char *text; (text = strsep(&rest, ",")) != NULL;)
        if (*text != '\0')
            read_fault(text);
    only_pieces = getenv("FAULTY_SHORT") != NULL;
    if (getenv("FAULTY_TICK") != NULL)
        start_ticking();
}

/* Counts a call, and tells what is to become of it: 0, or the error with which
 * it fails. */
static int fate(const char *call)
{
    int error = 0;
    for (struct fault *f = faults; f < faults + fault_count; f++) {
        if (strcmp(f->call, call) != 0)
            continue;
        f->seen++;
        if (f->seen == f->nth || (f->and_more && f->seen > f->nth))
            error = f->error;
    }
    const char *mark = getenv("FAULTY_MARK");
    if (error != 0 && mark != NULL)
        mkdir(mark, 0777);
    return error;
}

/* True, with errno set, if this call is to fail. */
static bool fails(const char *call)
{
    int before = errno;
    int error = fate(call);
    errno = error != 0 ? error : before;
    return error != 0;
}

/* ISO C has no way from an object's address to a function's; POSIX promises it
 * for dlsym(). And glibc takes any struct sockaddr_... for connect(), by a
 * trick that ISO C has not got either. */
#pragma GCC diagnostic ignored "-Wpedantic"

/* The real function, as a pointer of the right type to call. */
#define REAL(name) ((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))

/* ---- Memory ---- */

/* dlsym() may itself ask for memory, so these go to glibc by its own names. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

static bool memory_fails(const char *call)
{
    bool by_its_name = fails(call);
    return fails("memory") || by_its_name; /* both have to be counted */
}

void *malloc(size_t size)
{
    return memory_fails("malloc") ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return memory_fails("calloc") ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    return memory_fails("realloc") ? NULL : __libc_realloc(old, size);
}

void *mmap(void *at, size_t size, int protection, int flags, int fd,
           off_t offset)
{
    if (memory_fails("mmap"))
        return MAP_FAILED;
    return REAL(mmap)(at, size, protection, flags, fd, offset);
}

int mprotect(void *at, size_t size, int protection)
{
    return memory_fails("mprotect") ? -1 : REAL(mprotect)(at, size, protection);
}

/* ---- Sockets ---- */

int socket(int domain, int type, int protocol)
{
    return fails("socket") ? -1 : REAL(socket)(domain, type, protocol);
}

int connect(int fd, const struct sockaddr *address, socklen_t size)
{
    if (!fails("connect"))
        return REAL(connect)(fd, address, size);
    if (errno == EINTR) { /* it was interrupted, and goes on */
        REAL(connect)(fd, address, size);
        errno = EINTR;
    }
    return -1;
}

/* How much a call may move: with FAULTY_SHORT 1, 2 or 3 bytes in turn. */
static size_t piece(size_t size)
{
    static size_t turn;
    size_t most = turn++ % 3 + 1;
    return only_pieces && size > most ? most : size;
}

ssize_t send(int fd, const void *data, size_t size, int flags)
{
    if (!fails("send"))
        return REAL(send)(fd, data, piece(size), flags);
    int error = errno;
    if (error == EPIPE || error == ECONNRESET) /* then the connection is gone */
        shutdown(fd, SHUT_RDWR);
    errno = error;
    return -1;
}

ssize_t recv(int fd, void *data, size_t size, int flags)
{
    return fails("recv") ? -1 : REAL(recv)(fd, data, piece(size), flags);
}

int select(int end, fd_set *readable, fd_set *writable, fd_set *other,
           struct timeval *timeout)
{
    return fails("select")
               ? -1
               : REAL(select)(end, readable, writable, other, timeout);
}

int getsockopt(int fd, int level, int name, void *value, socklen_t *size)
{
    return fails("getsockopt") ? -1
                               : REAL(getsockopt)(fd, level, name, value, size);
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t size)
{
    return fails("setsockopt") ? -1
                               : REAL(setsockopt)(fd, level, name, value, size);
}

int getpeername(int fd, struct sockaddr *address, socklen_t *size)
{
    return fails("getpeername") ? -1 : REAL(getpeername)(fd, address, size);
}

/* ---- Files ---- */

int fcntl(int fd, int command, ...)
{
    va_list arguments;
    va_start(arguments, command);
    /* an int or a pointer: both come in one register */
    long argument = va_arg(arguments, long);
    va_end(arguments);
    return fails("fcntl") ? -1 : REAL(fcntl)(fd, command, argument);
}

int open(const char *name, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    unsigned mode = (flags & O_CREAT) != 0 ? va_arg(arguments, unsigned) : 0;
    va_end(arguments);
    return fails("open") ? -1 : REAL(open)(name, flags, mode);
}

ssize_t write(int fd, const void *data, size_t size)
{
    return fails("write") ? -1 : REAL(write)(fd, data, piece(size));
}

/* The descriptor is free even where close() fails (close(2), "Dealing with
 * error returns"). */
int close(int fd)
{
    int result = REAL(close)(fd);
    return fails("close") ? -1 : result;
}

int rename(const char *from, const char *to)
{
    return fails("rename") ? -1 : REAL(rename)(from, to);
}

/* ---- Names ---- */

/* Puts the addresses in FAULTY_ADDRESSES into one list, each from a look-up of
 * its own: freeing a list frees its entries one by one, so a list that was put
 * together can be freed like any other.
 * */
static int scripted_addresses(const char *port, const struct addrinfo *hints,
                              struct addrinfo **result)
{
    char text[256];
    snprintf(text, sizeof text, "%s", getenv("FAULTY_ADDRESSES"));
    char *rest = text;
    *result = NULL;
    for (char *name; (name = strsep(&rest, ",")) != NULL;) {
        bool unknown = strcmp(name, "unknown") == 0;
        char *own_port = strchr(name, '@');
        if (own_port != NULL)
            *own_port++ = '\0';
        int error =
            REAL(getaddrinfo)(unknown ? "127.0.0.1" : name,
                              own_port ? own_port : port, hints, result);
        if (error != 0)
            return error;
        if (unknown)
            (*result)->ai_family = 9999;
        result = &(*result)->ai_next;
    }
    return 0;
}

int getaddrinfo(const char *name, const char *port,
                const struct addrinfo *hints, struct addrinfo **result)
{
    int error = fate("getaddrinfo");
    if (error > 0) { /* an errno: the look-up could not be made */
        errno = error;
        return EAI_SYSTEM;
    }
    if (error < 0) /* EAI_...; they are negative in glibc */
        return error;
    if (getenv("FAULTY_ADDRESSES") != NULL)
        return scripted_addresses(port, hints, result);
    return REAL(getaddrinfo)(name, port, hints, result);
}
