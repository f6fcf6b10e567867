/*
 * fuzz-url.c: hands random URLs to parse_url(), and checks the request that is
 * made of each, and what the log shows of it. libFuzzer (a part of clang) makes
 * the input:
 *
 *     clang -g -fsanitize=fuzzer,address,undefined -o fuzz-url fuzz-url.c
 *     ./fuzz-url -max_total_time=60 corpus/url
 *
 * Without libFuzzer it checks the files it is given:  cc -DSTANDALONE
 * fuzz-url.c
 *
 * Nothing is looked up: no name leaves this program.
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

/* True if the bytes lie inside the text. */
static bool is_inside(const char *text, const char *bytes, size_t length)
{
    return bytes >= text && length <= strlen(text) &&
           bytes + length <= text + strlen(text);
}

static void check_parts(const struct url *url, const char *text)
{
    CHECK(is_inside(text, url->path, url->path_length));
    CHECK(strlen(url->host) == url->host_length && url->host_length > 0);
    CHECK(strlen(url->authority) == url->authority_length);
    CHECK(url->port >= 1 && url->port <= 65535);
    CHECK(strpbrk(url->authority, "@/%?#\\ ") == NULL);
    CHECK(url->is_literal == (url->authority[0] == '['));
    CHECK(memchr(url->path, '#', url->path_length) == NULL);
}

/* Four lines and no more, however hard the URL has tried to smuggle one in: the
 * request, Host, Connection, and the empty one. */
static void check_request(const struct page *page)
{
    int lines = 0;
    const char *request = page->request;
    size_t n = page->request_length;
    CHECK(n > 5 && memcmp(request, "GET /", 5) == 0);
    CHECK(memcmp(request + n - 4, "\r\n\r\n", 4) == 0);
    for (size_t i = 0; i < n; i++) {
        CHECK(request[i] != '\0' && (unsigned char)request[i] < 127);
        CHECK((unsigned char)request[i] >= ' ' || request[i] == '\r' ||
              request[i] == '\n');
        lines += request[i] == '\n';
    }
    CHECK(lines == 4);
}

/* The log is captured; it must be printable, and hide what may be a
 * password. */
static void check_log(const struct page *page)
{
    static char log[1 << 17];
    FILE *real_stdout = stdout;
    FILE *captured = fmemopen(log, sizeof log, "w");
    CHECK(captured != NULL);
    /* ISO C does not promise that one may; glibc, BSD and macOS allow it */
    stdout = captured;
    print_url(page);
    stdout = real_stdout;
    fclose(captured);
    for (const char *c = log; *c != '\0'; c++)
        CHECK(*c > ' ' && *c <= '~');
    const char *at = strrchr(page->url, '@');
    if (at != NULL && !page->url_is_good)
        CHECK(strncmp(log, "[...]@", 6) == 0 && strchr(log + 6, '@') == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
    struct page page = {.file = -1};
    struct url url;
    if (size > 30000)
        return 0;
    /* memory of its own size */
    char *text = strndup((const char *)input, size);
    CHECK(text != NULL);
    page.url = text;
    const char *complaint = parse_url(&url, text);
    page.url_is_good = complaint == NULL;
    if (complaint == NULL) {
        check_parts(&url, text);
        CHECK(*find_name(&url) == NULL);
        CHECK(make_request(&page, &url));
        check_request(&page);
    } else {
        CHECK(*complaint != '\0');
    }
    check_log(&page);
    free(page.request);
    free(text);
    return 0;
}

#ifdef STANDALONE
int main(int argc, char **argv)
{
    static uint8_t input[1 << 16];
    for (int i = 1; i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");
        if (file == NULL) {
            perror(argv[i]);
            return 1;
        }
        LLVMFuzzerTestOneInput(input, fread(input, 1, sizeof input, file));
        fclose(file);
    }
    printf("%d files checked\n", argc - 1);
    return 0;
}
#endif
