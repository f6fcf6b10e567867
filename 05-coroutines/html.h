/*
 * html.h - where in a page the links are: HTML as browsers read it (WHATWG HTML
 * Standard, 13.2.5 "Tokenization"), as far as links need it.
 *
 *     is_html(type, body)                can this response have links?
 *     begin_search(search, type, html)   prepares for a page
 *     find_links(search, html)           calls found() for each link
 *
 * A tag is a link by the table `links`. The rules were compared with a browser
 * on documentation of 6,600 pages and on random pages.
 *
 * Left out: links that a script or a style sheet makes; srcdoc; names of
 * characters beyond ASCII and Latin-1; texts in other characters than UTF-8 and
 * Windows-1252, which Latin-1 is read as. The links in <noscript> count.
 */
#ifndef HTML_H
#define HTML_H

#include "url.h"

#define BLANKS " \t\r\n\f"

/* The attributes that matter, and in which tags they are links. */
enum attribute { HREF, SRC, SRCSET, DATA, POSTER, REL, HTTP_EQUIV, CONTENT };
enum { ATTRIBUTES = CONTENT + 1 };
static const char *const attributes[ATTRIBUTES] = {
    "href", "src", "srcset", "data", "poster", "rel", "http-equiv", "content"};

static const struct {
    const char *tag;
    enum attribute attribute;
} links[] = {
    {"a", HREF},      {"area", HREF},    {"link", HREF},    {"img", SRC},
    {"img", SRCSET},  {"script", SRC},   {"iframe", SRC},   {"frame", SRC},
    {"embed", SRC},   {"source", SRC},   {"track", SRC},    {"source", SRCSET},
    {"audio", SRC},   {"video", SRC},    {"video", POSTER}, {"input", SRC},
    {"object", DATA}, {"meta", CONTENT},
};

/* Characters that have names: each name, then its character. Those of old may
 * lack their semicolon, and so may those of the characters 160 to 255. */
static const char old_names[] = "amp& AMP& lt< LT< gt> GT> quot\" QUOT\" ";
static const char new_names[] =
    "excl! num# dollar$ percnt% apos' lpar( rpar) ast* plus+ comma, period. "
    "sol/ colon: semi; equals= quest? commat@ lsqb[ lbrack[ bsol\\ rsqb] "
    "rbrack] Hat^ lowbar_ grave` lcub{ lbrace{ verbar| vert| rcub} rbrace} "
    "Tab\t NewLine\n ";
static const char latin1_names[] =
    "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy "
    "reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm "
    "raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring "
    "AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde "
    "Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml "
    "Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil "
    "egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve "
    "oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute "
    "thorn yuml ";

/* Tags behind which there is text and no HTML, up to their end tag; and those
 * that can't be meant for a drawing, and so end it. */
static const char texts[] =
    "script style title textarea iframe noembed noframes xmp";
static const char no_drawings[] =
    "b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 "
    "h6 head hr i img li listing menu meta nobr ol p pre ruby s small span "
    "strong strike sub sup table tt u ul var";

/* Windows-1252: what the numbers 128 to 159 mean. */
static const unsigned short windows_1252[32] = {
    0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
    0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
    0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

/* What is done with a link. */
typedef void found_link(void *argument, const char *url);

/* In <svg> and <math> tags are no HTML, but for what is in <foreignObject>. */
enum within { PAGE, DRAWING, HTML_IN_DRAWING };

struct search {
    const char *url; /* of the page */
    found_link *found;
    void *argument;
    bool is_xml, is_latin1;
    char *base;      /* what links are relative to: url, or <base> */
    bool wants_base; /* and no links */
    char text[12];   /* the one of `texts` that we are in, or "" */
    enum within within;
};

/* ---- Texts ---- */

/* Appends a character in UTF-8: the first byte tells how many follow, each has
 * six bits. */
static inline char *put_character(char *to, unsigned long number)
{
    unsigned c = number == 0 || number > 0x10FFFF || number >> 11 == 0x1B
                     ? 0xFFFD
                     : (unsigned)number;
    if (c >= 0x80 && c < 0xA0)
        c = windows_1252[c - 0x80];
    unsigned more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    *to++ = (char)(more == 0 ? c : (0xFF00u >> (more + 1)) | c >> 6 * more);
    while (more-- > 0)
        *to++ = (char)(0x80 | (c >> 6 * more & 0x3F));
    return to;
}

/* Finds the name that a text begins with, in a list. Returns its length, or 0.
 * first: the character of the list's first name, 0 if each stands there. */
static inline size_t find_character(const char *list, const char *text,
                                    unsigned first, unsigned long *character)
{
    for (const char *next; *list != '\0'; list = next + 1) {
        next = list + strcspn(list, " ");
        size_t n = (size_t)(next - list) - (first == 0);
        *character = first == 0 ? (unsigned char)next[-1] : first++;
        if (strncmp(list, text, n) == 0 && !isalnum((unsigned char)text[n]))
            return n;
    }
    return 0;
}

/* Finds the number of &#38; or &#x26; at `at`, behind the &. Returns the length
 * up to its semicolon, or 0. */
static inline size_t find_number(const char *at, unsigned long *character)
{
    bool is_hex = *at == '#' && (at[1] | 0x20) == 'x';
    size_t digits = is_hex ? 2 : 1, n = digits;
    for (unsigned long number = 0; *at == '#'; n++) {
        int c = tolower((unsigned char)at[n]);
        if (!(is_hex ? isxdigit : isdigit)(c))
            break;
        if (number <= 0x10FFFF)
            number = number * (is_hex ? 16 : 10) +
                     (unsigned long)(c - (c >= 'a' ? 'a' - 10 : '0'));
        *character = number;
    }
    return n > digits ? n : 0;
}

/* Appends what the & at *text means, and moves *text behind it: &amp; &#38; or
 * just &. A name without its semicolon is none, if it goes on as a word or as
 * the name of a value: ?a=1&copy=2. */
static inline char *put_reference(char *to, const char **text)
{
    const char *at = ++*text;
    unsigned long character = '&';
    size_t n = find_number(at, &character);
    if (n == 0 && (n = find_character(latin1_names, at, 160, &character)) == 0)
        n = find_character(old_names, at, 0, &character);
    if (n > 0 && *at != '#' && at[n] == '=')
        n = 0;
    if (n == 0 && (n = find_character(new_names, at, 0, &character)) > 0 &&
        at[n] != ';')
        n = 0;
    *text += n + (n > 0 && at[n] == ';');
    return put_character(to, n > 0 ? character : '&');
}

/* True if the bytes are UTF-8, as far as their first bits tell. */
static inline bool is_utf8(struct part part)
{
    int more = 0;
    for (size_t i = 0; i < part.length; i++) {
        unsigned byte = (unsigned char)part.at[i];
        if ((byte >> 6 == 2) != (more > 0) || byte >= 0xF8)
            return false;
        more = byte >= 0xF0   ? 3
               : byte >= 0xE0 ? 2
               : byte >= 0xC0 ? 1
               : more > 0     ? more - 1
                              : 0;
    }
    return more == 0;
}

/* Returns the value of an attribute in UTF-8, in new memory. */
static inline char *decode(struct part raw, bool is_latin1)
{
    char *text = need(malloc(3 * raw.length + 1)), *to = text;
    const char *end = raw.at + raw.length;
    while (raw.at < end)
        if (*raw.at == '&')
            to = put_reference(to, &raw.at);
        else if (is_latin1)
            to = put_character(to, (unsigned char)*raw.at++);
        else
            *to++ = *raw.at++;
    *to = '\0';
    return text;
}

/* ---- Links ---- */

/* Hands over one link of the page. */
static inline void hand_over(const struct search *search, struct part text,
                             bool is_latin1)
{
    char *link = copy_part(text);
    char *url = resolve_link(search->base, link, is_latin1);
    search->found(search->argument, url);
    free(url);
    free(link);
}

/* Takes the next candidate of a srcset: a URL, what it is good for (2x, 640w),
 * a comma. Its length is 0 at the end. */
static inline struct part take_candidate(const char **at)
{
    *at += strspn(*at, BLANKS ",");
    struct part url = take_until(at, BLANKS);
    bool is_bare = url.length > 0 && url.at[url.length - 1] == ',';
    while (url.length > 0 && url.at[url.length - 1] == ',')
        url.length--;
    if (!is_bare)
        for (int depth = 0; **at != '\0' && (depth > 0 || **at != ','); ++*at)
            depth += (**at == '(') - (**at == ')');
    return url;
}

/* Finds the URL in the content of a refresh: 5; url='next.html'. Its place is
 * NULL if there is none. */
static inline struct part refresh_url(const char *content)
{
    const char *at = content + strspn(content, BLANKS);
    size_t digits = strspn(at, "0123456789.");
    at += digits;
    if (digits == 0 || *at == '\0' || strchr(BLANKS ";,", *at) == NULL)
        return (struct part){NULL, 0};
    at += strspn(at, BLANKS);
    at += *at == ';' || *at == ',';
    at += strspn(at, BLANKS);
    if (*at == '\0')
        return (struct part){NULL, 0};
    if (begins_with(at, "url")) {
        const char *sign = at + 3 + strspn(at + 3, BLANKS);
        if (*sign == '=')
            at = sign + 1 + strspn(sign + 1, BLANKS);
    }
    const char quote[] = {*at, '\0'};
    if (*quote == '"' || *quote == '\'') {
        at++;
        return take_until(&at, quote);
    }
    return (struct part){at, strlen(at)};
}

/* Hands over what a tag's attribute links to. */
static inline void take_value(const struct search *search, enum attribute what,
                              struct part raw)
{
    bool is_latin1 = search->is_latin1 || !is_utf8(raw);
    char *text = decode(raw, is_latin1);
    const char *at = text;
    struct part part;
    if (what == SRCSET) {
        while ((part = take_candidate(&at)).length > 0)
            hand_over(search, part, is_latin1);
    } else {
        part = what == CONTENT ? refresh_url(text)
                               : (struct part){text, strlen(text)};
        if (part.at != NULL)
            hand_over(search, part, is_latin1);
    }
    free(text);
}

/* Hands over the links of a tag. values: its attributes. */
static inline void take_links(const struct search *search, struct part tag,
                              const struct part *values)
{
    if (is(tag, "link") && is_one_of(values[REL], "preconnect dns-prefetch"))
        return;
    if (is(tag, "meta") && !is(values[HTTP_EQUIV], "refresh"))
        return;
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++)
        if (values[links[i].attribute].at != NULL && is(tag, links[i].tag))
            take_value(search, links[i].attribute, values[links[i].attribute]);
}

/* Notes what <base> says. A data: or javascript: is no base. */
static inline void take_base(struct search *search, struct part raw)
{
    char *text = decode(raw, search->is_latin1);
    char *base = resolve_link(search->url, text, false);
    free(text);
    if (is_foreign_scheme(base))
        strcpy(base = need(realloc(base, strlen(search->url) + 1)),
               search->url);
    search->base = base;
}

/* ---- The page ---- */

/* True if a text begins with this tag: <a is none of <area>. */
static inline bool is_tag(const char *text, const char *tag, size_t length)
{
    return strncasecmp(text, tag, length) == 0 && text[length] != '\0' &&
           strchr(BLANKS "/>", text[length]) != NULL;
}

/* These return the place behind what they skip, or NULL if the text ends
 * before. */

static inline const char *skip_to(const char *at, const char *mark)
{
    at = strstr(at, mark);
    return at == NULL ? NULL : at + strlen(mark);
}

/* at: behind the <!-- */
static inline const char *skip_comment(const char *at)
{
    if (*at == '>' || strncmp(at, "->", 2) == 0)
        return strchr(at, '>') + 1;
    for (; (at = strstr(at, "--")) != NULL; at++)
        if (at[2] == '>' || strncmp(at + 2, "!>", 2) == 0)
            return strchr(at, '>') + 1;
    return NULL;
}

/* Returns the place of the </script>. In a script a comment may stand, and in
 * that a whole <script>, whose end is not the end. */
static inline const char *skip_script(const char *at)
{
    bool in_comment = false, in_script = false;
    for (; (at = strpbrk(at, "<-")) != NULL; at++) {
        if (strncmp(at, "<!--", 4) == 0) {
            in_comment = true;
            at++;
        } else if (strncmp(at, "-->", 3) == 0) {
            in_comment = in_script = false;
        } else if (in_comment && is_tag(at, "<script", 7)) {
            in_script = true;
        } else if (is_tag(at, "</script", 8)) {
            if (!in_script)
                return at;
            in_script = false;
        }
    }
    return NULL;
}

/* Returns the place of the end tag. text: one of `texts`. */
static inline const char *skip_text(const char *text, const char *at)
{
    if (begins_with(text, "script"))
        return skip_script(at);
    while ((at = strstr(at, "</")) != NULL &&
           !is_tag(at + 2, text, strlen(text)))
        at++;
    return at;
}

static inline bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

static inline const char *skip_blanks(const char *at)
{
    while (is_blank(*at))
        at++;
    return at;
}

/* Takes the next attribute of a tag. Returns false at the end of the tag. */
static inline bool take_attribute(const char **at, struct part *name,
                                  struct part *value)
{
    while (is_blank(**at) || **at == '/')
        ++*at;
    if (**at == '>' || **at == '\0')
        return false;
    *name = (struct part){*at, 1 + strcspn(*at + 1, BLANKS "/>=")};
    *at += name->length;
    *value = (struct part){*at, 0};
    const char *sign = skip_blanks(*at);
    if (*sign != '=')
        return true;
    *at = skip_blanks(sign + 1);
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

/* Takes the tag whose name is at `at`, with the text that belongs to it. */
static inline const char *take_tag(struct search *search, const char *at)
{
    struct part name, value, values[ATTRIBUTES];
    struct part tag = take_until(&at, BLANKS "/>");
    const char *end = at; /* of the last attribute */
    bool has_values = false;
    for (int i = 0; i < ATTRIBUTES; i++)
        values[i] = (struct part){NULL, 0};
    for (; take_attribute(&at, &name, &value); end = at)
        for (int i = 0; i < ATTRIBUTES; i++)
            if (is(name, attributes[i]) && values[i].at == NULL) {
                values[i] = value; /* the first one counts */
                has_values |= i != REL;
            }
    if (*at++ == '\0')
        return NULL;
    bool is_empty = at - 1 > end && at[-2] == '/'; /* <svg/> */
    if (is(tag, "svg") || is(tag, "math"))
        search->within = is_empty ? search->within : DRAWING;
    else if (search->within == DRAWING && is(tag, "foreignObject"))
        search->within = HTML_IN_DRAWING;
    else if (search->within == DRAWING && is_one_of(tag, no_drawings))
        search->within = PAGE;
    if (search->within != DRAWING && !search->is_xml &&
        strchr("sitnx", *tag.at | 0x20) != NULL && is_one_of(tag, texts))
        snprintf(search->text, sizeof search->text, "%.*s", (int)tag.length,
                 tag.at);
    if (!has_values || (search->within == DRAWING && !is(tag, "a")))
        return at;
    if (!search->wants_base)
        take_links(search, tag, values);
    else if (is(tag, "base") && values[HREF].at != NULL)
        take_base(search, values[HREF]);
    return at;
}

/* Notes the end of a drawing, or of HTML in it. */
static inline void note_end(struct search *search, const char *tag)
{
    if (is_tag(tag, "svg", 3) || is_tag(tag, "math", 4))
        search->within = PAGE;
    else if (search->within == HTML_IN_DRAWING &&
             is_tag(tag, "foreignObject", 13))
        search->within = DRAWING;
}

/* Takes what begins with a < before `at`. */
static inline const char *take_markup(struct search *search, const char *at)
{
    bool is_end = *at == '/';
    if (isalpha((unsigned char)*at))
        return take_tag(search, at);
    if (is_end && search->within != PAGE)
        note_end(search, at + 1);
    if (is_end && isalpha((unsigned char)at[1])) { /* it may have attributes */
        struct part unused;
        take_until(&at, BLANKS ">");
        while (take_attribute(&at, &unused, &unused)) {
        }
        return *at == '\0' ? NULL : at;
    }
    if (strncmp(at, "!--", 3) == 0)
        return skip_comment(at + 3);
    if (strncmp(at, "![CDATA[", 8) == 0 &&
        (search->within == DRAWING || search->is_xml))
        return skip_to(at, "]]>");
    if (is_end || *at == '!' || *at == '?')
        return skip_to(at, ">");
    return *at == '\0' ? NULL : at;
}

/* Goes through a text. Returns where it stopped: at the end, or before what the
 * text ends within. */
static inline const char *take_all(struct search *search, const char *at)
{
    for (const char *next = at; next != NULL;) {
        at = next;
        if (*search->text != '\0') {
            if ((next = skip_text(search->text, at)) != NULL)
                *search->text = '\0';
        } else if (search->wants_base && search->base != NULL) {
            return at;
        } else if ((next = strchr(at, '<')) != NULL) {
            at = next;
            next = take_markup(search, at + 1);
        } else {
            return at + strlen(at);
        }
    }
    return at;
}

/* Finds the page's base. A page has one seldom: so a first look is a quick
 * one. */
static inline void find_base(struct search *search, const char *html)
{
    const char *at = html;
    while ((at = strchr(at, '<')) != NULL &&
           ((at[1] | 0x20) != 'b' || !begins_with(at, "<base")))
        at++;
    search->wants_base = true;
    if (at != NULL)
        take_all(search, html);
    search->wants_base = false;
    search->within = PAGE;
    *search->text = '\0';
    if (search->base == NULL)
        search->base = need(strdup(search->url));
}

/* Finds the links of a page, or of a piece of one. Returns how many bytes are
 * done; the others are to stand at the beginning of the next piece. */
static inline size_t find_links(struct search *search, const char *html)
{
    return (size_t)(take_all(search, html) - html);
}

/* ---- What is HTML? ---- */

/* True if a text without a type is HTML, by how it begins (WHATWG MIME
 * Sniffing, 7.1). A short one may be. */
static inline bool begins_as_html(const char *body)
{
    static const char tags[] = "html head script iframe h1 div font table a "
                               "style title b body br p";
    body += strspn(body, BLANKS);
    if (strlen(body) < 16 || begins_with(body, "<!--"))
        return true;
    if (begins_with(body, "<!doctype html"))
        return body[14] == '>' || body[14] == ' ';
    struct part tag = {body + 1, strcspn(body + 1, " >")};
    return *body == '<' && is_one_of(tag, tags);
}

/* True if a response can have links. type: its Content-Type, or NULL; body: how
 * it begins. */
static inline bool is_html(const char *type, const char *body)
{
    if (type == NULL)
        return begins_as_html(body);
    struct part name = take_until(&type, BLANKS ";");
    return is_one_of(name, "text/html application/xhtml+xml") ||
           ((memchr(name.at, '/', name.length) == NULL ||
             is_one_of(name, "*/* unknown/unknown application/unknown")) &&
            begins_as_html(body));
}

/* Finds the name of a text's characters, charset=NAME. Its place is NULL if it
 * does not stand before `end`. */
static inline struct part find_charset(const char *text, const char *end)
{
    while (text < end && *text != '\0' &&
           ((*text | 0x20) != 'c' || !begins_with(text, "charset=")))
        text++;
    if (text >= end || *text == '\0')
        return (struct part){NULL, 0};
    text += 8;
    text += strspn(text, "\"' ");
    return take_until(&text, "\"' ;/>\r\n");
}

/* Prepares a search. type: the value of Content-Type, or NULL, which is HTML
 * without more; html: how the page begins. */
static inline void begin_search(struct search *search, const char *type,
                                const char *html)
{
    struct part name = {NULL, 0};
    if (type != NULL) {
        search->is_xml = begins_with(type, "application/xhtml+xml");
        name = find_charset(type, type + strcspn(type, "\r\n"));
    }
    if (name.at == NULL)
        name = find_charset(html, html + strnlen(html, 1024));
    search->is_latin1 =
        is_one_of(name, "iso-8859-1 latin1 windows-1252 us-ascii");
    find_base(search, html);
}

#endif
