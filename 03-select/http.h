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
 *     begin(argc, argv, "qj:o:t:")   read the command line into `options`, start the clock
 *     page_begin(page, id)           parse URL number id, find its addresses, prepare the request
 *     page_log(page, "connected")    one line of the log
 *     page_receive(page, data, n)    hand over what recv() returned; false when the page is over
 *     page_fail(page, errno)         give the page up, and say why
 *     page_end(page)                 log `done` or `failed`
 *     summary(...)                   the last line; returns the exit status of main()
 *
 * HTTP here is HTTP/1.0: RFC 1945, and RFC 9110 and 9112 where they say more.
 */
#ifndef HTTP_H
#define HTTP_H

#ifndef _XOPEN_SOURCE
#define _XOPEN_SOURCE 700 /* ask the system headers for POSIX.1-2008 */
#endif

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
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* bytes of one header, status line to empty line */
enum { HEADER_LIMIT = 65536 };

/* The command line. */
struct options {
    bool quiet; /* -q: only failures and the summary */
    /* -j: at most so many open at once; never more than there are URLs */
    int connections;
    const char *directory; /* -o: save bodies here, or NULL */
    double seconds;        /* -t: time for one URL */
    char **urls;           /* urls[0] is the one with ID 1 */
    int url_count;
};

/* One URL on its way: what is asked for, and what has come back. The response
 * is not kept, only counted, so that memory does not grow with it; of its
 * header there is one line at a time. */
struct page {
    int id;          /* place on the command line, from 1 */
    const char *url; /* as it was given */
    double deadline; /* when to give up, on the clock of now() */

    /* to be tried in turn; they belong to look_up() */
    const struct addrinfo *addresses;
    char *request; /* the bytes to send */
    size_t request_length;
    /* errno if the request could not be sent whole; the answer may come
     * anyway */
    int send_error;

    /* where in the response we are */
    enum { STATUS_LINE, HEADER_LINES, BODY } part;
    /* of the response, 0 before the status line is complete */
    int status;
    size_t header_bytes; /* received so far */
    /* the current header line; of a long one, the beginning */
    char line[128];
    size_t line_length; /* bytes in `line` */
    /* -1: not given, the body ends with the connection */
    long long content_length;
    long long body_bytes; /* received so far */
    const char *defect;   /* why the body can't be trusted, or NULL */

    int file;         /* the body's file with -o, or -1 */
    bool url_is_good; /* it could be parsed, so there is no password in it */
    bool connecting;  /* this event has been logged */
    bool complete;    /* the whole response is here */
    /* if not: the errno of the last failure, 0 if it has none */
    int error;
    char reason[100]; /* and the last failure in words */
};

static struct options options = {.connections = 100, .seconds = 10};
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

/* ---- Command line ---- */

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

/* A program may be started with descriptor 0, 1 or 2 closed. A socket would
 * then become "stdout" and receive the log. So close the gap; a write to it
 * fails, as it should. */
static inline void fill_standard_descriptors(void)
{
    int fd;
    do
        fd = open("/dev/null", O_RDONLY);
    while (fd >= 0 && fd <= 2);
    if (fd > 2)
        close(fd);
}

/* Reads the command line into `options` and starts the clock. letters: the
 * options that the program has, as getopt(3) wants them. Ends the program with
 * status 2 if something is wrong. */
static inline void begin(int argc, char **argv, const char *letters)
{
    fill_standard_descriptors();
    setvbuf(stdout, NULL, _IOLBF, 0);
    /* writing to a closed peer returns EPIPE, it does not end us */
    signal(SIGPIPE, SIG_IGN);
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
    options.urls = argv + optind;
    options.url_count = argc - optind;
    if (options.url_count == 0)
        usage(letters, "no URL given");
    if (options.connections > options.url_count)
        options.connections = options.url_count;
    clock_gettime(CLOCK_MONOTONIC, &start_time);
}

/* Ends the program because it can't even begin. */
static inline void die(const char *reason)
{
    fprintf(stderr, "fetch: %s\n", reason);
    exit(1);
}

/* Returns zeroed memory for `count` things of `size` bytes, or ends the
 * program. */
static inline void *allocate(int count, size_t size)
{
    void *memory = calloc((size_t)count, size);
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

/* Logs that a first connection to the page's host is tried. Called again for
 * further addresses of that host, it does nothing. */
static inline void page_connecting(struct page *page)
{
    if (!options.quiet && !page->connecting) {
        print_event(page, "%-10s  ", "connecting");
        print_url(page);
        putchar('\n');
    }
    page->connecting = true;
}

/* Logs that the request was sent. error: 0, or the errno that stopped it after
 * `bytes`; the answer may have come before, so this alone is no failure. */
static inline void page_sent(struct page *page, size_t bytes, int error)
{
    page->send_error = error;
    if (options.quiet)
        return;
    print_event(page, "%-10s  ", "sent");
    if (error == 0)
        printf("%zu bytes\n", bytes);
    else
        printf("%zu of %zu bytes\n", bytes, page->request_length);
}

/* Notes in words why the page has failed. A later reason takes the place of an
 * earlier one. */
static inline void page_refuse(struct page *page, const char *format, ...)
{
    va_list arguments;
    page->complete = false;
    page->error = 0;
    va_start(arguments, format);
    vsnprintf(page->reason, sizeof page->reason, format, arguments);
    va_end(arguments);
}

/* Notes that a call for the page has failed with this errno. */
static inline void page_fail(struct page *page, int error)
{
    page_refuse(page, "%s", strerror(error));
    page->error = error;
}

/* Notes that the page's time is over. */
static inline void page_time_out(struct page *page)
{
    if (page->send_error != 0)
        page_fail(page, page->send_error); /* no wonder that nothing came */
    else
        page_refuse(page, "timed out after %g s", options.seconds);
}

/* Seconds until the page's deadline; below 0 when it is over. */
static inline double page_time_left(const struct page *page)
{
    return page->deadline - now();
}

/* True if the page has failed because no descriptor was free, which may
 * change. */
static inline bool page_needs_descriptor(const struct page *page)
{
    return !page->connecting &&
           (page->error == EMFILE || page->error == ENFILE);
}

/* ---- URLs ---- */

/* The parts of an http URL (RFC 3986), as pointers into it. */
struct url {
    /* what the Host header says: the host, and the port if it is not 80 */
    const char *authority;
    size_t authority_length;
    /* a name, an IPv4 address, or an IPv6 address without its brackets */
    const char *host;
    size_t host_length;
    int port;
    /* with the query, without the fragment; the first slash may be missing */
    const char *path;
    size_t path_length;
};

/* Splits "host", "host:port" or "[IPv6 address]:port". Returns NULL, or what is
 * wrong with it. */
static inline const char *parse_authority(struct url *url, const char *text,
                                          size_t length)
{
    if (memchr(text, '@', length) != NULL)
        return "user name in the URL";
    bool literal = *text == '[';
    /* of the host */
    const char *end = memchr(text, literal ? ']' : ':', length);
    if (end == NULL && literal)
        return "no ] in the URL";
    if (end == NULL)
        end = text + length;
    url->host = text + literal;
    url->host_length = (size_t)(end - url->host);
    url->authority = text;
    url->authority_length = (size_t)(end - text) + literal;
    url->port = 80;
    if (url->host_length == 0)
        return "no host in the URL";
    if (literal && memchr(url->host, ':', url->host_length) == NULL)
        return "no IPv6 address in the brackets";

    const char *rest = text + url->authority_length; /* "", ":" or ":port" */
    size_t rest_length = length - url->authority_length;
    if (rest_length > 1)
        url->port = (int)parse_number(rest + 1, rest_length - 1, 65535);
    if (url->port < 1 || (rest_length > 0 && *rest != ':'))
        return "bad port in the URL";
    if (url->port != 80)
        url->authority_length = length;
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

/* What getaddrinfo() said of an authority, kept for the other pages from
 * there. */
struct name {
    struct name *next; /* in the same bucket of the table */
    struct addrinfo *addresses;
    const char *failure; /* why there are no addresses, or NULL */
    char authority[];
};

/* a hash table; its entries stay until the program ends */
static struct name *names[256];

/* Returns where in the table the authority stands, or where it is to be
 * added. */
static inline struct name **find_name(const struct url *url)
{
    unsigned hash = 0;
    for (size_t i = 0; i < url->authority_length; i++)
        hash = hash * 31 + (unsigned char)url->authority[i];
    struct name **place = &names[hash % (sizeof names / sizeof names[0])];
    while (*place != NULL &&
           (strncmp((*place)->authority, url->authority,
                    url->authority_length) != 0 ||
            (*place)->authority[url->authority_length] != '\0'))
        place = &(*place)->next;
    return place;
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
    char port[6];
    snprintf(port, sizeof port, "%hu", (unsigned short)url->port);
    char *host = strndup(url->host, url->host_length);
    struct name *name = calloc(1, sizeof *name + url->authority_length + 1);
    int error = host == NULL || name == NULL
                    ? EAI_MEMORY
                    : getaddrinfo(host, port, &hints, &addresses);
    if (error == EAI_SYSTEM || (error != 0 && !descriptor_is_free()))
        page_fail(page, errno);
    else if (error != 0)
        page_refuse(page, "%s", gai_strerror(error));
    free(host);
    if (error != 0 && (error != EAI_NONAME || page->error != 0)) {
        free(name);
        return NULL;
    }
    memcpy(name->authority, url->authority, url->authority_length);
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
        page_refuse(page, "%s", (*place)->failure);
    return page->addresses != NULL;
}

/* ---- A page, from its URL to its last byte ---- */

static const char *request_headers = "Connection: close\r\n"; /* beside Host */

/* Writes the request. Returns false, with the reason in page, if there is no
 * memory for it. */
static inline bool make_request(struct page *page, const struct url *url)
{
    struct {
        const char *text;
        size_t length;
    } pieces[] = {
        {"GET /", *url->path == '/' ? 4 : 5},
        {url->path, url->path_length},
        {" HTTP/1.0\r\nHost: ", 17},
        {url->authority, url->authority_length},
        {"\r\n", 2},
        {request_headers, strlen(request_headers)},
        {"\r\n", 2},
    };
    size_t count = sizeof pieces / sizeof pieces[0];
    for (size_t i = 0; i < count; i++)
        page->request_length += pieces[i].length;
    page->request = malloc(page->request_length);
    if (page->request == NULL) {
        page_fail(page, errno);
        return false;
    }
    char *end = page->request;
    for (size_t i = 0; i < count; i++) {
        memcpy(end, pieces[i].text, pieces[i].length);
        end += pieces[i].length;
    }
    return true;
}

/* Returns the name of the page's file: complete, or as long as it is being
 * written. */
static inline const char *file_name(const struct page *page, bool complete)
{
    static char names_of_files[2][4096];
    snprintf(names_of_files[complete], sizeof names_of_files[0], "%s/%d%s",
             options.directory, page->id, complete ? "" : ".part");
    return names_of_files[complete];
}

/* Notes that the body can't be saved, with errno as the cause. */
static inline void page_cannot_save(struct page *page)
{
    int error = errno;
    page_refuse(page, "cannot save the body: %s", strerror(error));
    page->error = error;
}

/* With -o: opens the page's file. The body gets its name only when it is
 * complete, so that whoever looks into the directory, also after Ctrl-C, never
 * finds half a page under it. */
static inline bool open_file(struct page *page)
{
    if (options.directory == NULL)
        return true;
    page->file =
        open(file_name(page, false), O_WRONLY | O_CREAT | O_TRUNC, 0666);
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

/* Begins a page: parses its URL, finds its addresses, prepares its request.
 * Returns false if that fails; page_end() will then say why. */
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
        page_refuse(page, "%s", complaint);
        return false;
    }
    page->url_is_good = true;
    return look_up(page, &url) && make_request(page, &url) && open_file(page);
}

/* Begins the page whose URL has this place on the command line, from 1. */
static inline bool page_begin(struct page *page, int id)
{
    return page_begin_url(page, id, options.urls[id - 1]);
}

/* Forgets a page that could not start yet, without a word in the log. */
static inline void page_put_back(struct page *page)
{
    free(page->request);
    close_file(page);
}

/* Ends the page: logs `done` if the response is complete, else `failed` and
 * why. Call it before you close the socket: what the close sets off must come
 * later in the log. */
static inline void page_end(struct page *page)
{
    free(page->request);
    close_file(page);
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
    size_t length = strcspn(value, " \t"); /* blanks at the end do not count */
    long long number = parse_number(value, length, LLONG_MAX);
    bool whole_line = page->line_length < sizeof page->line - 1;
    if (number == -1 || value[length + strspn(value + length, " \t")] != '\0' ||
        !whole_line)
        page->defect = "Content-Length is not a length";
    else if (page->content_length != -1 && page->content_length != number)
        page->defect = "two different Content-Lengths";
    else
        page->content_length = number;
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
        page_refuse(page, "%s", page->defect);
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
        page_refuse(page, "not an HTTP response");
    page->part = HEADER_LINES;
    return page->status >= 100;
}

/* Takes one line of the header, without its end. Returns false if the page has
 * failed. */
static inline bool take_line(struct page *page)
{
    const char *length = field_value(page->line, "Content-Length");
    if (page->part == STATUS_LINE)
        return take_status_line(page);
    if (page->line_length == 0)
        return take_header_end(page);
    if (length != NULL)
        take_content_length(page, length);
    else if (field_value(page->line, "Transfer-Encoding") != NULL)
        page->defect = "sent in pieces (chunked), which HTTP/1.0 does not know";
    return true;
}

static inline bool is_line_end(char c)
{
    return c == '\r' || c == '\n';
}

/* Takes some bytes of the header, to the end of a line at most. Returns how
 * many, 0 if the page has failed. */
static inline size_t take_header_bytes(struct page *page, const char *data,
                                       size_t n)
{
    const char *newline = memchr(data, '\n', n);
    if (newline != NULL)
        n = (size_t)(newline - data) + 1;
    page->header_bytes += n;
    if (page->header_bytes > HEADER_LIMIT) {
        page_refuse(page, "header longer than %d bytes", HEADER_LIMIT);
        return 0;
    }
    if (memchr(data, '\0', n) != NULL) {
        page_refuse(page, page->part == STATUS_LINE ? "not an HTTP response"
                                                    : "NUL in the header");
        return 0;
    }
    size_t room = sizeof page->line - 1 - page->line_length;
    size_t kept = n < room ? n : room;
    memcpy(page->line + page->line_length, data, kept);
    page->line_length += kept;

    /* What does not begin like HTTP need not come to the end of its line to be
     * recognized. */
    size_t look_at = page->line_length < 5 ? page->line_length : 5;
    if (page->part == STATUS_LINE &&
        memcmp(page->line, "HTTP/", look_at) != 0) {
        page_refuse(page, "not an HTTP response");
        return 0;
    }
    if (newline != NULL) {
        while (page->line_length > 0 &&
               is_line_end(page->line[page->line_length - 1]))
            page->line_length--;
        page->line[page->line_length] = '\0';
        if (!take_line(page))
            return 0;
        page->line_length = 0;
    }
    return n;
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
        page_refuse(page, "response cut short: %lld of %lld bytes",
                    page->body_bytes, page->content_length);
    else if (page->send_error != 0)
        /* who did not read all may not have sent all */
        page_fail(page, page->send_error);
    else if (page->part == BODY)
        page->complete = true;
    else if (page->status == 0 && page->header_bytes == 0)
        page_refuse(page, "empty response");
    else
        page_refuse(page, "header cut short");
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
    while (page->part != BODY && n > 0) {
        size_t taken = take_header_bytes(page, data, n);
        if (taken == 0)
            return false;
        data += taken;
        n -= taken;
    }
    return page->part != BODY || take_body(page, data, n);
}

/* ---- The end ---- */

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
    if (fflush(stdout) == EOF || ferror(stdout)) {
        fprintf(stderr, "fetch: cannot write to stdout\n");
        return 1;
    }
    return failed_count > 0;
}

#endif
