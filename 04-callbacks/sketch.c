/* Step 4 on one page: the loop waits, and calls back who can go on.
 *     cc -o sketch sketch.c && ./sketch /delay/300 /delay/100
 * Left out, and in fetch.c: names (open_connection), sending in parts
 * (on_writable), the end of a response (page_receive), time (on_timeout). */
#define _XOPEN_SOURCE 700
#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <unistd.h>

static fd_set to_read, to_write; /* who waits for what; static: empty */
static int fds[FD_SETSIZE], left;
static void (*funcs[FD_SETSIZE])(int i); /* for each page, what to call then */
static char **paths;

static void on_readable(int i)
{
    char data[4096];
    if (recv(fds[i], data, sizeof data, 0) != 0)
        return;
    printf("%s done\n", paths[i]);
    FD_CLR(fds[i], &to_read);
    close(fds[i]);
    left--;
}

static void on_writable(int i)
{
    if (dprintf(fds[i], "GET %s HTTP/1.0\r\n\r\n", paths[i]) <= 0)
        return;
    printf("%s sent\n", paths[i]);
    FD_CLR(fds[i], &to_write);
    FD_SET(fds[i], &to_read);
    funcs[i] = on_readable;
}

int main(int argc, char **argv)
{
    assert(argc < FD_SETSIZE - 3); /* a set has no room for more */
    const char *port = getenv("PORT");
    struct sockaddr_in server = {.sin_family = AF_INET};
    server.sin_port = htons((in_port_t)atoi(port != NULL ? port : "8080"));
    inet_pton(AF_INET, "127.0.0.1", &server.sin_addr);
    paths = argv;
    for (int i = 1; i < argc; i++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        fcntl(fd, F_SETFL, O_NONBLOCK);
        if (connect(fd, (struct sockaddr *)&server, sizeof server) == -1 &&
            errno != EINPROGRESS) {
            perror("connect");
            return 1;
        }
        fds[i] = fd;
        FD_SET(fd, &to_write);
        funcs[i] = on_writable;
        left++;
    }
    while (left > 0) {
        fd_set readable = to_read, writable = to_write;
        select(FD_SETSIZE, &readable, &writable, NULL, NULL);
        for (int i = 1; i < argc; i++)
            if (FD_ISSET(fds[i], &writable) || FD_ISSET(fds[i], &readable))
                funcs[i](i);
    }
}
