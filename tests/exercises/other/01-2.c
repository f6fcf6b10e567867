/* Exercise 01-2, another way: recv() wakes up every 50 ms, and the clock is
 * looked at each time. */
#include "exercises/given.h"
#include <sys/time.h>

static char buffer[65536];

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
