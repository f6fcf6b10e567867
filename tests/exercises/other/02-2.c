/* Exercise 02-2, another way: a switch over errno, and a small buffer. */
#include "http.h"

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

/* Receives until the page is over, or its time is.
 *
 * recv() on a non-blocking socket returns -1 with errno EAGAIN if there is
 * nothing to read now. */
static void receive_response(int fd, struct page *page)
{
    for (;;) {
        ssize_t n = recv(fd, buffer, 100, 0);
        int error = n == -1 ? errno : 0;
        switch (error) {
        case 0:
            if (!page_receive(page, buffer, (size_t)n))
                return;
            break;
        case EAGAIN:
            polls++;
            if (now() > page->deadline) {
                page_time_out(page);
                return;
            }
            break;
        case EINTR:
            break;
        default:
            page_fail_errno(page, error);
            return;
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
    return summary(", %ld polls", polls);
}
