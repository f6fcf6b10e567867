/*
 * http.h - what the five steps share and none of them is about: the command
 * line, URLs, looking up names, the log, and the bookkeeping of a response. It
 * opens no connection, and waits for none.
 *
 * It is the same file in all five folders. Change the one in 01-blocking, then
 * type `make copies`.
 *
 * A step uses it like this:
 *
 *     begin(argc, argv, "qj:o:t:")    read the command line, start the clock
 *     page_begin(page, id)            find the addresses of URL number id
 *     page_log(page, "connected")     one line of the log
 *     page_sent(page, bytes, error)   log how much of the request was sent
 *     page_receive(page, data, n)     hand over what recv() has returned
 *     page_fail(page, "why")          give the page up; also page_fail_errno()
 *     page_end(page)                  log `done` or `failed`
 *     summary(...)                    the last line, and main()'s exit status
 *
 * HTTP here is HTTP/1.0: RFC 1945, and RFC 9110 and 9112 where they say more.
 *
 * The functions stand in a header, so that each program is one file to compile.
 * They are `static inline` because no compiler warns of one that is not used.
 */
#ifndef HTTP_H
#define HTTP_H

#ifndef _XOPEN_SOURCE
#define _XOPEN_SOURCE 700 /* ask the system headers for POSIX.1-2008 */
#endif

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* bytes of one header, status line to empty line */
enum { HEADER_LIMIT = 65536 };

/* The command line. */
struct options {
    bool quiet;            /* -q: only failures and the summary */
    int connections;       /* -j: at most so many open at once */
    const char *directory; /* -o: save bodies here, or NULL */
    double seconds;        /* -t: time for one URL */
    char **urls;           /* urls[0] is the one with ID 1 */
    int url_count;
};

/* One URL on its way: what is asked for, and what has come back. The response
 * is not kept, only counted, so that memory does not grow with it; of its
 * header there is one line at a time.
 *
 * A step reads the first group of fields, and changes none. The others belong
 * to this file. */
struct page {
    int id;                           /* place on the command line, from 1 */
    const struct addrinfo *addresses; /* to be tried in turn */
    char *request;                    /* the bytes to send ... */
    size_t request_length;            /* ... and how many */
    double deadline;                  /* when to give up, on now()'s clock */

    const char *url;  /* as it was given */
    bool url_is_good; /* it was parsed, so it holds no password */
    int send_error;   /* errno if the request was not sent whole */
    int late;         /* grows with each recv() after the deadline */
    int file;         /* the body's file with -o, or -1 ... */
    long file_number; /* ... and a number in the name of the unfinished one */
    enum { STATUS_LINE, HEADER_LINES, BODY } part; /* what comes next */
    int status;               /* of the response; 0: not known yet */
    size_t header_bytes;      /* received so far */
    char line[128];           /* a header line, see keep_header_byte() */
    size_t line_length;       /* bytes in `line` */
    bool line_is_cut;         /* and there were more */
    bool line_is_over;        /* its end has come; the next may continue it */
    bool after_cr;            /* the last byte was a carriage return */
    const char *defect;       /* why the body can't be trusted, or NULL */
    long long content_length; /* -1: the body ends with the connection */
    long long body_bytes;     /* received so far */
    bool complete;            /* the whole response is here */
    int error;                /* if not: errno of the last failure, or 0 ... */
    char reason[100];         /* ... and the last failure in words */
};

static struct options options = {.connections = 100, .seconds = 10};
static const char *program = "fetch"; /* its name, for complaints */
static struct timespec start_time;
static int done_count, failed_count;

/* ---- Clock ---- */

/* Seconds since begin(), from a clock that nobody can set back (POSIX,
 * clock_gettime). */
static inline double now(void)
{
    struct timespec t = start_time;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)(t.tv_sec - start_time.tv_sec) +
           (double)(t.tv_nsec - start_time.tv_nsec) / 1e9;
}

/* Returns a time span as select() and SO_RCVTIMEO want it, rounded up so that
 * they do not wake too early. Below 0 is "now", and more than three years (or
 * infinity) is three years, since not all systems take more. */
static inline struct timeval to_timeval(double seconds)
{
    assert(seconds == seconds); /* not a number: a mistake in the program */
    long long microseconds = 0;
    if (seconds > 0)
        microseconds = (long long)((seconds < 1e8 ? seconds : 1e8) * 1e6) + 1;
    struct timeval time = {.tv_sec = (time_t)(microseconds / 1000000)};
    time.tv_usec = (suseconds_t)(microseconds % 1000000);
    return time;
}

/* ---- Command line ---- */

/* Ends the program because the command line makes no sense. letters: see
 * begin(). */
static inline void usage(const char *letters, const char *complaint)
{
    fprintf(stderr,
            "fetch: %s\nusage: fetch [-q]%s [-o DIR] [-t SECONDS] URL...\n",
            complaint, strchr(letters, 'j') ? " [-j N]" : "");
    exit(2);
}

/* Reads a whole number: digits, and nothing else. Returns -1 if it is none, or
 * above `most`. */
static inline long long parse_number(const char *text, size_t length,
                                     long long most)
{
    long long number = 0;
    for (size_t i = 0; i < length; i++) {
        int digit = text[i] - '0';
        if (digit < 0 || digit > 9 || number > (most - digit) / 10)
            return -1;
        number = number * 10 + digit;
    }
    return length > 0 ? number : -1;
}

/* Reads a number of seconds, fractions allowed, up to a year. Returns 0 if it
 * is none. */
static inline double parse_seconds(const char *text)
{
    char *end;
    double value = strtod(text, &end);
    bool good = text[strspn(text, "0123456789.")] == '\0' && end != text &&
                *end == '\0';
    return good && value <= 366 * 86400.0 ? value : 0;
}

/* Readies descriptors 0, 1 and 2. One that is closed is filled, or a socket
 * would become "stdout" and receive the log; a write to it fails, as it should.
 * And stdout is made to wait: non-blocking, it would lose lines of the log. */
static inline void prepare_standard_descriptors(void)
{
    int fd, flags = fcntl(STDOUT_FILENO, F_GETFL);
    do
        fd = open("/dev/null", O_RDONLY);
    while (fd >= 0 && fd <= 2);
    if (fd > 2)
        close(fd);
    if (flags != -1 && (flags & O_NONBLOCK) != 0)
        fcntl(STDOUT_FILENO, F_SETFL, flags & ~O_NONBLOCK);
    setvbuf(stdout, NULL, _IOLBF, 0);
}

/* What every program here does first. Two signals would end it, where a page or
 * the log can fail instead. */
static inline void prepare_process(void)
{
    prepare_standard_descriptors();
    signal(SIGPIPE, SIG_IGN); /* a write to a closed peer says EPIPE ... */
    signal(SIGXFSZ, SIG_IGN); /* ... and one to a full file EFBIG */
}

/* Sees to it that every descriptor that is opened from now on is below `end`:
 * where there is none left, the kernel says EMFILE. Call it before begin(). */
static inline void limit_descriptors(int end)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur > (rlim_t)end) {
        limit.rlim_cur = (rlim_t)end;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

/* Returns how many descriptors are free, or `enough` if it is more. */
static inline int free_descriptors(int enough)
{
    struct rlimit limit = {0};
    struct stat unused;
    int count = 0;
    getrlimit(RLIMIT_NOFILE, &limit);
    for (int fd = 0; (rlim_t)fd < limit.rlim_cur && count < enough; fd++)
        count += fstat(fd, &unused) == -1;
    return count;
}

static inline bool has_name(const char *url); /* see Names */

/* True if one of the URLs takes a look-up. */
static inline bool have_names(void)
{
    for (int i = 0; i < options.url_count; i++)
        if (has_name(options.urls[i]))
            return true;
    return false;
}

/* Lowers -j to what can be open at once: a page holds a socket and, with -o, a
 * file. To look up a name takes some descriptors more, for a moment. */
static inline void limit_connections(void)
{
    enum { FOR_NAMES = 6 };
    int each = options.directory == NULL ? 1 : 2;
    int wanted = each * options.connections + FOR_NAMES;
    int room = free_descriptors(wanted);
    if (room < wanted && have_names())
        room -= FOR_NAMES;
    if (options.connections > room / each)
        options.connections = room > each ? room / each : 1;
}

/* Reads the values of the options. Ends the program if one makes no sense. */
static inline void read_options(int argc, char **argv, const char *letters)
{
    opterr = 0;
    for (int letter; (letter = getopt(argc, argv, letters)) != -1;) {
        if (letter == 'q')
            options.quiet = true;
        else if (letter == 'o')
            options.directory = optarg;
        else if (letter == 'j')
            options.connections =
                (int)parse_number(optarg, strlen(optarg), 1000000);
        else if (letter == 't')
            options.seconds = parse_seconds(optarg);
        else
            usage(letters, "unknown option, or one without its value");
    }
    if (options.connections < 1)
        usage(letters, "-j takes a whole number from 1 to 1000000");
    if (options.seconds <= 0)
        usage(letters, "-t takes a number of seconds above 0");
    if (options.directory != NULL &&
        (*options.directory == '\0' || strlen(options.directory) > 4000))
        usage(letters, "-o takes the name of a directory");
}

/* Reads the command line into `options` and starts the clock. letters: the
 * options that the program has, as getopt(3) wants them. Ends the program with
 * status 2 if something is wrong. */
static inline void begin(int argc, char **argv, const char *letters)
{
    prepare_process();
    read_options(argc, argv, letters);
    options.urls = argv + optind;
    options.url_count = argc - optind;
    if (options.url_count == 0)
        usage(letters, "no URL given");
    if (options.connections > options.url_count)
        options.connections = options.url_count;
    if (strchr(letters, 'j') != NULL)
        limit_connections();
    clock_gettime(CLOCK_MONOTONIC, &start_time);
}

/* Ends the program, because it can't begin or has a mistake in it. */
static inline void die(const char *reason)
{
    fprintf(stderr, "%s: %s\n", program, reason);
    exit(1);
}

/* Ends the program because this call has failed, with errno, where only a
 * mistake in the program makes it fail. */
static inline void die_errno(const char *call)
{
    fprintf(stderr, "%s: %s: %s\n", program, call, strerror(errno));
    exit(1);
}

/* Returns zeroed memory for `count` things of `size` bytes, or ends the
 * program. For none, calloc() may return NULL: then it is memory for one. */
static inline void *allocate(int count, size_t size)
{
    void *memory = calloc(count > 0 ? (size_t)count : 1, size);
    if (memory == NULL)
        die("out of memory");
    return memory;
}

/* ---- Log ---- */

/* Prints a URL so that no byte of it can act on a terminal or start a new line:
 * what is not a printable ASCII character appears as %XX. Of a URL that could
 * not be parsed, all up to an @ is left out: it may be a password. */
static inline void print_url(const struct page *page)
{
    const char *from = page->url, *at = strrchr(from, '@');
    if (!page->url_is_good && at != NULL) {
        fputs("[...]", stdout);
        from = at;
    }
    for (; *from != '\0'; from++) {
        if (*from > ' ' && *from < 127)
            putchar(*from);
        else
            printf("%%%02X", (unsigned char)*from);
    }
}

/* Writes the first three columns of a log line: seconds, ID, event. */
static inline void print_event(const struct page *page, const char *format,
                               const char *event)
{
    printf("%9.3f %5d  ", now(), page->id);
    printf(format, event);
}

/* Logs an event that needs no detail; nothing with -q. */
static inline void page_log(const struct page *page, const char *event)
{
    if (!options.quiet)
        print_event(page, "%s\n", event);
}

/* True if a call that has failed like this had no time left: with SO_RCVTIMEO
 * (socket(7)) that is EAGAIN, with connect() EINPROGRESS, or EALREADY if it was
 * called again after a signal, EINTR. */
static inline bool is_time_out(int error)
{
    return error == EAGAIN || error == EINPROGRESS || error == EALREADY ||
           error == EINTR;
}

/* Logs that the request was sent. error: 0, or the errno that stopped it after
 * `bytes`. A request that is sent in part is no failure yet: the server may
 * have answered before it has read everything. */
static inline void page_sent(struct page *page, size_t bytes, int error)
{
    page->send_error = is_time_out(error) ? 0 : error;
    if (options.quiet)
        return;
    print_event(page, "%-10s  ", "sent");
    if (bytes == page->request_length)
        printf("%zu bytes\n", bytes);
    else
        printf("%zu of %zu bytes\n", bytes, page->request_length);
}

/* Notes in words why the page has failed (as printf). A later reason takes the
 * place of an earlier one. */
static inline void page_fail(struct page *page, const char *format, ...)
{
    va_list arguments;
    page->complete = false;
    page->error = 0;
    va_start(arguments, format);
    vsnprintf(page->reason, sizeof page->reason, format, arguments);
    va_end(arguments);
}

/* Notes that the page's time is over. */
static inline void page_time_out(struct page *page)
{
    if (page->send_error != 0) /* no wonder that nothing came */
        page_fail(page, "%s", strerror(page->send_error));
    else
        page_fail(page, "timed out after %g s", options.seconds);
}

/* Notes that a call for the page has failed with this errno. */
static inline void page_fail_errno(struct page *page, int error)
{
    if (is_time_out(error))
        page_time_out(page);
    else
        page_fail(page, "%s", strerror(error));
    page->error = error;
}

/* Seconds until the page's deadline; below 0 when it is over. */
static inline double page_time_left(const struct page *page)
{
    return page->deadline - now();
}

/* Seconds for the attempt to connect to one of the page's addresses: of the
 * time that is left, an equal share for this one and each that comes after it.
 * So one that never answers can't take the time of one that would. (RFC 8305
 * has browsers try them side by side, each a quarter of a second later.) */
static inline double page_attempt_time(const struct page *page,
                                       const struct addrinfo *address)
{
    int count = 0;
    for (; address != NULL; address = address->ai_next)
        count++;
    return page_time_left(page) / count;
}

/* ---- URLs ---- */

/* The parts of an http URL (RFC 3986). */
struct url {
    char host[256]; /* to look up: a name or an address, without brackets */
    size_t host_length;
    bool is_literal;     /* an address that stood in brackets */
    char authority[270]; /* for Host: without the zone of an address */
    size_t authority_length;
    int port;
    const char *path;   /* with the query, without the fragment; the first */
    size_t path_length; /* slash may be missing */
};

/* Takes what stands in brackets: an IPv6 address, perhaps with the zone that
 * tells on which network it is (RFC 6874), as %25eth0 or as %eth0. The zone is
 * for us alone, so that Host leaves it out. Returns NULL, or what is wrong. */
static inline const char *take_literal(struct url *url, const char *text,
                                       size_t length)
{
    struct in6_addr unused;
    if (length == 0)
        return "no host in the URL";
    const char *percent = memchr(text, '%', length);
    size_t address = percent == NULL ? length : (size_t)(percent - text);
    snprintf(url->host, sizeof url->host, "%.*s", (int)address, text);
    if (inet_pton(AF_INET6, url->host, &unused) != 1)
        return "no IPv6 address in the brackets";
    snprintf(url->authority, sizeof url->authority, "[%s]", url->host);
    if (percent == NULL)
        return NULL;
    size_t skip =
        length - address > 3 && memcmp(percent, "%25", 3) == 0 ? 3 : 1;
    size_t zone = length - address - skip;
    if (zone == 0 || zone > 64 || memchr(percent + skip, '%', zone) != NULL)
        return "bad zone of the address in the URL";
    snprintf(url->host + address, sizeof url->host - address, "%%%.*s",
             (int)zone, percent + skip);
    return NULL;
}

/* Takes a host that is a name or an IPv4 address. Returns NULL, or what is
 * wrong with it. */
static inline const char *take_name(struct url *url, const char *text,
                                    size_t length)
{
    if (length == 0)
        return "no host in the URL";
    if (length >= sizeof url->host)
        return "Host name too long";
    if (memchr(text, '%', length) != NULL)
        return "percent-encoding in the host is not supported";
    snprintf(url->host, sizeof url->host, "%.*s", (int)length, text);
    /* RFC 952 and 1123, and the underscore, which occurs */
    if (strspn(url->host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                          "0123456789-._") != length)
        return "a character in the host that no name has";
    snprintf(url->authority, sizeof url->authority, "%s", url->host);
    return NULL;
}

/* Splits "host", "host:port" or "[IPv6 address]:port". Returns NULL, or what is
 * wrong with it. */
static inline const char *parse_authority(struct url *url, const char *text,
                                          size_t length)
{
    if (memchr(text, '@', length) != NULL)
        return "user name in the URL";
    url->is_literal = length > 0 && *text == '[';
    const char *end = memchr(text, url->is_literal ? ']' : ':', length);
    if (end == NULL && url->is_literal)
        return "no ] in the URL";
    if (end == NULL)
        end = text + length;
    const char *complaint =
        url->is_literal ? take_literal(url, text + 1, (size_t)(end - text) - 1)
                        : take_name(url, text, (size_t)(end - text));
    if (complaint != NULL)
        return complaint;

    const char *rest = end + url->is_literal; /* "", ":" or ":port" */
    size_t rest_length = length - (size_t)(rest - text);
    url->port = 80;
    if (rest_length > 1)
        url->port = (int)parse_number(rest + 1, rest_length - 1, 65535);
    if (url->port < 1 || (rest_length > 0 && *rest != ':'))
        return "bad port in the URL";
    url->host_length = strlen(url->host);
    url->authority_length = strlen(url->authority);
    if (url->port != 80)
        url->authority_length += (size_t)snprintf(
            url->authority + url->authority_length, 7, ":%d", url->port);
    return NULL;
}

/* Splits an http URL. Returns NULL, or what is wrong with it. */
static inline const char *parse_url(struct url *url, const char *text)
{
    for (const char *c = text; *c != '\0'; c++)
        /* it could smuggle in a second request line */
        if ((unsigned char)*c <= ' ' || *c == 127)
            return "space or control character in the URL";
    if (strncasecmp(text, "https://", 8) == 0)
        return "https is not supported";
    if (strncasecmp(text, "http://", 7) != 0)
        return "not an http:// URL";
    text += 7;
    size_t length = strcspn(text, "/?#");
    url->path = text + length;
    url->path_length = strcspn(url->path, "#");
    return parse_authority(url, text, length);
}

/* ---- Names ---- */

/* What getaddrinfo() said of a host and port, kept for the other pages from
 * there. */
struct name {
    struct name *next; /* in the same bucket of the table */
    struct addrinfo *addresses;
    const char *failure; /* why there are no addresses, or NULL */
    int port;
    char host[];
};

/* A hash table; its entries stay until the program ends. */
static struct name *names[256];

/* Returns where in the table the URL's host stands, or is to be added. */
static inline struct name **find_name(const struct url *url)
{
    unsigned hash = (unsigned)url->port;
    for (const char *c = url->host; *c != '\0'; c++)
        hash = hash * 31 + (unsigned char)*c;
    struct name **place = &names[hash % (sizeof names / sizeof names[0])];
    while (*place != NULL && ((*place)->port != url->port ||
                              strcmp((*place)->host, url->host) != 0))
        place = &(*place)->next;
    return place;
}

/* True if to find the addresses of this URL may take a look-up: the host is no
 * address itself. */
static inline bool has_name(const char *text)
{
    struct url url;
    struct in_addr unused;
    return parse_url(&url, text) == NULL && !url.is_literal &&
           inet_pton(AF_INET, url.host, &unused) != 1;
}

/* True if a file can be opened. Without a free descriptor getaddrinfo() can't
 * read its own files, and then says that a name does not exist. */
static inline bool descriptor_is_free(void)
{
    int fd = open("/dev/null", O_RDONLY);
    if (fd == -1)
        return false;
    close(fd);
    return true;
}

/* Asks the resolver, which blocks the whole program until it knows: there is no
 * portable look-up that does not. Returns what it said, or NULL, with the
 * reason in page, if that may change. */
static inline struct name *resolve(struct page *page, const struct url *url)
{
    struct addrinfo *addresses = NULL, hints = {.ai_flags = AI_NUMERICSERV};
    hints.ai_socktype = SOCK_STREAM;
    if (url->is_literal)
        hints.ai_flags |= AI_NUMERICHOST;
    char port[12];
    snprintf(port, sizeof port, "%d", url->port);
    struct name *name = calloc(1, sizeof *name + url->host_length + 1);
    int error = name == NULL ? EAI_MEMORY
                             : getaddrinfo(url->host, port, &hints, &addresses);
    if (error == EAI_SYSTEM || (error != 0 && !descriptor_is_free()))
        page_fail_errno(page, errno);
    else if (error != 0)
        page_fail(page, "%s", gai_strerror(error));
    if (error != 0 && (error != EAI_NONAME || page->error != 0)) {
        free(name);
        return NULL;
    }
    memcpy(name->host, url->host, url->host_length);
    name->port = url->port;
    name->addresses = addresses;
    name->failure = error == 0 ? NULL : gai_strerror(error);
    return name;
}

/* Finds the page's addresses. Returns false, with the reason in page, if there
 * are none. */
static inline bool look_up(struct page *page, const struct url *url)
{
    struct name **place = find_name(url);
    if (*place == NULL)
        *place = resolve(page, url);
    if (*place == NULL)
        return false;
    page->addresses = (*place)->addresses;
    if ((*place)->failure != NULL)
        page_fail(page, "%s", (*place)->failure);
    return page->addresses != NULL;
}

/* ---- A page, from its URL to its last byte ---- */

static const char *request_headers = "Connection: close\r\n"; /* beside Host */

/* Copies a path, each byte above 127 as %XX: a request is ASCII (RFC 3986,
 * 2.5). Returns the end of the copy. */
static inline char *put_path(char *to, const char *path, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)path[i];
        if (c > 127)
            to += sprintf(to, "%%%02X", c);
        else
            *to++ = (char)c;
    }
    return to;
}

/* Writes the request. Returns false, with the reason in page, if there is no
 * memory for it. */
static inline bool make_request(struct page *page, const struct url *url)
{
    size_t room = 3 * url->path_length + url->authority_length +
                  strlen(request_headers) + 64;
    page->request = malloc(room);
    if (page->request == NULL) {
        page_fail_errno(page, errno);
        return false;
    }
    char *end = page->request;
    end += sprintf(end, "GET %s", *url->path == '/' ? "" : "/");
    end = put_path(end, url->path, url->path_length);
    end += sprintf(end, " HTTP/1.0\r\nHost: %s\r\n%s\r\n", url->authority,
                   request_headers);
    page->request_length = (size_t)(end - page->request);
    return true;
}

/* Returns the name of the page's file: the final one, or the one that it has
 * while it is being written. */
static inline const char *file_name(const struct page *page, bool final)
{
    static char result[2][4096]; /* both are needed for rename() */
    if (final)
        snprintf(result[1], sizeof result[1], "%s/%d", options.directory,
                 page->id);
    else
        snprintf(result[0], sizeof result[0], "%s/%d.%ld.part",
                 options.directory, page->id, page->file_number);
    return result[final];
}

/* Notes that the body can't be saved, with errno as the cause. */
static inline void page_cannot_save(struct page *page)
{
    int error = errno;
    page_fail(page, "cannot save the body: %s", strerror(error));
    page->error = error;
}

/* With -o: opens the page's file. The body gets its name only when it is
 * complete, so that whoever looks into the directory, also after Ctrl-C, never
 * finds half a page under it. Until then it has a name that no other process
 * has, not even one of the same number in another container. */
static inline bool open_file(struct page *page)
{
    if (options.directory == NULL)
        return true;
    page->file_number = (long)getpid();
    while ((page->file = open(file_name(page, false),
                              O_WRONLY | O_CREAT | O_EXCL, 0666)) == -1 &&
           errno == EEXIST)
        page->file_number++;
    if (page->file == -1)
        page_cannot_save(page);
    return page->file != -1;
}

/* Closes the page's file: under its name if the page is done, else it is
 * removed. */
static inline void close_file(struct page *page)
{
    if (page->file == -1)
        return;
    if (close(page->file) == -1 && page->complete)
        page_cannot_save(page);
    if (page->complete &&
        rename(file_name(page, false), file_name(page, true)) == -1)
        page_cannot_save(page);
    if (!page->complete)
        unlink(file_name(page, false));
}

/* Logs that a connection to the page's host is tried. */
static inline void log_connecting(const struct page *page)
{
    if (options.quiet)
        return;
    print_event(page, "%-10s  ", "connecting");
    print_url(page);
    putchar('\n');
}

/* Begins a page: parses its URL, finds its addresses, prepares its request,
 * logs `connecting`. Returns false if that fails; page_end() will say why. */
static inline bool page_begin_url(struct page *page, int id, const char *text)
{
    memset(page, 0, sizeof *page);
    page->id = id;
    page->url = text;
    page->deadline = now() + options.seconds;
    page->content_length = -1;
    page->file = -1;

    struct url url;
    const char *complaint = parse_url(&url, page->url);
    if (complaint != NULL) {
        page_fail(page, "%s", complaint);
        return false;
    }
    page->url_is_good = true;
    if (!look_up(page, &url) || !make_request(page, &url) || !open_file(page))
        return false;
    log_connecting(page);
    return true;
}

/* Begins the page whose URL has this place on the command line, from 1. */
static inline bool page_begin(struct page *page, int id)
{
    return page_begin_url(page, id, options.urls[id - 1]);
}

/* Frees what a page holds, without a word in the log. */
static inline void page_discard(struct page *page)
{
    free(page->request);
    close_file(page);
}

/* Ends the page: logs `done` if the response is complete, else `failed` and
 * why. Call it before you close the socket: what the close sets off must come
 * later in the log. */
static inline void page_end(struct page *page)
{
    page_discard(page);
    if (!page->complete) {
        failed_count++;
        print_event(page, "%-10s  ", "failed");
        print_url(page);
        printf(": %s\n", page->reason);
        return;
    }
    done_count++;
    if (!options.quiet) {
        print_event(page, "%-10s  ", "done");
        printf("%d, %lld bytes\n", page->status, page->body_bytes);
    }
}

/* ---- Responses ---- */

/* Returns the value of a header line if it is the named field's (in any case),
 * else NULL. */
static inline const char *field_value(const char *line, const char *name)
{
    size_t length = strlen(name);
    if (strncasecmp(line, name, length) != 0 || line[length] != ':')
        return NULL;
    return line + length + 1 + strspn(line + length + 1, " \t");
}

/* Takes the value of a Content-Length field (RFC 9112, section 6.3). */
static inline void take_content_length(struct page *page, const char *value)
{
    size_t length = strcspn(value, " "); /* a blank at the end does not count */
    long long number = parse_number(value, length, LLONG_MAX);
    if (number == -1 || value[length + strspn(value + length, " ")] != '\0' ||
        page->line_is_cut)
        page->defect = "Content-Length is not a length";
    else if (page->content_length != -1 && page->content_length != number)
        page->defect = "two different Content-Lengths";
    else
        page->content_length = number;
}

/* Takes the value of a Transfer-Encoding field: a list of codings. "identity"
 * is none (RFC 2616, 3.6; RFC 9112 has dropped it, servers have not). */
static inline void take_transfer_encoding(struct page *page, const char *value)
{
    while (*(value += strspn(value, ", ")) != '\0') {
        size_t length = strcspn(value, ",;");
        while (length > 0 && value[length - 1] == ' ')
            length--;
        if (length != 8 || strncasecmp(value, "identity", 8) != 0)
            page->defect =
                length == 7 && strncasecmp(value, "chunked", 7) == 0
                    ? "sent in pieces (chunked), which HTTP/1.0 does not know"
                    : "a transfer coding that HTTP/1.0 does not know";
        value += length + strcspn(value + length, ",");
    }
    if (page->line_is_cut)
        page->defect = "a transfer coding that HTTP/1.0 does not know";
}

/* Takes the empty line at the end of a header: what comes next? */
static inline bool take_header_end(struct page *page)
{
    /* 100 Continue, 103 Early Hints: the real answer follows */
    if (page->status < 200) {
        page->part = STATUS_LINE;
        page->header_bytes = 0;
        page->content_length = -1;
        page->defect = NULL;
        return true;
    }
    page->part = BODY;
    /* no body (RFC 9112, section 6.3) */
    if (page->status == 204 || page->status == 304) {
        page->content_length = 0;
    } else if (page->defect != NULL) {
        page_fail(page, "%s", page->defect);
        return false;
    }
    return true;
}

/* Takes the first line: "HTTP/1.", a digit, a space, three digits, and then a
 * reason, which matters to nobody. Returns false if it is no such line. */
static inline bool take_status_line(struct page *page)
{
    const char *line = page->line;
    bool good = page->line_length >= 12 && strncmp(line, "HTTP/1.", 7) == 0 &&
                parse_number(line + 7, 1, 9) != -1 && line[8] == ' ' &&
                (line[12] == ' ' || line[12] == '\0');
    page->status = good ? (int)parse_number(line + 9, 3, 999) : -1;
    if (page->status < 100)
        page_fail(page, "not an HTTP response");
    page->part = HEADER_LINES;
    return page->status >= 100;
}

/* Takes the header line that is in `line`, whole and without its end. Returns
 * false if the page has failed. */
static inline bool take_line(struct page *page)
{
    page->line[page->line_length] = '\0';
    const char *length = field_value(page->line, "Content-Length");
    const char *coding = field_value(page->line, "Transfer-Encoding");
    bool good = true;
    if (page->part == STATUS_LINE)
        good = take_status_line(page);
    else if (page->line_length == 0)
        good = take_header_end(page);
    else if (length != NULL)
        take_content_length(page, length);
    else if (coding != NULL)
        take_transfer_encoding(page, coding);
    page->line_length = 0;
    page->line_is_cut = false;
    return good;
}

/* True if the status line may go on with c. What does not begin like HTTP need
 * not come to the end of its line to be recognized. */
static inline bool begins_http(const struct page *page, char c)
{
    return page->line_length >= 5 || c == "HTTP/"[page->line_length];
}

/* Keeps a byte of a header line, so that what counts of it fits into `line`:
 * many blanks are one, and zeros before a number are none. */
static inline void keep_header_byte(struct page *page, char c)
{
    const size_t length = page->line_length;
    char *end = page->line + length;
    if (c == '\t')
        c = ' ';
    if (c == ' ' && length > 0 && end[-1] == ' ')
        return;
    if (page->part == HEADER_LINES && c >= '0' && c <= '9' && length > 1 &&
        end[-1] == '0' && (end[-2] == ' ' || end[-2] == ':'))
        end[-1] = c;
    else if (length == sizeof page->line - 1)
        page->line_is_cut = true;
    else
        page->line[page->line_length++] = c;
}

/* Takes the end of a header line. The next line may continue a field, if it
 * begins with a blank (RFC 9112, section 5.2), so that a field is judged later.
 * Returns false if the page has failed. */
static inline bool take_line_end(struct page *page)
{
    page->after_cr = false;
    page->line_is_over = page->part == HEADER_LINES && page->line_length > 0;
    return page->line_is_over || take_line(page);
}

/* Takes a byte of the header. Returns false if the page has failed. */
static inline bool take_header_byte(struct page *page, char c)
{
    if (page->line_is_over && c != ' ' && c != '\t' && !take_line(page))
        return false;
    page->line_is_over = false;
    page->header_bytes++;
    if (page->header_bytes > HEADER_LIMIT)
        page_fail(page, "header longer than %d bytes", HEADER_LIMIT);
    else if (c == '\n')
        return take_line_end(page);
    else if (c == '\r')
        return page->after_cr = true;
    else if (page->part == STATUS_LINE &&
             (c == '\0' || page->after_cr || !begins_http(page, c)))
        page_fail(page, "not an HTTP response");
    else if (c == '\0' || page->after_cr)
        page_fail(page, "%s in the header", c == '\0' ? "NUL" : "bare CR");
    else
        return keep_header_byte(page, c), true;
    return false;
}

/* Takes some bytes of the body. Returns false if it is complete, or could not
 * be saved. */
static inline bool take_body(struct page *page, const char *data, size_t n)
{
    if (page->content_length >= 0 &&
        (long long)n > page->content_length - page->body_bytes)
        /* what comes after is not ours */
        n = (size_t)(page->content_length - page->body_bytes);
    page->body_bytes += (long long)n;
    while (page->file != -1 && n > 0) {
        ssize_t written = write(page->file, data, n);
        if (written == -1 && errno != EINTR) {
            page_cannot_save(page);
            return false;
        }
        if (written > 0) {
            data += written;
            n -= (size_t)written;
        }
    }
    page->complete = page->body_bytes == page->content_length;
    return !page->complete;
}

/* Takes the end of the connection, which may or may not be the end of the
 * response. */
static inline void take_end_of_file(struct page *page)
{
    if (page->part == BODY && page->content_length >= 0)
        page_fail(page, "response cut short: %lld of %lld bytes",
                  page->body_bytes, page->content_length);
    else if (page->send_error != 0)
        /* who did not read all may not have sent all */
        page_fail_errno(page, page->send_error);
    else if (page->part == BODY)
        page->complete = true;
    else if (page->status == 0 && page->header_bytes == 0)
        page_fail(page, "empty response");
    else
        page_fail(page, "header cut short");
}

/* True if the page is so late that the n bytes which recv() has returned do not
 * count. What had come in time may be received late, if the program was stopped
 * or somebody else kept it busy: as much as the kernel keeps, which is some
 * megabytes (tcp(7), tcp_rmem). A recv() that does not fill its buffer has
 * taken the last of it, so that a few of these are enough. Thus a body without
 * end ends. */
static inline bool is_too_late(struct page *page, size_t n)
{
    enum { FULL = 65536, FULL_RECEIVES = 1024, OTHER_RECEIVES = 16 };
    if (page_time_left(page) > 0)
        return false;
    page->late += n < FULL ? FULL_RECEIVES / OTHER_RECEIVES : 1;
    return page->late > FULL_RECEIVES;
}

/* Takes the next n bytes of the response, as recv() has returned them; 0 is the
 * end of the connection. Returns true while more is to come. After false,
 * page_end() is due. */
static inline bool page_receive(struct page *page, const char *data, size_t n)
{
    if (n == 0) {
        take_end_of_file(page);
        return false;
    }
    if (page->status == 0 && page->header_bytes == 0)
        page_log(page, "receiving");
    if (is_too_late(page, n)) {
        page_time_out(page);
        return false;
    }
    for (; page->part != BODY && n > 0; data++, n--)
        if (!take_header_byte(page, *data))
            return false;
    return page->part != BODY || take_body(page, data, n);
}

/* ---- The end ---- */

/* Returns false, having said so on stderr, if stdout could not be written. */
static inline bool finish_stdout(void)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return true;
    fprintf(stderr, "%s: cannot write to stdout\n", program);
    return false;
}

/* Prints the summary: the counts, the time, and what the waiting has cost in
 * this step's own terms (format and the rest as for printf; "" for nothing).
 * Returns the exit status of the program. */
static inline int summary(const char *format, ...)
{
    va_list arguments;
    printf("# %d done, %d failed, %.3f s elapsed, %.3f s cpu", done_count,
           failed_count, now(), (double)clock() / CLOCKS_PER_SEC);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
    return !finish_stdout() || failed_count > 0;
}

#endif
