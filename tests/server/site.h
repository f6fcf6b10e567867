/*
 * site.h - the pages of the practice server below /site/: a small web site with
 * good and broken links, for a link checker.
 *
 * What a link checker that starts at /site/ should find (each URL counted once,
 * fragments dropped):
 *
 *     58 URLs of this host and port, asked for once each
 *     51 of them 200, 2 of them 302
 *     5 broken, linked from these (all below /site/; the start page is also
 *     known as ?q=1):
 *         404 lost.html         start page, about.html, guide/two.html,
 *                               item/7.html, item/14.html, deep/a/b/c/end.html
 *         404 img/missing.png   start page, guide/two.html, item/5.html, 10, 15
 *                               and 20
 *         404 gone.html         news.html, and the redirect moved.html
 *         500 error.html        start page, item/20.html
 *         (not a byte) fails.html   start page, about.html
 *
 * Nothing whose path holds "trap" may be asked for: those links stand in
 * comments, in a script, in text/plain, in attributes that are no links, or
 * point at another host or port. In the bodies {self} stands for the server's
 * own URL. Links are relative where it is not said.
 */
struct site_page {
    const char *path; /* after /site/, without the query */
    /* "302": body is the Location; "500"; "close": not a byte */
    const char *type;
    const char *body;
};

/* /site/item/1.html to /site/item/20.html, made by site_item() */
#define ITEMS 20

static const struct site_page site_pages[] = {
    {"", "text/html",
     "<!DOCTYPE html>\n<title>Practice site</title>\n"
     "<link rel=stylesheet href=style.css>\n"
     "<script src=\"app.js\"></script>\n"
     "<h1 id=top>Practice site</h1>\n"
     "<a href=\"about.html\">double quotes</a>\n"
     "<a href='guide/'>single quotes</a>\n"
     "<a href=news.html>no quotes</a>\n"
     "<A CLASS=x HREF=\"upper.html\">upper case</A>\n"
     "<a href = \"spaced.html\" >spaces around the sign</a>\n"
     "<a\n  href=\"newline.html\"\n>over three lines</a>\n"
     "<a title=\"a > b\" href=\"after-gt.html\">after a quoted sign</a>\n"
     "<a title=\"href='trap-title.html'\" data-href=\"trap-data.html\" "
     "href=\"data.html\">data</a>\n"
     "<a href=\"/site/absolute.html\">absolute path</a>\n"
     "<a href=\"{self}/site/full.html\">absolute URL</a>\n"
     "<a href=\"./dot.html\">dot</a>\n"
     "<a href=\"../site/./guide/../about.html#team\">known by another way</a>\n"
     "<a href=\"../../../site/about.html\">above the root</a>\n"
     "<a href=\"?q=1\">query only</a> <a href=\"#top\">fragment only</a> <a "
     "href=\"\">empty</a>\n"
     "<a href=\"list.html?page=1&amp;sort=up\">entity</a>\n"
     "<a href=\"n&#117;meric.html\">decimal</a> <a "
     "href=\"&#x68;ex.html\">hexadecimal</a>\n"
     "<a href=\"with%20space.html\">percent-encoded</a>\n"
     "<img src=\"img/logo.png\"> <IMG SRC='img/missing.png'>\n"
     "<a href=\"old.html\">redirect</a> <a href=\"moved.html\">redirect to "
     "nothing</a>\n"
     "<a href=\"notes.txt\">text</a> <a href=\"deep/\">deep</a> <a "
     "href=\"item/1.html\">items</a>\n"
     "<a href=\"lost.html\">lost</a> <a href=\"fails.html\">fails</a> <a "
     "href=\"error.html\">e</a>\n"
     "<a href=\"mailto:trap@example.org\">m</a> <a "
     "href=\"javascript:trap()\">j</a>\n"
     "<a href=\"data:text/html,trap\">d</a> <a href=\"tel:1\">t</a>\n"
     "<a href=\"http://other.example/trap\">o</a> <a "
     "href=\"//other.example/trap\">o</a>\n"
     "<a href=\"https://127.0.0.1/trap\">s</a> <a "
     "href=\"http://127.0.0.1:1/trap\">p</a>\n"
     "<!-- <a href=\"trap-comment.html\">no</a> > <a "
     "href='trap-comment-2.html'> -->\n"
     "<script>document.write('<a href=\"trap-script.html\">no</a>');</script>\n"
     "href=\"trap-text.html\"\n"},
    {"about.html", "text/html",
     "<title>About</title>\n<a href=\"./\">home</a> <a id=team "
     "href=\"lost.html\">lost</a>\n"
     "<a href=\"fails.html\">fails</a> <a href=\"news.html#first\">news</a>\n"},
    {"guide/", "text/html",
     "<title>Guide</title>\n<a href=\"../\">home</a> <a "
     "href=\"one.html\">one</a>\n"
     "<a href=\"two.html\">two</a> <img src=\"../img/logo.png\">\n"},
    {"guide/one.html", "text/html",
     "<title>One</title>\n<a href=\"two.html\">next</a>\n"},
    {"guide/two.html", "text/html",
     "<title>Two</title>\n<a href=\".\">guide</a> <a "
     "href=\"../lost.html\">lost</a>\n"
     "<a href=\"..\">home</a> <a href=\"./../img/missing.png\">picture</a>\n"},
    {"news.html", "text/html",
     "<title>News</title>\n<a href=\"/site/\">home</a> <a "
     "href=\"gone.html\">gone</a>\n"
     "<a href=\"list.html\">list</a>\n"},
    {"list.html", "text/html",
     "<title>List</title>\n<a href=\"list.html\">all</a> <a "
     "href=\"?page=1\">1</a>\n"
     "<a href=\"?page=2\">2</a>\n"},
    {"upper.html", "text/html",
     "<TITLE>Upper</TITLE>\n<A HREF='./'>HOME</A>\n"},
    {"spaced.html", "text/html",
     "<title>Spaced</title>\n<a href='  about.html  '>about</a>\n"},
    {"newline.html", "text/html", "<title>Newline</title>\n"},
    {"after-gt.html", "text/html", "<title>After</title>\n"},
    {"data.html", "text/html", "<title>Data</title>\n"},
    {"absolute.html", "text/html", "<title>Absolute</title>\n"},
    {"full.html", "text/html",
     "<title>Full</title>\n<a href=\"{self}/site/\">home</a>\n"},
    {"dot.html", "text/html", "<title>Dot</title>\n"},
    {"numeric.html", "text/html", "<title>Numeric</title>\n"},
    {"hex.html", "text/html", "<title>Hexadecimal</title>\n"},
    {"with%20space.html", "text/html", "<title>Percent</title>\n"},
    {"notes.txt", "text/plain",
     "Not HTML: <a href=\"trap-text-plain.html\">no</a>\n"},
    {"style.css", "text/css", "body { background: url(trap-style.png) }\n"},
    {"app.js", "text/javascript",
     "document.write('<a href=\"trap-app.html\">no</a>');\n"},
    {"img/logo.png", "image/png", "not really a picture\n"},
    {"old.html", "302", "/site/guide/"},
    {"moved.html", "302", "gone.html"},
    {"error.html", "500", ""},
    {"fails.html", "close", ""},
    {"deep/", "text/html", "<title>Deep</title>\n<a href=\"a/\">deeper</a>\n"},
    {"deep/a/", "text/html",
     "<title>Deep</title>\n<a href=\"b/\">deeper</a>\n"},
    {"deep/a/b/", "text/html",
     "<title>Deep</title>\n<a href=\"./c/\">deeper</a>\n"},
    {"deep/a/b/c/", "text/html",
     "<title>Deep</title>\n<a href=\"end.html\">deeper</a>\n"},
    {"deep/a/b/c/end.html", "text/html",
     "<title>End</title>\n<a href=\"../../../../lost.html\">lost</a> <a "
     "href=\"/site/\">home</a>\n"},
};
