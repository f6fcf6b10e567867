/* Exercise 02-2, another way: a switch over errno, and a small buffer. */
#include "exercises/given.h"

static char buffer[65536];

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
