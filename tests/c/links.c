/*
 * links.c: links, and what url.h and html.h make of them (tests/07-crawl.bats).
 * Prints what is wrong, and how many links it looked at. Exit status 1 if any
 * is wrong.
 */
#include "html.h"
#include "response.h"

struct example {
    const char *link, *means;
};

/* RFC 3986, sections 5.4.1 and 5.4.2, without the fragments in the results:
 * crawl drops them. The base is the one given there. */
static const char rfc_base[] = "http://a/b/c/d;p?q";
static const struct example rfc_examples[] = {
    {"g:h", "g:h"},
    {"g", "http://a/b/c/g"},
    {"./g", "http://a/b/c/g"},
    {"g/", "http://a/b/c/g/"},
    {"/g", "http://a/g"},
    {"//g", "http://g/"},
    {"?y", "http://a/b/c/d;p?y"},
    {"g?y", "http://a/b/c/g?y"},
    {"#s", "http://a/b/c/d;p?q"},
    {"g#s", "http://a/b/c/g"},
    {"g?y#s", "http://a/b/c/g?y"},
    {";x", "http://a/b/c/;x"},
    {"g;x", "http://a/b/c/g;x"},
    {"g;x?y#s", "http://a/b/c/g;x?y"},
    {"", "http://a/b/c/d;p?q"},
    {".", "http://a/b/c/"},
    {"./", "http://a/b/c/"},
    {"..", "http://a/b/"},
    {"../", "http://a/b/"},
    {"../g", "http://a/b/g"},
    {"../..", "http://a/"},
    {"../../", "http://a/"},
    {"../../g", "http://a/g"},
    /* abnormal */
    {"../../../g", "http://a/g"},
    {"../../../../g", "http://a/g"},
    {"/./g", "http://a/g"},
    {"/../g", "http://a/g"},
    {"g.", "http://a/b/c/g."},
    {".g", "http://a/b/c/.g"},
    {"g..", "http://a/b/c/g.."},
    {"..g", "http://a/b/c/..g"},
    {"./../g", "http://a/b/g"},
    {"./g/.", "http://a/b/c/g/"},
    {"g/./h", "http://a/b/c/g/h"},
    {"g/../h", "http://a/b/c/h"},
    {"g;x=1/./y", "http://a/b/c/g;x=1/y"},
    {"g;x=1/../y", "http://a/b/c/y"},
    {"g?y/./x", "http://a/b/c/g?y/./x"},
    {"g?y/../x", "http://a/b/c/g?y/../x"},
    {"g#s/./x", "http://a/b/c/g"},
    {"g#s/../x", "http://a/b/c/g"},
    {"http:g", "http://a/b/c/g"}, /* as browsers: of old */
};

/* Where the RFC has no example: a base without a path, slashes without a name
 * between them, and what a path and a query are allowed to hold. */
static const char bare_base[] = "http://a";
static const struct example bare_examples[] = {
    {"g", "http://a/g"},         {"../g", "http://a/g"},
    {"?y", "http://a/?y"},       {"", "http://a/"},
    {"g//h", "http://a/g//h"},   {"g//../h", "http://a/g/h"},
    {"/..", "http://a/"},        {"/g/...", "http://a/g/..."},
    {"g?a?b", "http://a/g?a?b"}, {"g?//x", "http://a/g?//x"},
};

/* What browsers put right, tried with one. */
static const char browser_base[] = "http://h.test:81/d/e/page.html?q=1";
static const struct example browser_examples[] = {
    {"(http://x)", "http://h.test:81/d/e/(http://x)"},
    {"12:30.html", "http://h.test:81/d/e/12:30.html"},
    {"2026:final.html", "http://h.test:81/d/e/2026:final.html"},
    {":ok", "http://h.test:81/d/e/:ok"},
    {"a+b-c.2:x", "a+b-c.2:x"},
    {"http:foo.html", "http://h.test:81/d/e/foo.html"},
    {"http:/foo", "http://h.test:81/foo"},
    {"http:", "http://h.test:81/d/e/page.html?q=1"},
    {"https:foo", "https://foo/"},
    {"HTTP://h2/x", "HTTP://h2/x"},
    {"http:///h2/x", "http://h2/x"},
    {"///h2/x", "http://h2/x"},
    {"\\\\h2\\x", "http://h2/x"},
    {"/\\h2/x", "http://h2/x"},
    {"http://h2:1\\x", "http://h2:1/x"},
    {"a\\b?c\\d", "http://h.test:81/d/e/a/b?c\\d"},
    {"%2e%2e/x", "http://h.test:81/d/x"},
    {"%2E./x", "http://h.test:81/d/x"},
    {"x/%2e", "http://h.test:81/d/e/x/"},
    {"%2e%2e%2e/%2ex", "http://h.test:81/d/e/%2e%2e%2e/%2ex"},
    {"a/../..//b", "http://h.test:81/d//b"},
    {" \001 x y\001 ", "http://h.test:81/d/e/x%20y"},
    {"a\tb\nc", "http://h.test:81/d/e/abc"},
    {"x?a=\303\251", "http://h.test:81/d/e/x?a=%C3%A9"},
    {"\303\251", "http://h.test:81/d/e/%C3%A9"},
    {"x%zz", "http://h.test:81/d/e/x%zz"},
    {"x|y^z{}`'", "http://h.test:81/d/e/x%7Cy%5Ez%7B%7D%60'"},
    {"?x|y^z{}`'", "http://h.test:81/d/e/page.html?x|y^z{}`%27"},
    {"<\">?<\">", "http://h.test:81/d/e/%3C%22%3E?%3C%22%3E"},
    {"x\033[31m\177\001/", "http://h.test:81/d/e/x%1B[31m%7F%01/"},
    {"C|/x", "http://h.test:81/d/e/C%7C/x"},
    {"c:/x\\y", "c:/x\\y"},
    {"x.html?u=http://a/b", "http://h.test:81/d/e/x.html?u=http://a/b"},
    {"?", "http://h.test:81/d/e/page.html?"},
    {"x?#", "http://h.test:81/d/e/x?"},
    {"http://u:p@h.test:81/x", "http://u:p@h.test:81/x"},
};

/* Attribute values, and what they are without their character references. */
static const struct example values[] = {
    {"a?b=1&amp;c=2", "a?b=1&c=2"},
    {"a&#38;b&#x26;c&#X26;d", "a&b&c&d"},
    {"&lt;&gt;&quot;&apos;&AMP;", "<>\"'&"},
    {"a?b=1&c=2&", "a?b=1&c=2&"},
    {"&", "&"},
    {"&#", "&#"},
    {"&#x", "&#x"},
    {"&#;&#x;&#g", "&#;&#x;&#g"},
    {"&ampere;&am", "&ampere;&am"},
    {"&amp;amp;", "&amp;"},
    {"n&#117meric", "numeric"},
    {"&#x0x41", "\357\277\275x41"},
    {"&#233;&#x20AC;&#x1F600;", "\303\251\342\202\254\360\237\230\200"},
    {"&#0;&#x110000;&#xD800;&#99999999999999999999;",
     "\357\277\275\357\277\275\357\277\275\357\277\275"},
    {"&#150;&#128;&#129;", "\342\200\223\342\202\254\302\201"},
    /* A name of old needs no semicolon, unless it goes on. */
    {"a&amp", "a&"},
    {"a&amp b&lt/", "a& b</"},
    {"?a=1&copy=2&reg3&lt", "?a=1&copy=2&reg3<"},
    {"?a=1&copy;=2", "?a=1\302\251=2"},
    {"&eacute;&Uuml&yuml", "\303\251\303\234\303\277"},
    {"&nbsp;&lpar;x&rpar;&period;&sol;", "\302\240(x)./"},
    {"&lpar&nosuch;", "&lpar&nosuch;"},
    {"&Tab;&NewLine;", "\t\n"},
    {"caf\303\251 \t", "caf\303\251 \t"},
    {"", ""},
};

/* Pages at http://a:81/d/p?q, and the paths they link to. */
static const struct example pages[] = {
    {"<a href=x>", "/d/x"},
    {"<a href='x y'><a href=\"z\"><img src=i.png><A\nHREF =\r\n X >",
     "/d/x%20y /d/z /d/i.png /d/X"},
    {"<a href=' x '><a href='&#32;y&#10;'>", "/d/x /d/y"},
    {"<a href><a href=''>", "/d/p?q /d/p?q"},
    {"<a/href=x/><br/><a href='x'href='y'>", "/d/x/ /d/x"},
    {"<a title='>' href=x><a title=\"<a href=no>\" href=y>", "/d/x /d/y"},
    {"<a hreflang=no data-href=no xsrc=no =href=no>", ""},
    {"href=no < a href=no> <1 href=no> </a href=no> <!a href=no> <?a href=no?>",
     ""},
    /* what is a link */
    {"<area href=a><img src=b><script src=c></script><iframe src=d></iframe>"
     "<frame src=e><embed src=f><source src=g><track src=h><audio src=i>"
     "<video src=j poster=k><input src=l><object data=m>",
     "/d/a /d/b /d/c /d/d /d/e /d/f /d/g /d/h /d/i /d/j /d/k /d/l /d/m"},
    {"<gtkdoclink href=no><p src=no><a src=no><img href=no><blockquote cite=no>"
     "<form action=no><abbr href=no>",
     ""},
    {"<link href=a><link rel=stylesheet href=b><link rel=preconnect href=no>"
     "<link rel='DNS-prefetch' href=no><link rel=icon href=c>",
     "/d/a /d/b /d/c"},
    {"<img src=a srcset='b 1x, c 2x,d ,e, f,g 3x'>",
     "/d/a /d/b /d/c /d/d /d/e /d/f,g"},
    {"<source srcset=' a,b 1x , , c (x,y) 2w,d'>", "/d/a,b /d/c /d/d"},
    {"<meta http-equiv=refresh content='5; url=a'><meta http-equiv=Refresh "
     "content=\"0;URL = 'b?x&amp;y' z\"><meta http-equiv=refresh content='1 "
     "c'><meta http-equiv=refresh content=9><meta content='0;url=no'><meta "
     "http-equiv=refresh content='x;url=no'><meta http-equiv=refresh "
     "content='0.5;,d'>",
     "/d/a /d/b?x&y /d/c /d/,d"},
    /* what is no markup */
    {"<!-- <a href=no> > --><a href=x>", "/d/x"},
    {"<!--><a href=x><!---><a href=y><!-- -- - <a href=no>", "/d/x /d/y"},
    {"<!-- <a href=no> --!><a href=x><!-- --- --><a href=y>", "/d/x /d/y"},
    {"<?php <a href=no><a href=x></1 <a href=no></><a href=y>", "/d/x /d/y"},
    {"<!doctype html '>'><a href=x></a title='<a href=no>'><a href=y>",
     "/d/x /d/y"},
    {"<script src=s><a href=no></script ><a href=x>", "/d/s /d/x"},
    {"<script><!-- <script> </script><a href=no> --></script><a href=x>",
     "/d/x"},
    {"<script><!-- </script><a href=x>", "/d/x"},
    {"<script><!--> <script></script><a href=x>", "/d/x"},
    {"<STYLE><a href=no></style><title><a href=no></TITLE><a href=x>", "/d/x"},
    {"<textarea></text <a href=no></textareas><a href=no></textarea><a href=x>",
     "/d/x"},
    {"<noembed><a href=no></noembed><xmp><a href=no></xmp><a href=x>", "/d/x"},
    {"<scripts><a href=x></scripts><script><a href=no>", "/d/x"},
    {"<a href=x><plaintext><a href=no></plaintext><a href=no>", "/d/x"},
    {"<svg><style/><title/><script/><a href=x></svg><style><a href=no></style>",
     "/d/x"},
    {"<svg><![CDATA[<a href=no>]]></svg><![CDATA[<a href=no>]]><a href=x>",
     "/d/x"},
    {"<svg><foreignObject><style><a href=no></style></foreignObject><style/>"
     "<a href=x></svg>",
     "/d/x"},
    {"<svg/><style><a href=no></style><a href=x>", "/d/x"},
    {"<a href=\"x", ""},
    {"<a href=x", ""},
    {"<a href=", ""},
    {"<a hre", ""},
    {"<", ""},
    {"<!--", ""},
    {"<script", ""},
    /* where it leads */
    {"<a href=/x#f><a href=#f><a href=\"//a:81\">", "/x /d/p?q /"},
    {"<a href=x><base href=/e/><base href=no/><a href=y>", "/e/x /e/y"},
    {"<base href=data:,x><base href=/no/><a href=y>", "/d/y"},
    {"<base href=' data:,x'><base href=/no/><a href=y>", "/d/y"},
    {"<base href=http://><base href=/no/><a href=y>", "/d/y"},
    {"<base target=_top><base href=/e/><a href=y>", "/e/y"},
    {"<a href=http://><a href='http:///?x'><a href=y>", "/d/y"},
    {"<base href=//b/><a href=x>", "http://b/x"},
    {"<!-- <base href=/no/> --><a href=x>", "/d/x"},
    {"<a href=\351>\351<a href='?\351'>", "/d/%C3%A9 /d/p?%E9"},
    {"<a href='\303\251?\303\251'>", "/d/%C3%A9?%C3%A9"},
};

/* The same, with a Content-Type. */
static const struct {
    const char *type, *html, *means;
} typed[] = {
    {"text/html; charset=ISO-8859-1\r\n", "<a href='\351?\351&#x20ac;'>",
     "/d/%C3%A9?%E9%E2%82%AC"},
    {"text/html", "<meta charset=\"latin1\"><a href='\303\251'>",
     "/d/%C3%83%C2%A9"},
    {"text/html;charset=utf-8\r\n", "<meta charset=latin1><a href='\303\251'>",
     "/d/%C3%A9"},
    {"application/xhtml+xml\r\n",
     "<script/><a href='x'/><![CDATA[<a href='no'/>]]><title/><a href='y'/>",
     "/d/x /d/y"},
};

/* What is HTML. */
static const struct {
    const char *type, *html;
    bool is_html;
} kinds[] = {
    {"text/html\r\n", "", true},
    {"TEXT/HTML;charset=x\r\n", "", true},
    {"application/xhtml+xml\r\n", "", true},
    {"text/htmlx\r\n", "<!doctype html>     ", false},
    {"text/plain\r\n", "<!doctype html>     ", false},
    {NULL, "\n <!DOCTYPE html>     ", true},
    {NULL, "<!-- a comment first -->", true},
    {NULL, "<h1>a title, no more</h1>", true},
    {NULL, "<h2>a title, no more</h2>", false},
    {NULL, "only text, <a href=no>", false},
    {"html\r\n", "<html><head><title>", true},
    {"*/*\r\n", "<html><head><title>", true},
    {"image/png\r\n", "<html><head><title>", false},
};

static int looked_at, wrong;

/* Notes whether a function has returned what it should, and frees it. */
static void expect(const char *function, const char *input, const char *wanted,
                   char *came)
{
    looked_at++;
    if (strcmp(wanted, came) != 0) {
        wrong++;
        printf("%s of \"%s\": wanted \"%s\", came \"%s\"\n", function, input,
               wanted, came);
    }
    free(came);
}

/* Appends a link to the list: its path, if it is one of the site's. */
static void note(void *list, const char *url)
{
    static const char site[] = "http://a:81";
    if (strncmp(url, site, strlen(site)) == 0)
        url += strlen(site);
    char *end = (char *)list + strlen(list);
    sprintf(end, end == list ? "%s" : " %s", url);
}

/* Returns what a page links to, in new memory, with blanks between. bytes: how
 * many of the page come at a time. */
static char *links_in(const char *type, const char *html, size_t bytes)
{
    char *list = allocate(1, 1000);
    struct text text = {NULL, 0, 0};
    append(&text, "", 0);
    struct search search = {
        .url = "http://a:81/d/p?q", .found = note, .argument = list};
    begin_search(&search, type, html);
    for (size_t n; *html != '\0'; html += n) {
        n = strnlen(html, bytes);
        append(&text, html, n);
        remove_before(&text, text.bytes + find_links(&search, text.bytes));
    }
    free(search.base);
    free(text.bytes);
    return list;
}

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

int main(void)
{
    for (size_t i = 0; i < COUNT(rfc_examples); i++)
        expect("resolve_link", rfc_examples[i].link, rfc_examples[i].means,
               resolve_link(rfc_base, rfc_examples[i].link, false));
    for (size_t i = 0; i < COUNT(bare_examples); i++)
        expect("resolve_link", bare_examples[i].link, bare_examples[i].means,
               resolve_link(bare_base, bare_examples[i].link, false));
    for (size_t i = 0; i < COUNT(browser_examples); i++)
        expect("resolve_link", browser_examples[i].link,
               browser_examples[i].means,
               resolve_link(browser_base, browser_examples[i].link, false));
    for (size_t i = 0; i < COUNT(values); i++)
        expect("decode", values[i].link, values[i].means,
               decode((struct part){values[i].link, strlen(values[i].link)},
                      false));
    for (size_t i = 0; i < COUNT(pages); i++)
        expect("links", pages[i].link, pages[i].means,
               links_in("text/html", pages[i].link, 1000));
    for (size_t i = 0; i < COUNT(pages); i++)
        if (strstr(pages[i].link, "<base") == NULL) /* it is to come first */
            expect("links, byte by byte", pages[i].link, pages[i].means,
                   links_in("text/html", pages[i].link, 1));
    for (size_t i = 0; i < COUNT(typed); i++)
        expect(typed[i].type, typed[i].html, typed[i].means,
               links_in(typed[i].type, typed[i].html, 1000));
    for (size_t i = 0; i < COUNT(kinds); i++)
        expect("is_html", kinds[i].html, kinds[i].is_html ? "yes" : "no",
               strdup(is_html(kinds[i].type, kinds[i].html) ? "yes" : "no"));
    printf("%d links, %d wrong\n", looked_at, wrong);
    return wrong > 0;
}
