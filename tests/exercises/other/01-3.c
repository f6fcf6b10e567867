/* Exercise 01-3, another way: the parent knows its children by number, and
 * waits for each in turn. */
#include "exercises/given.h"
#include <sys/wait.h>

static char buffer[65536];

/* Receives until the page is over. */
static void receive_response(int fd, struct page *page)
{
    bool more = true;
    while (more) {
        ssize_t n = recv(fd, buffer, sizeof buffer, 0);
        if (n >= 0) {
            more = page_receive(page, buffer, (size_t)n);
        } else if (errno != EINTR) {
            page_fail_errno(page, errno);
            more = false;
        }
    }
}

/* Fetches the page with this ID, from the connection to the last byte. Returns
 * true if it is done.
 * */
static bool fetch(int id)
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
    return page.complete;
}

int main(int argc, char **argv)
{
    begin(argc, argv, "q");
    pid_t *children = allocate(options.url_count, sizeof *children);
    for (int i = 0; i < options.url_count; i++) {
        children[i] = fork();
        if (children[i] == -1)
            die("fork failed");
        if (children[i] == 0) {
            free(children);
            return fetch(i + 1) ? 0 : 3;
        }
    }
    for (int i = 0; i < options.url_count; i++) {
        int status = 1;
        while (waitpid(children[i], &status, 0) == -1 && errno == EINTR) {
        }
        *(status == 0 ? &done_count : &failed_count) += 1;
    }
    free(children);
    return summary("");
}
