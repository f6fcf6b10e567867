/*
 * Exercise 01-2: A server that never answers.
 *
 * A blocking recv() waits as long as the other side likes, and some never
 * answer: they hang, or a cable is cut. A program without a time limit then
 * waits for ever, and the pages after that one are never fetched.
 *
 * To do: give up on a page when its time is over (-t SECONDS, in
 * `options.seconds`), say so with page_time_out(), and go on with the next. The
 * socket option SO_RCVTIMEO limits how long one recv() may wait; when that is
 * over, it returns -1 with errno EAGAIN. But the limit is meant for the whole
 * page: a server that sends one byte now and then must not hold you either.
 *
 * How it is checked: with a page that never comes, one that stops half-way, one
 * that drips for ever, and good ones between them. How many seconds it takes
 * does not matter.
 *
 *     make exercise-01-2
 *     # in this folder:
 *     cc -I.. -o 2-time-limit 2-time-limit.c && ./2-time-limit -t 0.5 URL...
 */
#include "exercises/given.h"
#include <sys/time.h>

static char buffer[65536];

/* Limits the next recv() on fd to what is left of the page's time. Returns
 * false, with the reason in page, if no time is left.
 *
 * page_time_left() returns seconds. A limit of 0 would mean "no limit". */
static bool limit_wait(int fd, struct page *page)
{
    long long microseconds = (long long)(page_time_left(page) * 1e6) + 1;
    if (microseconds <= 0) {
        page_time_out(page);
        return false;
    }
    struct timeval limit = {.tv_sec = (time_t)(microseconds / 1000000)};
    limit.tv_usec = (suseconds_t)(microseconds % 1000000);
    if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == -1) {
        page_fail_errno(page, errno);
        return false;
    }
    return true;
}

/* Receives until the page is over. */
static void receive_response(int fd, struct page *page)
{
    bool more = true;
    while (more && limit_wait(fd, page)) {
        ssize_t n = recv(fd, buffer, sizeof buffer, 0);
        if (n >= 0) {
            more = page_receive(page, buffer, (size_t)n);
        } else if (errno != EINTR && errno != EAGAIN) {
            page_fail_errno(page, errno);
            more = false;
        }
    }
}

static void fetch(int id)
{
    struct page page;
    int fd = -1;
    if (page_begin(&page, id))
        fd = open_connection(&page);
    if (fd != -1 && send_request(fd, &page))
        receive_response(fd, &page);
    page_end(&page);
    if (fd != -1)
        close(fd);
}

int main(int argc, char **argv)
{
    begin(argc, argv, "qt:");
    for (int id = 1; id <= options.url_count; id++)
        fetch(id);
    return summary("");
}
