/*
 * response.h - a response as it is received, its header and its body.
 *
 *     append(text, bytes, n)      bytes that have come
 *     remove_before(text, place)  those before it are done
 *     append_to_header(text, c)   the same for a byte of a header
 *     find_field(header, name)    the value of a field in it
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

/* Appends a byte of a header. A line that begins with a blank goes on with the
 * one before it (RFC 9112, section 5.2), and becomes a part of it. */
static inline void append_to_header(struct text *header, char byte)
{
    if (byte == ' ' || byte == '\t')
        for (size_t i = header->length;
             i > 0 && strchr("\r\n", header->bytes[i - 1]) != NULL; i--)
            header->bytes[i - 1] = ' ';
    append(header, &byte, 1);
}

/* Finds a field in a header. Returns its value, which goes to the end of the
 * line, or NULL. */
static inline const char *find_field(const char *header, const char *name)
{
    const char *value = NULL;
    for (const char *line = header; *line != '\0'; line += *line == '\n') {
        if (field_value(line, name) != NULL)
            value = field_value(line, name);
        line += strcspn(line, "\n");
    }
    return value;
}

#endif
