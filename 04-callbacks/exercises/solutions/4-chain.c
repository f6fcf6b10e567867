/*
 * Exercise 04-4: First A, then B, with what A said. A solution.
 *
 * Three lines of blocking code have become two functions and a struct. The
 * struct holds what the second function needs of the first; `data` carries it
 * from one to the other.
 */
#include "exercises/given.h"

/* One A and its B. */
struct chain {
    int id;
    long long first_bytes; /* of A, until B is here */
};

/* The second page is here, or has failed. */
static void on_second(const struct answer *b, void *data)
{
    struct chain *chain = data;
    if (!b->complete)
        printf("%d: second failed: %s\n", chain->id, b->reason);
    else
        printf("%d: %lld bytes, then %lld bytes\n", chain->id,
               chain->first_bytes, b->bytes);
}

/* The first page is here, or has failed. */
static void on_first(const struct answer *a, void *data)
{
    struct chain *chain = data;
    chain->first_bytes = a->bytes;
    if (!a->complete)
        printf("%d: first failed: %s\n", chain->id, a->reason);
    else if (a->link == NULL)
        printf("%d: no link\n", chain->id);
    else
        fetch(a->link, on_second, chain);
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
