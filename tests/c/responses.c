/*
 * responses.c: responses, and what http.h makes of them (tests/08-faults.bats).
 * Each is received at once, and then byte by byte; the connection ends behind
 * it. Prints a line for each that comes out wrong, and at the end how many
 * there were.
 */
#include "http.h"

#define OK     "HTTP/1.0 200 OK\r\n"
#define TEN    "          "
#define BLANKS TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
#define ZEROS                                                                  \
    "00000000000000000000000000000000000000000000000000"                       \
    "00000000000000000000000000000000000000000000000000"                       \
    "00000000000000000000000000000000000000000000000000"

static const struct {
    const char *response;
    const char *outcome; /* what stands in the log behind the event */
} rows[] = {
    /* A field goes on in the next line, if that begins with a blank. */
    {OK "Content-Length:\r\n 5\r\n\r\nabcdef", "200, 5 bytes"},
    {OK "Content-Length:\r\n\t \r\n 5\r\n\r\nabcdef", "200, 5 bytes"},
    {OK "Content-Length: 5\r\n 6\r\n\r\nabcdef",
     "Content-Length is not a length"},
    {OK "X: y\r\n Content-Length: 2\r\nContent-Length: 5\r\n\r\nabcdef",
     "200, 5 bytes"},
    {OK " Content-Length: 2\r\nContent-Length: 5\r\n\r\nabcdef",
     "200, 5 bytes"},
    {OK "Content-Length: 5\r\n \r\n\r\nabcdef", "200, 5 bytes"},
    {OK "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
     "sent in pieces (chunked), which HTTP/1.0 does not know"},
    /* Blanks and leading zeros do not count, however many. */
    {OK "Content-Length:" BLANKS "5" BLANKS "\r\n\r\nabcdef", "200, 5 bytes"},
    {OK "Content-Length: " ZEROS "5\r\n\r\nabcdef", "200, 5 bytes"},
    {OK "Content-Length:" ZEROS "5\r\n\r\nabcdef", "200, 5 bytes"},
    {OK "Content-Length: " ZEROS "\r\n\r\nabcdef", "200, 0 bytes"},
    {OK "Content-Length: 05\r\nContent-Length: 5\r\n\r\nabcdef",
     "200, 5 bytes"},
    {OK "Content-Length: 10\r\n\r\n0123456789", "200, 10 bytes"},
    {OK "Content-Length: 5" BLANKS "6\r\n\r\nabcdef",
     "Content-Length is not a length"},
    {OK "Content-Length: 5" BLANKS "x\r\n\r\nabcdef",
     "Content-Length is not a length"},
    {OK "Content-Length: " ZEROS "x\r\n\r\nabcdef",
     "Content-Length is not a length"},
    {OK "Content-Length: 1" ZEROS "\r\n\r\nabcdef",
     "Content-Length is not a length"},
    {OK "Content-Length: 5, 5\r\n\r\nabcdef", "Content-Length is not a length"},
    /* A carriage return stands before a line feed, or nowhere. */
    {OK "Content-Length: 5" BLANKS "\r99\r\n\r\nabcdef",
     "bare CR in the header"},
    {OK "X: a\rb\r\n\r\nabcdef", "bare CR in the header"},
    {OK "\rX: a\r\n\r\nabcdef", "bare CR in the header"},
    {"HTTP/1.0 200 O\rK\r\n\r\nabcdef", "not an HTTP response"},
    {OK "X: a\r\r\nContent-Length: 5\r\n\r\nabcdef", "200, 5 bytes"},
    /* Transfer codings. "identity" is none. */
    {OK "Transfer-Encoding: identity\r\nContent-Length: 5\r\n\r\nabcdef",
     "200, 5 bytes"},
    {OK "Transfer-Encoding: Identity\r\n\r\nabcdef", "200, 6 bytes"},
    {OK "Transfer-Encoding:\r\n\r\nabcdef", "200, 6 bytes"},
    {OK "transfer-encoding: CHUNKED\r\n\r\n0\r\n\r\n",
     "sent in pieces (chunked), which HTTP/1.0 does not know"},
    {OK "Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n",
     "sent in pieces (chunked), which HTTP/1.0 does not know"},
    {OK "Transfer-Encoding: identity chunked\r\n\r\n0\r\n\r\n",
     "a transfer coding that HTTP/1.0 does not know"},
    {OK "Transfer-Encoding: identity\r\n chunked\r\n\r\n0\r\n\r\n",
     "a transfer coding that HTTP/1.0 does not know"},
    {OK "Transfer-Encoding: identity , chunked ;q=1\r\n\r\n0\r\n\r\n",
     "sent in pieces (chunked), which HTTP/1.0 does not know"},
    {OK "Transfer-Encoding: gzip\r\n\r\nabcdef",
     "a transfer coding that HTTP/1.0 does not know"},
    {OK "Transfer-Encoding: " BLANKS "identity" BLANKS
        ", identity ,identity, identity, identity, identity, identity, "
        "identity, identity, identity, identity, chunked\r\n\r\n0\r\n\r\n",
     "a transfer coding that HTTP/1.0 does not know"},
    {OK "Transfer-Encoding: identity,identity,identity,identity,identity,"
        "identity,identity,identity,identity,identity,identity,identity,"
        "chunked\r\n\r\n0\r\n\r\n",
     "a transfer coding that HTTP/1.0 does not know"},
    /* The status line. */
    {"HTTP/1.0  200  OK\r\nContent-Length: 5\r\n\r\nabcdef", "200, 5 bytes"},
    {"HTTP/1.1 200\r\n\r\nabcdef", "200, 6 bytes"},
    {"HTTP/1.01 200 OK\r\n\r\nabcdef", "not an HTTP response"},
    {"HTTP/1.0 0200 OK\r\n\r\nabcdef", "not an HTTP response"},
    {"HTTP/1.0 200OK\r\n\r\nabcdef", "not an HTTP response"},
    {" HTTP/1.0 200 OK\r\n\r\nabcdef", "not an HTTP response"},
    {OK, "header cut short"},
    {OK "Content-Length: 5\r\n", "header cut short"},
    {"", "empty response"},
};

/* Receives a response in pieces of so many bytes. Returns what the log would
 * say of it. */
static const char *outcome(const char *response, size_t piece)
{
    static char text[120];
    struct page page = {.url = "http://x/", .content_length = -1};
    page.file = -1;
    page.deadline = 1e9;
    bool more = true;
    for (size_t left = strlen(response); more && left > 0; left -= piece) {
        if (piece > left)
            piece = left;
        more = page_receive(&page, response, piece);
        response += piece;
    }
    if (more)
        page_receive(&page, "", 0);
    if (page.complete)
        snprintf(text, sizeof text, "%d, %lld bytes", page.status,
                 page.body_bytes);
    else
        snprintf(text, sizeof text, "%s", page.reason);
    return text;
}

/* How many bytes of an endless body are taken in such pieces, when the time is
 * over already. */
static long long taken_late(size_t piece)
{
    static char buffer[65536];
    struct page page = {.url = "http://x/", .content_length = -1};
    page.file = -1;
    page.deadline = -1;
    page_receive(&page, OK "\r\n", strlen(OK "\r\n"));
    for (int i = 0; i < 100000 && page_receive(&page, buffer, piece); i++) {
    }
    return page.body_bytes;
}

int main(void)
{
    size_t count = sizeof rows / sizeof rows[0];
    options.quiet = true;
    for (size_t i = 0; i < count; i++)
        for (size_t piece = 1; piece < 100000; piece += 99998) {
            const char *came = outcome(rows[i].response, piece);
            if (strcmp(came, rows[i].outcome) != 0)
                printf("row %zu (%.60s...): expected \"%s\", came \"%s\"\n",
                       i + 1, rows[i].response, rows[i].outcome, came);
        }
    /* what the kernel may have kept (some allow it 32 MiB), but not an endless
     * body, and little of one that comes byte by byte */
    if (taken_late(65536) < 32 << 20 || taken_late(65536) > 1 << 30)
        printf("late, in full pieces: %lld bytes\n", taken_late(65536));
    if (taken_late(1) < 1 || taken_late(1) > 100)
        printf("late, in pieces of 1: %lld bytes\n", taken_late(1));
    printf("%zu responses\n", count);
    return 0;
}
