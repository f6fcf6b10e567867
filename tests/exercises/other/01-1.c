/* Exercise 01-1, another way: an endless loop with two exits, and a very small
 * buffer. */
#include "http.h"

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

/* Receives the response.
 *
 * recv() returns how many bytes have come, which may be fewer than the server
 * has sent; 0 at the end of the connection; -1 for a failure, with the reason
 * in errno. page_receive() takes the first two, page_fail_errno() the third. */
static void receive_response(int fd, struct page *page)
{
    for (;;) {
        ssize_t n;
        do
            n = recv(fd, buffer, 7, 0);
        while (n == -1 && errno == EINTR);
        if (n == -1) {
            page_fail_errno(page, errno);
            return;
        }
        if (!page_receive(page, buffer, (size_t)n))
            return;
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
    begin(argc, argv, "q");
    for (int id = 1; id <= options.url_count; id++)
        fetch(id);
    return summary("");
}
