/*
 * server.c: the practice server. Every answer is scripted, so that a student
 * (or a test) can meet each thing that happens on a network by asking for its
 * path:
 *
 *     cc -o server server.c && ./server -p 8080
 *
 * Then open http://127.0.0.1:8080/ in a browser.
 *
 * The page at / lists all paths. It is made from the same table that the
 * dispatcher reads (`paths`, near the end), so the two cannot differ.
 *
 * One thread and one poll() for all connections. To read it, follow one
 * request:
 *
 *     accept_all    a connection is born, in the state READING
 *     read_more     bytes come in; a few paths act before the request is
 *                   complete
 *     dispatch      finds the path in the table, reads its arguments, calls its
 *                   serve_ function
 *     serve_...     writes a script into the connection: what to send, how
 *                   fast, and how to end
 *     send_more     sends the next piece of the script, as much as the kernel
 *                   takes
 *     finish_answer closes, resets or holds the connection
 *     bury_dead     closes what is finished; in a /turn group the next one is
 *                   answered
 *
 * It listens on 127.0.0.1 only, and trusts nobody: a client may send anything,
 * stop anywhere, or go.
 */
#define _XOPEN_SOURCE 700

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "site.h"

/* the kernel takes less if it must */
#define BACKLOG 4096
/* as many as we ask for, if the hard limit allows */
#define DESCRIPTORS 4096
/* a longer request is refused with 431 */
#define REQUEST_LIMIT ((size_t)256 * 1024)
/* small, so that /never-read leaves the rest unread */
#define FIRST_READ 512
#define READ_SIZE  ((size_t)16 * 1024)
#define SLOW_SIZE  1024 /* /slow-read: this many bytes ... */
#define CHUNK_SIZE ((size_t)64 * 1024)
#define HEADER_MAX ((size_t)16 * 1024 * 1024)
#define NUMBER_MAX 1000000000000ULL /* of any number in a path */
#define MS_MAX     3600000ULL       /* of an MS in a path: one hour */
#define TURN_MAX   1000
/* more bytes than anyone will wait for */
#define ENDLESS (UINT64_MAX / 2)
#define ALL     UINT64_MAX

#if defined(__GNUC__)
#define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))
#else
#define PRINTF_LIKE(text, first)
#endif

/* Times are microseconds on the monotonic clock. */
#define MILLISECONDS 1000LL
#define SECONDS      1000000LL
#define SLOW_PAUSE   (5 * MILLISECONDS) /* ... in each of these */
/* for a request to become complete; for /never-read */
#define IDLE_LIMIT   (60 * SECONDS)
#define LINGER_LIMIT (2 * SECONDS)
#define ACCEPT_PAUSE (100 * MILLISECONDS)

/* What every body consists of, again and again, where the help page says
 * "pattern". */
static const char PATTERN[] = "abcdefghijklmnopqrstuvwxyz\n";
static const char FILLER_LINE[] = "X-Filler: 0123456789\r\n";

/* ---- data ---- */

/* Some bytes inside a longer text; no NUL at the end. */
struct slice {
    char *at;
    size_t len;
};

/* A text that grows. Out of memory sets `failed`; the connection is then
 * dropped, not the server.
 * */
struct buffer {
    char *data;
    size_t len;
    size_t room;
    bool failed;
};

enum state {
    READING, /* the request is not complete */
    WAITING, /* the answer is ready, but its time (or its turn) has not come */
    SENDING, /* the answer is on its way */
    HOLDING, /* nothing more to send, kept open until the client closes */
    DEAD     /* to be closed by bury_dead() */
};

/* What follows the last byte. LINGER: no more bytes from here, but what the
 * client still sends is read, so that the kernel does not send RST, which could
 * overtake the answer. */
enum ending { CLOSE, LINGER, RESET, RESET_LATER, HOLD, END_AND_HOLD };

/*
 * One connection. An answer is a script: first the bytes of `out`, then
 * `repeat_bytes` bytes of `repeat` over and over, at the pace of `burst`,
 * `step` and `pause`, and at last `ending`. All faults on the help page are
 * made from these few words.
 */
struct connection {
    int fd;
    size_t place; /* index in connections[] and polls[] */
    enum state state;
    int64_t due;   /* when on_timer() is called; 0: no timer */
    int64_t since; /* when it was accepted */

    struct buffer in; /* the request, until it has been dispatched */
    size_t searched;  /* this much of `in` holds no end of a request */
    bool path_seen;   /* the path was complete, and needed nothing early */
    bool slow;        /* /slow-read */
    bool deaf;        /* /never-read: what comes is left in the kernel */
    bool head;        /* HEAD: the body is left out */
    /* what follows '?' in the request, while it is dispatched */
    struct slice query;

    struct buffer out;
    /* length of the header in `out`; 0: header not complete */
    size_t body_at;
    const char *repeat; /* PATTERN, or another text */
    uint64_t repeat_bytes;
    uint64_t sent;  /* of `out` and the repeated bytes together */
    uint64_t burst; /* so many bytes may go at once ... */
    uint64_t step;  /* ... then so many in one send() ... */
    int64_t pause;  /* ... after waiting so long */
    enum ending ending;
    int64_t reset_after; /* RESET_LATER: how long after the last byte */
    bool reset;          /* close with RST instead of FIN */

    struct group *group; /* /turn: the group it stands in, or NULL */
    size_t turn;         /* its place there, from 0 */
    struct connection *next_dead;
};

/* The requests that stand at /turn/K/N/NAME. Known by name until it is
 * complete; from then on only its members know it, so that a new group of the
 * same name can gather. */
struct group {
    char *name;
    struct connection **members; /* by turn; NULL: not here yet, or gone */
    size_t size;
    size_t present;     /* members that are not NULL */
    size_t next;        /* the turn that is answered next, once complete */
    bool complete;      /* all were here: the answers have begun */
    struct group *link; /* next in gathering_groups */
};

/* An answer that is always the same. */
struct script {
    const char *bytes;
    size_t len;
    enum ending ending;
};

/* From a string literal, which may hold NUL bytes. */
#define SCRIPT(bytes, ending)                                                  \
    {                                                                          \
        bytes, sizeof(bytes) - 1, ending                                       \
    }

/* The arguments of a path: its numbers in order, and its text (no path has
 * two). */
struct arguments {
    const struct path *path;
    uint64_t number[3];
    int numbers;
    struct slice text;
};

/* When a path's serve_ function is called. */
enum moment {
    WHEN_COMPLETE, /* the request has been read */
    AT_THE_PATH,   /* its path has been read, the rest has not */
    AFTER_SLOW_READ
};

/* One line of the table of paths. `usage` is read by people on the help page
 * and by read_arguments(): capital letters name an argument, brackets an
 * optional one. */
struct path {
    const char *usage;
    const char *example;
    enum moment moment;
    void (*serve)(struct connection *c, const struct arguments *a);
    struct script script; /* for serve_script() */
    const char *help;
};

/* polls[0] is the listener, polls[1] the signal pipe; connections[i] belongs to
 * polls[i]. */
enum { LISTENER, SIGNALS, FIRST_CONNECTION };

static struct pollfd *polls;
static struct connection **connections;
static size_t count = FIRST_CONNECTION;
static size_t table_room;

static struct connection *dead; /* linked by next_dead */
static struct group *gathering_groups;
static int64_t now; /* as of this round of the loop */
/* no accept before this time (out of descriptors) */
static int64_t accept_at;
static char own_url[64];       /* http://127.0.0.1:PORT */
static int signal_pipe[2];     /* written by the signal handler, read by poll */
static bool verbose;           /* -v */
static char chunk[CHUNK_SIZE]; /* what the next send() sends */

/* ---- buffers and texts ---- */

/* Makes room for `more` bytes after the end; false: out of memory. */
static bool buffer_reserve(struct buffer *b, size_t more)
{
    size_t room = b->room != 0 ? b->room : 256;
    char *data;

    if (b->failed)
        return false;
    while (room < b->len + more)
        room *= 2;
    if (room == b->room)
        return true;
    data = realloc(b->data, room);
    if (data == NULL) {
        b->failed = true;
        return false;
    }
    b->data = data;
    b->room = room;
    return true;
}

static void buffer_add(struct buffer *b, const char *data, size_t len)
{
    if (len == 0 || !buffer_reserve(b, len))
        return;
    memcpy(b->data + b->len, data, len);
    b->len += len;
}

static void buffer_free(struct buffer *b)
{
    free(b->data);
    memset(b, 0, sizeof *b);
}

/* Appends to the answer, like vprintf. */
static void say_list(struct connection *c, const char *format,
                     va_list arguments)
{
    va_list again;
    int len;

    va_copy(again, arguments);
    len = vsnprintf(NULL, 0, format, again);
    va_end(again);
    /* One byte more, for the NUL that vsnprintf writes and nobody sends. */
    if (len < 0 || !buffer_reserve(&c->out, (size_t)len + 1))
        return;
    vsnprintf(c->out.data + c->out.len, (size_t)len + 1, format, arguments);
    c->out.len += (size_t)len;
}

PRINTF_LIKE(2, 3) static void say(struct connection *c, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    say_list(c, format, arguments);
    va_end(arguments);
}

/* Appends text to the answer so that an HTML page shows it as it is. */
static void say_html(struct connection *c, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '&')
            say(c, "&amp;");
        else if (text[i] == '<')
            say(c, "&lt;");
        else if (text[i] == '>')
            say(c, "&gt;");
        else if (text[i] == '"')
            say(c, "&quot;");
        else
            buffer_add(&c->out, &text[i], 1);
    }
}

static bool slice_is(struct slice s, const char *text)
{
    return s.len == strlen(text) &&
           (s.len == 0 || memcmp(s.at, text, s.len) == 0);
}

/* Cuts off and returns what stands before the first `mark` in *s (all, if there
 * is none). */
static struct slice cut(struct slice *s, char mark)
{
    char *end = s->len != 0 ? memchr(s->at, mark, s->len) : NULL;
    struct slice first = *s;

    if (end == NULL) {
        s->len = 0;
        return first;
    }
    first.len = (size_t)(end - s->at);
    s->at = end + 1;
    s->len -= first.len + 1;
    return first;
}

static int hex_digit(char ch)
{
    const char *digits = "0123456789abcdef";
    const char *found =
        ch != '\0' ? strchr(digits, ch >= 'A' && ch <= 'F' ? ch + 32 : ch)
                   : NULL;

    return found != NULL ? (int)(found - digits) : -1;
}

/* Percent-decodes in place (RFC 3986 section 2.1); a % without two hex digits
 * stays as it is. */
static struct slice decode(struct slice s)
{
    size_t to = 0;

    for (size_t from = 0; from < s.len; from++) {
        char ch = s.at[from];
        if (ch == '%' && s.len - from > 2 && hex_digit(s.at[from + 1]) >= 0 &&
            hex_digit(s.at[from + 2]) >= 0) {
            ch = (char)(hex_digit(s.at[from + 1]) * 16 +
                        hex_digit(s.at[from + 2]));
            from += 2;
        }
        s.at[to++] = ch;
    }
    s.len = to;
    return s;
}

/* Reads a decimal number of at most `max`, digits only; false: it is none. */
static bool parse_number(struct slice s, uint64_t max, uint64_t *number)
{
    *number = 0;
    if (s.len == 0 || s.len > 13)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] < '0' || s.at[i] > '9')
            return false;
        *number = *number * 10 + (uint64_t)(s.at[i] - '0');
    }
    return *number <= max;
}

/* The value of `name` in the query (a=1&b=2), not decoded; empty if it is not
 * there. */
static struct slice query_value(const struct connection *c, const char *name)
{
    struct slice rest = c->query;

    while (rest.len != 0) {
        struct slice value = cut(&rest, '&');
        struct slice key = cut(&value, '=');
        if (slice_is(key, name))
            return value;
    }
    return rest;
}

/* ---- the table of all connections ---- */

static int64_t clock_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * SECONDS + t.tv_nsec / 1000;
}

static bool set_nonblocking(int fd)
{
    return fcntl(fd, F_SETFL, O_NONBLOCK) == 0;
}

/* Makes room for one more in both arrays; false: out of memory. */
static bool grow_tables(void)
{
    size_t room = table_room != 0 ? table_room * 2 : 64;
    struct pollfd *more_polls;
    struct connection **more_connections;

    if (count < table_room)
        return true;
    more_polls = realloc(polls, room * sizeof *polls);
    if (more_polls == NULL)
        return false;
    polls = more_polls;
    more_connections = realloc(connections, room * sizeof(struct connection *));
    if (more_connections == NULL)
        return false;
    connections = more_connections;
    table_room = room;
    return true;
}

/* Takes the descriptor over: it ends in the table, or closed. */
static void add_connection(int fd)
{
    struct connection *c = calloc(1, sizeof *c);

    if (c == NULL || !grow_tables() || !set_nonblocking(fd)) {
        free(c);
        close(fd);
        return;
    }
    c->fd = fd;
    c->place = count;
    c->state = READING;
    c->since = now;
    c->due = now + IDLE_LIMIT;
    c->burst = ALL;
    c->repeat = PATTERN;
    connections[count] = c;
    polls[count].fd = fd;
    polls[count].revents = 0;
    count++;
}

/* Only marks it: others may hold the pointer until this round is over. */
static void kill_connection(struct connection *c)
{
    if (c->state == DEAD)
        return;
    c->state = DEAD;
    c->next_dead = dead;
    dead = c;
}

static void leave_group(struct connection *c);

/* Closes the descriptor and forgets the connection; the last one moves to its
 * place. */
static void remove_connection(struct connection *c)
{
    struct linger at_once = {1, 0};

    /* SO_LINGER with 0 seconds: close() sends RST and drops what is unsent */
    if (c->reset)
        setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(c->fd);
    buffer_free(&c->in);
    buffer_free(&c->out);
    count--;
    connections[c->place] = connections[count];
    connections[c->place]->place = c->place;
    polls[c->place] = polls[count];
    free(c);
}

/* A turn that ends lets the next one be answered, and that may fail at once:
 * hence the loop. */
static void bury_dead(void)
{
    while (dead != NULL) {
        struct connection *c = dead;
        dead = c->next_dead;
        if (c->group != NULL)
            leave_group(c);
        remove_connection(c);
        accept_at = 0; /* a descriptor is free again */
    }
}

/* ---- sending the script ---- */

static uint64_t answer_length(const struct connection *c)
{
    return c->out.len + c->repeat_bytes;
}

/* Copies the next `want` bytes of the script into chunk. */
static void fill_chunk(const struct connection *c, size_t want)
{
    size_t done = 0;
    size_t period = strlen(c->repeat);

    if (c->sent < c->out.len) {
        done = c->out.len - (size_t)c->sent;
        if (done > want)
            done = want;
        memcpy(chunk, c->out.data + c->sent, done);
    }
    while (done < want) {
        size_t at = (size_t)((c->sent + done - c->out.len) % period);
        size_t n = period - at < want - done ? period - at : want - done;
        memcpy(chunk + done, c->repeat + at, n);
        done += n;
    }
}

static void finish_answer(struct connection *c)
{
    c->due = 0;
    switch (c->ending) {
    case CLOSE:
        kill_connection(c);
        break;
    case LINGER:
        shutdown(c->fd, SHUT_WR);
        c->state = HOLDING;
        c->due = now + LINGER_LIMIT;
        break;
    case RESET:
        c->reset = true;
        kill_connection(c);
        break;
    case RESET_LATER:
        c->reset = true;
        c->state = HOLDING;
        c->due = now + c->reset_after;
        break;
    case END_AND_HOLD: /* who reads to the end of the connection gets there */
        shutdown(c->fd, SHUT_WR);
        c->state = HOLDING;
        break;
    case HOLD:
        c->state = HOLDING;
        break;
    }
}

/* How many bytes the next send() may take, by the pace of the script and the
 * size of chunk. */
static size_t next_piece(const struct connection *c)
{
    uint64_t left = answer_length(c) - c->sent;
    uint64_t allowed = c->sent < c->burst ? c->burst - c->sent : c->step;

    if (allowed > left)
        allowed = left;
    return allowed < CHUNK_SIZE ? (size_t)allowed : CHUNK_SIZE;
}

/* Sends the next piece. One send() a round, so that no connection keeps the
 * others waiting. */
static void send_more(struct connection *c)
{
    size_t want = next_piece(c);
    ssize_t n;

    c->due = 0;
    fill_chunk(c, want);
    /* SIGPIPE is ignored, see prepare_signals() */
    n = send(c->fd, chunk, want, 0);
    if (n < 0) {
        if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
            kill_connection(c);
        return;
    }
    c->sent += (uint64_t)n;
    if (c->sent == answer_length(c))
        finish_answer(c);
    else if (c->sent >= c->burst && c->pause > 0)
        c->due = now + c->pause;
}

static void start_answer(struct connection *c)
{
    int on = 1;

    if (c->state == DEAD)
        return;
    if (c->out.failed) {
        kill_connection(c);
        return;
    }
    if (c->head && c->body_at != 0) {
        c->out.len = c->body_at;
        c->repeat_bytes = 0;
    }
    /* Nagle's algorithm would glue the small pieces together again. */
    if (c->burst != ALL)
        setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    c->state = SENDING;
    send_more(c);
}

/* ---- words for writing the script ---- */

/* The empty line: what is said from here on is the body. */
static void end_header(struct connection *c)
{
    say(c, "\r\n");
    c->body_at = c->out.len;
}

/* The usual header, whole: 200, text, `length` bytes. */
static void say_header(struct connection *c, const char *status,
                       const char *type, uint64_t length)
{
    say(c, "HTTP/1.0 %s\r\nContent-Type: %s\r\nContent-Length: %" PRIu64 "\r\n",
        status, type, length);
    end_header(c);
}

static void announce(struct connection *c, uint64_t length)
{
    say_header(c, "200 OK", "text/plain", length);
}

/* The rest of the answer is the first `bytes` bytes of the pattern. */
static void say_pattern(struct connection *c, uint64_t bytes)
{
    c->repeat_bytes = bytes;
}

/* `burst` bytes at once, then `step` bytes every `ms` milliseconds. */
static void pace(struct connection *c, uint64_t burst, uint64_t step,
                 uint64_t ms)
{
    c->burst = burst;
    c->step = step;
    c->pause = (int64_t)ms * MILLISECONDS;
}

/* A whole answer with a body of text. */
static void answer_text(struct connection *c, const char *status,
                        const char *type, const char *body)
{
    say_header(c, status, type, strlen(body));
    say(c, "%s", body);
}

/* Puts the header before a body that was said without one. */
static void prepend_header(struct connection *c, const char *status,
                           const char *type)
{
    struct buffer body = c->out;

    memset(&c->out, 0, sizeof c->out);
    say_header(c, status, type, body.len);
    buffer_add(&c->out, body.data, body.len);
    c->out.failed = c->out.failed || body.failed;
    buffer_free(&body);
}

static void play(struct connection *c, const struct script *script)
{
    const char *header_end = strstr(script->bytes, "\r\n\r\n");

    buffer_add(&c->out, script->bytes, script->len);
    c->ending = script->ending;
    if (header_end != NULL)
        c->body_at = (size_t)(header_end - script->bytes) + 4;
}

static void serve_script(struct connection *c, const struct arguments *a)
{
    play(c, &a->path->script);
}

/* Answers `status` with a line of explanation, instead of anything said
 * before. */
PRINTF_LIKE(3, 4)
static void refuse(struct connection *c, const char *status, const char *format,
                   ...)
{
    va_list arguments;

    c->out.len = 0;
    va_start(arguments, format);
    say_list(c, format, arguments);
    va_end(arguments);
    say(c, "\n");
    prepend_header(c, status, "text/plain");
    c->repeat_bytes = 0;
    c->burst = ALL;
    c->ending = LINGER; /* perhaps more of the request is on its way */
    c->state = SENDING;
}

static void bad_argument(struct connection *c, const char *what)
{
    refuse(c, "400 Bad Request", "%s", what);
}

static const char *reason_of(unsigned code)
{
    static const struct {
        unsigned code;
        const char *reason;
    } reasons[] = {{100, "Continue"},
                   {101, "Switching Protocols"},
                   {103, "Early Hints"},
                   {200, "OK"},
                   {201, "Created"},
                   {204, "No Content"},
                   {301, "Moved Permanently"},
                   {302, "Found"},
                   {304, "Not Modified"},
                   {400, "Bad Request"},
                   {403, "Forbidden"},
                   {404, "Not Found"},
                   {410, "Gone"},
                   {500, "Internal Server Error"},
                   {503, "Service Unavailable"}};

    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (reasons[i].code == code)
            return reasons[i].reason;
    return "Practice";
}

/* ---- paths: time and order ---- */

static void serve_delay(struct connection *c, const struct arguments *a)
{
    if (a->numbers == 2) {
        announce(c, a->number[1]);
        say_pattern(c, a->number[1]);
    } else {
        answer_text(c, "200 OK", "text/plain", "hello\n");
    }
    if (a->number[0] > 0) {
        c->state = WAITING;
        c->due = now + (int64_t)a->number[0] * MILLISECONDS;
    }
}

/* An HTML body with one link a line; `list` holds them percent-encoded, with
 * commas between. */
static void say_links(struct connection *c, struct slice list)
{
    say(c, "<!DOCTYPE html>\n<title>links</title>\n");
    while (list.len != 0) {
        struct slice link = decode(cut(&list, ','));
        say(c, "<a href=\"");
        say_html(c, link.at, link.len);
        say(c, "\">link</a>\n");
    }
}

static void serve_links(struct connection *c, const struct arguments *a)
{
    uint64_t gap;

    (void)a;
    if (!parse_number(query_value(c, "gap"), 16777216, &gap))
        gap = 0;
    say_links(c, query_value(c, "to"));
    if (gap > 0) {
        say(c, "<p>%*s</p>\n", (int)gap, "");
        say_links(c, query_value(c, "then"));
    }
    prepend_header(c, "200 OK", "text/html");
}

static void free_group(struct group *g)
{
    for (struct group **link = &gathering_groups; *link != NULL;
         link = &(*link)->link) {
        if (*link == g) {
            *link = g->link;
            break;
        }
    }
    free(g->members);
    free(g->name);
    free(g);
}

static struct group *find_group(struct slice name)
{
    for (struct group *g = gathering_groups; g != NULL; g = g->link)
        if (slice_is(name, g->name))
            return g;
    return NULL;
}

/* A new, empty group among those that gather; NULL: out of memory. */
static struct group *new_group(struct slice name, size_t size)
{
    struct group *g = calloc(1, sizeof *g);

    if (g == NULL)
        return NULL;
    g->name = calloc(1, name.len + 1);
    g->members = calloc(size, sizeof(struct connection *));
    if (g->name == NULL || g->members == NULL) {
        free_group(g);
        return NULL;
    }
    if (name.len != 0)
        memcpy(g->name, name.at, name.len);
    g->size = size;
    g->link = gathering_groups;
    gathering_groups = g;
    return g;
}

/* Answers the next one that is still here. */
static void answer_next_turn(struct group *g)
{
    while (g->next < g->size) {
        struct connection *c = g->members[g->next++];
        if (c != NULL) {
            start_answer(c);
            return;
        }
    }
}

/* Its client has closed, before or after its answer. If it was the one last
 * answered, the next turn has come; this is the only place from where it
 * comes. */
static void leave_group(struct connection *c)
{
    struct group *g = c->group;

    g->members[c->turn] = NULL;
    g->present--;
    if (g->complete && c->turn + 1 == g->next)
        answer_next_turn(g);
    if (g->present == 0)
        free_group(g);
}

/* Stands in line. When this was the last one missing, the group leaves the list
 * of those that gather, and its first turn is answered. */
static void join_group(struct connection *c, struct group *g, size_t turn)
{
    c->group = g;
    c->turn = turn;
    c->state = WAITING;
    c->due = 0;
    /* until the client closes, which is what the next turn waits for */
    c->ending = END_AND_HOLD;
    g->members[turn] = c;
    g->present++;
    if (g->present < g->size)
        return;
    for (struct group **link = &gathering_groups; *link != NULL;
         link = &(*link)->link) {
        if (*link == g) {
            *link = g->link;
            break;
        }
    }
    g->complete = true;
    answer_next_turn(g);
}

static void serve_turn(struct connection *c, const struct arguments *a)
{
    uint64_t turn = a->number[0], size = a->number[1];
    struct slice links = query_value(c, "links");
    struct group *g = find_group(a->text);

    if (size < 1 || size > TURN_MAX || turn < 1 || turn > size) {
        bad_argument(c, "/turn/K/N: N is 1 to 1000, K is 1 to N");
    } else if (a->text.len != 0 &&
               memchr(a->text.at, '\0', a->text.len) != NULL) {
        bad_argument(c, "/turn/K/N/NAME: no NUL byte in NAME");
    } else if (g != NULL && g->size != size) {
        bad_argument(
            c, "/turn/K/N: a group of this name stands here with another N");
    } else if (g != NULL && g->members[turn - 1] != NULL) {
        bad_argument(c, "/turn/K/N: another request with this K stands here");
    } else if (g == NULL && (g = new_group(a->text, (size_t)size)) == NULL) {
        kill_connection(c);
    } else {
        if (links.len != 0) {
            say_links(c, links);
            prepend_header(c, "200 OK", "text/html");
        } else {
            say(c, "turn %" PRIu64 "\n", turn);
            prepend_header(c, "200 OK", "text/plain");
        }
        join_group(c, g, (size_t)turn - 1);
    }
}

static void serve_drip(struct connection *c, const struct arguments *a)
{
    announce(c, a->number[0]);
    say_pattern(c, a->number[0]);
    pace(c, c->out.len, 1, a->number[1]);
}

static void serve_trickle(struct connection *c, const struct arguments *a)
{
    (void)a;
    say(c, "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n");
    end_header(c);
    say_pattern(c, ENDLESS);
    pace(c, c->out.len, 1, 50);
}

static void serve_trickle_header(struct connection *c,
                                 const struct arguments *a)
{
    (void)a;
    say(c, "HTTP/1.0 200 OK\r\n");
    c->repeat = FILLER_LINE;
    c->repeat_bytes = ENDLESS;
    pace(c, c->out.len, 1, 50);
}

/* ---- paths: good answers, any length ---- */

static void serve_bytes(struct connection *c, const struct arguments *a)
{
    announce(c, a->number[0]);
    say_pattern(c, a->number[0]);
}

static void serve_no_length(struct connection *c, const struct arguments *a)
{
    say(c, "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n");
    end_header(c);
    say_pattern(c, a->number[0]);
}

static void serve_endless(struct connection *c, const struct arguments *a)
{
    struct arguments endless = *a;

    endless.number[0] = ENDLESS;
    serve_no_length(c, &endless);
}

static void serve_keep_open(struct connection *c, const struct arguments *a)
{
    serve_bytes(c, a);
    c->ending = HOLD;
}

static void serve_status(struct connection *c, const struct arguments *a)
{
    unsigned code = (unsigned)a->number[0];
    const char *reason = reason_of(code);

    if (code == 204 || code == 304) {
        say(c, "HTTP/1.0 %u %s\r\nContent-Length: 5\r\n", code, reason);
        end_header(c);
        c->ending = HOLD;
    } else if (code < 200) {
        say(c, "HTTP/1.0 %u %s\r\n", code, reason);
        end_header(c);
    } else {
        char status[64];
        snprintf(status, sizeof status, "%u %s", code, reason);
        say_header(c, status, "text/plain", strlen(status) + 1);
        say(c, "%s\n", status);
    }
}

static void redirect_to(struct connection *c, const char *location)
{
    say(c, "HTTP/1.0 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n",
        location);
    end_header(c);
}

static void serve_redirect(struct connection *c, const struct arguments *a)
{
    say(c, "HTTP/1.0 302 Found\r\nLocation: /");
    buffer_add(&c->out, a->text.at, a->text.len);
    if (c->query.len != 0) {
        say(c, "?");
        buffer_add(&c->out, c->query.at, c->query.len);
    }
    say(c, "\r\nContent-Length: 0\r\n");
    end_header(c);
}

static void serve_redirects(struct connection *c, const struct arguments *a)
{
    char location[40] = "/bytes/5";

    if (a->number[0] > 1)
        snprintf(location, sizeof location, "/redirects/%" PRIu64,
                 a->number[0] - 1);
    redirect_to(c, location);
}

static void serve_echo(struct connection *c, const struct arguments *a)
{
    (void)a;
    announce(c, c->in.len);
    buffer_add(&c->out, c->in.data, c->in.len);
}

static void serve_byte_at_a_time(struct connection *c,
                                 const struct arguments *a)
{
    serve_bytes(c, a);
    pace(c, 0, 1, 0);
}

static void serve_split(struct connection *c, const struct arguments *a)
{
    announce(c, a->number[1]);
    say_pattern(c, a->number[1]);
    pace(c, a->number[0], ALL, 5);
}

/* ---- paths: cut short, reset or not read ---- */

/* A server that does not read can't see the client leave: so a time limit. The
 * small buffer lets a client notice earlier that nobody reads; the kernel has
 * its own minimum. */
static void serve_never_read(struct connection *c, const struct arguments *a)
{
    int size = 1024;

    (void)a;
    setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    c->deaf = true;
    c->state = HOLDING;
    c->due = now + IDLE_LIMIT;
}

/* The answer to a request that it has not read, and will not read. */
static void serve_never_reads_on(struct connection *c,
                                 const struct arguments *a)
{
    serve_never_read(c, a);
    answer_text(c, "414 URI Too Long", "text/plain", "too long\n");
    c->ending = RESET_LATER;
    c->reset_after = IDLE_LIMIT;
    start_answer(c);
}

static void serve_reset_after(struct connection *c, const struct arguments *a)
{
    uint64_t ms = a->numbers == 1 ? a->number[0] : 50;

    announce(c, 100);
    say_pattern(c, 100);
    c->ending = ms > 0 ? RESET_LATER : RESET;
    c->reset_after = (int64_t)ms * MILLISECONDS;
}

static void serve_truncate(struct connection *c, const struct arguments *a)
{
    uint64_t announced = a->number[0];
    uint64_t sent = a->numbers == 2 ? a->number[1] : announced / 2;
    struct slice links = query_value(c, "links");

    if (sent >= announced) {
        bad_argument(c, "/truncate/N[/M]: M is less than N");
        return;
    }
    announce(c, announced);
    if (links.len != 0)
        say_links(c, links);
    else
        say_pattern(c, sent);
}

static void serve_stall(struct connection *c, const struct arguments *a)
{
    if (a->number[1] >= a->number[0]) {
        bad_argument(c, "/stall/N/M: M is less than N");
        return;
    }
    serve_truncate(c, a);
    c->ending = HOLD;
}

static void serve_longer(struct connection *c, const struct arguments *a)
{
    if (a->number[1] <= a->number[0]) {
        bad_argument(c, "/longer/N/M: M is more than N");
        return;
    }
    announce(c, a->number[0]);
    say_pattern(c, a->number[1]);
}

/* ---- paths: odd headers ---- */

static void serve_length(struct connection *c, const struct arguments *a)
{
    say(c, "HTTP/1.0 200 OK\r\nContent-Length: ");
    buffer_add(&c->out, a->text.at, a->text.len);
    say(c, "\r\n");
    end_header(c);
    say_pattern(c, 5);
}

static void serve_raw(struct connection *c, const struct arguments *a)
{
    buffer_add(&c->out, a->text.at, a->text.len);
}

static void serve_lengths(struct connection *c, const struct arguments *a)
{
    say(c,
        "HTTP/1.0 200 OK\r\nContent-Length: %" PRIu64
        "\r\nContent-Length: %" PRIu64 "\r\n",
        a->number[0], a->number[1]);
    end_header(c);
    say_pattern(c, a->number[0]);
}

static void serve_header(struct connection *c, const struct arguments *a)
{
    static const char end[] = "\r\nContent-Length: 5\r\n\r\n";
    uint64_t bytes = a->number[0];

    say(c, "HTTP/1.0 200 OK\r\nX-Long: ");
    if (bytes > HEADER_MAX || bytes < c->out.len + strlen(end)) {
        bad_argument(c, "/header/BYTES: BYTES is 48 to 16777216");
        return;
    }
    if (buffer_reserve(&c->out, (size_t)bytes)) {
        size_t filler = (size_t)bytes - c->out.len - strlen(end);
        memset(c->out.data + c->out.len, 'x', filler);
        c->out.len += filler;
    }
    say(c, "%s", end);
    c->body_at = c->out.len;
    say_pattern(c, 5);
}

static void serve_header_lines(struct connection *c, const struct arguments *a)
{
    if (a->number[0] > 100000) {
        bad_argument(c, "/header-lines/N: N is 0 to 100000");
        return;
    }
    say(c, "HTTP/1.0 200 OK\r\n");
    for (uint64_t i = 0; i < a->number[0]; i++)
        buffer_add(&c->out, FILLER_LINE, strlen(FILLER_LINE));
    say(c, "Content-Length: 5\r\n");
    end_header(c);
    say_pattern(c, 5);
}

static void serve_endless_header(struct connection *c,
                                 const struct arguments *a)
{
    (void)a;
    say(c, "HTTP/1.0 200 OK\r\n");
    c->repeat = FILLER_LINE;
    c->repeat_bytes = ENDLESS;
}

static void serve_continue(struct connection *c, const struct arguments *a)
{
    unsigned code = (unsigned)a->number[0];

    if (code > 199 || code == 101 || a->number[1] > 100000) {
        bad_argument(c, "/continue/CODE/N: CODE is 100 to 199 and not 101, N "
                        "is 0 to 100000");
        return;
    }
    for (uint64_t i = 0; i < a->number[1]; i++)
        say(c, "HTTP/1.1 %u %s\r\n\r\n", code, reason_of(code));
    announce(c, 5);
    say_pattern(c, 5);
}

/* Nothing of this is an HTTP answer. */
static void serve_garbage(struct connection *c, const struct arguments *a)
{
    static const struct {
        const char *kind;
        struct script script;
    } garbage[] = {
        {"binary",
         SCRIPT("\0\1\2\3\377\376\375\374\n\r\n\200\177\033[31m\n\n", CLOSE)},
        {"http09", SCRIPT("<html>This is HTTP/0.9</html>\n", CLOSE)},
        {"version",
         SCRIPT("HTTP/1.x 200 OK\r\nContent-Length: 5\r\n\r\nabcde", CLOSE)},
        {"status",
         SCRIPT("HTTP/1.0 2x0 OK\r\nContent-Length: 5\r\n\r\nabcde", CLOSE)},
        {"empty-line", SCRIPT("\r\n\r\n", CLOSE)},
        {"ssh", SCRIPT("SSH-2.0-practice_1.0\r\n", HOLD)},
        {"smtp", SCRIPT("220 practice.example ESMTP\r\n", HOLD)},
    };

    for (size_t i = 0; i < sizeof garbage / sizeof garbage[0]; i++) {
        if (slice_is(a->text, garbage[i].kind) ||
            (i == 0 && a->text.len == 0)) {
            play(c, &garbage[i].script);
            return;
        }
    }
    bad_argument(c, "/garbage[/KIND]: KIND is binary, http09, status, "
                    "empty-line, ssh or smtp");
}

/* ---- paths: ports where connecting itself goes wrong ---- */

/* A socket bound to a free port of 127.0.0.1, *port set; -1 and errno if it
 * cannot be had. */
static int bind_loopback(uint16_t *port, bool reuse)
{
    struct sockaddr_in address;
    socklen_t len = sizeof address;
    int on = 1;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0)
        return -1;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = inet_addr("127.0.0.1");
    address.sin_port = htons(*port);
    if (reuse)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &len) != 0) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    *port = ntohs(address.sin_port);
    return fd;
}

/* Fills the queue of a listener that never accepts. Those after these wait
 * for an answer that the kernel does not send. 8 are more than any kernel's
 * queue of a backlog of 1; those that do not fit wait like everyone else. */
static void fill_backlog(uint16_t port)
{
    struct sockaddr_in address;

    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = inet_addr("127.0.0.1");
    address.sin_port = htons(port);
    for (int i = 0; i < 8; i++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        if (fd < 0)
            return;
        /* what becomes of it does not matter, it stays open */
        if (set_nonblocking(fd))
            (void)connect(fd, (struct sockaddr *)&address, sizeof address);
    }
}

/* The two ports are made when they are first asked for, and stay: nobody else
 * can take them. */
static void serve_port(struct connection *c, const struct arguments *a)
{
    static uint16_t refused, full;
    bool want_full = slice_is(a->text, "full");
    uint16_t *port = want_full ? &full : &refused;

    if (!want_full && !slice_is(a->text, "refused")) {
        bad_argument(c, "/port/KIND: KIND is refused or full");
        return;
    }
    if (*port == 0) {
        int fd = bind_loopback(port, false);
        if (fd < 0 || (want_full && listen(fd, 1) != 0)) {
            refuse(c, "503 Service Unavailable", "no port: %s",
                   strerror(errno));
            return;
        }
        if (want_full)
            fill_backlog(*port);
    }
    say(c, "http://127.0.0.1:%u/\n", (unsigned)*port);
    prepend_header(c, "200 OK", "text/plain");
}

/* ---- paths: a small site of links ---- */

/* Item n links to the one before and the one after; some link to what is
 * broken. */
static void site_item(struct connection *c, unsigned n)
{
    say(c,
        "<title>Item %u</title>\n<a href=\"../\">home</a> <img "
        "src=../img/logo.png>\n",
        n);
    if (n > 1)
        say(c, "<a href=\"%u.html\">previous</a>\n", n - 1);
    if (n < ITEMS)
        say(c, "<a href=\"./%u.html\">next</a>\n", n + 1);
    if (n % 5 == 0)
        say(c, "<img src=\"../img/missing.png\">\n");
    if (n % 7 == 0)
        say(c, "<a href=\"../lost.html\">lost</a>\n");
    if (n == ITEMS)
        say(c, "<a href=\"../error.html\">error</a>\n");
    prepend_header(c, "200 OK", "text/html");
}

static void say_site_body(struct connection *c, const char *body)
{
    const char *self;

    while ((self = strstr(body, "{self}")) != NULL) {
        buffer_add(&c->out, body, (size_t)(self - body));
        say(c, "%s", own_url);
        body = self + strlen("{self}");
    }
    say(c, "%s", body);
}

static void site_page(struct connection *c, const struct site_page *page)
{
    if (strcmp(page->type, "302") == 0) {
        redirect_to(c, page->body);
    } else if (strcmp(page->type, "500") == 0) {
        refuse(c, "500 Internal Server Error", "this page is broken");
    } else if (strcmp(page->type, "close") == 0) {
        kill_connection(c);
    } else {
        say_site_body(c, page->body);
        prepend_header(c, "200 OK", page->type);
    }
}

static void serve_site(struct connection *c, const struct arguments *a)
{
    if (a->text.at == NULL) {
        redirect_to(c, "/site/");
        return;
    }
    for (unsigned n = 1; n <= ITEMS; n++) {
        char name[32];
        snprintf(name, sizeof name, "item/%u.html", n);
        if (slice_is(a->text, name)) {
            site_item(c, n);
            return;
        }
    }
    for (size_t i = 0; i < sizeof site_pages / sizeof site_pages[0]; i++) {
        if (slice_is(a->text, site_pages[i].path)) {
            site_page(c, &site_pages[i]);
            return;
        }
    }
    refuse(c, "404 Not Found", "no such page of the practice site");
}

/* However far a crawler goes, there is one page more. */
static void serve_site_loop(struct connection *c, const struct arguments *a)
{
    uint64_t n;

    (void)a;
    if (!parse_number(query_value(c, "n"), NUMBER_MAX, &n))
        n = 0;
    say(c,
        "<title>Page %" PRIu64 "</title>\n<a href=\"?n=%" PRIu64
        "\">next</a>\n",
        n, n + 1);
    prepend_header(c, "200 OK", "text/html");
}

/* ---- the table of paths ---- */

static void serve_help(struct connection *c, const struct arguments *a);

/* The two ways to answer: a function, or always the same bytes and how to end
 * after them. */
#define DO_AT(moment, function) moment, function, SCRIPT("", CLOSE)
#define DO(function)            DO_AT(WHEN_COMPLETE, function)
#define SAY_AT(moment, bytes, ending)                                          \
    moment, serve_script, SCRIPT(bytes, ending)
#define SAY(bytes, ending) SAY_AT(WHEN_COMPLETE, bytes, ending)

static const struct path paths[] = {
    {"/", "/", DO(serve_help), "This page."},

    {"/delay/MS[/BYTES]", "/delay/300", DO(serve_delay),
     "Answers after MS milliseconds: \"hello\" and a newline (6 bytes), or "
     "BYTES bytes of "
     "pattern."},
    {"/turn/K/N[/NAME]", "/turn/1/1", DO(serve_turn),
     "Waits until N requests (1 to 1000) of the group NAME stand here, K = 1 "
     "to N each once, then "
     "answers them in the order of K: \"turn K\" and a newline. Each answer "
     "has a Content-Length "
     "and sends no more; K+1 is answered only after the client of K has "
     "closed. A "
     "client that leaves "
     "while it waits is taken out of the group. When all N stood here, the "
     "name is free for a new "
     "group. A K that stands here already, or another N: 400. With "
     "?links=A,B,C the body is an "
     "HTML page with these links (percent-decoded)."},
    {"/links", "/links?to=/bytes/5,/close", DO(serve_links),
     "/links?to=A,B,C: an HTML page with these links (percent-decoded), at "
     "once. With &gap=N&then=D,E these others, too, N blanks behind."},
    {"/drip/N/MS", "/drip/5/200", DO(serve_drip),
     "The header at once, then N bytes of pattern, one every MS milliseconds."},
    {"/trickle", "/trickle", DO(serve_trickle),
     "The header without a length, then one byte of pattern every 50 ms for "
     "ever."},
    {"/trickle-header", "/trickle-header", DO(serve_trickle_header),
     "The status line, then one byte of header lines every 50 ms for ever."},

    {"/bytes/N", "/bytes/100", DO(serve_bytes), "N bytes of pattern, at once."},
    {"/no-length/N", "/no-length/100", DO(serve_no_length),
     "N bytes of pattern without Content-Length; the end is the close."},
    {"/keep-open/N", "/keep-open/100", DO(serve_keep_open),
     "Content-Length N, N bytes of pattern, then the connection stays open."},
    {"/endless", "/endless", DO(serve_endless),
     "A body of pattern without end and without Content-Length, as fast as the "
     "client reads."},
    {"/byte-at-a-time/N", "/byte-at-a-time/10", DO(serve_byte_at_a_time),
     "N bytes of pattern; header and body leave in sends of one byte."},
    {"/split/K/N", "/split/20/10", DO(serve_split),
     "N bytes of pattern; the first K bytes of the whole answer leave at once, "
     "the rest 5 ms "
     "later."},
    {"/nul-body", "/nul-body",
     SAY("HTTP/1.0 200 OK\r\nContent-Length: 18\r\n\r\n"
         "ab\0cd\r\n\r\nef\n\n\0\0gh\0",
         CLOSE),
     "A body of 18 bytes with NUL (written 0 here), CR, LF and blank lines: "
     "ab 0 cd CR LF CR LF ef LF LF 0 0 gh 0"},
    {"/escape", "/escape",
     SAY("HTTP/1.0 200 \033[31mred\033[0m\a\b\r\nX-Title: "
         "\033]0;title\a\033[2J\tx\r\nContent-Length: 79\r\n\r\n"
         "\033[31mred\033[0m\a\b\033[2J\033]0;title\a\r\n"
         "    0.000     1  done        200, 6 bytes\r\033[1A\233\177\n",
         CLOSE),
     "A good answer with control characters and terminal escape sequences in "
     "the reason, the "
     "header and the body; the body also imitates a log line."},
    {"/echo", "/echo", DO(serve_echo),
     "The body is the request as it was received."},

    {"/status/CODE", "/status/404", DO(serve_status),
     "CODE is 100 to 999, the body is the code and its reason. 1xx: no body, "
     "closes. 204 and 304: "
     "Content-Length: 5, no body, and the connection stays open."},
    {"/redirect/PATH", "/redirect/bytes/100", DO(serve_redirect),
     "302 with Location: /PATH (the query belongs to it)."},
    {"/redirects/N", "/redirects/3", DO(serve_redirects),
     "N redirects one after the other, then 5 bytes."},
    {"/redirect-circle", "/redirect-circle",
     SAY("HTTP/1.0 302 Found\r\nLocation: /redirect-circle#x\r\n"
         "Content-Length: 0\r\n\r\n",
         CLOSE),
     "302 to itself."},
    {"/continue/CODE/N", "/continue/100/2", DO(serve_continue),
     "N interim answers of CODE (100, 102 to 199), then 200 and the 5 bytes "
     "abcde."},
    {"/chunked", "/chunked",
     SAY("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
         "5\r\nabcde\r\n5\r\nfghij\r\n0\r\n\r\n",
         CLOSE),
     "HTTP/1.1 200 with Transfer-Encoding: chunked, the body abcdefghij in two "
     "chunks."},

    {"/silent", "/silent", SAY("", HOLD),
     "Reads the request and never answers."},
    {"/close", "/close", SAY("", CLOSE), "Closes without a byte."},
    {"/half-header", "/half-header", SAY("HTTP/1.0 200 OK\r\nContent-Ty", HOLD),
     "Half a header, then silence."},
    {"/cut-header", "/cut-header", SAY("HTTP/1.0 200 OK\r\nContent-Ty", CLOSE),
     "Half a header, then closes."},
    {"/truncate/N[/M]", "/truncate/100", DO(serve_truncate),
     "Announces N bytes, sends M (less than N; default N/2) of pattern, "
     "closes; ?links=A,B,C: sends these links instead."},
    {"/longer/N/M", "/longer/100/200", DO(serve_longer),
     "Announces N bytes, sends M (more than N) of pattern, closes."},
    {"/stall/N/M", "/stall/100/50", DO(serve_stall),
     "Announces N bytes, sends M (less than N) of pattern, then silence."},
    {"/reset", "/reset", SAY("", RESET), "RST before a byte."},
    {"/reset-in-header", "/reset-in-header",
     SAY("HTTP/1.0 200 OK\r\nContent-Ty", RESET), "Half a header, then RST."},
    {"/reset-midway", "/reset-midway",
     SAY("HTTP/1.0 200 OK\r\nContent-Length: "
         "100\r\n\r\nabcdefghijklmnopqrstuvwxyz\nabcdefghijklmnopqrstuvw",
         RESET),
     "Announces 100 bytes, sends 50 of pattern, then RST."},
    {"/reset-after[/MS]", "/reset-after", DO(serve_reset_after),
     "A whole answer of 100 bytes of pattern, and RST MS milliseconds (default "
     "50) later or when "
     "the client closes. With 0 both come together; on this host the answer is "
     "then already in "
     "the client's kernel."},
    {"/reset-early", "/reset-early", SAY_AT(AT_THE_PATH, "", RESET),
     "RST as soon as the path has been read, while the client may still send: "
     "ask for "
     "/reset-early?xxxx... with a long query."},
    {"/early-answer", "/early-answer",
     SAY_AT(AT_THE_PATH, "HTTP/1.0 200 OK\r\nContent-Length: 6\r\n\r\nearly\n",
            CLOSE),
     "Answers \"early\" and a newline as soon as the path has been read, and "
     "closes. If more of "
     "the request was on its way, the close makes the kernel send RST after "
     "the answer."},
    {"/slow-read", "/slow-read",
     SAY_AT(AFTER_SLOW_READ,
            "HTTP/1.0 200 OK\r\nContent-Length: 12\r\n\r\nread slowly\n",
            CLOSE),
     "Reads the request slowly, 1 KiB every 5 ms, then answers \"read slowly\" "
     "and a newline."},
    {"/never-reads-on", "/never-reads-on",
     DO_AT(AT_THE_PATH, serve_never_reads_on),
     "Answers 414 as soon as it has the path, and reads no more; the "
     "connection "
     "stays open."},
    {"/never-read", "/never-read", DO_AT(AT_THE_PATH, serve_never_read),
     "Reads no further than the path (512 bytes at most), never answers; "
     "closes after 60 s."},

    {"/length/TEXT", "/length/5bad", DO(serve_length),
     "Content-Length: TEXT (percent-decoded, any bytes), the 5 bytes abcde, "
     "closes."},
    {"/raw/TEXT", "/raw/HTTP%2F1.0%20200%20OK%0D%0A%0D%0Ahello", DO(serve_raw),
     "TEXT (percent-decoded, any bytes) and nothing else: a response of your "
     "own."},
    {"/lengths/A/B", "/lengths/5/6", DO(serve_lengths),
     "Two Content-Length lines, A and B, and A bytes of pattern."},
    {"/header/BYTES", "/header/1000", DO(serve_header),
     "A header of exactly BYTES bytes (48 to 16777216) from the status line to "
     "the empty line, "
     "most of it in one line; then abcde."},
    {"/header-lines/N", "/header-lines/100", DO(serve_header_lines),
     "N (0 to 100000) lines X-Filler: 0123456789, then Content-Length: 5, and "
     "abcde."},
    {"/endless-header", "/endless-header", DO(serve_endless_header),
     "Header lines without end, as fast as the client reads."},
    {"/nul-in-header", "/nul-in-header",
     SAY("HTTP/1.0 200 OK\r\nX-Nul: a\0b\r\nContent-Length: 5\r\n\r\nabcde",
         CLOSE),
     "A NUL byte in a header line; then abcde."},
    {"/bare-lf", "/bare-lf",
     SAY("HTTP/1.0 200 OK\nContent-Length: 5\n\nabcde", CLOSE),
     "The lines of the header end in LF alone; then abcde."},
    {"/no-reason", "/no-reason",
     SAY("HTTP/1.0 200\r\nContent-Length: 5\r\n\r\nabcde", CLOSE),
     "A status line without a reason: HTTP/1.0 200; then abcde."},
    {"/odd-case", "/odd-case",
     SAY("HTTP/1.0 200 OK\r\ncOnTeNt-LeNgTh: 5\r\n\r\nabcde", HOLD),
     "cOnTeNt-LeNgTh: 5, then abcde, and the connection stays open."},
    {"/8-bit", "/8-bit",
     SAY("HTTP/1.0 200 OK\r\nX-Name: caf\351 \200\377\r\nContent-Length: "
         "5\r\n\r\nabcde",
         CLOSE),
     "Bytes of 128 and more in a header line; then abcde."},
    {"/garbage[/KIND]", "/garbage", DO(serve_garbage),
     "Not HTTP. KIND is binary (default: 20 bytes of all sorts), http09 (a "
     "line of HTML), status "
     "(HTTP/1.0 2x0 OK, a length, a body), empty-line (two line ends): these "
     "close. ssh and smtp "
     "send a greeting and stay open, as the real ones do."},

    {"/port/KIND", "/port/refused", DO(serve_port),
     "The URL (and a newline) of another port. KIND refused: connecting is "
     "refused there. KIND "
     "full: its backlog is full, connecting hangs."},
    {"/site[/PATH]", "/site/", DO(serve_site),
     "A small web site with good and broken links, for a link checker; start "
     "at /site/ . What it "
     "should find is written in tests/server/server.c."},
    {"/site-loop", "/site-loop/?n=1", DO(serve_site_loop),
     "/site-loop/?n=K: a page that links to ?n=K+1, so there is always one "
     "more."},
};

#define PATHS (sizeof paths / sizeof paths[0])

static void serve_help(struct connection *c, const struct arguments *a)
{
    (void)a;
    say(c, "<!DOCTYPE html>\n<meta charset=utf-8>\n<title>practice "
           "server</title>\n"
           "<h1>The practice server</h1>\n"
           "<p>Each path answers in its own way. Where it says pattern, the "
           "body is the alphabet "
           "in small letters and a newline (27 bytes) again and again. Answers "
           "are HTTP/1.0 with "
           "a Content-Length, and the server closes after them, where nothing "
           "else is said. It "
           "reads GET and HEAD (other methods: 405) up to 256 KiB (more: 431) "
           "and 60 seconds; the "
           "query (?...) is ignored where nothing is said. An unknown path is "
           "404, a bad argument "
           "400. MS is 0 to 3600000, other numbers are 0 to 1000000000000 "
           "where nothing is said. "
           "Wherever the server waits, a client that closes, or shuts down its "
           "sending side, "
           "counts as gone.</p>\n<table>\n");
    for (size_t i = 0; i < PATHS; i++) {
        say(c, "<tr><td><a href=\"%s\">", paths[i].example);
        say_html(c, paths[i].usage, strlen(paths[i].usage));
        say(c, "</a><td>");
        say_html(c, paths[i].help, strlen(paths[i].help));
        say(c, "\n");
    }
    say(c, "</table>\n");
    prepend_header(c, "200 OK", "text/html");
}

/* The usage text up to its first argument: /turn of /turn/K/N[/NAME]. */
static size_t name_length(const char *usage)
{
    return 1 + strcspn(usage + 1, "/[");
}

/* Finds the path in the table; *rest becomes what follows the name. NULL:
 * unknown. */
static const struct path *find_path(struct slice path, struct slice *rest)
{
    size_t name = 1;

    while (name < path.len && path.at[name] != '/')
        name++;
    for (size_t i = 0; i < PATHS; i++) {
        if (name_length(paths[i].usage) == name &&
            memcmp(paths[i].usage, path.at, name) == 0) {
            rest->at = path.at + name;
            rest->len = path.len - name;
            return &paths[i];
        }
    }
    return NULL;
}

/* Takes one argument called `word` in the usage from *rest (which starts with
 * '/'). */
static bool read_argument(struct slice *rest, const char *word,
                          struct arguments *a)
{
    bool is_code = strcmp(word, "CODE") == 0;
    uint64_t max = strcmp(word, "MS") == 0 ? MS_MAX
                   : is_code               ? 999
                                           : NUMBER_MAX;
    uint64_t min = is_code ? 100 : 0;
    struct slice value;

    cut(rest, '/');
    if (strcmp(word, "PATH") == 0) { /* all the rest, as it is */
        a->text = *rest;
        rest->len = 0;
        return true;
    }
    value = cut(rest, '/');
    /* give the '/' back, the next argument starts so */
    if (rest->at == value.at + value.len + 1) {
        rest->at--;
        rest->len++;
    }
    if (strcmp(word, "TEXT") == 0 || strcmp(word, "NAME") == 0 ||
        strcmp(word, "KIND") == 0) {
        a->text = decode(value);
        return true;
    }
    if (!parse_number(value, max, &a->number[a->numbers]) ||
        a->number[a->numbers] < min)
        return false;
    a->numbers++;
    return true;
}

/* Reads the arguments as the usage names them; false: missing, bad or too many.
 * A '/' at the end is allowed. */
static bool read_arguments(const struct path *p, struct slice rest,
                           struct arguments *a)
{
    const char *next = p->usage + name_length(p->usage);
    bool optional = false;

    memset(a, 0, sizeof *a);
    a->path = p;
    for (; *next != '\0'; next++) {
        char word[16];
        size_t len = strcspn(next + 1, "/[]");
        if (*next != '/') { /* '[' or ']' */
            optional = true;
            continue;
        }
        snprintf(word, sizeof word, "%.*s", (int)len, next + 1);
        if (rest.len < 2 && !(rest.len == 1 && strcmp(word, "PATH") == 0))
            return optional;
        if (!read_argument(&rest, word, a))
            return false;
        next += len;
    }
    return rest.len == 0 || slice_is(rest, "/");
}

/* ---- reading a request ---- */

/* The request line, as far as it has come. */
struct request_line {
    struct slice method;
    struct slice target; /* path and query */
    struct slice path;
    struct slice version;
    bool path_complete; /* what follows the path is here too */
};

/* Splits the first line at its blanks. It may be cut off anywhere, and hold
 * anything. */
static struct request_line split_line(const struct buffer *in)
{
    struct request_line line;
    struct slice rest = {in->data, in->len};
    struct slice path;
    char *end;

    memset(&line, 0, sizeof line);
    end = rest.len != 0 ? memchr(rest.at, '\n', rest.len) : NULL;
    if (end != NULL)
        rest.len = (size_t)(end - rest.at);
    if (end != NULL && rest.len != 0 && rest.at[rest.len - 1] == '\r')
        rest.len--;
    line.method = cut(&rest, ' ');
    line.path_complete = end != NULL;
    line.version = rest;
    line.target = cut(&line.version, ' ');
    path = line.target;
    line.path = cut(&path, '?');
    if (line.path.len < rest.len)
        line.path_complete = true;
    return line;
}

/* -v: one line a request, in which no byte can play a trick on the terminal. */
static void log_request(const struct request_line *line)
{
    if (!verbose)
        return;
    printf("%.*s ", (int)line->method.len, line->method.at);
    for (size_t i = 0; i < line->target.len; i++) {
        unsigned char ch = (unsigned char)line->target.at[i];
        if (ch > 32 && ch < 127)
            putchar(ch);
        else
            printf("%%%02X", ch);
    }
    putchar('\n');
}

static bool is_method(struct slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] < 'A' || s.at[i] > 'Z')
            return false;
    return s.len > 0 && s.len <= 20;
}

static bool is_target(struct slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.at[i] <= 32 || s.at[i] == 127)
            return false;
    return s.len > 0 && s.at[0] == '/';
}

static bool is_version(struct slice s)
{
    return s.len == 8 && memcmp(s.at, "HTTP/1.", 7) == 0 && s.at[7] >= '0' &&
           s.at[7] <= '9';
}

/* Writes the script for the path, or the reason why there is none. */
static void serve_line(struct connection *c, const struct request_line *line)
{
    struct arguments a;
    struct slice rest;
    const struct path *p = find_path(line->path, &rest);

    if (p == NULL) {
        refuse(c, "404 Not Found", "no such path; see / for those that are");
    } else if (!read_arguments(p, rest, &a)) {
        refuse(c, "400 Bad Request", "usage: %s; see / for what it means",
               p->usage);
    } else {
        c->query = line->target;
        cut(&c->query, '?');
        p->serve(c, &a);
        c->query.len = 0;
    }
}

/* The request (or enough of it) is here: answers it. */
static void dispatch(struct connection *c, bool complete)
{
    struct request_line line = split_line(&c->in);

    c->state = SENDING; /* a serve_ function may say otherwise */
    c->due = 0;
    if (!is_method(line.method) || !is_target(line.target) ||
        (complete && !is_version(line.version))) {
        refuse(c, "400 Bad Request", "not an HTTP/1.0 request");
    } else {
        log_request(&line);
        c->head = slice_is(line.method, "HEAD");
        if (c->head || slice_is(line.method, "GET"))
            serve_line(c, &line);
        else
            refuse(c, "405 Method Not Allowed", "only GET and HEAD");
    }
    buffer_free(&c->in);
    if (c->state == SENDING && c->sent == 0)
        start_answer(c);
}

/* Once, when the path is complete: is it one of those that act before the
 * request is complete? true: it has been dispatched. */
static bool dispatch_early(struct connection *c)
{
    struct request_line line;
    const struct path *p;
    struct slice rest;

    if (c->path_seen)
        return false;
    line = split_line(&c->in);
    if (!line.path_complete || line.path.len == 0)
        return false;
    c->path_seen = true;
    p = find_path(line.path, &rest);
    c->slow = p != NULL && p->moment == AFTER_SLOW_READ;
    if (p == NULL || p->moment != AT_THE_PATH)
        return false;
    dispatch(c, false);
    return true;
}

/* Is there an empty line? Looks only at what is new since the last call. */
static bool request_complete(struct connection *c)
{
    const char *data = c->in.data;

    for (size_t i = c->searched; i < c->in.len; i++) {
        c->searched = i;
        if (data[i] != '\n')
            continue;
        if (i + 1 < c->in.len && data[i + 1] == '\n')
            return true;
        if (i + 2 < c->in.len && data[i + 1] == '\r' && data[i + 2] == '\n')
            return true;
        if (i + 2 >= c->in.len)
            /* what follows this line end decides, and has not come */
            return false;
    }
    return false;
}

/* Takes what has come of the request, and acts if it is enough. */
static void read_more(struct connection *c)
{
    size_t want = c->in.len == 0 ? FIRST_READ : c->slow ? SLOW_SIZE : READ_SIZE;
    ssize_t n;

    if (!buffer_reserve(&c->in, want)) {
        kill_connection(c);
        return;
    }
    n = recv(c->fd, c->in.data + c->in.len, want, 0);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
        return;
    if (n <= 0) {
        kill_connection(c);
        return;
    }
    c->in.len += (size_t)n;
    if (dispatch_early(c))
        return;
    /* What does not begin like a method is no request: why wait for its end? */
    if (request_complete(c) || c->in.data[0] < 'A' || c->in.data[0] > 'Z') {
        dispatch(c, true);
    } else if (c->in.len > REQUEST_LIMIT) {
        refuse(c, "431 Request Header Fields Too Large", "longer than 256 KiB");
        start_answer(c);
    } else if (c->slow) {
        c->due = now + SLOW_PAUSE;
    }
}

/* Reads and drops what a client sends after its request; sees when it
 * closes. */
static void watch_for_close(struct connection *c)
{
    static char dropped[READ_SIZE];
    ssize_t n = recv(c->fd, dropped, sizeof dropped, 0);

    if (n == 0 ||
        (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR))
        kill_connection(c);
}

/* ---- the loop of events ---- */

/* What poll should wait for. Errors and hang-ups it reports in any case. */
static short wanted_events(const struct connection *c)
{
    switch (c->state) {
    case READING:
        return c->slow && c->in.len != 0 ? 0 : POLLIN;
    case SENDING:
        return c->due != 0 ? 0 : POLLOUT;
    case WAITING:
    case HOLDING:
        return c->deaf ? 0 : POLLIN;
    case DEAD:
        break;
    }
    return 0;
}

/* Something has come, or gone wrong; what it is the call tells that is made
 * now. */
static void on_event(struct connection *c)
{
    /* poll was asked for nothing: an error or a hang-up */
    if (wanted_events(c) == 0) {
        kill_connection(c);
        return;
    }
    switch (c->state) {
    case READING:
        read_more(c);
        break;
    case SENDING:
        send_more(c);
        break;
    case WAITING:
    case HOLDING:
        watch_for_close(c);
        break;
    case DEAD:
        break;
    }
}

static void on_timer(struct connection *c)
{
    c->due = 0;
    switch (c->state) {
    case READING:
        if (!c->slow || now - c->since >= IDLE_LIMIT) {
            kill_connection(c);
        } else {
            c->due = now + SLOW_PAUSE;
            read_more(c);
        }
        break;
    case WAITING:
        start_answer(c);
        break;
    case SENDING:
        send_more(c);
        break;
    case HOLDING:
    case DEAD:
        kill_connection(c);
        break;
    }
}

/* Out of descriptors is no reason to burn the CPU or to end: the kernel keeps
 * the rest in its queue until a connection has been closed. */
static void accept_all(void)
{
    for (;;) {
        int fd = accept(polls[LISTENER].fd, NULL, NULL);
        if (fd >= 0) {
            add_connection(fd);
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
                   errno == ENOMEM) {
            accept_at = now + ACCEPT_PAUSE;
            return;
        } else if (errno != EINTR && errno != ECONNABORTED) {
            return;
        }
    }
}

/* Tells poll what to wait for; returns when the next timer is due, or 0. */
static int64_t prepare_polls(void)
{
    int64_t next = accept_at;

    polls[LISTENER].events = accept_at != 0 ? 0 : POLLIN;
    for (size_t i = FIRST_CONNECTION; i < count; i++) {
        const struct connection *c = connections[i];
        polls[i].events = wanted_events(c);
        if (c->due != 0 && (next == 0 || c->due < next))
            next = c->due;
    }
    return next;
}

/* Microseconds to poll's milliseconds, rounded up: never early. */
static int timeout_until(int64_t due)
{
    int64_t ms;

    if (due == 0)
        return -1;
    ms = (due - clock_now() + MILLISECONDS - 1) / MILLISECONDS;
    if (ms < 0)
        return 0;
    return ms > 60000 ? 60000 : (int)ms;
}

static void run_timers(void)
{
    if (accept_at != 0 && now >= accept_at)
        accept_at = 0;
    for (size_t i = FIRST_CONNECTION; i < count; i++)
        if (connections[i]->due != 0 && now >= connections[i]->due)
            on_timer(connections[i]);
}

/* Serves the connections that poll has found; their number is at most
 * `ready`. */
static void run_events(int ready)
{
    for (size_t i = FIRST_CONNECTION; i < count && ready > 0; i++) {
        if (polls[i].revents != 0) {
            ready--;
            on_event(connections[i]);
        }
    }
}

/* One round after another, until a signal ends it. The tables do not move while
 * events and timers run: what is to be removed is only marked, and what is new
 * is added at the very end. */
static void run(void)
{
    for (;;) {
        int64_t next = prepare_polls();
        int ready = poll(polls, (nfds_t)count, timeout_until(next));

        now = clock_now();
        if (ready < 0 && errno != EINTR && errno != EAGAIN) {
            perror("server: poll");
            return;
        }
        if (ready > 0 && polls[SIGNALS].revents != 0)
            return;
        run_events(ready);
        if (next != 0 && now >= next)
            run_timers();
        bury_dead();
        if (ready > 0 && polls[LISTENER].revents != 0)
            accept_all();
    }
}

/* ---- start and end ---- */

static void usage(const char *complaint)
{
    fprintf(stderr,
            "server: %s\n"
            "usage: server [-p PORT] [-v] [-x SECONDS]\n"
            "  -p PORT     listen on 127.0.0.1:PORT (default: a free port)\n"
            "  -v          print each request\n"
            "  -x SECONDS  end after so long (1 to 86400)\n",
            complaint);
    exit(2);
}

/* An option's number, digits only and nothing else, or the usage and exit 2. */
static unsigned option_number(char *text, uint64_t min, uint64_t max,
                              const char *complaint)
{
    struct slice s = {text, strlen(text)};
    uint64_t number;

    if (!parse_number(s, max, &number) || number < min)
        usage(complaint);
    return (unsigned)number;
}

static void on_signal(int number)
{
    int error = errno;
    /* if the pipe is full, poll knows already */
    ssize_t n = write(signal_pipe[1], "", 1);

    (void)number;
    (void)n;
    errno = error;
}

/* SIGTERM, SIGINT and the alarm of -x end the program through the pipe, so that
 * poll cannot miss them. SIGPIPE is ignored: a client that has gone is an error
 * of one send(), not our end. */
static bool prepare_signals(void)
{
    const int ending[] = {SIGTERM, SIGINT, SIGALRM};
    struct sigaction action;

    /* or the pipe would become stdout, and its first line end us */
    for (int fd = 0; fd >= 0 && fd <= 2;)
        if ((fd = open("/dev/null", O_RDWR)) > 2)
            close(fd);
    if (pipe(signal_pipe) != 0 || !set_nonblocking(signal_pipe[0]) ||
        !set_nonblocking(signal_pipe[1]))
        return false;
    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    action.sa_handler = on_signal;
    for (size_t i = 0; i < sizeof ending / sizeof ending[0]; i++)
        sigaction(ending[i], &action, NULL);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
    sigaction(SIGXFSZ, &action, NULL);
    return true;
}

/* The soft limit is often 256 or 1024, too few for a thousand clients. */
static void raise_descriptor_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= DESCRIPTORS)
        return;
    limit.rlim_cur =
        limit.rlim_max < DESCRIPTORS ? limit.rlim_max : DESCRIPTORS;
    setrlimit(RLIMIT_NOFILE, &limit);
}

/* Opens the listener and prints the URL; false: says why not. */
static bool start(uint16_t port)
{
    int fd;

    if (!prepare_signals() || !grow_tables()) {
        perror("server");
        return false;
    }
    fd = bind_loopback(&port, true);
    if (fd < 0 || listen(fd, BACKLOG) != 0 || !set_nonblocking(fd)) {
        fprintf(stderr, "server: cannot listen on 127.0.0.1:%u: %s\n",
                (unsigned)port, strerror(errno));
        if (fd >= 0)
            close(fd);
        return false;
    }
    polls[LISTENER].fd = fd;
    polls[SIGNALS].fd = signal_pipe[0];
    polls[SIGNALS].events = POLLIN;
    snprintf(own_url, sizeof own_url, "http://127.0.0.1:%u", (unsigned)port);
    setvbuf(stdout, NULL, _IOLBF, 0);
    printf("%s\n", own_url);
    return true;
}

static void close_all(void)
{
    for (size_t i = FIRST_CONNECTION; i < count; i++)
        kill_connection(connections[i]);
    bury_dead();
    close(polls[LISTENER].fd);
    free(polls);
    free(connections);
}

int main(int argc, char **argv)
{
    uint16_t port = 0;
    int option;

    opterr = 0;
    while ((option = getopt(argc, argv, ":p:vx:")) != -1) {
        if (option == 'p')
            port = (uint16_t)option_number(optarg, 0, 65535,
                                           "-p wants a port, 0 to 65535");
        else if (option == 'v')
            verbose = true;
        else if (option == 'x')
            alarm(option_number(optarg, 1, 86400,
                                "-x wants seconds, 1 to 86400"));
        else
            usage(option == ':' ? "an option lacks its value"
                                : "unknown option");
    }
    if (optind < argc)
        usage("too many arguments");
    raise_descriptor_limit();
    now = clock_now();
    if (!start(port))
        return 1;
    run();
    close_all();
    return 0;
}
