/*
 * Exercise 01-3: The same in processes.
 *
 * There is another way not to wait: let others wait. Here each page is fetched
 * by a process of its own, made with fork(). Each of them blocks, as in step 1;
 * the kernel runs whoever has something to do. The function fetch() stays as it
 * was.
 *
 * But this program starts one process and waits for its end before it starts
 * the next, so nothing is gained. And its summary says "0 done": a process has
 * its own copy of all variables, so what a child counts is never seen by its
 * parent.
 *
 * To do: start all, then wait for all. And count in the parent what became of
 * them (done_count and failed_count): the exit status is how a child can tell.
 *
 * How it is checked: with a server that answers nobody before all have asked,
 * and then the last one first. And with pages that fail.
 *
 *     make exercise-01-3
 *     # in this folder:
 *     cc -I.. -o 3-processes 3-processes.c && ./3-processes URL...
 */
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

/* Starts a process that fetches one page, and ends with status 0 if it is done,
 * else 1. Ends the program if there can be no more processes. */
static void start(int id)
{
    pid_t child = fork();
    if (child == -1)
        die("fork failed");
    if (child == 0)
        exit(fetch(id) ? 0 : 1);
}

/* Waits until one of the processes has ended. */
static void wait_for_one(void)
{
    int status;
    while (wait(&status) == -1)
        if (errno != EINTR)
            die("wait failed");
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        done_count++;
    else
        failed_count++;
}

int main(int argc, char **argv)
{
    begin(argc, argv, "q");
    for (int id = 1; id <= options.url_count; id++)
        start(id);
    for (int id = 1; id <= options.url_count; id++)
        wait_for_one();
    return summary("");
}
