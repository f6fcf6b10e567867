/*
 * Exercise 04-4: First A, then B, with what A said.
 *
 * A page A is fetched. It has a link; the page B behind it is fetched next. At
 * last one line tells about both. In blocking code that is:
 *
 *     a = fetch(url);
 *     b = fetch(a.link);
 *     printf("%d: %lld bytes, then %lld bytes\n", id, a.bytes, b.bytes);
 *
 * Here fetch() cannot return the page: it returns at once, and calls a function
 * when the page is here (given.h says exactly what it promises). The starter
 * stops after A, and takes it for B:
 *
 *     # in this folder:
 *     cc -I.. -o 4-chain 4-chain.c
 *     ./4-chain 'http://127.0.0.1:8080/links?to=/bytes/5'
 *
 * What to do: fetch B in on_first(), and tell about both in on_second(). If A
 * has failed, or has no link, say so as in the starter; if B has failed, say
 * "1: second failed: REASON". About ten lines.
 *
 * Why it matters: what A said is over when on_first() returns. What is still
 * needed then has to be kept in the chain, by hand; in blocking code it was
 * just a variable.
 *
 * How it is checked: several chains at once, in an order that the server
 * chooses; the second page of one is answered only after that of another. Type
 * `make exercise-04-4`.
 */
#include "exercises/given.h"

/* One A and its B. */
struct chain {
    int id;
    /* TODO: what has to be kept until B is here? */
};

/* The second page is here, or has failed. */
static void on_second(const struct answer *b, void *data)
{
    struct chain *chain = data;
    /* TODO: A had its own size. And B may have failed. */
    printf("%d: %lld bytes, then %lld bytes\n", chain->id, b->bytes, b->bytes);
}

/* The first page is here, or has failed. */
static void on_first(const struct answer *a, void *data)
{
    struct chain *chain = data;
    if (!a->complete)
        printf("%d: first failed: %s\n", chain->id, a->reason);
    else if (a->link == NULL)
        printf("%d: no link\n", chain->id);
    else
        on_second(a, chain); /* TODO: this is A, not B */
}

int main(int argc, char **argv)
{
    begin(argc, argv, "t:");
    loop_init(&loop);
    /* enough for each URL */
    struct chain *chains = allocate(argc, sizeof *chains);
    for (int i = 0; i < options.url_count; i++) {
        chains[i].id = i + 1;
        fetch(argv[optind + i], on_first, &chains[i]);
    }
    loop_run(&loop);
    free(chains);
    return 0;
}
