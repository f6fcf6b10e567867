/*
 * Exercise 05-2: A puzzle: first A, then B with what A said.
 *
 * The URL of B is not known before A has answered: B is the first link in what
 * A says. In callbacks that is a chain, and the story is in pieces:
 *
 *     start(A, on_a)      on_a():  find the link, start(B, on_b)      on_b():
 *                         all is done
 *
 * A coroutine waits in the middle of its lines: so here it is one story, in
 * straight lines.
 *
 *     # in this folder:
 *     cc -I.. -o 2-chain 2-chain.c
 *     ./2-chain "http://127.0.0.1:8080/links?to=/delay/300"
 *
 * Each URL on the command line is an A; there is one coroutine for each chain,
 * all at once. The first A has the ID 1 in the log and its B the ID 2, the next
 * ones have 3 and 4, and so on.
 *
 * To do: below are all lines of the two functions, shuffled, without their
 * indentation. Put each in its place. You need all of them, each once, and
 * nothing else. chain.h says what they do. Checked (make exercise-05-2): that B
 * is asked for after A, and what A said; if A fails, not at all; that no chain
 * waits for another; that each socket is closed when its page is over.
 */
#include "chain.h"

/* One chain: A and its ID; B has the ID after that. */
struct chain {
    int id;
    const char *url;
};

/* Fetches the page with this URL, and leaves in `said` the beginning of what it
 * says. Returns true if it is complete. */
static bool fetch(int id, const char *url, char said[SAID_SIZE])
{
    int fd = -1;
    struct page page;
    bool good = page_begin_url(&page, id, url);
    if (good)
        good = open_connection(&fd, &page);
    if (good)
        good = send_request(fd, &page) && receive_response(fd, &page, said);
    page_end(&page);
    if (fd >= 0)
        close(fd);
    return good;
}

/* Fetches A, then B. */
static void fetch_chain(void *argument)
{
    const struct chain *chain = argument;
    char said[SAID_SIZE], link[2][LINK_SIZE];
    const char *url = chain->url;
    for (int place = 0; place < 2 && url != NULL; place++) {
        bool good = fetch(chain->id + place, url, said);
        url = good && find_link(said, url, link[place]) ? link[place] : NULL;
    }
}

/* ---- All below is given. ---- */

int main(int argc, char **argv)
{
    begin(argc, argv, "qt:");
    struct chain *chains = allocate(options.url_count, sizeof *chains);
    for (int i = 0; i < options.url_count; i++) {
        chains[i].id = 2 * i + 1;
        chains[i].url = options.urls[i];
        if (!coroutine_start(fetch_chain, &chains[i]))
            die("out of memory");
    }
    run_scheduler();
    free(chains);
    return summary("");
}
