/*
 * bare.c: the least that can fetch pages at once: connect, send, read to the
 * end of the connection. No log, no deadlines, no names, no status, no errors
 * forgiven. The steps are measured against it, to see what all the rest costs.
 *
 *     cc -O2 -o bare bare.c
 *     ./bare select -j 100 http://127.0.0.1:8080/bytes/100 ...
 *
 * `bare epoll` waits with epoll (edge-triggered: one epoll_ctl() for each
 * connection), which only Linux has. Exit status: 0 all was read, 1 anything
 * went wrong, 2 usage.
 */
#define _XOPEN_SOURCE 700

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/epoll.h>
#endif

/* A place for one connection. */
struct connection {
    int fd; /* -1: no URL was left for it */
    bool sent;
    const char *path; /* what to ask for */
};

static struct connection *places;
static int place_count, open_count, done_count;
static char **urls; /* those not yet begun; NULL at the end */
static struct sockaddr_in address;
/* of "http://1.2.3.4:PORT", with which each URL begins */
static size_t server_length;
static bool with_epoll; /* or else with select() */
static char buffer[65536];

static void die(const char *what)
{
    perror(what);
    exit(1);
}

/* Reads "http://1.2.3.4:PORT/", with which all URLs must begin: one server is
 * enough here. */
static void parse_server(const char *url)
{
    char host[64] = "", *end = NULL;
    const char *colon = strchr(url + strcspn(url, "0123456789"), ':');
    if (colon != NULL && strncmp(url, "http://", 7) == 0) {
        snprintf(host, sizeof host, "%.*s", (int)(colon - url) - 7, url + 7);
        address.sin_family = AF_INET;
        address.sin_port = htons((unsigned short)strtol(colon + 1, &end, 10));
    }
    if (end == NULL || *end != '/' ||
        inet_pton(AF_INET, host, &address.sin_addr) != 1) {
        fprintf(stderr, "bare: wants http://1.2.3.4:PORT/path, not %s\n", url);
        exit(1);
    }
    server_length = (size_t)(end - url);
}

#ifdef __linux__
static int epoll;

static void open_epoll(void)
{
    epoll = epoll_create1(0);
    if (epoll == -1)
        die("bare: epoll");
}

static void tell_epoll(struct connection *c)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET,
                                .data.ptr = c};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &event) == -1)
        die("bare: epoll_ctl");
}
#else
static void open_epoll(void)
{
    fputs("bare: only Linux has epoll\n", stderr);
    exit(2);
}

static void tell_epoll(struct connection *c)
{
    (void)c;
}
#endif

/* Begins the next URL in this place. */
static void open_next(struct connection *c)
{
    c->fd = -1;
    if (*urls == NULL)
        return;
    c->path = *urls++ + server_length;
    c->sent = false;
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (c->fd == -1 || fcntl(c->fd, F_SETFL, O_NONBLOCK) == -1)
        die("bare: socket");
    if (connect(c->fd, (struct sockaddr *)&address, sizeof address) == -1 &&
        errno != EINPROGRESS)
        die("bare: connect");
    if (with_epoll)
        tell_epoll(c);
    open_count++;
}

/* The connection is made: sends the request, which is short, so it goes in one
 * piece. */
static void send_request(struct connection *c)
{
    char request[4096];
    int length =
        snprintf(request, sizeof request, "GET %s HTTP/1.0\r\n\r\n", c->path);
    if (length >= (int)sizeof request ||
        send(c->fd, request, (size_t)length, 0) != length)
        die("bare: send");
    c->sent = true;
}

/* Reads what has come. At the end of the connection the next URL takes its
 * place. */
static void receive(struct connection *c)
{
    ssize_t n;
    do
        n = recv(c->fd, buffer, sizeof buffer, 0);
    while (n > 0);
    if (n == -1 && errno != EAGAIN)
        die("bare: recv");
    if (n == -1)
        return;
    close(c->fd);
    open_count--;
    done_count++;
    open_next(c);
}

/* Waits until a socket is ready; leaves those that are in the set. */
static void wait_select(fd_set *readable, fd_set *writable)
{
    int highest = 0;
    FD_ZERO(readable);
    FD_ZERO(writable);
    for (int i = 0; i < place_count; i++) {
        if (places[i].fd == -1)
            continue;
        FD_SET(places[i].fd, places[i].sent ? readable : writable);
        if (places[i].fd > highest)
            highest = places[i].fd;
    }
    if (select(highest + 1, readable, writable, NULL, NULL) == -1)
        die("bare: select");
}

static void select_loop(void)
{
    fd_set readable, writable;
    while (open_count > 0) {
        wait_select(&readable, &writable);
        for (int i = 0; i < place_count; i++) {
            int fd = places[i].fd;
            if (fd == -1)
                continue;
            if (FD_ISSET(fd, &writable))
                send_request(&places[i]);
            else if (FD_ISSET(fd, &readable))
                receive(&places[i]);
        }
    }
}

static void epoll_loop(void)
{
#ifdef __linux__
    static struct epoll_event events[512];
    while (open_count > 0) {
        int n = epoll_wait(epoll, events, sizeof events / sizeof events[0], -1);
        for (int i = 0; i < n; i++) {
            struct connection *c = events[i].data.ptr;
            if (!c->sent)
                send_request(c);
            else
                receive(c);
        }
    }
#endif
}

static double now(void)
{
    struct timespec t = {0};
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Reads the command line. */
static void begin(int argc, char **argv)
{
    with_epoll = argc > 4 && strcmp(argv[1], "epoll") == 0;
    long most = with_epoll ? 100000 : FD_SETSIZE - 10;
    long number =
        argc > 4 && strcmp(argv[2], "-j") == 0 ? strtol(argv[3], NULL, 10) : 0;
    if (number < 1 || number > most ||
        (!with_epoll && strcmp(argv[1], "select") != 0)) {
        fputs("usage: bare select|epoll -j N URL...\n", stderr);
        exit(2);
    }
    place_count = (int)number;
    urls = argv + 4;
    parse_server(*urls);
    for (char **url = urls; *url != NULL; url++) {
        if (strncmp(*url, *urls, server_length) != 0) {
            fprintf(stderr, "bare: another server: %s\n", *url);
            exit(1);
        }
    }
    if (with_epoll)
        open_epoll();
}

int main(int argc, char **argv)
{
    double start = now();
    begin(argc, argv);
    places = calloc((size_t)place_count, sizeof *places);
    if (places == NULL)
        die("bare");
    for (int i = 0; i < place_count; i++)
        open_next(&places[i]);
    if (with_epoll)
        epoll_loop();
    else
        select_loop();
    printf("# %d done, 0 failed, %.3f s elapsed, %.3f s cpu\n", done_count,
           now() - start, (double)clock() / CLOCKS_PER_SEC);
    free(places);
    return 0;
}
