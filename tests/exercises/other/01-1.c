/* Exercise 01-1, another way: an endless loop with two exits, and a very small
 * buffer. */
#include "exercises/given.h"

static char buffer[65536];

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
