/* Exercise 02-1, another way: poll() without waiting, and SO_ERROR once it says
 * "writable". */
#include "exercises/given.h"
#include <poll.h>

static char buffer[65536];

/* Makes a non-blocking socket, and begins to connect it to the page's first
 * address. Returns the socket, or -1, with the reason in page. */
static int begin_connection(struct page *page)
{
    const struct addrinfo *a = page->addresses;
    int fd = socket(a->ai_family, SOCK_STREAM, 0);
    if (fd != -1 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0 &&
        (connect(fd, a->ai_addr, a->ai_addrlen) == 0 || errno == EINPROGRESS))
        return fd;
    page_fail_errno(page, errno);
    if (fd != -1)
        close(fd);
    return -1;
}

/* Asks until fd is connected. Returns false, with the reason in page, if that
 * fails, or if the page's time is over (page_time_left(), page_time_out()). */
static bool wait_connected(int fd, struct page *page)
{
    struct pollfd writable = {.fd = fd, .events = POLLOUT};
    int ready;
    while ((ready = poll(&writable, 1, 0)) == 0 && page_time_left(page) > 0)
        polls++;
    int error = ready == -1 ? errno : 0;
    socklen_t size = sizeof error;
    if (ready == 0) {
        page_time_out(page);
        return false;
    }
    if (error == 0 && getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == -1)
        error = errno;
    if (error != 0) {
        page_fail_errno(page, error);
        return false;
    }
    page_log(page, "connected");
    return true;
}

/* Receives until the page is over. */
static void receive_response(int fd, struct page *page)
{
    while (page_time_left(page) > 0) {
        ssize_t n = recv(fd, buffer, sizeof buffer, 0);
        if (n >= 0 && !page_receive(page, buffer, (size_t)n))
            return;
        if (n == -1 && errno != EAGAIN && errno != EINTR) {
            page_fail_errno(page, errno);
            return;
        }
        if (n == -1)
            polls++;
    }
    page_time_out(page);
}

static void fetch(int id)
{
    struct page page;
    int fd = -1;
    if (page_begin(&page, id))
        fd = begin_connection(&page);
    if (fd != -1 && wait_connected(fd, &page) && send_request(fd, &page))
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
