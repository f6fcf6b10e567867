/* 04-1, another way: one callback for all, and a state that says where the
 * request stands. */
#include "http.h"

#include "event_loop.h"

struct request {
    struct page page;
    int fd;
    struct timer timer;
    enum { CONNECTING, SENDING, RECEIVING, OVER } state;
};

static struct event_loop loop;

static void finish(struct request *r)
{
    loop_unwatch(&loop, r->fd);
    loop_stop_timer(&r->timer);
    page_end(&r->page);
    close(r->fd);
    r->state = OVER;
}

static void on_timeout(void *data)
{
    struct request *r = data;
    page_time_out(&r->page);
    finish(r);
}

static void on_event(void *data)
{
    struct request *r = data;
    char buffer[512];
    int error = 0;
    socklen_t size = sizeof error;
    if (r->state == CONNECTING) {
        getsockopt(r->fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0) {
            page_fail_errno(&r->page, error);
            finish(r);
            return;
        }
        page_log(&r->page, "connected");
        r->state = SENDING;
    }
    if (r->state == SENDING) {
        ssize_t n = send(r->fd, r->page.request, r->page.request_length, 0);
        page_sent(&r->page, n > 0 ? (size_t)n : 0, n > 0 ? 0 : errno);
        r->state = RECEIVING;
        loop_watch(&loop, r->fd, on_event, NULL, r);
        return;
    }
    ssize_t n = recv(r->fd, buffer, sizeof buffer, 0);
    if (n == -1 && errno == EAGAIN)
        return;
    if (n == -1)
        page_fail_errno(&r->page, errno);
    if (n == -1 || !page_receive(&r->page, buffer, (size_t)n))
        finish(r);
}

static void start(struct request *r, int id)
{
    if (!page_begin(&r->page, id)) {
        page_end(&r->page);
        return;
    }
    const struct addrinfo *a = r->page.addresses;
    r->fd = socket(a->ai_family, SOCK_STREAM, 0);
    fcntl(r->fd, F_SETFL, O_NONBLOCK);
    if (connect(r->fd, a->ai_addr, a->ai_addrlen) == -1 &&
        errno != EINPROGRESS) {
        page_fail_errno(&r->page, errno);
        finish(r);
        return;
    }
    r->timer.on_time = on_timeout;
    r->timer.data = r;
    loop_watch(&loop, r->fd, NULL, on_event, r);
    loop_start_timer(&loop, &r->timer, options.seconds);
}

int main(int argc, char **argv)
{
    begin(argc, argv, "qt:");
    struct request *requests = allocate(options.url_count, sizeof *requests);
    loop_init(&loop);
    for (int i = 0; i < options.url_count; i++)
        start(&requests[i], i + 1);
    loop_run(&loop);
    free(requests);
    return summary("");
}
