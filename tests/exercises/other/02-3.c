/* Exercise 02-3, another way: each pause is a quarter of the time since
 * something came. */
#include "exercises/given.h"
#include <poll.h>

static char buffer[65536];

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
