/*
 * url.h - what a link means: the rules of browsers (WHATWG URL Standard, "URL
 * parsing") for http: and https:. They are those of RFC 3986, section 5, and
 * put right what people write.
 *
 *     resolve_link(base, link, is_latin1)   the URL that a link means in a page
 *
 * Left out: names in other letters than ASCII's, and %41 in a name.
 */
#ifndef URL_H
#define URL_H

#include "http.h" /* first: it asks for POSIX */

#include <ctype.h>
#include <strings.h>

/* What is sent as %XX, beside blanks, control characters and bytes above 126:
 * the percent-encode sets of paths and of queries. (Browsers add the | .) */
#define NOT_IN_PATH  "\"<>^`{|}"
#define NOT_IN_QUERY "\"<>'"

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

/* True if a part is this word, in small letters or capitals. (The first letter
 * decides mostly, and is quick to see.) */
static inline bool is(struct part part, const char *word)
{
    return part.length > 0 && (*part.at | 0x20) == (*word | 0x20) &&
           strncasecmp(part.at, word, part.length) == 0 &&
           word[part.length] == '\0';
}

/* True if a part is one of some words with blanks between. */
static inline bool is_one_of(struct part part, const char *words)
{
    for (const char *end; *words != '\0'; words = end + (*end == ' ')) {
        end = words;
        while (*end != ' ' && *end != '\0')
            end++;
        if ((size_t)(end - words) == part.length &&
            strncasecmp(part.at, words, part.length) == 0)
            return true;
    }
    return false;
}

/* Returns a part as a text, in new memory. */
static inline char *copy_part(struct part part)
{
    char *copy = need(malloc(part.length + 1));
    memcpy(copy, part.at, part.length);
    copy[part.length] = '\0';
    return copy;
}

/* Takes the part of *text that ends before any of `marks`. */
static inline struct part take_until(const char **text, const char *marks)
{
    struct part part = {*text, strcspn(*text, marks)};
    *text += part.length;
    return part;
}

/* Returns the length of the scheme that a link begins with, or 0: a letter,
 * then letters, digits, + - . up to a colon. */
static inline size_t scheme_length(const char *link)
{
    size_t n = 0;
    if (isalpha((unsigned char)*link))
        while (isalnum((unsigned char)link[n]) ||
               (link[n] != '\0' && strchr("+-.", link[n]) != NULL))
            n++;
    return link[n] == ':' ? n : 0;
}

/* True if a link has a scheme that is neither http nor https. */
static inline bool is_foreign_scheme(const char *link)
{
    struct part scheme = {link, scheme_length(link)};
    return scheme.length > 0 && !is(scheme, "http") && !is(scheme, "https");
}

/* Returns a link, in new memory, without what counts for nothing: blanks and
 * control characters at the ends, tabs and line ends, and the fragment, which
 * servers never see. A \ before the query becomes the / that was meant. */
static inline char *tidy_link(const char *link)
{
    const char *end = link + strlen(link);
    while (*link != '\0' && (unsigned char)*link <= ' ')
        link++;
    while (end > link && (unsigned char)end[-1] <= ' ')
        end--;
    char *tidy = need(calloc(1, (size_t)(end - link) + 1)), *to = tidy;
    for (; link < end && *link != '#'; link++)
        if (*link != '\t' && *link != '\r' && *link != '\n')
            *to++ = *link;
    char *query = is_foreign_scheme(tidy) ? tidy : strchr(tidy, '?');
    for (to = tidy; *to != '\0' && to != query; to++)
        if (*to == '\\')
            *to = '/';
    return tidy;
}

/* Splits a URL, or one that lacks its first parts. base_scheme: that of the
 * page. http:x in a page of http: is as x, and https:x as https://x. */
static inline struct parts split(const char *url, struct part base_scheme)
{
    struct parts parts = {{NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}};
    bool is_other = false; /* than the page's scheme */
    struct part scheme = {url, scheme_length(url)};
    if (scheme.length > 0) {
        url += scheme.length + 1;
        is_other = scheme.length != base_scheme.length ||
                   strncasecmp(scheme.at, base_scheme.at, scheme.length) != 0;
        if (is_other || strncmp(url, "//", 2) == 0)
            parts.scheme = scheme;
    }
    if (is_other || strncmp(url, "//", 2) == 0) {
        url += strspn(url, "/");
        parts.authority = take_until(&url, "/?");
    }
    parts.path = take_until(&url, "?");
    if (*url == '?')
        parts.query = (struct part){url + 1, strlen(url + 1)};
    return parts;
}

/* Returns 1 for the segment . and 2 for .. and 0 for any other; a dot may be
 * written %2e. */
static inline int count_dots(const char *segment, size_t length)
{
    int dots = 0;
    for (size_t n; length > 0; length -= n, segment += n, dots++) {
        n = *segment == '.' ? 1 : begins_with(segment, "%2e") ? 3 : length + 1;
        if (n > length)
            return 0;
    }
    return dots <= 2 ? dots : 0;
}

/* Removes the segments . and .. from a path that begins with a slash (RFC 3986,
 * 5.2.4). */
static inline void remove_dot_segments(char *path)
{
    char *to = path;
    for (char *segment = path, *next; *segment != '\0'; segment = next) {
        /* with the slash before it */
        size_t length = 1 + strcspn(segment + 1, "/");
        next = segment + length;
        int dots = count_dots(segment + 1, length - 1);
        if (dots == 2 && to > path)
            do
                to--;
            while (*to != '/');
        if (dots > 0)
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

/* Appends a text as a URL can hold it. is_latin1: it goes to a server in
 * Latin-1, where it can (the first 256 characters have the bytes C2 and C3). */
static inline char *put_encoded(char *to, const char *text, const char *marks,
                                bool is_latin1)
{
    for (unsigned byte; (byte = (unsigned char)*text) != '\0'; text++) {
        if (is_latin1 && (byte == 0xC2 || byte == 0xC3) && text[1] != '\0')
            byte = (byte << 6 | ((unsigned char)*++text & 0x3F)) & 0xFF;
        if (byte > ' ' && byte < 127 &&
            (isalnum((int)byte) || strchr(marks, (int)byte) == NULL))
            *to++ = (char)byte;
        else
            to += sprintf(to, "%%%02X", byte);
    }
    *to = '\0';
    return to;
}

/* Returns, in new memory, the URL that a link means. base: the page's URL, ""
 * if there is none. The link is UTF-8; is_latin1 tells that its page is not,
 * and that queries go out as the page is written. */
static inline char *resolve_link(const char *base, const char *link,
                                 bool is_latin1)
{
    char *tidy = tidy_link(link);
    if (is_foreign_scheme(tidy))
        return tidy;
    struct parts b = split(base, (struct part){NULL, 0});
    struct parts l = split(tidy, b.scheme);
    struct part folder = {NULL, 0}; /* what of the base's path goes before */
    bool has_query = l.query.at != NULL;
    if (l.authority.at == NULL) {
        l.authority = b.authority;
        if (l.path.length == 0 && !has_query)
            l.query = b.query;
        if (l.path.length == 0)
            l.path = b.path;
        else if (*l.path.at != '/')
            folder = b.path;
    }
    while (folder.length > 0 && folder.at[folder.length - 1] != '/')
        folder.length--;

    size_t length = strlen(base) + strlen(tidy) + 8;
    char *path = need(malloc(length)), *query = need(malloc(length));
    char *end = put_part(path, "", folder);
    if (end == path && *l.path.at != '/')
        *end++ = '/';
    *put_part(end, "", l.path) = '\0';
    *put_part(query, "", l.query) = '\0';
    remove_dot_segments(path);
    char *url = need(malloc(3 * length));
    end = put_part(url, "", l.scheme.at != NULL ? l.scheme : b.scheme);
    end = put_part(stpcpy(end, ":"), "//", l.authority);
    end = put_encoded(end, path, NOT_IN_PATH, false);
    if (l.query.at != NULL)
        put_encoded(stpcpy(end, "?"), query, NOT_IN_QUERY,
                    is_latin1 && has_query);
    free(path);
    free(query);
    free(tidy);
    return url;
}

#endif
