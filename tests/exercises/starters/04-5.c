/*
 * Exercise 04-5: A loop, without a loop.
 *
 * A walk begins at a page and follows the first link of each page, until one
 * has none. Step 5 will write it like this, in a coroutine, and it runs beside
 * all others:
 *
 *     for (url = first; url != NULL; url = page.link) {
 *         page = fetch(url);
 *         pages++, bytes += page.bytes;
 *     }
 *
 * Here you write the same with callbacks. The starter gives up after the first
 * page:
 *
 *     # in this folder:
 *     cc -I.. -o 5-walk 5-walk.c
 *     U=http://127.0.0.1:8080
 *     ./5-walk 3 "$U/site-loop/?n=1" "$U/links?to=/bytes/5"
 *
 * What to do: let on_page() go on with the next page. It must end, too: after
 * MOST pages (the first argument), at a page without a link, and at one that
 * has failed; a page that has failed is not counted. In each case one line is
 * printed. About ten lines; more of them change than come new.
 *
 * Why it matters: no `for` can wait for a callback. The loop becomes a function
 * that is called again, its variables become fields, its condition becomes an
 * if, its break a return.
 *
 * How it is checked: walks of several lengths at once, in an order that the
 * server chooses; walks that fail, and one that would never end. Type `make
 * exercise-04-5`.
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
    /* TODO: this is right for a walk of one page only. */
    if (!page->complete) {
        printf("%d: 0 pages, 0 bytes, then failed: %s\n", walk->id,
               page->reason);
        return;
    }
    walk->pages = 1;
    walk->bytes = page->bytes;
    printf("%d: %d pages, %lld bytes\n", walk->id, walk->pages, walk->bytes);
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
