/* Exercise 02-3, another way: each pause is a quarter of the time since
 * something came. */
#include "http.h"
#include <poll.h>

static long polls; /* questions that were answered "not yet" */
static char buffer[65536];

/* Connects to the page's first address, and only then makes the socket
 * non-blocking: to connect without waiting was exercise 1. Returns the socket,
 * or -1, with the reason in page. */
static int open_connection(struct page *page)
{
    const struct addrinfo *a = page->addresses;
    int fd = socket(a->ai_family, SOCK_STREAM, 0);
    if (fd != -1 && connect(fd, a->ai_addr, a->ai_addrlen) == 0 &&
        fcntl(fd, F_SETFL, O_NONBLOCK) == 0) {
        page_log(page, "connected");
        return fd;
    }
    page_fail_errno(page, errno);
    if (fd != -1)
        close(fd);
    return -1;
}

/* Sends the request. It is short, and the first on this connection, so there is
 * room for it. */
static bool send_request(int fd, struct page *page)
{
    ssize_t n = send(fd, page->request, page->request_length, 0);
    if (n != (ssize_t)page->request_length) {
        page_fail_errno(page, errno);
        return false;
    }
    page_sent(page, (size_t)n, 0);
    return true;
}

/* Receives until the page is over, or its time is. */
static void receive_response(int fd, struct page *page)
{
    double since = now(); /* when something came the last time */
    while (page_time_left(page) > 0) {
        ssize_t n = recv(fd, buffer, sizeof buffer, 0);
        if (n >= 0 && !page_receive(page, buffer, (size_t)n))
            return;
        if (n >= 0)
            since = now();
        if (n == -1 && errno != EAGAIN && errno != EINTR) {
            page_fail_errno(page, errno);
            return;
        }
        if (n == -1) {
            polls++;
            double pause = (now() - since) / 4;
            pause = pause < 0.0005 ? 0.0005 : pause > 0.05 ? 0.05 : pause;
            poll(NULL, 0, (int)(pause * 1000));
            if (pause < 0.001)
                nanosleep(&(struct timespec){0, 500000}, NULL);
        }
    }
    page_time_out(page);
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
    return summary(", %ld polls", polls);
}
