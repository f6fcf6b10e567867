/*
 * resolve-test: does crawl.c understand links? It includes crawl.c, to call its
 * functions.
 *
 *     cc -o resolve-test tests/resolve-test.c && ./resolve-test
 *
 * It prints what is wrong, and how many links it looked at. Exit status 1 if
 * any is wrong.
 */
#define main crawl_main
int main(int argc, char **argv);    /* crawl_main, really */
#include "../05-coroutines/crawl.c" // NOLINT(bugprone-suspicious-include)
#undef main

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
    {"//g", "http://g"},
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
    {"http:g", "http:g"},
};

/* Where the RFC has no example: a base without a path, slashes without a name
 * between them, and what a path and a query are allowed to hold. */
static const char bare_base[] = "http://a";
static const struct example bare_examples[] = {
    {"g", "http://a/g"},         {"../g", "http://a/g"},
    {"?y", "http://a?y"},        {"", "http://a"},
    {"g//h", "http://a/g//h"},   {"g//../h", "http://a/g/h"},
    {"/..", "http://a/"},        {"/g/...", "http://a/g/..."},
    {"g?a?b", "http://a/g?a?b"}, {"g?//x", "http://a/g?//x"},
};

/* Attribute values and what they are in a URL. */
static const struct example values[] = {
    {"a?b=1&amp;c=2", "a?b=1&c=2"},
    {"a&#38;b&#x26;c&#X26;d", "a&b&c&d"},
    {"&lt;&gt;&quot;", "%3C%3E%22"},
    {"a?b=1&c=2&", "a?b=1&c=2&"},
    {"&", "&"},
    {"&#", "&#"},
    {"&#x", "&#x"},
    {"&#;&#x;&#g", "&#;&#x;&#g"},
    {"&ampere;&am", "&ampere;&am"},
    {"&amp;amp;", "&amp;"},
    {"n&#117meric", "numeric"},
    {"&#233;&#x20AC;&#x1F600;", "%C3%A9%E2%82%AC%F0%9F%98%80"},
    {"&#0;&#x110000;&#99999999999999999999;", "%EF%BF%BD%EF%BF%BD%EF%BF%BD"},
    {"caf\303\251", "caf%C3%A9"},
    {" \t\n a b \r\n", "a%20b"},
    {"a\tb\nc\rd", "abcd"},
    {"\033[31m\177\001", "%1B[31m%7F%01"},
    {"&#27;&#10;&#13;", "%1B"},
    {"a%20b%zz", "a%20b%zz"},
    {"", ""},
    {"   ", ""},
};

/* Pages at http://a:81/d/p?q, and the paths they link to. */
static const struct example pages[] = {
    {"<a href=x>", "/d/x"},
    {"<a href='x y'><a href=\"z\"><img src=i.png><A\nHREF =\r\n X >",
     "/d/x%20y /d/z /d/i.png /d/X"},
    {"<a href><a href=><a href=''>", "/d/p?q"},
    {"<a/href=x/><br/><a href='x'href='y'>", "/d/x/ /d/x /d/y"},
    {"<a title='>' href=x><a title=\"<a href=no>\" href=y>", "/d/x /d/y"},
    {"<a hreflang=no data-href=no xsrc=no =href=no>", ""},
    {"href=no < a href=no> <1 href=no> </a href=no> <!a href=no> <?a href=no?>",
     ""},
    {"<!-- <a href=no> > --><a href=x>", "/d/x"},
    {"<!--><a href=x><!---><a href=y><!-- -- - <a href=no>", "/d/x /d/y"},
    {"<script src=s><a href=no></script ><a href=x>", "/d/s /d/x"},
    {"<STYLE><a href=no></style><title><a href=no></TITLE><a href=x>", "/d/x"},
    {"<textarea></text <a href=no></textarea><a href=x>", "/d/x"},
    {"<scripts><a href=x></scripts><script><a href=no>", "/d/x"},
    {"<a href=/x#f><a href=#f><a href=\"//A:81\"><a href='HTTP://a:0081/y'>",
     "/x /d/p?q / /y"},
    {"<a href=//a/no><a href=//b:81/no><a href=https://a:81/no><a "
     "href=//u@a:81/no>",
     ""},
    {"<a href=mailto:no><a href=javascript:no()><a href=data:text/html,no><a "
     "href=http:no>",
     ""},
    {"<a href=x><base href=/e/><base href=no/><a href=y>", "/d/x /e/y"},
    {"<base href=//a:81><a href=y><base href=x>", "/y"},
    {"<base href=//b/><a href=no>", ""},
    {"<a href=x><a href=./x><a href=../d/x#f>", "/d/x"},
    {"<a href=\"x", "/d/x"},
    {"<a href=x", "/d/x"},
    {"<a href=", "/d/p?q"},
    {"<a hre", ""},
    {"<", ""},
    {"<!--", ""},
    {"<script", ""},
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

/* Returns what a page links to, in new memory: each path once, with blanks
 * between. */
static char *paths_in(const char *html)
{
    static const char url[] = "http://a:81/d/p?q";
    struct target *page = need(calloc(1, sizeof *page + sizeof url));
    memcpy(page->url, url, sizeof url);
    find_links(html, page->url, take_link, page);
    char *paths = need(calloc(1, 1000));
    while (first != NULL) {
        struct target *target = first;
        first = target->next;
        *find_target(target->url) = NULL;
        sprintf(paths + strlen(paths), *paths == '\0' ? "%s" : " %s",
                target->url + strlen(site));
        report_links(target);
        free(target);
    }
    last = &first;
    free(page);
    return paths;
}

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

int main(void)
{
    for (size_t i = 0; i < COUNT(rfc_examples); i++)
        expect("resolve_link", rfc_examples[i].link, rfc_examples[i].means,
               resolve_link(rfc_base, rfc_examples[i].link));
    for (size_t i = 0; i < COUNT(bare_examples); i++)
        expect("resolve_link", bare_examples[i].link, bare_examples[i].means,
               resolve_link(bare_base, bare_examples[i].link));
    for (size_t i = 0; i < COUNT(values); i++)
        expect("clean_link", values[i].link, values[i].means,
               clean_link((struct part){values[i].link, strlen(values[i].link)},
                          true));
    static char text[] = "http://A:81/";
    begin_site(text);
    free(paths_in("")); /* takes the start out of the queue */
    for (size_t i = 0; i < COUNT(pages); i++)
        expect("links", pages[i].link, pages[i].means, paths_in(pages[i].link));
    printf("%d links, %d wrong\n", looked_at, wrong);
    return wrong > 0;
}
