/*
 * waiting.c: what one wait costs when N connections are watched, and one of
 * them has something.
 *
 *     cc -O2 -o waiting waiting.c && ./waiting
 *
 * Prints lines "WAY N NANOSECONDS". select() and poll() look at all N at each
 * call; epoll, which only Linux has, is told of them once, and then names only
 * those that are ready.
 */
#define _XOPEN_SOURCE 700

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/epoll.h>
#endif

/* of the rounds, the fastest is taken */
enum { MOST = 1000, CALLS = 2000, ROUNDS = 5 };

/* as poll() wants them; the others take the fds from here */
static struct pollfd watched[MOST];

static void die(const char *what)
{
    perror(what);
    exit(1);
}

/* Two descriptors for each connection may be more than the process has leave
 * for. */
static void allow_descriptors(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 &&
        limit.rlim_cur < 2 * FD_SETSIZE + 100) {
        limit.rlim_cur = 2 * FD_SETSIZE + 100;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static int listen_somewhere(struct sockaddr_in *address)
{
    socklen_t size = sizeof *address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    address->sin_family = AF_INET;
    address->sin_addr.s_addr = inet_addr("127.0.0.1");
    if (listener == -1 ||
        bind(listener, (struct sockaddr *)address, size) == -1 ||
        listen(listener, 10) == -1 ||
        getsockname(listener, (struct sockaddr *)address, &size) == -1)
        die("waiting: listen");
    return listener;
}

/* Opens all connections, and sends a byte to the first, which nobody reads.
 * Their other ends stay open under numbers above FD_SETSIZE, to leave the small
 * ones to select(). */
static void open_connections(void)
{
    struct sockaddr_in address = {0};
    int listener = listen_somewhere(&address);
    for (int i = 0; i < MOST; i++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        if (fd == -1 ||
            connect(fd, (struct sockaddr *)&address, sizeof address) == -1)
            die("waiting: connect");
        int other = accept(listener, NULL, NULL);
        if (other == -1 || (i == 0 && send(other, "x", 1, 0) != 1) ||
            fcntl(other, F_DUPFD, FD_SETSIZE) == -1 || close(other) == -1)
            die("waiting: accept");
        watched[i] = (struct pollfd){.fd = fd, .events = POLLIN};
    }
}

/* Each of these waits once for the first n connections, and returns how many
 * are ready: 1. */

static int wait_select(int n)
{
    fd_set set;
    FD_ZERO(&set);
    for (int i = 0; i < n; i++)
        FD_SET(watched[i].fd, &set);
    return select(watched[n - 1].fd + 1, &set, NULL, NULL, NULL);
}

static int wait_poll(int n)
{
    return poll(watched, (nfds_t)n, -1);
}

#ifdef __linux__
static int wait_epoll(int n)
{
    static struct epoll_event events[MOST];
    static int epoll = -1, count; /* so many it has been told of */
    if (epoll == -1 && (epoll = epoll_create1(0)) == -1)
        die("waiting: epoll");
    for (; count < n; count++) {
        struct epoll_event event = {.events = EPOLLIN};
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, watched[count].fd, &event) == -1)
            die("waiting: epoll_ctl");
    }
    return epoll_wait(epoll, events, MOST, -1);
}
#endif

static double now(void)
{
    struct timespec t = {0};
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void measure(const char *name, int (*wait_once)(int n), int n)
{
    double best = 0;
    for (int round = 0; round < ROUNDS; round++) {
        double start = now();
        for (int i = 0; i < CALLS; i++)
            if (wait_once(n) != 1)
                die("waiting");
        double each = (now() - start) / CALLS;
        if (round == 0 || each < best)
            best = each;
    }
    printf("%-6s %5d %8.0f\n", name, n, best);
}

int main(void)
{
    allow_descriptors();
    open_connections();
    for (int n = 1; n <= MOST; n *= 10) {
        measure("select", wait_select, n);
        measure("poll", wait_poll, n);
#ifdef __linux__
        measure("epoll", wait_epoll, n);
#endif
    }
    return 0;
}
