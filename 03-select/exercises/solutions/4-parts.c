/*
 * Exercise 03-4: One send() is not a request. A solution.
 *
 * `sent` remembers how far the kernel has taken the request; as long as
 * something is left, `over` is false, and wait_for_events() asks select() for
 * room to write.
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
    ssize_t n =
        send(r->fd, page->request + s->sent, page->request_length - s->sent, 0);
    if (n == -1 && (errno == EAGAIN || errno == EINTR))
        /* no room after all: select() will tell again */
        return;
    /* an answer may have come all the same: read it */
    int error = n == -1 ? errno : 0;
    s->sent += n == -1 ? 0 : (size_t)n;
    s->over = error != 0 || s->sent == page->request_length;
    if (s->over)
        page_sent(page, s->sent, error);
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
