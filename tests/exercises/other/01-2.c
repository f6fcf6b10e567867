/* Exercise 01-2, another way: recv() wakes up every 50 ms, and the clock is
 * looked at each time. */
#include "http.h"
#include <sys/time.h>

static char buffer[65536];

/* Connects to the page's first address. Returns the socket, or -1, with the
 * reason in page. */
static int open_connection(struct page *page)
{
    const struct addrinfo *a = page->addresses;
    int fd = socket(a->ai_family, SOCK_STREAM, 0);
    if (fd != -1 && connect(fd, a->ai_addr, a->ai_addrlen) == 0) {
        page_log(page, "connected");
        return fd;
    }
    page_fail_errno(page, errno);
    if (fd != -1)
        close(fd);
    return -1;
}

/* Sends the request. It is short; a long one may need several calls. */
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

/* Receives until the page is over. */
static void receive_response(int fd, struct page *page)
{
    struct timeval tick = {.tv_usec = 50000};
    if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tick, sizeof tick) == -1) {
        page_fail_errno(page, errno);
        return;
    }
    while (now() < page->deadline) {
        ssize_t n = recv(fd, buffer, sizeof buffer, 0);
        if (n == -1 && errno != EAGAIN && errno != EWOULDBLOCK &&
            errno != EINTR) {
            page_fail_errno(page, errno);
            return;
        }
        if (n >= 0 && !page_receive(page, buffer, (size_t)n))
            return;
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
    return summary("");
}
