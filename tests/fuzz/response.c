/*
 * fuzz-response.c: hands random responses to page_receive(), whole and cut into
 * pieces. libFuzzer (a part of clang) makes the input, and keeps what reaches
 * new branches:
 *
 *     clang -g -fsanitize=fuzzer,address,undefined -o fuzz-response
 *     fuzz-response.c ./fuzz-response -max_total_time=60 corpus/response
 *
 * Without libFuzzer it checks the files it is given:  cc -DSTANDALONE
 * fuzz-response.c
 *
 * Input: one byte that says how the rest is cut, then the response.
 */
#include "../../01-blocking/http.h"

#include <stdint.h>

#define CHECK(rule)                                                            \
    do                                                                         \
        if (!(rule)) {                                                         \
            fprintf(stderr, "broken: %s\n", #rule);                            \
            abort();                                                           \
        }                                                                      \
    while (0)

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

/* The size of the next piece: 0 says all at once, 1 to 127 pieces of that size,
 * more: pieces of 1 to 16 bytes at random, from a generator that this byte
 * starts. */
static size_t next_piece(uint8_t how, uint32_t *random, size_t left)
{
    size_t n = how;
    if (how == 0)
        return left;
    if (how > 127) {
        *random = *random * 1664525U + 1013904223U;
        n = (*random >> 24) % 16 + 1;
    }
    return n < left ? n : left;
}

/* Receives the response in pieces; each in memory of its own size, so that a
 * read beyond its end is seen. At the end the connection is closed. */
static struct page receive_in_pieces(uint8_t how, const uint8_t *response,
                                     size_t size)
{
    struct page page = {.id = 1,
                        .url = "http://x/",
                        .content_length = -1,
                        .file = -1,
                        .deadline = 1e9};
    uint32_t random = how;
    bool more = true;
    while (more && size > 0) {
        size_t n = next_piece(how, &random, size);
        char *piece = malloc(n);
        CHECK(piece != NULL);
        memcpy(piece, response, n);
        more = page_receive(&page, piece, n);
        free(piece);
        response += n;
        size -= n;
    }
    if (more)
        page_receive(&page, "", 0);
    return page;
}

static void check_page(const struct page *page, size_t size)
{
    CHECK(page->body_bytes >= 0 && page->body_bytes <= (long long)size);
    CHECK(page->content_length >= -1);
    CHECK(page->content_length == -1 ||
          page->body_bytes <= page->content_length);
    if (page->complete) {
        CHECK(page->part == BODY && page->status >= 200 && page->status <= 999);
        CHECK(page->content_length == -1 ||
              page->body_bytes == page->content_length);
        return;
    }
    CHECK(page->reason[0] != '\0' &&
          strlen(page->reason) < sizeof page->reason);
    for (const char *c = page->reason; *c != '\0'; c++)
        CHECK(*c >= ' ' && *c <= '~');
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
    options.quiet = true;
    if (size == 0)
        return 0;
    struct page whole = receive_in_pieces(0, input + 1, size - 1);
    struct page cut = receive_in_pieces(input[0], input + 1, size - 1);
    check_page(&whole, size);
    check_page(&cut, size);
    CHECK(whole.complete == cut.complete);
    /* else another reason may be found earlier */
    if (whole.header_bytes <= HEADER_LIMIT) {
        CHECK(whole.status == cut.status);
        CHECK(whole.body_bytes == cut.body_bytes);
        CHECK(strcmp(whole.reason, cut.reason) == 0);
    }
    return 0;
}

#ifdef STANDALONE
int main(int argc, char **argv)
{
    static uint8_t input[1 << 20];
    for (int i = 1; i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");
        if (file == NULL) {
            perror(argv[i]);
            return 1;
        }
        size_t size = fread(input, 1, sizeof input, file);
        fclose(file);
        for (int how = 0; how < 256; how++) { /* cut in all ways */
            input[0] = (uint8_t)how;
            LLVMFuzzerTestOneInput(input, size);
        }
    }
    printf("%d files checked\n", argc - 1);
    return 0;
}
#endif
