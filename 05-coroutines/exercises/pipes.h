/*
 * pipes.h - what the coroutines of 6-poll do: one writer, which sends a lot
 * through some pipes, one after the other, and a reader at each pipe.
 *
 *     start_pipes(lowest, count, numbers)
 *
 * starts them. The descriptors get numbers from `lowest` on. numbers: in which
 * order the writer serves the pipes; a minus before one: its reader goes away
 * before it has read everything.
 */
#ifndef PIPES_H
#define PIPES_H

#include "given.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

enum { BYTES = 300000 /* more than a pipe holds */, MOST_DESCRIPTORS = 4096 };

/* To be written: stop the coroutine until the descriptor can be read, or
 * written. */
static void wait_readable(int fd);
static void wait_writable(int fd);

/* One pipe; both ends do not block. */
struct channel {
    int number;
    bool goes_away; /* its reader, early */
    int read_end, write_end;
    bool finished; /* the reader has all, or is gone */
};

/* in the order of the writer */
static struct channel channels[MOST_COROUTINES];
static int channel_count;

/* A reader: reads its pipe to the end, or goes away early. */
static inline void read_channel(void *argument)
{
    static char buffer[10000];
    struct channel *channel = argument;
    long long received = 0;
    ssize_t n = -1;
    while (n != 0 && !(channel->goes_away && channel->finished)) {
        wait_readable(channel->read_end);
        n = read(channel->read_end, buffer, sizeof buffer);
        if (n <= 0)
            continue;
        received += n;
        channel->finished = channel->goes_away || received == BYTES;
        if (channel->finished)
            printf("%d %s\n", channel->number,
                   channel->goes_away ? "goes away" : "has received all");
    }
    if (n == 0)
        printf("%d is at the end\n", channel->number);
    close(channel->read_end);
}

/* Writes BYTES bytes to one pipe, in as many parts as it takes. */
static inline void write_channel(const struct channel *channel)
{
    static const char buffer[10000];
    for (long long sent = 0; sent < BYTES;) {
        ssize_t n = write(channel->write_end, buffer, sizeof buffer);
        if (n > 0) {
            sent += n;
        } else if (errno == EAGAIN || errno == EINTR) {
            wait_writable(channel->write_end);
        } else {
            printf("the writer has lost %d\n", channel->number);
            return;
        }
    }
}

/* The writer: serves one pipe after the other, and closes them all at the
 * end. */
static inline void write_channels(void *unused)
{
    (void)unused;
    yield(); /* now all readers wait, and no pipe has anything for them */
    for (int i = 0; i < channel_count; i++) {
        write_channel(&channels[i]);
        while (!channels[i].finished)
            yield();
    }
    for (int i = 0; i < channel_count; i++)
        close(channels[i].write_end);
}

/* Moves a descriptor up to a number from `lowest` on, and makes it
 * non-blocking. Ends the program if that fails. */
static inline int move_up(int fd, int lowest)
{
    int moved = fcntl(fd, F_DUPFD, lowest);
    close(fd);
    if (moved == -1 || fcntl(moved, F_SETFL, O_NONBLOCK) == -1) {
        perror("descriptors from this number on");
        exit(2);
    }
    return moved;
}

/* Allows this process more descriptors, as far as the system lets it. */
static inline void raise_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == -1 ||
        limit.rlim_cur >= MOST_DESCRIPTORS)
        return;
    limit.rlim_cur =
        limit.rlim_max < MOST_DESCRIPTORS ? limit.rlim_max : MOST_DESCRIPTORS;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static inline void start_pipes(int lowest, int count, char **numbers)
{
    raise_limit();
    signal(SIGPIPE, SIG_IGN);
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (int i = 0; i < count && i < MOST_COROUTINES - 1; i++) {
        int ends[2], number = atoi(numbers[i]);
        if (pipe(ends) == -1) {
            perror("pipe");
            exit(2);
        }
        struct channel *channel = &channels[channel_count++];
        channel->number = abs(number);
        channel->goes_away = number < 0;
        channel->read_end = move_up(ends[0], lowest);
        channel->write_end = move_up(ends[1], lowest);
        start(read_channel, channel);
    }
    start(write_channels, NULL);
}

#endif
