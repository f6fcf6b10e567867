/*
 * html.h - where in a page the links are: HTML as browsers read it (WHATWG HTML
 * Standard, 13.2.5 "Tokenization"), as far as links need it.
 *
 *     is_html(type, body)                can this response have links?
 *     begin_search(search, type, html)   prepares for a page
 *     find_links(search, html)           calls found() for each link
 *
 * Left out: links that a script or a style sheet makes; srcdoc; names of
 * characters beyond ASCII and Latin-1; texts in other characters than UTF-8 and
 * Windows-1252, which Latin-1 is read as. The links in <noscript> count.
 */
#ifndef HTML_H
#define HTML_H

#include "url.h"

#define BLANKS " \t\r\n\f"

/* The attributes that matter, and the tags in which they are links. */
enum { HREF, SRC, SRCSET, POSTER, DATA, CONTENT, REL, HTTP_EQUIV, ATTRIBUTES };
static const struct {
    const char *name, *tags;
} attributes[ATTRIBUTES] = {
    {"href", "a area link"},
    {"src", "img script source iframe frame embed track audio video input"},
    {"srcset", "img source"},
    {"poster", "video"},
    {"data", "object"},
    {"content", "meta"},
    {"rel", ""},
    {"http-equiv", ""},
};

/* Tags behind which there is text and no HTML, up to their end tag. */
static const char *const texts[] = {"script",   "style",  "title",
                                    "textarea", "iframe", "noembed",
                                    "noframes", "xmp",    "plaintext"};

/* Tags that can't be meant for a drawing, and so end it. */
static const char no_drawings[] =
    "b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 "
    "h6 head hr i img li listing menu meta nobr ol p pre ruby s small span "
    "strong strike sub sup table tt u ul var";

/* Characters that have names. A number tells which character the next name is;
 * from there they count up. A name with a semicolon can't be without it. */
static const char character_names[] =
    "38 amp 60 lt 62 gt 34 quot 38 AMP 60 LT 62 GT 34 QUOT 9 Tab; NewLine; "
    "33 excl; 35 num; dollar; percnt; 39 apos; lpar; rpar; ast; plus; comma; "
    "46 period; sol; 58 colon; semi; 61 equals; 63 quest; commat; 91 lsqb; "
    "bsol; rsqb; Hat; lowbar; grave; 123 lcub; verbar; rcub; 91 lbrack; "
    "93 rbrack; 123 lbrace; vert; rbrace; 160 nbsp iexcl cent pound curren yen "
    "brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 "
    "acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest "
    "Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc "
    "Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml "
    "times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute "
    "acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave "
    "iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide "
    "oslash ugrave uacute ucirc uuml yacute thorn yuml ";

/* Windows-1252: what the numbers 128 to 159 mean. */
static const unsigned short windows_1252[32] = {
    0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
    0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
    0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

struct search {
    const char *url;                                /* of the page */
    void (*found)(void *argument, const char *url); /* is given each link */
    void *argument;
    char *base; /* what links are relative to; NULL: it is looked for */
    bool is_xml, is_latin1;
    const char *text; /* the one of `texts` that we are in, or NULL */
    enum { PAGE, DRAWING, HTML_IN_DRAWING } within; /* <svg>, <foreignObject> */
};

/* ---- Values ---- */

/* Appends a character in UTF-8: the first byte tells how many follow, each has
 * six bits. */
static inline char *put_character(char *to, unsigned long c)
{
    if (c == 0 || c > 0x10FFFF || c >> 11 == 0x1B)
        c = 0xFFFD;
    else if (c >= 0x80 && c < 0xA0)
        c = windows_1252[c - 0x80];
    int more = (c >= 0x80) + (c >= 0x800) + (c >= 0x10000);
    *to++ = (char)(more == 0 ? c : (0xFF00u >> (more + 1)) | c >> 6 * more);
    while (more-- > 0)
        *to++ = (char)(0x80 | (c >> 6 * more & 0x3F));
    return to;
}

/* Takes what the & at *text begins, &amp; &#38; &#x26; or just &, and returns
 * the character. A name that lacks its semicolon is none if it goes on, as in
 * ?a=1&copy=2. */
static inline unsigned long take_reference(const char **text)
{
    const char *at = ++*text;
    unsigned long c = 0;
    if (*at == '#') {
        bool is_hex = (at[1] | 0x20) == 'x';
        const char *digits = at += is_hex ? 2 : 1;
        for (; (is_hex ? isxdigit : isdigit)((unsigned char)*at); at++) {
            int digit = *at <= '9' ? *at - '0' : (*at | 0x20) - 'a' + 10;
            if (c <= 0x10FFFF)
                c = c * (is_hex ? 16 : 10) + (unsigned)digit;
        }
        *text = at == digits ? *text : at + (*at == ';');
        return at == digits ? '&' : c;
    }
    for (const char *name = character_names; *name != '\0'; c++) {
        if (isdigit((unsigned char)*name)) {
            c = strtoul(name, NULL, 10);
            name = strchr(name, ' ') + 1;
        }
        size_t n = strcspn(name, " ");
        bool is_whole = name[n - 1] == ';';
        if (strncmp(name, at, n) == 0 &&
            (is_whole || (at[n] != '=' && !isalnum((unsigned char)at[n])))) {
            *text += n + (!is_whole && at[n] == ';');
            return c;
        }
        name += n + 1;
    }
    return '&';
}

/* True if the bytes may be UTF-8: one from C0 up begins a character, those from
 * 80 to BF go on with it. In Latin-1 such a byte mostly stands alone. */
static inline bool is_utf8(struct part part)
{
    unsigned before = 0;
    for (size_t i = 0; i < part.length; i++) {
        unsigned byte = (unsigned char)part.at[i];
        if (byte >> 6 == 2 ? before < 0x80 : before >= 0xC0)
            return false;
        before = byte;
    }
    return before < 0xC0;
}

/* Returns the value of an attribute in UTF-8, in new memory. */
static inline char *decode(struct part raw, bool is_latin1)
{
    char *text = allocate(3, raw.length + 1), *to = text;
    for (const char *at = raw.at; at < raw.at + raw.length;)
        if (*at == '&')
            to = put_character(to, take_reference(&at));
        else if (is_latin1)
            to = put_character(to, (unsigned char)*at++);
        else
            *to++ = *at++;
    return text;
}

/* Takes the next URL of a srcset, and ends it with a NUL. Behind it stands what
 * it is good for (2x, 640w), and a comma. NULL: there is none. */
static inline char *take_candidate(char **at)
{
    char *url = *at + strspn(*at, BLANKS ",");
    char *end = *at = url + strcspn(url, BLANKS);
    while (end > url && end[-1] == ',')
        end--;
    bool in_parens = false, is_over = *at > end;
    for (; !is_over && **at != '\0'; ++*at) {
        is_over = **at == ',' && !in_parens;
        in_parens = in_parens ? **at != ')' : **at == '(';
    }
    *end = '\0';
    return end == url ? NULL : url;
}

/* Returns the URL in the content of a refresh, 5; url='next.html', or NULL. */
static inline char *refresh_url(char *at)
{
    at += strspn(at, BLANKS);
    size_t digits = strspn(at, "0123456789.");
    at += digits;
    if (digits == 0 || strchr(BLANKS ";,", *at) == NULL)
        return NULL;
    at += strspn(at, BLANKS);
    at += *at == ';' || *at == ',';
    at += strspn(at, BLANKS);
    size_t sign = begins_with(at, "url") ? 3 + strspn(at + 3, BLANKS) : 0;
    if (sign > 0 && at[sign] == '=')
        at += sign + 1 + strspn(at + sign + 1, BLANKS);
    if (*at == '"' || *at == '\'') {
        const char quote[] = {*at++, '\0'};
        at[strcspn(at, quote)] = '\0';
    }
    return *at == '\0' ? NULL : at;
}

/* Hands over what an attribute links to. */
static inline void take_value(const struct search *search, int attribute,
                              struct part raw)
{
    bool is_latin1 = search->is_latin1 || !is_utf8(raw);
    char *text = decode(raw, is_latin1), *rest = text;
    char *link = attribute == SRCSET    ? take_candidate(&rest)
                 : attribute == CONTENT ? refresh_url(text)
                                        : text;
    while (link != NULL) {
        char *url = resolve_link(search->base, link, is_latin1);
        search->found(search->argument, url);
        free(url);
        link = attribute == SRCSET ? take_candidate(&rest) : NULL;
    }
    free(text);
}

/* ---- Tags ---- */

/* Hands over the links of a tag, or notes the base. values: its attributes. */
static inline void take_links(struct search *search, struct part tag,
                              const struct part *values)
{
    if (search->base == NULL && is(tag, "base") && values[HREF].at != NULL) {
        char *text = decode(values[HREF], search->is_latin1);
        search->base = resolve_link(search->url, text, false);
        free(text);
    } else if (search->base != NULL &&
               (!is(tag, "link") ||
                !is_one_of(values[REL], "preconnect dns-prefetch")) &&
               (!is(tag, "meta") || is(values[HTTP_EQUIV], "refresh"))) {
        for (int i = 0; i < ATTRIBUTES; i++)
            if (values[i].at != NULL && is_one_of(tag, attributes[i].tags))
                take_value(search, i, values[i]);
    }
}

/* Notes where a tag leads: into a text or a drawing, or out of it. */
static inline void note_tag(struct search *search, struct part tag, bool is_end,
                            bool is_empty)
{
    if (is(tag, "svg") || is(tag, "math"))
        search->within = is_end ? PAGE : is_empty ? search->within : DRAWING;
    else if (search->within != PAGE && is(tag, "foreignobject"))
        search->within = is_end ? DRAWING : HTML_IN_DRAWING;
    else if (search->within == DRAWING && !is_end &&
             is_one_of(tag, no_drawings))
        search->within = PAGE;
    if (is_end || search->within == DRAWING || search->is_xml)
        return;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (is(tag, texts[i]))
            search->text = texts[i];
}

/* Takes the next attribute of a tag. Returns false at the end of the tag. (Most
 * tags have no blanks in some places; to look first is quicker.) */
static inline bool take_attribute(const char **at, struct part *name,
                                  struct part *value)
{
    if (**at != '>')
        *at += strspn(*at, BLANKS "/");
    if (**at == '>' || **at == '\0')
        return false;
    *name = (struct part){*at, 1 + strcspn(*at + 1, BLANKS "/>=")};
    *at += name->length;
    *value = (struct part){*at, 0};
    const char *sign = **at == '=' ? *at : *at + strspn(*at, BLANKS);
    if (*sign != '=')
        return true;
    *at = sign + 1;
    if (**at != '"')
        *at += strspn(*at, BLANKS);
    const char quote[] = {**at, '\0'};
    bool is_quoted = *quote == '"' || *quote == '\'';
    *at += is_quoted;
    *value = take_until(at, is_quoted ? quote : BLANKS ">");
    *at += is_quoted && **at != '\0';
    return true;
}

/* Takes the tag at `at`. This and the next functions return the place behind
 * what they take, or NULL if the text ends before. */
static inline const char *take_tag(struct search *search, const char *at)
{
    struct part name, value, values[ATTRIBUTES];
    for (int i = 0; i < ATTRIBUTES; i++)
        values[i] = (struct part){NULL, 0};
    bool is_end = at[1] == '/';
    at += is_end ? 2 : 1;
    struct part tag = take_until(&at, BLANKS "/>");
    const char *end = at; /* of the last attribute */
    for (; take_attribute(&at, &name, &value); end = at)
        for (int i = 0; i < ATTRIBUTES; i++)
            if (values[i].at == NULL && is(name, attributes[i].name))
                values[i] = value; /* the first one counts */
    if (*at == '\0')
        return NULL;
    if (!is_end || search->within != PAGE)
        note_tag(search, tag, is_end, at > end && at[-1] == '/');
    if (!is_end && (search->within != DRAWING || is(tag, "a")))
        take_links(search, tag, values);
    return at + 1;
}

/* Goes to the end tag of a text. In a script a comment may stand, and in that a
 * whole <script>, whose end is not the end. */
static inline const char *skip_text(struct search *search, const char *at)
{
    bool is_script = strcmp(search->text, "script") == 0;
    bool in_comment = false, in_script = false;
    for (; (at = strpbrk(at, is_script ? "<-" : "<")) != NULL; at++) {
        bool is_end = strncmp(at, "</", 2) == 0;
        const char *end = at + (is_end ? 2 : 1);
        bool is_ours = is(take_until(&end, BLANKS "/>"), search->text) &&
                       *at == '<' && *end != '\0';
        if (is_ours && is_end && !in_script && *search->text != 'p') {
            search->text = NULL; /* but a <plaintext> has no end */
            return at;
        }
        if (strncmp(at, "<!--", 4) == 0)
            in_comment = is_script;
        else if (strncmp(at, "-->", 3) == 0)
            in_comment = in_script = false;
        else if (is_ours)
            in_script = in_comment && !is_end;
    }
    return NULL;
}

/* Takes what comes next: text, a tag, a comment, or the like. */
static inline const char *take_next(struct search *search, const char *at)
{
    if (search->text != NULL)
        return skip_text(search, at);
    if (*at != '<')
        return at + strcspn(at, "<");
    if (isalpha((unsigned char)at[at[1] == '/' ? 2 : 1]))
        return take_tag(search, at);
    if (strncmp(at, "<!--", 4) == 0) {
        const char *inside = at + 4; /* <!--> is one, too */
        for (at += 2; (at = strstr(at, "--")) != NULL; at++)
            if (at[2] == '>' || (at >= inside && strncmp(at + 2, "!>", 2) == 0))
                return strchr(at, '>') + 1;
        return NULL;
    }
    bool is_cdata = strncmp(at, "<![CDATA[", 9) == 0 &&
                    (search->within == DRAWING || search->is_xml);
    if (strchr("!?/", at[1]) == NULL)
        return at + 1;
    at = strstr(at, is_cdata ? "]]>" : ">");
    return at == NULL ? NULL : strchr(at, '>') + 1;
}

/* ---- Pages ---- */

/* Finds the links of a page, or of a piece of one. Returns how many bytes are
 * done; the others are to stand at the beginning of the next piece. */
static inline size_t find_links(struct search *search, const char *html)
{
    const char *at = html, *next;
    while (*at != '\0' && (next = take_next(search, at)) != NULL)
        at = next;
    return (size_t)(at - html);
}

/* True if a response can have links. type: its Content-Type, or NULL; body: how
 * it begins. If the type says nothing, it is HTML if it begins so (WHATWG MIME
 * Sniffing, 7.1); a short text may be. */
static inline bool is_html(const char *type, const char *body)
{
    if (type != NULL) {
        struct part name = take_until(&type, BLANKS ";");
        if (is_one_of(name, "text/html application/xhtml+xml"))
            return true;
        if (memchr(name.at, '/', name.length) != NULL &&
            !is_one_of(name, "*/* unknown/unknown application/unknown"))
            return false;
    }
    body += strspn(body, BLANKS);
    if (strlen(body) < 16 || begins_with(body, "<!--"))
        return true;
    struct part tag = {body + 1, strcspn(body + 1, " >")};
    return *body == '<' &&
           is_one_of(tag, "!doctype html head script iframe h1 div font table "
                          "a style title b body br p");
}

/* Finds the name behind a charset= in the first n bytes of a text. Its place is
 * NULL if there is none. */
static inline struct part find_charset(const char *text, size_t n)
{
    for (const char *end = text + n; text < end; text++)
        if (is((struct part){text, 8}, "charset=")) {
            text += 8 + strspn(text + 8, "\"' ");
            return take_until(&text, "\"' ;/>\r\n");
        }
    return (struct part){NULL, 0};
}

/* Prepares a search. type: the value of Content-Type, or NULL, which is HTML
 * without more; html: how the page begins. The first <base> in that counts, for
 * links before it, too; most pages have none, and so a first look is quick. */
static inline void begin_search(struct search *search, const char *type,
                                const char *html)
{
    type = type == NULL ? "" : type;
    struct part charset = find_charset(type, strcspn(type, "\r\n"));
    if (charset.at == NULL)
        charset = find_charset(html, strnlen(html, 1024));
    search->is_latin1 =
        is_one_of(charset, "iso-8859-1 latin1 windows-1252 us-ascii");
    search->is_xml = begins_with(type, "application/xhtml+xml");
    struct search look = *search; /* for the base */
    const char *at = strchr(html, '<');
    while (at != NULL && !is((struct part){at + 1, 4}, "base"))
        at = strchr(at + 1, '<');
    if (at != NULL)
        for (at = html; at != NULL && *at != '\0' && look.base == NULL;)
            at = take_next(&look, at);
    search->base = look.base;
    if (look.base == NULL || *look.base == '\0' || is_foreign(look.base)) {
        search->base = resolve_link(search->url, "", false);
        free(look.base);
    }
}

#endif
