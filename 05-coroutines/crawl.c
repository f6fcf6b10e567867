/*
 * A link checker for a web site, and the answer to "how does one make a crawler
 * faster?"
 *
 *     cc -o crawl crawl.c && ./crawl http://127.0.0.1:8080/site/
 *
 * It fetches a page, finds the links in it, and goes on with each page on the
 * same host and port that they lead to. A page whose status is 400 or above, or
 * that fails, is broken; it has a line for each page that links to it:
 *
 *     200  http://127.0.0.1:8080/site/
 *     404  http://127.0.0.1:8080/site/lost.html   linked from http://...
 *
 * A crawler hardly computes, it waits. So N coroutines (-j N, 10 unless told)
 * wait for N pages at the same time; they share one queue. Read it from the
 * end: worker() is a loop, check_page() says connect, send, receive, find the
 * links, and next_target() stops in the middle until there is work. With
 * callbacks (step 4) each of them would be cut up into a function for each
 * place where it waits. And nothing needs a lock: as long as a function does
 * not wait, nobody else runs.
 *
 * Bounded are the connections (-j), the pages (-n), a page's time (-t), and the
 * limits below. Of what is not HTML only the header is read.
 *
 * Left out: it reads no robots.txt and makes no pauses, so use it on your own
 * site. No https. It does not look whether a #fragment is there, and takes ~
 * and %7E for different pages. A page larger than TEXT_LIMIT may be named twice
 * for one link. What of HTML is left out, html.h says.
 */
#include "co_socket.h"
#include "html.h" /* where the links are; and url.h, what they mean */
#include "http.h"
#include "response.h"

enum {
    TEXT_LIMIT = 2 * 1024 * 1024, /* bytes of a page that are held at a time */
    URL_LIMIT = 8000,             /* bytes of a URL that is checked */
    REDIRECTS = 20,               /* one after the other, at most */
    BUCKETS = 65536               /* of the table of targets */
};

/* A URL of the site. It is made when the first link to it is found, and stays
 * to the end, so that nothing is fetched twice. */
struct target {
    struct target *next_in_bucket;
    struct target *next;              /* in the queue */
    const struct target *linked_from; /* the last page that links to it ... */
    struct link *links, **links_end;  /* ... and all, until it is finished */
    const struct target *redirects_to;
    int redirects; /* that led to it, one after the other */
    bool is_finished;
    char *complaint; /* if it is broken: what its lines begin with */
    char url[];
};

struct link {
    struct link *next;
    const struct target *from;
};

static struct target *targets[BUCKETS];       /* a hash table */
static struct target *first, **last = &first; /* those that nobody has begun */
static struct queue idle;                     /* workers without a page */
static int busy;                              /* how many have one */
static int found, finished, broken, not_checked;
static int page_limit = 10000; /* -n */
static bool stopped, quiet;    /* there was more than the page_limit; -q */
static struct url start;       /* whose host and port are those of the site */
static char site[280];         /* http://HOST:PORT, with which its URLs begin */

/* ---- What links to what ---- */

/* Returns, in new memory, the one spelling of a URL that we use. NULL: it is
 * not to be checked. */
static char *own_url(const char *text)
{
    struct url url;
    bool is_ours = parse_url(&url, text) == NULL && url.port == start.port &&
                   url.host_length == start.host_length &&
                   strncasecmp(url.host, start.host, start.host_length) == 0;
    if (!is_ours || strlen(site) + url.path_length > URL_LIMIT) {
        if (begins_with(text, "http:") || begins_with(text, "https:"))
            not_checked++;
        return NULL;
    }
    char *own = allocate(1, strlen(site) + url.path_length + 2);
    char *path = stpcpy(stpcpy(own, site), *url.path == '/' ? "" : "/");
    memcpy(path, url.path, url.path_length);
    return own;
}

/* Returns where in the table the target of this URL is, or is to be added. */
static struct target **find_target(const char *url)
{
    unsigned hash = 0;
    for (const char *c = url; *c != '\0'; c++)
        hash = hash * 31 + (unsigned char)*c;
    struct target **place = &targets[hash % BUCKETS];
    while (*place != NULL && strcmp((*place)->url, url) != 0)
        place = &(*place)->next_in_bucket;
    return place;
}

/* Makes a target, puts it into the queue, and wakes a worker for it. */
static struct target *new_target(const char *url)
{
    size_t size = strlen(url) + 1;
    struct target *target = allocate(1, sizeof *target + size);
    memcpy(target->url, url, size);
    target->links_end = &target->links;
    *last = target;
    last = &target->next;
    found++;
    wake_one(&idle);
    return target;
}

/* Notes that a page links to a URL of the site; from: NULL for the start. The
 * links of a page come one after the other, since nothing waits between them:
 * so the last one tells of a repetition. */
static void add_link(const struct target *from, const char *url)
{
    struct target **place = find_target(url);
    if (*place == NULL && found == page_limit) {
        stopped = true;
        return;
    }
    if (*place == NULL)
        *place = new_target(url);
    struct target *target = *place;
    if (target->linked_from == from)
        return;
    target->linked_from = from;
    if (target->complaint != NULL) {
        printf("%s   linked from %s\n", target->complaint, from->url);
    } else if (!target->is_finished) {
        struct link *link = allocate(1, sizeof *link);
        link->from = from;
        *target->links_end = link;
        target->links_end = &link->next;
    }
}

/* Notes that a target is broken, and why. */
static void note_broken(struct target *target, const struct page *page)
{
    char kind[16] = "failed  ", *end;
    if (page->complete)
        snprintf(kind, sizeof kind, "%6d  ", page->status);
    end = target->complaint =
        allocate(1, strlen(target->url) + sizeof page->reason + 20);
    end = stpcpy(stpcpy(end, kind), target->url);
    if (!page->complete)
        stpcpy(stpcpy(stpcpy(end, " ("), page->reason), ")");
    broken++;
}

/* Reports a finished target, if it is broken, and forgets who links to it. */
static void report_links(struct target *target)
{
    if (target->complaint != NULL && target->links == NULL) /* the start */
        puts(target->complaint);
    while (target->links != NULL) {
        struct link *link = target->links;
        if (target->complaint != NULL)
            printf("%s   linked from %s\n", target->complaint, link->from->url);
        target->links = link->next;
        free(link);
    }
}

/* Notes a link of a page: see find_links(). */
static void take_link(void *from, const char *link)
{
    char *url = own_url(link);
    if (url != NULL)
        add_link(from, url);
    free(url);
}

/* ---- The network: as in fetch.c, but the response is kept ---- */

/* Connects to the host of a URL. Returns the socket, or -1, with the reason in
 * page. */
static int open_connection(struct page *page, const char *url)
{
    if (!page_begin_url(page, 0, url))
        return -1;
    for (const struct addrinfo *a = page->addresses; a; a = a->ai_next) {
        int fd = socket(a->ai_family, SOCK_STREAM, 0);
        if (fd != -1 && co_connect(fd, a->ai_addr, a->ai_addrlen,
                                   page_attempt_time(page, a)) == 0)
            return fd;
        page_fail_errno(page, errno);
        if (fd != -1)
            close(fd);
    }
    return -1;
}

/* What is held of a response: of a large page, only what has not been searched
 * for links. */
struct held {
    struct text header;   /* of the answer itself, not of one before it (103) */
    struct text text;     /* the body */
    bool is_searched;     /* some of the body is gone */
    bool is_too_large;    /* something in it is */
    struct search search; /* since the body began */
};

/* Finds the links of what is there of the page, and forgets the text. */
static void search_text(struct target *target, struct held *held)
{
    const char *body = held->text.bytes;
    if (!held->is_searched) {
        const char *type = find_field(held->header.bytes, "Content-Type");
        held->search = (struct search){
            .url = target->url, .found = take_link, .argument = target};
        begin_search(&held->search, type, body);
        held->is_searched = true;
    }
    body += find_links(&held->search, body);
    remove_before(&held->text, body);
}

/* True if the response can have links, as far as it has come. */
static bool has_links(const struct page *page, const struct held *held)
{
    const char *type = find_field(held->header.bytes, "Content-Type");
    return held->is_searched ||
           (page->status / 100 == 2 && is_html(type, held->text.bytes));
}

/* Takes what recv() has returned, as page_receive() does, and holds it. What
 * stands behind the body is not the page's. */
static bool take(struct page *page, struct held *held, const char *bytes,
                 size_t n)
{
    if (n == 0)
        return page_receive(page, bytes, 0);
    if (is_too_late(page, n)) {
        page_time_out(page);
        return false;
    }
    for (; page->part != BODY && n > 0; bytes++, n--) {
        append_to_header(&held->header, *bytes);
        if (!take_header_byte(page, *bytes))
            return false;
        if (*bytes == '\n' && page->part == STATUS_LINE)
            held->header.length = 0; /* another answer follows */
    }
    long long before = page->body_bytes;
    bool more = page->part != BODY || take_body(page, bytes, n);
    append(&held->text, bytes, (size_t)(page->body_bytes - before));
    return more;
}

/* Receives the response; of one that has no links to be found, the header. A
 * page that is larger than what we hold is searched while it comes. */
static void receive_response(int fd, struct page *page, struct target *target,
                             struct held *held)
{
    static char buffer[65536]; /* one for all: nobody waits while it is used */
    for (bool is_over = false; !is_over;) {
        ssize_t n = co_recv(fd, buffer, sizeof buffer, page_time_left(page));
        if (n == -1) {
            page_fail_errno(page, errno);
            return;
        }
        is_over = !take(page, held, buffer, (size_t)n);
        bool is_body = page->part == BODY;
        if (is_body && !is_over && has_links(page, held) &&
            held->text.length > TEXT_LIMIT)
            search_text(target, held);
        held->is_too_large = held->text.length > TEXT_LIMIT;
        if (is_body && !is_over &&
            (held->is_too_large || !has_links(page, held))) {
            page->complete = true; /* as far as we care */
            return;
        }
    }
}

/* ---- Pages ---- */

/* Returns, in new memory, the URL of the site that a response redirects to, or
 * NULL. Redirects without end are no place: the page has failed. */
static char *redirect_of(struct target *target, struct page *page,
                         const char *header)
{
    const char *location = find_field(header, "Location");
    int status = page->status;
    if (!page->complete || location == NULL || status < 301 || status > 308 ||
        (status > 303 && status < 307))
        return NULL;
    size_t length = strcspn(location, "\r\n");
    char *link = memcpy(allocate(1, length + 1), location, length);
    char *resolved = resolve_link(target->url, link, false);
    char *url = own_url(resolved);
    free(resolved);
    free(link);
    if (url == NULL)
        return NULL;
    if (target->redirects == REDIRECTS)
        page_fail(page, "more than %d redirects", REDIRECTS);
    for (const struct target *t = *find_target(url); t; t = t->redirects_to)
        if (t == target)
            page_fail(page, "redirects in a circle");
    return url;
}

/* Prints the line of a target that is not broken, and notes its links.
 * redirect: where it redirects to, or NULL. */
static void note_links(struct target *target, const struct page *page,
                       struct held *held, const char *redirect)
{
    if (!quiet)
        printf("%6d  %s%s\n", page->status, target->url,
               held->is_too_large ? " (too large to look for links)" : "");
    if (has_links(page, held))
        search_text(target, held);
    if (redirect == NULL)
        return;
    add_link(target, redirect);
    struct target *next = *find_target(redirect);
    if (next == NULL) /* there are too many pages */
        return;
    if (next->redirects == 0)
        next->redirects = target->redirects + 1;
    target->redirects_to = next;
}

/* Checks a URL, from the connection to the links in the page. */
static void check_page(struct target *target)
{
    struct page page;
    struct held held = {.is_searched = false};
    append(&held.header, "", 0); /* their bytes are not NULL */
    append(&held.text, "", 0);
    int fd = open_connection(&page, target->url);
    if (fd != -1) {
        size_t sent = co_send_all(fd, page.request, page.request_length,
                                  page_time_left(&page) / 2);
        page_sent(&page, sent, sent < page.request_length ? errno : 0);
        receive_response(fd, &page, target, &held);
        close(fd);
    }
    char *redirect = redirect_of(target, &page, held.header.bytes);
    target->is_finished = true;
    finished++;
    if (!page.complete || page.status >= 400)
        note_broken(target, &page);
    report_links(target);
    if (target->complaint == NULL)
        note_links(target, &page, &held, redirect);
    page_discard(&page);
    free(redirect);
    free(held.search.base);
    free(held.header.bytes);
    free(held.text.bytes);
}

/* ---- The workers ---- */

/* Takes the next target out of the queue. If there is none, it waits as long as
 * somebody is busy who may find one. NULL: all is done. */
static struct target *next_target(void)
{
    while (first == NULL && busy > 0)
        wait_in(&idle);
    struct target *target = first;
    if (target != NULL)
        first = target->next;
    if (first == NULL)
        last = &first;
    return target;
}

/* What each coroutine does. One that finds that all is done lets the next one
 * find it too. */
static void worker(void *unused)
{
    (void)unused;
    for (struct target *target; (target = next_target()) != NULL;) {
        busy++;
        check_page(target);
        busy--;
    }
    wake_one(&idle);
}

static void bad_usage(const char *why)
{
    const char *how = "usage: crawl [-q] [-j N] [-n N] [-t SECONDS] URL";
    fprintf(stderr, "crawl: %s\n%s\n", why, how);
    exit(2);
}

static void read_arguments(int argc, char **argv)
{
    opterr = 0;
    options.quiet = true; /* http.h is not to log */
    options.connections = 10;
    for (int letter; (letter = getopt(argc, argv, "qj:n:t:")) != -1;) {
        if (letter == 'q')
            quiet = true;
        else if (letter == 'j')
            options.connections =
                (int)parse_number(optarg, strlen(optarg), 1000000);
        else if (letter == 'n')
            page_limit = (int)parse_number(optarg, strlen(optarg), 1000000);
        else if (letter == 't')
            options.seconds = parse_seconds(optarg);
        else
            bad_usage("unknown option, or one without its value");
    }
    if (options.connections < 1 || page_limit < 1)
        bad_usage("-j and -n take a whole number from 1 to 1000000");
    if (options.seconds <= 0)
        bad_usage("-t takes a number of seconds above 0");
    if (argc - optind != 1)
        bad_usage("one URL, please");
}

/* Makes the first URL a target, and its host and port those of the site. */
static void begin_site(const char *text)
{
    char *url = resolve_link("", text, false);
    const char *complaint = parse_url(&start, url);
    if (complaint != NULL)
        bad_usage(complaint);
    /* as start.authority, but with the zone of an address */
    int address = (int)strcspn(start.host, "%");
    const char *zone = start.host + address;
    int length = snprintf(
        site, sizeof site,
        start.is_literal ? "http://[%.*s%s%s]" : "http://%.*s%s%s", address,
        start.host, *zone == '%' ? "%25" : "", zone + (*zone == '%'));
    if (start.port != 80)
        snprintf(site + length, sizeof site - (size_t)length, ":%d",
                 start.port);
    for (char *c = site; *c != '\0' && *c != '%'; c++)
        *c = (char)tolower((unsigned char)*c);
    char *own = own_url(url);
    if (own == NULL)
        bad_usage("URL too long");
    add_link(NULL, own);
    free(own);
    free(url);
}

int main(int argc, char **argv)
{
    program = "crawl";
    prepare_process();
    clock_gettime(CLOCK_MONOTONIC, &start_time);
    request_headers =
        "Connection: close\r\nUser-Agent: crawl/1 (a link checker)\r\n";
    read_arguments(argc, argv);
    limit_descriptors(FD_SETSIZE); /* a set has no room for a higher one */
    options.urls = argv + optind;
    options.url_count = 1;
    limit_connections();
    begin_site(argv[optind]);
    int workers = 0; /* with little memory, fewer than wanted will do */
    while (workers < options.connections && coroutine_start(worker, NULL))
        workers++;
    if (workers == 0)
        die("out of memory");
    run_scheduler();
    printf("# %d pages, %d broken, %.3f s elapsed, %.3f s cpu", finished,
           broken, now(), (double)clock() / CLOCKS_PER_SEC);
    if (not_checked > 0)
        printf(", %d links not checked", not_checked);
    if (stopped)
        printf(", stopped at %d pages", page_limit);
    putchar('\n');
    return !finish_stdout() || broken > 0;
}
