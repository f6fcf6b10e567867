/*
 * response.h - a response as it is received, header and body.
 *
 *     append(text, bytes, n)      bytes that have come
 *     remove_before(text, place)  those before it are done
 *     find_field(at, name)        the value of a field in the header
 */
#ifndef RESPONSE_H
#define RESPONSE_H

#include "http.h"

/* What is there, with a NUL behind it. It begins as {NULL, 0, 0}. */
struct text {
    char *bytes;
    size_t length, room;
};

/* Appends n bytes to the text. A NUL among them becomes a blank, or it would
 * end the text. */
static inline void append(struct text *text, const char *bytes, size_t n)
{
    if (text->length + n >= text->room) {
        text->room = 2 * (text->length + n) + 1;
        text->bytes = realloc(text->bytes, text->room);
        if (text->bytes == NULL)
            die("out of memory");
    }
    char *at = text->bytes + text->length, *end = at + n;
    memcpy(at, bytes, n);
    *end = '\0';
    text->length += n;
    while ((at = memchr(at, '\0', (size_t)(end - at))) != NULL)
        *at = ' ';
}

/* Removes what stands before `place`, which is in the text. */
static inline void remove_before(struct text *text, const char *place)
{
    text->length -= (size_t)(place - text->bytes);
    memmove(text->bytes, place, text->length + 1);
}

/* Finds a field in the header of a response. Returns its value, which goes to
 * the end of the line, or NULL. *at moves to the end of the header: an empty
 * line, and not that of an interim answer, behind which another status line
 * stands. */
static inline const char *find_field(const char **at, const char *name)
{
    const char *value = NULL;
    for (const char *next; **at != '\0'; *at = next) {
        next = *at + strcspn(*at, "\n");
        next += *next == '\n';
        if ((*at)[strspn(*at, "\r")] == '\n' &&
            strncmp(next, "HTTP/1.", 7) != 0)
            break;
        if (field_value(*at, name) != NULL)
            value = field_value(*at, name);
    }
    return value;
}

#endif
