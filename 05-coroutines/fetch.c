/*
 * Step 5: coroutines. It reads like step 1, and runs like step 4.
 *
 * New since step 4 (diff -u ../04-callbacks/fetch.c fetch.c, or better,
 * ../01-blocking/fetch.c): each page is fetched by a coroutine, a function with
 * a stack of its own. Where step 1 made the thread wait, wait_readable() and
 * wait_writable() make only the coroutine wait: coroutine.h lets the others
 * run. What was a field of a struct in steps 2 to 4 is a local variable again.
 *
 *     cc -o fetch fetch.c
 *     ./fetch http://127.0.0.1:8080/delay/300 http://127.0.0.1:8080/delay/100
 *
 * Still wrong: a look-up of a name waits in getaddrinfo(), and with it all
 * coroutines; select() looks at each descriptor at each call, and at no more
 * than FD_SETSIZE of them.
 */
#include "coroutine.h"

#include "http.h"

static int next_id = 1;     /* of the URL that is fetched next */
static int in_flight;       /* pages being fetched */
static struct queue places; /* who waits for a free descriptor */
/* what recv() returns, until page_receive() has taken it */
static char buffer[65536];

/* Connects fd to an address. Returns false, with the reason in page, if that
 * fails. */
static bool connect_socket(int fd, const struct addrinfo *address,
                           struct page *page)
{
    if (fcntl(fd, F_SETFL, O_NONBLOCK) == -1 ||
        (connect(fd, address->ai_addr, address->ai_addrlen) == -1 &&
         errno != EINPROGRESS && errno != EINTR)) {
        page_fail(page, errno);
        return false;
    }
    if (!wait_writable(fd, page_time_left(page))) {
        page_time_out(page);
        return false;
    }
    int error = 0;
    socklen_t size = sizeof error;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == -1)
        error = errno;
    if (error != 0)
        page_fail(page, error);
    return error == 0;
}

/* Connects to the first of the page's addresses that accepts; a name may have
 * several, "localhost" has ::1 and 127.0.0.1. Leaves in *fd the last socket
 * that was tried, or -1; the caller closes it. Returns false, with the reason
 * in page, if none accepts. */
static bool open_connection(int *fd, struct page *page)
{
    for (const struct addrinfo *a = page->addresses; a != NULL;
         a = a->ai_next) {
        if (*fd != -1)
            close(*fd);
        *fd = socket(a->ai_family, SOCK_STREAM, 0);
        if (*fd >= FD_SETSIZE) { /* select() has no room for it */
            close(*fd);
            *fd = -1;
            errno = EMFILE;
        }
        if (*fd == -1) {
            page_fail(page, errno);
            continue;
        }
        page_connecting(page);
        if (connect_socket(*fd, a, page)) {
            page_log(page, "connected");
            return true;
        }
    }
    return false;
}

/* Sends the whole request, in as many parts as it takes. Returns false, with
 * the reason in page, if the time is over. Another failure is not the end yet:
 * a server may have answered before it has read everything, and closed. So the
 * answer is read in any case. */
static bool send_request(int fd, struct page *page)
{
    size_t sent = 0;
    while (sent < page->request_length) {
        ssize_t n =
            send(fd, page->request + sent, page->request_length - sent, 0);
        if (n >= 0) {
            sent += (size_t)n;
        } else if (errno != EINTR && errno != EAGAIN) {
            page_sent(page, sent, errno);
            return true;
        } else if (!wait_writable(fd, page_time_left(page))) {
            page_time_out(page);
            return false;
        }
    }
    page_sent(page, sent, 0);
    return true;
}

/* Receives until the response is complete or has failed. */
static void receive_response(int fd, struct page *page)
{
    while (wait_readable(fd, page_time_left(page))) {
        ssize_t n = recv(fd, buffer, sizeof buffer, 0);
        if (n >= 0 && !page_receive(page, buffer, (size_t)n))
            return;
        if (n == -1 && errno != EINTR && errno != EAGAIN) {
            page_fail(page, errno);
            return;
        }
    }
    page_time_out(page);
}

/* Begins the page and connects. If there is no descriptor for it, it waits here
 * until another page has given one back. Returns false, with the reason in
 * page, if it can't be connected. */
static bool open_page(int *fd, struct page *page, int id)
{
    in_flight++;
    while (!page_begin(page, id) || !open_connection(fd, page)) {
        if (!page_needs_descriptor(page) || in_flight == 1)
            return false;
        page_put_back(page);
        in_flight--;
        wait_in(&places);
        in_flight++;
    }
    return true;
}

/* Fetches the page with this ID, from the connection to the last byte. */
static void fetch(int id)
{
    struct page page;
    int fd = -1;
    if (open_page(&fd, &page, id) && send_request(fd, &page))
        receive_response(fd, &page);
    page_end(&page);
    if (fd != -1)
        close(fd);
    in_flight--;
    wake_one(&places);
}

/* What each coroutine does: fetches pages as long as there are any. */
static void fetch_pages(void *unused)
{
    (void)unused;
    while (next_id <= options.url_count)
        fetch(next_id++);
}

int main(int argc, char **argv)
{
    begin(argc, argv, "qj:o:t:");
    int started = 0; /* with little memory, fewer than wanted will do */
    while (started < options.connections && started < FD_SETSIZE &&
           coroutine_start(fetch_pages, NULL))
        started++;
    if (started == 0)
        die("out of memory");
    run_scheduler();
    return summary(", %ld selects, %ld switches", selects, switches);
}
