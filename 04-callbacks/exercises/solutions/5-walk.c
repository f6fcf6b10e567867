/*
 * Exercise 04-5: A loop, without a loop. A solution.
 *
 * on_page() is the body of the loop. It calls fetch() with itself as the
 * function to be called; that is no recursion, since fetch() returns before
 * on_page() is called again: the stack stays flat, also after a million pages.
 */
#include "exercises/given.h"

/* One walk: what were the variables of the loop. */
struct walk {
    int id;
    int pages;
    long long bytes;
};

static int most; /* pages of one walk */

/* A page is here, or has failed. */
static void on_page(const struct answer *page, void *data)
{
    struct walk *walk = data;
    if (!page->complete) {
        printf("%d: %d pages, %lld bytes, then failed: %s\n", walk->id,
               walk->pages, walk->bytes, page->reason);
        return;
    }
    walk->pages++;
    walk->bytes += page->bytes;
    if (page->link != NULL && walk->pages < most)
        fetch(page->link, on_page, walk);
    else
        printf("%d: %d pages, %lld bytes\n", walk->id, walk->pages,
               walk->bytes);
}

int main(int argc, char **argv)
{
    begin(argc, argv, "t:");
    most = (int)parse_number(argv[optind], strlen(argv[optind]), 1000000);
    if (most < 1)
        usage("", "the arguments are MOST URL URL ...");
    loop_init(&loop);
    /* enough for each URL */
    struct walk *walks = allocate(argc, sizeof *walks);
    for (int i = 1; i < options.url_count; i++) {
        walks[i].id = i;
        fetch(argv[optind + i], on_page, &walks[i]);
    }
    loop_run(&loop);
    free(walks);
    return 0;
}
