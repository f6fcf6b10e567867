/* `await` from below: coroutines without stacks. A task is a function that is
 * called again and again; what it has to remember, and the place where it goes
 * on, is in a struct. Rust's compiler makes such a struct of an `async fn`;
 * Python and JavaScript keep the same in an object.
 *     cc -o stackless stackless.c && ./stackless /delay/300 /delay/100
 * A page with a + before its path is cancelled when the others are done. Left
 * out, as in sketch.c: names, sending in parts, time; and to check the number
 * of a descriptor, which has to be below FD_SETSIZE. */
#define _XOPEN_SOURCE 700
#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <unistd.h>

enum poll { PENDING, READY }; /* what a task returns: call me again; or done */

/* Something that will happen: here, that a socket is ready. */
struct future {
    bool to_write, has_happened;
};
static struct future *waiting[FD_SETSIZE]; /* those that select() is to see */

/* True if it has happened; if not, the loop is told to look for it. */
static bool happened(struct future *future, int fd, bool to_write)
{
    future->to_write = to_write;
    waiting[fd] = future->has_happened ? NULL : future;
    bool result = future->has_happened;
    future->has_happened = false; /* for the next time */
    return result;
}

/* A task by hand: receives to the end of the connection. */
struct receive {
    int place; /* where it goes on: 0 is where it waits, 1 is its end */
    struct future readable;
};

static enum poll receive(struct receive *r, int fd)
{
    char data[4096]; /* does not survive a return, and need not */
    switch (r->place) {
    case 0:
        while (happened(&r->readable, fd, false))
            if (recv(fd, data, sizeof data, 0) == 0) {
                close(fd);
                r->place = 1;
                return READY;
            }
        return PENDING;
    default:
        return READY;
    }
}

/* The same with words. AWAIT notes the line; the next call jumps to it. A task
 * that awaits another one has to return PENDING itself while that is not done:
 * so await must stand all the way up, in each function between here and the
 * loop. A coroutine with a stack (sketch.c) can stop in any function. */
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

struct fetch {
    int place, fd;
    const char *path;
    bool is_done, is_optional;
    struct future writable;
    struct receive response; /* the task that it awaits is a part of it */
};

static enum poll fetch(struct fetch *f)
{
    BEGIN(f);
    AWAIT(f, happened(&f->writable, f->fd, true));
    if (dprintf(f->fd, "GET %s HTTP/1.0\r\n\r\n", f->path) == -1) {
        perror(f->path);
        exit(1);
    }
    printf("%s sent\n", f->path);
    AWAIT(f, receive(&f->response, f->fd) == READY);
    printf("%s done\n", f->path);
    END(f);
}

/* To cancel a task is easy: nobody calls it again. What it holds is freed. (In
 * Rust, too. Python calls it once more, with an exception.) */
static void cancel(struct fetch *f)
{
    printf("%s cancelled\n", f->path);
    waiting[f->fd] = NULL;
    close(f->fd);
    f->is_done = true;
}

/* Awaits many tasks at once: done when all are, but for the optional ones. It
 * calls each that is not done, after any event; asyncio and tokio know which
 * task waits for which future, and call that one alone. */
static enum poll gather(struct fetch *fetches, int count)
{
    enum poll result = READY;
    for (struct fetch *f = fetches; f < fetches + count; f++) {
        if (!f->is_done)
            f->is_done = fetch(f) == READY;
        if (!f->is_done && !f->is_optional)
            result = PENDING;
    }
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
    select(FD_SETSIZE, &sets[0], &sets[1], NULL, NULL);
    for (int fd = 0; fd < FD_SETSIZE; fd++)
        if (waiting[fd] != NULL && FD_ISSET(fd, &sets[waiting[fd]->to_write]))
            waiting[fd]->has_happened = true;
}

int main(int argc, char **argv)
{
    assert(argc < FD_SETSIZE - 3); /* a set has no room for more */
    const char *port = getenv("PORT");
    struct sockaddr_in server = {.sin_family = AF_INET};
    server.sin_port = htons((in_port_t)atoi(port != NULL ? port : "8080"));
    inet_pton(AF_INET, "127.0.0.1", &server.sin_addr);
    static struct fetch fetches[FD_SETSIZE];
    for (int i = 1; i < argc; i++) {
        struct fetch *f = &fetches[i - 1];
        f->is_optional = argv[i][0] == '+';
        f->path = argv[i] + f->is_optional;
        f->fd = socket(AF_INET, SOCK_STREAM, 0);
        fcntl(f->fd, F_SETFL, O_NONBLOCK);
        if (connect(f->fd, (struct sockaddr *)&server, sizeof server) == -1 &&
            errno != EINPROGRESS) {
            perror("connect");
            return 1;
        }
    }
    while (gather(fetches, argc - 1) == PENDING)
        wait_for_one();
    for (int i = 0; i < argc - 1; i++)
        if (!fetches[i].is_done)
            cancel(&fetches[i]);
}
