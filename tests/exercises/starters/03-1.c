/*
 * Exercise 03-1: The sets that select() overwrites.
 *
 * This program asks for all pages, and then waits for all answers with
 * select(). It gets the first answer, and no other. Try it, with the practice
 * server running:
 *
 *     # in this folder:
 *     cc -I.. -o 1-sets 1-sets.c
 *     ./1-sets http://127.0.0.1:8080/delay/300 http://127.0.0.1:8080/delay/100
 *
 * What to do: find out what stands in the set after the first select(), and
 * make the program get every answer. No line has to be written anew.
 *
 * Why it matters: it is the mistake that everybody makes with select(), once.
 * With one socket, or when all answers come at the same moment, nobody notices.
 *
 * How it is checked: the server answers in an order that the check chooses.
 * Each page has to be done, in that order. Type `make exercise-03-1`.
 */
#include "exercises/given.h"
#include <sys/select.h>

/* Takes what has come at those that are in the set. */
static void receive_ready(const fd_set *readable)
{
    for (int i = 0; i < request_count; i++)
        if (requests[i].fd != -1 && FD_ISSET(requests[i].fd, readable))
            receive_some(&requests[i]);
}

/* Waits for all answers. Returns false if select() fails. */
static bool receive_all(void)
{
    fd_set readable;
    int highest = -1;

    /* TODO: once is not enough. */
    FD_ZERO(&readable);
    for (int i = 0; i < request_count; i++)
        if (requests[i].fd != -1) {
            FD_SET(requests[i].fd, &readable);
            if (requests[i].fd > highest)
                highest = requests[i].fd;
        }

    while (in_flight > 0) {
        if (select(highest + 1, &readable, NULL, NULL, NULL) == -1) {
            perror("select");
            return false;
        }
        receive_ready(&readable);
    }
    return true;
}

int main(int argc, char **argv)
{
    begin(argc, argv, "q");
    begin_requests(options.url_count);
    for (int i = 0; i < request_count; i++)
        ask(&requests[i], i + 1, argv[optind + i]);
    bool good = receive_all();
    return summary("") != 0 || !good;
}
