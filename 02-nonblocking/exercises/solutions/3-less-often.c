/*
 * Exercise 02-3: Ask less often.
 *
 * A program that asks all the time burns the processor; one that asks seldom
 * notices the answer late. Between the two there is a trade, and a good way to
 * make it: ask soon after something has happened (more may follow at once), and
 * the longer nothing comes, the less often.
 *
 * To do: find the pauses. The first one after something has come (or been sent)
 * takes 1 ms at most; no pause takes more than LONGEST ms, so that no answer is
 * noticed later than that; and while nothing comes for a second, there are 60
 * questions at most.
 *
 * How it is checked: your pauses and the answers of recv() are written down
 * while the program runs. It is not measured how long anything took.
 *
 *     make exercise-02-3
 *     # in this folder:
 *     cc -I.. -o 3-less-often 3-less-often.c && ./3-less-often URL...
 *
 * Compare `cpu` and `polls` in the last line before and after.
 */
#include "exercises/given.h"

enum { LONGEST = 50 }; /* milliseconds of one pause, at most */

static char buffer[65536];

/* Sleeps. One millisecond is a long time for a processor, and a short one for a
 * network. */
static void pause_for(long milliseconds)
{
    struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    nanosleep(&time, NULL);
}

/* Receives until the page is over, or its time is. */
static void receive_response(int fd, struct page *page)
{
    long pause = 1;
    while (page_time_left(page) > 0) {
        ssize_t n = recv(fd, buffer, sizeof buffer, 0);
        if (n >= 0 && !page_receive(page, buffer, (size_t)n))
            return;
        if (n >= 0)
            pause = 1;
        if (n == -1 && errno != EAGAIN && errno != EINTR) {
            page_fail_errno(page, errno);
            return;
        }
        if (n == -1) {
            polls++;
            pause_for(pause);
            pause = pause * 2 < LONGEST ? pause * 2 : LONGEST;
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
