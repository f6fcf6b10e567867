/*
 * Step 5: coroutines. It reads like step 1, and runs like step 4.
 *
 * New since step 4: each page is fetched by a coroutine, a function with a
 * stack of its own. Compare it with step 1 (make diff-5). There the thread
 * waited in each call; co_connect(), co_send_all() and co_recv() make only the
 * coroutine wait, and coroutine.h lets the others run. What was a field of a
 * struct in steps 2 to 4 is a local variable again.
 *
 *     cc -o fetch fetch.c
 *     ./fetch http://127.0.0.1:8080/delay/300 http://127.0.0.1:8080/delay/100
 *
 * Still wrong: a look-up of a name waits in getaddrinfo(), and with it all
 * coroutines; select() looks at each descriptor at each call, and at none from
 * FD_SETSIZE on.
 */
#include "co_socket.h"

#include "http.h"

static int next_id = 1;    /* of the URL that is fetched next */
static char buffer[65536]; /* what recv() returns, until it has been taken */

/* Connects to an address. Returns the socket, or -1, with the reason in
 * page. */
static int connect_to(const struct addrinfo *address, struct page *page)
{
    int fd = socket(address->ai_family, SOCK_STREAM, 0);
    if (fd != -1 && co_connect(fd, address->ai_addr, address->ai_addrlen,
                               page_attempt_time(page, address)) == 0)
        return fd;
    page_fail_errno(page, errno);
    if (fd != -1)
        close(fd);
    return -1;
}

/* Connects to the first of the page's addresses that accepts; a name may have
 * several, "localhost" has ::1 and 127.0.0.1. Returns the socket, or -1, with
 * the reason in page. */
static int open_connection(struct page *page)
{
    int fd = -1;
    const struct addrinfo *a = page->addresses;
    for (; a != NULL && fd == -1; a = a->ai_next)
        fd = connect_to(a, page);
    if (fd != -1)
        page_log(page, "connected");
    return fd;
}

/* Sends the request, in as many parts as it takes. If that fails, the answer
 * may be there all the same: a server may answer before it has read everything,
 * and then read no more. So this gets half of the time, and the answer the
 * rest. */
static void send_request(int fd, struct page *page)
{
    size_t sent = co_send_all(fd, page->request, page->request_length,
                              page_time_left(page) / 2);
    page_sent(page, sent, sent < page->request_length ? errno : 0);
}

/* Receives until the response is complete or has failed. */
static void receive_response(int fd, struct page *page)
{
    ssize_t n;
    do {
        n = co_recv(fd, buffer, sizeof buffer, page_time_left(page));
        if (n == -1) {
            page_fail_errno(page, errno);
            return;
        }
    } while (page_receive(page, buffer, (size_t)n));
}

/* Fetches the page with this ID, from the connection to the last byte. */
static void fetch(int id)
{
    struct page page;
    int fd = page_begin(&page, id) ? open_connection(&page) : -1;
    if (fd != -1) {
        send_request(fd, &page);
        receive_response(fd, &page);
    }
    page_end(&page);
    if (fd != -1)
        close(fd);
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
    limit_descriptors(FD_SETSIZE); /* a set has no room for a higher one */
    begin(argc, argv, "qj:o:t:");
    int started = 0; /* with little memory, fewer than wanted will do */
    while (started < options.connections && coroutine_start(fetch_pages, NULL))
        started++;
    if (started == 0)
        die("out of memory");
    run_scheduler();
    return summary(", %ld selects, %ld switches", co_selects, co_switches);
}
