/* 04-5, another way: each step gets a fresh state from the one before, and
 * frees that. */
#include "exercises/given.h"

struct walk {
    int id, left, pages;
    long long bytes;
};

static void on_step(const struct answer *answer, void *data)
{
    struct walk *old = data, *walk = allocate(1, sizeof *walk);
    *walk = *old;
    free(old);
    if (answer->complete) {
        walk->left--;
        walk->pages++;
        walk->bytes += answer->bytes;
        if (walk->left > 0 && answer->link != NULL) {
            fetch(answer->link, on_step, walk);
            return;
        }
    }
    printf("%d: %d pages, %lld bytes", walk->id, walk->pages, walk->bytes);
    if (!answer->complete)
        printf(", then failed: %s", answer->reason);
    putchar('\n');
    free(walk);
}

int main(int argc, char **argv)
{
    begin(argc, argv, "t:");
    loop_init(&loop);
    for (int i = 1; i < options.url_count; i++) {
        struct walk *walk = allocate(1, sizeof *walk);
        walk->id = i;
        walk->left = (int)strtol(argv[optind], NULL, 10);
        fetch(argv[optind + i], on_step, walk);
    }
    loop_run(&loop);
    return 0;
}
