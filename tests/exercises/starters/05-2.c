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
    /* TODO: 8 of the lines, in order. They take the place of these three. */
    (void)id, (void)url;
    said[0] = '\0';
    return false;
}

/* Fetches A, then B. */
static void fetch_chain(void *argument)
{
    /* TODO: the other 6 lines, in order. They take the place of these three. */
    char said[SAID_SIZE];
    const struct chain *chain = argument;
    fetch(chain->id, chain->url, said);
}

/*  The lines:
 *
 * close(fd);
 * if (!fetch(chain->id, chain->url, said))
 * page_end(&page);
 * struct page page;
 * char said[SAID_SIZE], link[LINK_SIZE];
 * fetch(chain->id + 1, link, said);
 * return page.complete;
 * if (page_begin_url(&page, id, url) && open_connection(&fd, &page) &&
 *     send_request(fd, &page))
 * return;
 * int fd = -1;
 * if (find_link(said, chain->url, link))
 * if (fd != -1)
 * const struct chain *chain = argument;
 * receive_response(fd, &page, said);
 * */

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
