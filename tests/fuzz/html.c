/*
 * html.c: hands random pages to html.h, whole and in two pieces, and checks
 * each URL that is found. libFuzzer (a part of clang) makes the input:
 *
 *     clang -g -fsanitize=fuzzer,address,undefined -o fuzz-html html.c
 *     ./fuzz-html -max_total_time=60 corpus/html
 */
#include "../../05-coroutines/html.h"
#include "../../05-coroutines/response.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

static int found;

/* A URL of the site is clean, and means itself. */
static void check_url(void *unused, const char *url)
{
    (void)unused;
    found++;
    if (!begins_with(url, "http:") && !begins_with(url, "https:"))
        return;
    const char *path = url + strcspn(url, ":") + 3;
    path += strcspn(path, "/?");
    for (const char *c = path; *c != '\0'; c++)
        if (*c <= ' ' || *c > '~' || strchr("\"<>#", *c) != NULL)
            abort();
    if (strstr(path, "/../") != NULL && strchr(path, '?') == NULL)
        abort();
    char *again = resolve_link("http://a/", url, false);
    if (strcmp(again, url) != 0)
        abort();
    free(again);
}

/* Returns how many links the page has, read in pieces of this size. */
static int search(const char *html, size_t piece)
{
    struct text text = {NULL, 0, 0};
    struct search search = {.url = "http://a/b/c?d", .found = check_url};
    append(&text, "", 0);
    found = 0;
    begin_search(&search, "text/html\r\n", html);
    for (size_t n; *html != '\0'; html += n) {
        n = strnlen(html, piece);
        append(&text, html, n);
        remove_before(&text, text.bytes + find_links(&search, text.bytes));
    }
    free(search.base);
    free(text.bytes);
    return found;
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
    char *html = allocate(1, size + 1); /* memory of its own size */
    if (size > 0)
        memcpy(html, input, size);
    size_t length = strlen(html);
    int whole = search(html, length + 1);
    if (search(html, length / 2 + 1) != whole)
        abort();
    free(html);
    return 0;
}
