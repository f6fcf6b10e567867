/* Step 5 on one page: coroutine + non-blocking socket + select = gevent.
 *     cc -o sketch sketch.c && ./sketch /delay/300 /delay/100
 * Left out, and in fetch.c: names (open_connection), sending in parts
 * (co_send), the end of a response (page_receive), time (wait_readable). */
#define _XOPEN_SOURCE 700
#pragma GCC diagnostic ignored "-Wdeprecated-declarations" /* macOS */
#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <ucontext.h>
#include <unistd.h>

static fd_set to_read, to_write; /* who waits for what; static: empty */
static int fds[FD_SETSIZE], left;
struct coroutine {
    ucontext_t context; /* where it goes on */
    char stack[65536];  /* its local variables, while it waits too */
    int i;              /* its page: fds[i], paths[i] */
};
static struct coroutine *coroutines, *current;
static ucontext_t scheduler; /* where main() goes on */
static char **paths;

static void resume(struct coroutine *coroutine)
{
    current = coroutine;
    swapcontext(&scheduler, &current->context);
}

/* Lets main() go on; it resumes the coroutine when its socket is ready. */
static void wait_for(fd_set *set)
{
    FD_SET(fds[current->i], set);
    swapcontext(&current->context, &scheduler);
    FD_CLR(fds[current->i], set);
}

/* It reads like step 1, but only this coroutine waits. */
static void fetch(void)
{
    char data[4096];
    int i = current->i;
    wait_for(&to_write);
    if (dprintf(fds[i], "GET %s HTTP/1.0\r\n\r\n", paths[i]) == -1) {
        perror(paths[i]);
        exit(1);
    }
    printf("%s sent\n", paths[i]);
    while (recv(fds[i], data, sizeof data, 0) != 0)
        wait_for(&to_read);
    printf("%s done\n", paths[i]);
    close(fds[i]);
    left--;
}

int main(int argc, char **argv)
{
    assert(argc < FD_SETSIZE - 3); /* a set has no room for more */
    const char *port = getenv("PORT");
    struct sockaddr_in server = {.sin_family = AF_INET};
    server.sin_port = htons((in_port_t)atoi(port != NULL ? port : "8080"));
    inet_pton(AF_INET, "127.0.0.1", &server.sin_addr);
    paths = argv;
    coroutines = calloc((size_t)argc, sizeof *coroutines);
    for (int i = 1; i < argc; i++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        fcntl(fd, F_SETFL, O_NONBLOCK);
        if (connect(fd, (struct sockaddr *)&server, sizeof server) == -1 &&
            errno != EINPROGRESS) {
            perror("connect");
            return 1;
        }
        fds[i] = fd;
        left++;
        struct coroutine *c = &coroutines[i];
        c->i = i;
        getcontext(&c->context);
        c->context.uc_stack.ss_sp = c->stack;
        c->context.uc_stack.ss_size = sizeof c->stack;
        c->context.uc_link = &scheduler;
        makecontext(&c->context, fetch, 0);
        resume(c);
    }
    while (left > 0) {
        fd_set readable = to_read, writable = to_write;
        select(FD_SETSIZE, &readable, &writable, NULL, NULL);
        for (int i = 1; i < argc; i++)
            if (FD_ISSET(fds[i], &writable) || FD_ISSET(fds[i], &readable))
                resume(&coroutines[i]);
    }
}
