/*
 * links.h - what crawl.c has to know of links, and what has nothing to do with
 * waiting: what a link means (RFC 3986), and where in a page the links are.
 *
 *     resolve_link(base, link)                   the URL that a link means in a
 *                                                page
 *     clean_link(part, in_html)                  a link as a URL can hold it
 *     find_links(html, url, found, argument)     calls found() for each href
 *                                                and src of a page
 *     find_field(text, name)                     the value of a field in the
 *                                                header of a response
 */
#ifndef LINKS_H
#define LINKS_H

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "http.h"

#define BLANKS " \t\r\n\f"

/* A piece of a longer text. */
struct part {
    const char *at; /* NULL: there is no such part */
    size_t length;
};

struct parts {
    struct part scheme, authority, path, query;
};

/* Ends the program if there was no memory: the report would have holes. */
static inline void *need(void *memory)
{
    if (memory != NULL)
        return memory;
    fprintf(stderr, "crawl: out of memory\n");
    exit(1);
}

/* True if a text begins so, in small letters or capitals. */
static inline bool begins_with(const char *text, const char *word)
{
    return strncasecmp(text, word, strlen(word)) == 0;
}

/* ---- Responses as they were received ---- */

/* A response as it was received, header and body, with a NUL behind it. */
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
        text->bytes = need(realloc(text->bytes, text->room));
    }
    for (size_t i = 0; i < n; i++)
        text->bytes[text->length++] = (char)(bytes[i] != '\0' ? bytes[i] : ' ');
    text->bytes[text->length] = '\0';
}

/* Finds a field in the header of a response. Returns its value, which goes to
 * the end of the line, or NULL. *text moves to the end of the header: an empty
 * line, and not that of an interim answer, behind which another status line
 * stands. */
static inline const char *find_field(const char **text, const char *name)
{
    const char *value = NULL;
    for (const char *next; **text != '\0'; *text = next) {
        next = *text + strcspn(*text, "\n");
        next += *next == '\n';
        if ((*text)[strspn(*text, "\r")] == '\n' &&
            strncmp(next, "HTTP/1.", 7) != 0)
            break;
        if (field_value(*text, name) != NULL)
            value = field_value(*text, name);
    }
    return value;
}

/* ---- URLs (RFC 3986) ---- */

/* Takes the part of *text that ends before any of `marks`. */
static inline struct part take_until(const char **text, const char *marks)
{
    struct part part = {*text, strcspn(*text, marks)};
    *text += part.length;
    return part;
}

/* Splits a URL, or one that lacks its first parts (appendix B). Leaves the
 * fragment out: servers never see it. */
static inline struct parts split(const char *url)
{
    struct parts parts = {{NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}};
    if (url[strcspn(url, ":/?#")] == ':') {
        parts.scheme = take_until(&url, ":");
        url++;
    }
    if (strncmp(url, "//", 2) == 0) {
        url += 2;
        parts.authority = take_until(&url, "/?#");
    }
    parts.path = take_until(&url, "?#");
    if (*url == '?') {
        url++;
        parts.query = take_until(&url, "#");
    }
    return parts;
}

/* Removes the segments . and .. from a path that begins with a slash (section
 * 5.2.4). */
static inline void remove_dot_segments(char *path)
{
    char *to = path;
    for (char *segment = path, *next; *segment != '\0'; segment = next) {
        /* with the slash before it */
        size_t length = 1 + strcspn(segment + 1, "/");
        next = segment + length;
        bool up = length == 3 && memcmp(segment, "/..", 3) == 0;
        if (up && to > path)
            do
                to--;
            while (*to != '/');
        if (up || (length == 2 && segment[1] == '.'))
            length = *next == '\0'; /* of the last one the slash stays */
        memmove(to, segment, length);
        to += length;
    }
    *to = '\0';
}

/* Appends a part, with `mark` before it, if there is one. Returns the new
 * end. */
static inline char *put_part(char *to, const char *mark, struct part part)
{
    if (part.at == NULL)
        return to;
    to = stpcpy(to, mark);
    memcpy(to, part.at, part.length);
    return to + part.length;
}

/* Returns, in new memory, the URL that a link means where `base` is the page's
 * (section 5.2.2). */
static inline char *resolve_link(const char *base, const char *link)
{
    struct parts b = split(base), l = split(link);
    /* what of the base's path goes before the link's */
    struct part folder = {NULL, 0};
    if (l.scheme.at == NULL && l.authority.at == NULL) {
        l.authority = b.authority;
        if (l.path.length == 0 && l.query.at == NULL)
            l.query = b.query;
        if (l.path.length == 0)
            l.path = b.path;
        else if (*l.path.at != '/')
            folder = b.path.length > 0 ? b.path : (struct part){"/", 1};
    }
    while (folder.length > 0 && folder.at[folder.length - 1] != '/')
        folder.length--;

    char *url = need(malloc(strlen(base) + strlen(link) + 8));
    char *end = put_part(url, "", l.scheme.at != NULL ? l.scheme : b.scheme);
    char *path = put_part(stpcpy(end, ":"), "//", l.authority);
    *put_part(put_part(path, "", folder), "", l.path) = '\0';
    if (*path == '/')
        remove_dot_segments(path);
    *put_part(path + strlen(path), "?", l.query) = '\0';
    return url;
}

/* ---- HTML ---- */

/* Appends a byte to a URL: as %XX if it may not stand there; no tabs and line
 * ends at all. */
static inline char *put_byte(char *to, unsigned byte)
{
    if (byte > ' ' && byte < 127 && strchr("\"<>`", (int)byte) == NULL)
        *to++ = (char)byte;
    else if (strchr("\t\r\n", (int)byte) == NULL)
        to += snprintf(to, 4, "%%%02X", byte);
    return to;
}

/* Appends a character in UTF-8: the first byte tells how many follow, each has
 * six bits. */
static inline char *put_character(char *to, unsigned long number)
{
    unsigned c = number == 0 || number > 0x10FFFF ? 0xFFFD : (unsigned)number;
    unsigned more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    to = put_byte(
        to, more == 0 ? c : (0xFF00u >> (more + 1) & 0xFF) | c >> 6 * more);
    while (more-- > 0)
        to = put_byte(to, 0x80 | (c >> 6 * more & 0x3F));
    return to;
}

/* Appends what the & at *text means, and moves *text behind it: &amp; &#38;
 * &#x26; or just &. */
static inline char *put_reference(char *to, const char **text)
{
    static const char *const characters[] = {"&&amp;", "<&lt;", ">&gt;",
                                             "\"&quot;"};
    for (size_t i = 0; i < sizeof characters / sizeof characters[0]; i++)
        if (begins_with(*text, characters[i] + 1)) {
            *text += strlen(characters[i] + 1);
            return put_byte(to, (unsigned)*characters[i]);
        }
    bool hex = begins_with(*text, "&#x");
    const char *digits = hex ? *text + 3 : *text + 2;
    if ((*text)[1] != '#' ||
        !(hex ? isxdigit : isdigit)((unsigned char)*digits)) {
        ++*text;
        return put_byte(to, '&');
    }
    char *end;
    to = put_character(to, strtoul(digits, &end, hex ? 16 : 10));
    *text = end + (*end == ';');
    return to;
}

/* Returns a link as a URL can hold it, in new memory. in_html: with &amp; and
 * the like. */
static inline char *clean_link(struct part raw, bool in_html)
{
    char *link = need(malloc(3 * raw.length + 1)), *to = link;
    const char *end = raw.at + raw.length;
    while (raw.at < end && isspace((unsigned char)*raw.at))
        raw.at++;
    while (end > raw.at && isspace((unsigned char)end[-1]))
        end--;
    while (raw.at < end)
        if (in_html && *raw.at == '&')
            to = put_reference(to, &raw.at);
        else
            to = put_byte(to, (unsigned char)*raw.at++);
    *to = '\0';
    return link;
}

static inline bool is(struct part part, const char *word)
{
    return part.length == strlen(word) && begins_with(part.at, word);
}

/* Takes the next attribute of a tag, its value without the quotes. Returns
 * false if there is none.
 * */
static inline bool take_attribute(const char **at, struct part *name,
                                  struct part *value)
{
    *at += strspn(*at, BLANKS "/");
    if (**at == '>' || **at == '\0')
        return false;
    *name = (struct part){*at, 1 + strcspn(*at + 1, BLANKS "/>=")};
    *value = (struct part){NULL, 0};
    *at += name->length;
    const char *sign = *at + strspn(*at, BLANKS);
    if (*sign != '=')
        return true;
    *at = sign + 1 + strspn(sign + 1, BLANKS);
    const char quote[] = {**at, '\0'};
    if (*quote != '"' && *quote != '\'') {
        *value = take_until(at, BLANKS ">");
    } else {
        ++*at;
        *value = take_until(at, quote);
        *at += **at != '\0';
    }
    return true;
}

/* Returns the place of the end tag, if what follows this tag is no HTML; else
 * `at`. */
static inline const char *skip_content(struct part tag, const char *at)
{
    if (!is(tag, "script") && !is(tag, "style") && !is(tag, "title") &&
        !is(tag, "textarea"))
        return at;
    while (*at != '\0' && !(begins_with(at, "</") &&
                            strncasecmp(at + 2, tag.at, tag.length) == 0))
        at++;
    return at;
}

/* What is done with a link. */
typedef void found_link(void *argument, const char *base, const char *link);

struct search {
    const char *url; /* of the page */
    char *base;      /* what <base> says, or NULL */
    found_link *found;
    void *argument;
};

/* Hands over the links in the tag whose name is at `at`. Returns where to go
 * on. */
static inline const char *take_tag(struct search *search, const char *at)
{
    struct part name, value, tag = take_until(&at, BLANKS "/>");
    while (take_attribute(&at, &name, &value)) {
        if (value.at == NULL || !(is(name, "href") || is(name, "src")))
            continue;
        char *link = clean_link(value, true);
        if (!is(tag, "base"))
            search->found(search->argument,
                          search->base != NULL ? search->base : search->url,
                          link);
        else if (search->base == NULL) /* the first one counts */
            search->base = resolve_link(search->url, link);
        free(link);
    }
    return skip_content(tag, at);
}

/* Finds all links of a page with this URL; the rules are those of browsers, as
 * far as links need them. For each it calls found(argument, base, link): base
 * is what it is relative to. */
static inline void find_links(const char *html, const char *url,
                              found_link *found, void *argument)
{
    struct search search = {url, NULL, found, argument};
    while ((html = strchr(html, '<')) != NULL) {
        html++;
        const char *comment_end =
            begins_with(html, "!--") ? strstr(html + 1, "-->") : html;
        if (comment_end == NULL)
            break;
        html = isalpha((unsigned char)*html) ? take_tag(&search, html)
                                             : comment_end;
    }
    free(search.base);
}

#endif
