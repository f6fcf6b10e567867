/* 04-3, another way: end() only marks the request; memory is freed by main(),
 * when nobody calls. */
#include "http.h"

#include "event_loop.h"

struct request {
    struct page page;
    int fd;
    bool over;
    struct timer timer;
    struct request *next;
};

static struct event_loop loop;
static struct request *all;

static void end(struct request *r)
{
    if (r->over)
        return;
    r->over = true;
    page_end(&r->page);
    if (r->fd == -1)
        return;
    loop_unwatch(&loop, r->fd);
    loop_stop_timer(&r->timer);
    close(r->fd);
}

static void on_timeout(void *data)
{
    struct request *r = data;
    page_time_out(&r->page);
    end(r);
}

static void on_readable(void *data)
{
    struct request *r = data;
    char buffer[100];
    while (!r->over) {
        ssize_t n = recv(r->fd, buffer, sizeof buffer, 0);
        if (n == -1 && (errno == EAGAIN || errno == EINTR))
            return;
        if (n == -1)
            page_fail_errno(&r->page, errno);
        if (n == -1 || !page_receive(&r->page, buffer, (size_t)n))
            end(r);
    }
}

static bool ask(struct request *r, int id)
{
    r->fd = -1;
    if (!page_begin(&r->page, id))
        return false;
    const struct addrinfo *a = r->page.addresses;
    r->fd = socket(a->ai_family, SOCK_STREAM, 0);
    if (connect(r->fd, a->ai_addr, a->ai_addrlen) == -1 ||
        send(r->fd, r->page.request, r->page.request_length, 0) == -1 ||
        fcntl(r->fd, F_SETFL, O_NONBLOCK) == -1) {
        page_fail_errno(&r->page, errno);
        return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    begin(argc, argv, "qt:");
    loop_init(&loop);
    for (int id = 1; id <= options.url_count; id++) {
        struct request *r = allocate(1, sizeof *r);
        r->next = all;
        all = r;
        r->timer.on_time = on_timeout;
        r->timer.data = r;
        if (ask(r, id)) {
            loop_start_timer(&loop, &r->timer, options.seconds);
            loop_watch(&loop, r->fd, on_readable, NULL, r);
        } else {
            end(r);
        }
    }
    loop_run(&loop);
    int left = 0;
    while (all != NULL) {
        struct request *r = all;
        all = r->next;
        free(r);
    }
    return summary(", %d requests not freed", left);
}
