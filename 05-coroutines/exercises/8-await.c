/*
 * Exercise 05-8: Await, all the way up.
 *
 * First A, then B, whose path A has said: as in 05-2, but without stacks. Below
 * it is written as if the functions could wait, and so they do: they call
 * wait_for_one(), and keep the thread. So each chain begins only when the one
 * before it has ended.
 *
 * Without a stack of its own a function can't stop in the middle. It returns
 * PENDING, and so must each one that has called it, all the way up to main().
 * Then all are called again, from the top down, and each goes on where it was.
 * So each has a struct, in which it keeps its place and what it still needs.
 * That is what a compiler makes of `async def` and `await`.
 *
 *     # in this folder:
 *     cc -o 8-await 8-await.c
 *     ./8-await 8080 "/links?to=/delay/300" "/links?to=/delay/100"
 *
 * 8080 is the server's port. It runs a chain for each path, all at once, and
 * shall print:
 *
 *     1 has A, which says /delay/300
 *     2 has A, which says /delay/100
 *     2 has B, 6 bytes
 *     1 has B, 6 bytes
 *
 * (The first two in any order.) To do: make tasks of receive(), fetch() and
 * chain(), with BEGIN, AWAIT and END as in ../stackless.c, and give each a
 * struct. Read stackless.c first. Checked (make exercise-05-8): that B is
 * fetched after A, and is what A has said; that nobody but main() waits, for
 * all chains at once, in select(); that there is no other stack and no other
 * process.
 */
#define _XOPEN_SOURCE 700
#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

enum { MOST_CHAINS = 100, TEXT_SIZE = 2000, PATH_SIZE = 500 };
enum poll { PENDING, READY }; /* what a task returns: call me again; or done */

/* Something that will happen: here, that a socket is ready. */
struct future {
    bool to_write, has_happened;
};

/* What a page has said: its beginning, as a string, and how long it was. */
struct text {
    char beginning[TEXT_SIZE];
    size_t length;
};

static bool happened(struct future *future, int fd, bool to_write);
static void wait_for_one(void);
static int start_connection(void);
static void send_request(int fd, const char *path);
static bool take_piece(int fd, struct text *text);
static bool find_link(const struct text *text, char link[PATH_SIZE]);
static size_t body_length(const struct text *text);

/* As in stackless.c. AWAIT notes the line; the next call jumps to it. A task
 * that shall begin anew is filled with zeros. */
#define BEGIN(task)                                                            \
    switch ((task)->place) {                                                   \
    case 0:
#define AWAIT(task, condition)                                                 \
    (task)->place = __LINE__;                                                  \
    __attribute__((fallthrough));                                              \
    case __LINE__:                                                             \
        if (!(condition))                                                      \
        return PENDING
#define END(task)                                                              \
    (task)->place = -1;                                                        \
    }                                                                          \
    return READY

/* Receives to the end of the connection. */
static void receive(int fd, struct text *text)
{
    /* TODO 1: make a task of it. */
    struct future readable = {0};
    do {
        while (!happened(&readable, fd, false))
            wait_for_one();
    } while (take_piece(fd, text));
}

/* Fetches a page. */
static void fetch(const char *path, struct text *text)
{
    /* TODO 2: the same, and it awaits receive(). */
    int fd = start_connection();
    struct future writable = {0};
    while (!happened(&writable, fd, true))
        wait_for_one();
    send_request(fd, path);
    receive(fd, text);
    close(fd);
}

struct chain {
    int number;
    const char *path; /* of A */
    /* TODO 3: what else does it need when it is called again? */
};

/* Fetches A, then B. */
static enum poll chain(struct chain *c)
{
    /* TODO 3: the same, and it awaits fetch(), twice. */
    struct text a = {0}, b = {0};
    char link[PATH_SIZE];
    fetch(c->path, &a);
    if (!find_link(&a, link)) {
        printf("%d has A, which says no link\n", c->number);
    } else {
        printf("%d has A, which says %s\n", c->number, link);
        fetch(link, &b);
        printf("%d has B, %zu bytes\n", c->number, body_length(&b));
    }
    return READY;
}

/* ---- All below is given. ---- */

static struct future *waiting[FD_SETSIZE]; /* those that select() is to see */
static struct sockaddr_in server = {.sin_family = AF_INET};

/* Returns true if it has happened; if not, main() waits for it. */
static bool happened(struct future *future, int fd, bool to_write)
{
    assert(fd >= 0 && fd < FD_SETSIZE); /* else: it was not kept */
    bool result = future->has_happened;
    future->to_write = to_write;
    future->has_happened = false; /* for the next time */
    waiting[fd] = result ? NULL : future;
    return result;
}

/* Begins to connect. When the socket is writable, it is connected. */
static int start_connection(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd == -1 || fd >= FD_SETSIZE || fcntl(fd, F_SETFL, O_NONBLOCK) == -1 ||
        (connect(fd, (struct sockaddr *)&server, sizeof server) == -1 &&
         errno != EINPROGRESS && errno != EINTR)) {
        perror("connect");
        exit(1);
    }
    return fd;
}

static void send_request(int fd, const char *path)
{
    char request[PATH_SIZE + 50];
    int length = snprintf(request, sizeof request, "GET %.*s HTTP/1.0\r\n\r\n",
                          PATH_SIZE, path);
    if (send(fd, request, (size_t)length, 0) != length) {
        perror(path);
        exit(1);
    }
}

/* Receives one piece. Pieces are small here, so that there are many. Returns
 * false if it was the end, or an error. */
static bool take_piece(int fd, struct text *text)
{
    char piece[40];
    ssize_t n = recv(fd, piece, sizeof piece, 0);
    if (n == -1)
        return errno == EAGAIN || errno == EINTR;
    for (ssize_t i = 0; i < n; i++, text->length++)
        if (text->length < TEXT_SIZE - 1)
            text->beginning[text->length] = piece[i];
    return n > 0;
}

/* Finds the first link. Returns false if there is none. */
static bool find_link(const struct text *text, char link[PATH_SIZE])
{
    const char *found = strstr(text->beginning, "href=\"");
    size_t length = found != NULL ? strcspn(found + 6, "\"") : 0;
    if (length == 0 || length >= PATH_SIZE || found[6 + length] != '"')
        return false;
    memcpy(link, found + 6, length);
    link[length] = '\0';
    return true;
}

/* How many bytes came after the header. */
static size_t body_length(const struct text *text)
{
    const char *end = strstr(text->beginning, "\r\n\r\n");
    return end == NULL ? 0 : text->length - (size_t)(end + 4 - text->beginning);
}

/* Calls all chains that have not ended. READY: all have. */
static enum poll call_all(struct chain *chains, int count)
{
    enum poll result = READY;
    for (int i = 0; i < count; i++)
        if (chain(&chains[i]) == PENDING)
            result = PENDING;
    return result;
}

/* Waits until one of the futures has happened. */
static void wait_for_one(void)
{
    fd_set sets[2];
    FD_ZERO(&sets[0]);
    FD_ZERO(&sets[1]);
    for (int fd = 0; fd < FD_SETSIZE; fd++)
        if (waiting[fd] != NULL)
            FD_SET(fd, &sets[waiting[fd]->to_write]);
    if (select(FD_SETSIZE, &sets[0], &sets[1], NULL, NULL) == -1)
        return; /* EINTR: the sets mean nothing */
    for (int fd = 0; fd < FD_SETSIZE; fd++)
        if (waiting[fd] != NULL && FD_ISSET(fd, &sets[waiting[fd]->to_write]))
            waiting[fd]->has_happened = true;
}

int main(int argc, char **argv)
{
    static struct chain chains[MOST_CHAINS];
    int count = argc - 2;
    if (count < 1 || count > MOST_CHAINS) {
        fprintf(stderr, "usage: 8-await PORT PATH...   (1 to %d paths)\n",
                MOST_CHAINS);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    setvbuf(stdout, NULL, _IOLBF, 0);
    server.sin_port = htons((in_port_t)atoi(argv[1]));
    inet_pton(AF_INET, "127.0.0.1", &server.sin_addr);
    for (int i = 0; i < count; i++) {
        chains[i].number = i + 1;
        chains[i].path = argv[i + 2];
    }
    while (call_all(chains, count) == PENDING)
        wait_for_one();
    return 0;
}
