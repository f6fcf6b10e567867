/*
 * Exercise 03-4: One send() is not a request.
 *
 * Here each request carries a cookie of BYTES bytes; a long form would be the
 * same:
 *
 *     # in this folder:
 *     cc -I.. -o 4-parts 4-parts.c
 *     U=http://127.0.0.1:8080
 *     ./4-parts 200000 $U/slow-read $U/echo
 *
 * The kernel takes as much as it has room for. The program calls that "sent",
 * and waits for an answer, while the server waits for the rest of the request.
 *
 * What to do: write send_some(), so that the rest is sent as well, when
 * select() says that there is room again. About ten lines. It must never wait:
 * other requests are on their way, too.
 *
 * Why it matters: with small requests, send() takes all, always; so the mistake
 * sleeps in a program until the first large one, or the first slow network.
 *
 * How it is checked: the server sends back what it has received, byte for byte.
 * And a page is fetched while another server does not read at all. Type `make
 * exercise-03-4`.
 */
#include "exercises/given.h"
#include <sys/select.h>

/* What is there to be sent, for each request. */
struct sending {
    size_t sent; /* bytes that the kernel has taken */
    /* the rest is none, or cannot be sent: now the answer is waited for */
    bool over;
};

static struct sending *sendings; /* sendings[i] belongs to requests[i] */

/* Called when there is room: sends some of the request, as much as the kernel
 * takes. */
static void send_some(struct request *r, struct sending *s)
{
    struct page *page = &r->page;
    /* TODO: only this much is sent, and only once. */
    ssize_t n = send(r->fd, page->request, page->request_length, 0);
    /* an answer may have come all the same: read it */
    int error = n == -1 ? errno : 0;
    s->sent = n == -1 ? 0 : (size_t)n;
    page_sent(page, s->sent, error);
    s->over = true;
}

/* Makes all requests carry a cookie of so many digits. */
static void add_cookie(int length)
{
    const char *before = "Connection: close\r\nCookie: c=";
    char *headers = allocate((int)strlen(before) + length + 3, 1),
         *end = headers;
    end += sprintf(headers, "%s", before);
    for (int i = 0; i < length; i++)
        *end++ = (char)('0' + i % 7);
    memcpy(end, "\r\n", 3);
    request_headers = headers;
}

/* Connects. The small buffer makes the kernel take less at once, as on a slow
 * line. */
static void open_request(struct request *r, int id, const char *url)
{
    int size = 8192;
    if (!open_connection(r, id, url) ||
        fcntl(r->fd, F_SETFL, O_NONBLOCK) == -1 ||
        setsockopt(r->fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size) == -1)
        end_request(r);
}

/* Waits until a socket is ready or the first deadline has come. Leaves in the
 * sets what is ready.
 * */
static void wait_for_events(fd_set *readable, fd_set *writable)
{
    int highest = -1;
    double left = options.seconds;
    FD_ZERO(readable);
    FD_ZERO(writable);
    for (int i = 0; i < request_count; i++) {
        if (requests[i].fd == -1)
            continue;
        FD_SET(requests[i].fd, sendings[i].over ? readable : writable);
        if (requests[i].fd > highest)
            highest = requests[i].fd;
        if (page_time_left(&requests[i].page) < left)
            left = page_time_left(&requests[i].page);
    }
    long microseconds = left > 0 ? (long)(left * 1e6) + 1 : 0;
    struct timeval timeout = {.tv_sec = microseconds / 1000000};
    timeout.tv_usec = (suseconds_t)(microseconds % 1000000);
    if (select(highest + 1, readable, writable, NULL, &timeout) == -1) {
        FD_ZERO(readable);
        FD_ZERO(writable);
    }
}

/* Takes each request as far as it goes, or gives it up if its time is over. */
static void advance_all(const fd_set *readable, const fd_set *writable)
{
    for (int i = 0; i < request_count; i++) {
        struct request *r = &requests[i];
        if (r->fd == -1)
            continue;
        if (FD_ISSET(r->fd, writable))
            send_some(r, &sendings[i]);
        else if (FD_ISSET(r->fd, readable))
            receive_some(r);
        else if (page_time_left(&r->page) <= 0)
            time_out(r);
    }
}

int main(int argc, char **argv)
{
    begin(argc, argv, "qo:t:");
    int length = (int)parse_number(argv[optind], strlen(argv[optind]), 1000000);
    if (length < 0 || options.url_count < 2)
        usage("", "the arguments are BYTES URL URL ...");
    add_cookie(length);
    begin_requests(options.url_count - 1);
    sendings = allocate(request_count, sizeof *sendings);
    for (int i = 0; i < request_count; i++)
        open_request(&requests[i], i + 1, argv[optind + i + 1]);
    while (in_flight > 0) {
        fd_set readable, writable;
        wait_for_events(&readable, &writable);
        advance_all(&readable, &writable);
    }
    return summary("");
}
