/* 03-4, another way: sends until EAGAIN, and keeps the rest as a pointer and a
 * length. */
#include "exercises/given.h"
#include <poll.h>

struct rest {
    const char *at;
    size_t length;
};

static bool try_to_send(struct request *r, struct rest *rest)
{
    while (rest->length > 0) {
        ssize_t n = write(r->fd, rest->at, rest->length);
        if (n == -1 && errno == EINTR)
            continue;
        if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return false;
        if (n == -1) {
            page_sent(&r->page, r->page.request_length - rest->length, errno);
            rest->length = 0;
            return true;
        }
        rest->at += n;
        rest->length -= (size_t)n;
    }
    page_sent(&r->page, r->page.request_length, 0);
    return true;
}

static const char *cookie(const char *number)
{
    int length = (int)strtol(number, NULL, 10);
    char *text = allocate(length + 100, 1), *end = text;
    end += sprintf(text, "Connection: close\r\nCookie: c=");
    for (int i = 0; i < length; i++)
        *end++ = "0123456"[i % 7];
    *end++ = '\r';
    *end = '\n';
    return text;
}

int main(int argc, char **argv)
{
    begin(argc, argv, "qo:t:");
    int count = options.url_count - 1;
    request_headers = cookie(argv[optind]);
    begin_requests(count);
    struct rest *rests = allocate(count, sizeof *rests);
    struct pollfd *polls = allocate(count, sizeof *polls);
    for (int i = 0; i < count; i++) {
        int size = 8192;
        struct request *r = &requests[i];
        if (!open_connection(r, i + 1, argv[optind + i + 1]))
            end_request(r);
        setsockopt(r->fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
        fcntl(r->fd, F_SETFL, O_NONBLOCK);
        rests[i] = (struct rest){r->page.request, r->page.request_length};
        polls[i] = (struct pollfd){.fd = r->fd, .events = POLLOUT};
    }
    while (in_flight > 0) {
        poll(polls, (nfds_t)count, 100);
        for (int i = 0; i < count; i++) {
            struct request *r = &requests[i];
            if (r->fd != -1 && polls[i].revents != 0 &&
                polls[i].events == POLLIN)
                receive_some(r);
            else if (r->fd != -1 && polls[i].revents != 0 &&
                     try_to_send(r, &rests[i]))
                polls[i].events = POLLIN;
            else if (r->fd != -1 && page_time_left(&r->page) <= 0)
                time_out(r);
            polls[i].fd = r->fd;
        }
    }
    free(rests);
    free(polls);
    return summary("");
}
