/*
 * url.h - where a link leads: the rules of browsers (WHATWG URL Standard, "URL
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

/* True if a text begins so, in small letters or capitals. */
static inline bool begins_with(const char *text, const char *word)
{
    return strncasecmp(text, word, strlen(word)) == 0;
}

/* Takes the part of *text that ends before any of `marks`. */
static inline struct part take_until(const char **text, const char *marks)
{
    struct part part = {*text, strcspn(*text, marks)};
    *text += part.length;
    return part;
}

/* True if a part is this word, in small letters or capitals. (The first letter
 * decides mostly, and is quick to see.) */
static inline bool is(struct part part, const char *word)
{
    return part.length > 0 && (*part.at | 0x20) == *word &&
           part.length == strlen(word) &&
           strncasecmp(part.at, word, part.length) == 0;
}

/* True if a part is one of some words with blanks between. */
static inline bool is_one_of(struct part part, const char *words)
{
    for (const char *end; *words != '\0'; words = end + (*end == ' ')) {
        for (end = words; *end != ' ' && *end != '\0';)
            end++;
        if ((size_t)(end - words) == part.length &&
            strncasecmp(part.at, words, part.length) == 0)
            return true;
    }
    return false;
}

/* Returns the length of the scheme that a link begins with, and its colon, or
 * 0: a letter, then letters, digits, + - . up to the colon. */
static inline size_t scheme_length(const char *link)
{
    size_t n = 0;
    while (isalnum((unsigned char)link[n]) ||
           (link[n] != '\0' && strchr("+-.", link[n]) != NULL))
        n++;
    return isalpha((unsigned char)*link) && link[n] == ':' ? n + 1 : 0;
}

/* True if a link has a scheme that is neither http nor https. */
static inline bool is_foreign(const char *link)
{
    return scheme_length(link) > 0 && !begins_with(link, "http:") &&
           !begins_with(link, "https:");
}

/* Returns a link, in new memory, without what counts for nothing: blanks and
 * control characters at the ends, tabs and line ends, and the fragment, which
 * servers never see. A \ before the query becomes the / that was meant. */
static inline char *tidy_link(const char *link)
{
    size_t n = strlen(link);
    char *tidy = allocate(1, n + 1), *to = tidy;
    while (n > 0 && (unsigned char)link[n - 1] <= ' ')
        n--;
    for (size_t i = 0; i < n && link[i] != '#'; i++)
        if ((unsigned char)link[i] > ' ' ||
            (to > tidy && strchr("\t\r\n", link[i]) == NULL))
            *to++ = link[i];
    char *end = is_foreign(tidy) ? tidy : tidy + strcspn(tidy, "?");
    for (to = tidy; to < end; to++)
        *to = *to == '\\' ? '/' : *to;
    return tidy;
}

/* Appends a part as a URL can hold it. is_latin1: it goes to the server in
 * Latin-1, where it can (the first 256 characters have the bytes C2 and C3). */
static inline char *put_encoded(char *to, struct part part, const char *marks,
                                bool is_latin1)
{
    for (size_t i = 0; i < part.length; i++) {
        unsigned byte = (unsigned char)part.at[i];
        if (is_latin1 && (byte | 1) == 0xC3 && i + 1 < part.length)
            byte = (byte << 6 | ((unsigned char)part.at[++i] & 0x3F)) & 0xFF;
        if (isalnum((int)byte) ||
            (byte > ' ' && byte < 127 && strchr(marks, (int)byte) == NULL))
            *to++ = (char)byte;
        else
            to += sprintf(to, "%%%02X", byte);
    }
    return to;
}

/* Appends a path to the one from `root` to `to`, which ends with a slash. The
 * segments . and .. mean that one itself, and one up. */
static inline char *put_segments(char *to, const char *root, const char **at)
{
    while (**at != '\0' && **at != '?') {
        struct part segment = take_until(at, "/?");
        bool is_up = is_one_of(segment, ".. .%2e %2e. %2e%2e");
        bool is_step = is_up || is_one_of(segment, ". %2e");
        *at += **at == '/';
        segment.length = (size_t)(*at - segment.at); /* with its slash */
        if (!is_step)
            to = put_encoded(to, segment, NOT_IN_PATH, false);
        else if (is_up && to > root + 1)
            for (to--; to[-1] != '/';)
                to--;
    }
    return to;
}

/* Returns, in new memory, the URL that a link means, or "" if it has no host.
 * base: the URL of its page, as this function returned it, or "". The link is
 * UTF-8; is_latin1: but its page is not, and queries go out as it is. */
static inline char *resolve_link(const char *base, const char *link,
                                 bool is_latin1)
{
    char *tidy = tidy_link(link);
    if (is_foreign(tidy))
        return tidy;
    const char *at = tidy + scheme_length(tidy);
    bool has_host = strncasecmp(base, tidy, (size_t)(at - tidy)) != 0 ||
                    strncmp(at, "//", 2) == 0;
    const char *host = has_host ? at : base + scheme_length(base);
    host += strspn(host, "/");
    const char *path = host + strcspn(host, "/?"), *end = path;
    char *url = allocate(3, strlen(base) + strlen(tidy) + 4), *root = url;
    if (has_host) {
        const char *from = at > tidy ? tidy : base;
        root += sprintf(url, "%.*s//%.*s", (int)scheme_length(from), from,
                        (int)(path - host), host);
        at = path;
    } else { /* what stays of the base, goes up to `end` */
        if (*at != '/')
            end += *at == '\0' ? strlen(end) : strcspn(end, "?");
        while (*at != '\0' && *at != '?' && end > path && end[-1] != '/')
            end--;
        memcpy(url, base, (size_t)(end - base));
        root += path - base;
    }
    char *to = root + (end - path);
    if (to == root)
        *to++ = '/';
    at += *at == '/';
    to = put_segments(to, root, &at);
    struct part query = {at, strlen(at)}; /* with its ? */
    to = put_encoded(to, query, NOT_IN_QUERY, is_latin1);
    *(path == host ? url : to) = '\0';
    free(tidy);
    return url;
}

#endif
