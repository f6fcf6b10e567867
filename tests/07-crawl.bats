# crawl: what it asks for, what it finds broken, and in which order it says so.
#
# shellcheck disable=SC2154 # $url, $output, $status come from helpers and bats

load helpers

CRAWL=$BUILD/05-coroutines/crawl
SERVER=$BUILD/server

setup_file() {
    bats_require_minimum_version 1.5.0
    start_server
}

teardown_file() {
    stop_server
}

# Its stdout is $output, its exit status $status.
crawl() {
    # shellcheck disable=SC2086 # a command and its options
    run --separate-stderr timeout 60 ${WRAP:-} "$CRAWL" "$@"
    [ "$status" -ne 99 ] || broken "valgrind and the sanitizers have no complaint" "$stderr"
}

# exits STATUS
exits() {
    [ "$status" -eq "$1" ] || broken "exit status: 0 no link is broken, 1 one is, 2 usage" \
        "expected: $1" "came: $status"
}

# What crawl printed before the summary, with $url left out.
report() {
    grep -v '^#' <<<"$output" | sed "s|$url||g"
}

# reports RULE LINE...: the report has these lines, in this order, and no others.
reports() {
    local rule=$1
    shift
    [ "$(report)" = "$(printf '%s\n' "$@")" ] ||
        broken "$rule" "expected:" "$@" "came:" "$(report)"
}

@test "crawl: links mean what they mean to browsers, and HTML is read as they read it" {
    # shellcheck disable=SC2086 # flags
    ${CC:-cc} ${RECORD_FLAGS:-} -I"$BATS_TEST_DIRNAME/../05-coroutines" -o "$BATS_TEST_TMPDIR/links" \
        "$BATS_TEST_DIRNAME/c/links.c"
    run "$BATS_TEST_TMPDIR/links"
    [ "$status" -eq 0 ] || broken "links mean what they mean to browsers" "$output"
    [[ $output =~ ^[1-9][0-9]+\ links,\ 0\ wrong$ ]] || broken "the test looked at links"
}

@test "crawl: finds each broken link of the practice site, with each page that links to it" {
    crawl -q "$url/site/"
    exits 1
    output=$(LC_ALL=C sort <<<"$output") reports "each broken link is reported, once for each page with it" \
        "   404  /site/gone.html   linked from /site/moved.html" \
        "   404  /site/gone.html   linked from /site/news.html" \
        "   404  /site/img/missing.png   linked from /site/" \
        "   404  /site/img/missing.png   linked from /site/?q=1" \
        "   404  /site/img/missing.png   linked from /site/guide/two.html" \
        "   404  /site/img/missing.png   linked from /site/item/10.html" \
        "   404  /site/img/missing.png   linked from /site/item/15.html" \
        "   404  /site/img/missing.png   linked from /site/item/20.html" \
        "   404  /site/img/missing.png   linked from /site/item/5.html" \
        "   404  /site/lost.html   linked from /site/" \
        "   404  /site/lost.html   linked from /site/?q=1" \
        "   404  /site/lost.html   linked from /site/about.html" \
        "   404  /site/lost.html   linked from /site/deep/a/b/c/end.html" \
        "   404  /site/lost.html   linked from /site/guide/two.html" \
        "   404  /site/lost.html   linked from /site/item/14.html" \
        "   404  /site/lost.html   linked from /site/item/7.html" \
        "   500  /site/error.html   linked from /site/" \
        "   500  /site/error.html   linked from /site/?q=1" \
        "   500  /site/error.html   linked from /site/item/20.html" \
        "failed  /site/fails.html (empty response)   linked from /site/" \
        "failed  /site/fails.html (empty response)   linked from /site/?q=1" \
        "failed  /site/fails.html (empty response)   linked from /site/about.html"
}

@test "crawl: asks for each page of the practice site once, and for nothing else" {
    local pipe=$BATS_TEST_TMPDIR/pipe jobs pid site log
    for jobs in 1 10 50; do
        mkfifo "$pipe"
        "$SERVER" -v -x 600 >"$pipe" 3>&- &
        pid=$!
        exec 20<"$pipe"
        read -r site <&20
        crawl -j "$jobs" "$site/site/"
        kill "$pid"
        log=$(cat <&20) # to its end: the server has ended
        exec 20<&-
        rm "$pipe"
        [ -z "$(sort <<<"$log" | uniq -d)" ] ||
            broken "each page is asked for once (-j $jobs)" "$(sort <<<"$log" | uniq -d)"
        ! grep trap <<<"$log" || broken "only links of this host and port are followed"
        [ "$(wc -l <<<"$log")" -eq 58 ] || broken "all 58 URLs of the site are asked for" "$log"
        [[ $output =~ "# 58 pages, 5 broken, "[0-9.]+" s elapsed, "[0-9.]+" s cpu, 8 links not checked"$ ]] ||
            broken "the summary counts pages, broken ones, and links not checked"
    done
}

@test "crawl -j 1: one page at a time, in the order in which they were found" {
    local start="/links?to=/links%3Fto=/bytes/3,/bytes/1,/status/404,/links%3Fto=/status/404,/bytes/2,/status/404"
    crawl -j 1 "$url$start"
    exits 1
    reports "-j 1: first found, first asked for" \
        "   200  $start" \
        "   200  /links?to=/bytes/3" \
        "   200  /bytes/1" \
        "   404  /status/404   linked from $start" \
        "   200  /links?to=/status/404" \
        "   404  /status/404   linked from /links?to=/status/404" \
        "   200  /bytes/2" \
        "   200  /bytes/3"
}

# The start leads to A, B, C. The server answers none before all three have asked; then C, A, B. Each
# leads to one page more; all of these too must have asked before the first is answered.
@test "crawl -j 3: three pages at a time, done in the order in which the server answers" {
    local start="/links?to=/turn/2/3/x%3Flinks=/turn/3/3/y,/turn/3/3/x%3Flinks=/turn/1/3/y,/turn/1/3/x%3Flinks=/turn/2/3/y"
    crawl -j 3 -t 20 "$url$start"
    exits 0
    reports "-j 3: done in the order in which the server answers" \
        "   200  $start" \
        "   200  /turn/1/3/x?links=/turn/2/3/y" \
        "   200  /turn/2/3/x?links=/turn/3/3/y" \
        "   200  /turn/3/3/x?links=/turn/1/3/y" \
        "   200  /turn/1/3/y" \
        "   200  /turn/2/3/y" \
        "   200  /turn/3/3/y"
}

# Three wait for each other, with -j 2: the third can't ask before one has given up.
@test "crawl -j 2: never three pages at a time" {
    crawl -q -j 2 -t 2 "$url/links?to=/turn/1/3/j,/turn/2/3/j,/turn/3/3/j"
    exits 1
    [ "$(grep -c "timed out after 2 s" <<<"$output")" -eq 3 ] ||
        broken "-j 2: at most two connections at once"
}

# 7000 links to the page itself, and then one more: far more than one recv() returns.
@test "crawl: a page that comes in many pieces is searched to its end" {
    crawl -q "$url/links?to=$(printf ',%.0s' {1..7000}),/status/404"
    exits 1
    [[ ${lines[0]} == "   404  $url/status/404   linked from "* ]] ||
        broken "the last link of a long page is found, too"
}

@test "crawl: a redirect is followed as a link" {
    crawl "$url/redirect/redirect/status/404"
    exits 1
    reports "what is broken is where the redirect leads, not the redirect" \
        "   302  /redirect/redirect/status/404" \
        "   302  /redirect/status/404" \
        "   404  /status/404   linked from /redirect/status/404"
}

@test "crawl: twenty redirects are followed, the next is broken, and a circle at once" {
    crawl -q "$url/redirects/20"
    exits 0
    [[ "$(last_line)" == "# 21 pages, 0 broken, "* ]] || broken "twenty redirects are followed" "$output"
    crawl -q "$url/redirects/1000"
    exits 1
    reports "the 21st is not followed, and is called broken" \
        "failed  /redirects/980 (more than 20 redirects)   linked from /redirects/981"
    crawl -q "$url/redirect-circle"
    exits 1
    reports "a circle is broken" "failed  /redirect-circle (redirects in a circle)"
}

@test "crawl: a page of many megabytes is searched while it comes" {
    crawl -q "$url/links?to=/status/404&gap=9000000&then=/status/410"
    exits 1
    reports "what stands before and behind nine megabytes is found" \
        "   404  /status/404   linked from /links?to=/status/404&gap=9000000&then=/status/410" \
        "   410  /status/410   linked from /links?to=/status/404&gap=9000000&then=/status/410"
}

@test "crawl -n: ends on a site without end, and says so" {
    crawl -n 25 "$url/site-loop/?n=1"
    exits 0
    [[ "$(last_line)" =~ ^"# 25 pages, 0 broken, ".*", stopped at 25 pages"$ ]] ||
        broken "-n: no more pages than that, and the summary says so"
    crawl -n 2 "$url/links?to=/bytes/1"
    [[ "$(last_line)" != *stopped* ]] || broken "with no page left out, nothing is said of -n"
}

@test "crawl: fails where the page fails, and says why" {
    crawl -q -t 2 "$url/links?to=/silent,/close,/truncate/100,/reset,/garbage,/stall/100/50"
    exits 1
    # Of what is no HTML only the header is wanted: a body cut short is not noticed.
    output=$(awk -F '   linked' '{ print $1 }' <<<"$output" | LC_ALL=C sort) reports "a failure is told in words" \
        "failed  /close (empty response)" \
        "failed  /garbage (not an HTTP response)" \
        "failed  /reset (Connection reset by peer)" \
        "failed  /silent (timed out after 2 s)"
    crawl http://127.0.0.1:1/
    exits 1
    [ "${lines[0]}" = "failed  http://127.0.0.1:1/ (Connection refused)" ] ||
        broken "the start may be what is broken"
}

# raw TEXT: a URL that is answered with exactly this (\\r\\n is an end of line).
raw() {
    # shellcheck disable=SC2059 # it is a format
    printf "$url/raw/$(printf "$1" | od -An -v -tx1 | tr -d ' \n' | sed 's/../%%&/g')"
}

# Each has one link, to a page that is not there. It counts, or not.
@test "crawl: what is header, and what is body, is as the rules have it" {
    local counts response html='HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n'
    while IFS='|' read -r counts response; do
        crawl -q "$(raw "$response")"
        [ "$status" -eq "$counts" ] && [ "$(grep -c "404  $url/status/404 " <<<"$output")" -eq "$counts" ] ||
            broken "links found: $counts" "in: $response" "came: $output"
    done <<END
1|HTTP/1.0 302 F\r\nLocation:\r\n /status/404\r\n\r\n
1|HTTP/1.0 302 F\r\nLocation: /status/404\r\n \t\r\nX: y\r\n\r\n
0|HTTP/1.0 200 OK\r\nContent-Type:\r\n text/plain\r\n\r\n<html><a href=/status/404>x</a>
1|HTTP/1.0 200 OK\nContent-Type:\n\ttext/html\n\nA text without a tag. <a href=/status/404>x</a>
1|$html\r\nHTTP/1.1 is old. <a href=/status/404>x</a>
1|$html\r\nHTTP/1.0 200 OK\r\nContent-Type: image/png\r\n\r\n<a href=/status/404>x</a>
0|HTTP/1.1 103 E\r\nLocation: /status/404\r\n\r\nHTTP/1.0 301 F\r\n\r\n
1|HTTP/1.1 103 E\r\nContent-Type: image/png\r\n\r\nHTTP/1.0 200 OK\r\n\r\n<!doctype html><a href=/status/404>x</a>
0|${html}Content-Length: 5\r\n\r\nhello<a href=/status/404>x</a>
1|${html}Content-Length: 33\r\n\r\nhello<a href=/status/404>x</a>and<a href=/status/405>x</a>
0|HTTP/1.0 204 N\r\nContent-Type: text/html\r\n\r\n<a href=/status/404>x</a>
END
}

@test "crawl: the zone of an address belongs to the site" {
    [ -e "$BUILD/faulty.so" ] || skip "there is no faulty.so for this system"
    ! grep -q __asan_init "$CRAWL" || skip "ASan wants to be loaded first"
    # the server listens on 127.0.0.1 alone, so the look-up is made to say that
    FAULTY_ADDRESSES=127.0.0.1 LD_PRELOAD=$BUILD/faulty.so run "$CRAWL" -q \
        "http://[fe80::1%25eTh0]:${url##*:}/links?to=/status/404"
    exits 1
    [[ $output == "   404  http://[fe80::1%25eTh0]:${url##*:}/status/404   linked from "* ]] ||
        broken "a link without a host leads to the same host, in the same zone"
}

@test "crawl: a few free descriptors are enough for -j 50" {
    # shellcheck disable=SC2016 # expanded by that shell
    run --separate-stderr timeout 60 bash -c 'ulimit -n 8 && exec "$0" -q -j 50 "$1"' "$CRAWL" "$url/site/"
    exits 1
    [[ "$(last_line)" == "# 58 pages, 5 broken, "* ]] || broken "nothing fails for lack of a descriptor"
}

@test "crawl: no byte of a link reaches the terminal as it is" {
    crawl "$url/links?to=%1B%5B31m,%C3%A9%0A%20"
    exits 1
    run grep -c '[^ -~]' <<<"$output"
    [ "$output" -eq 0 ] || broken "only printable ASCII is printed" "$(cat -v <<<"$output")"
}

@test "crawl: a wrong command line is refused with 2, and a closed stdout with 1" {
    local arguments
    for arguments in "" "$url $url" "-j 0 $url" "-j x $url" "-n 0 $url" "-n -1 $url" "-t 0 $url" "-x $url" \
        "https://127.0.0.1/" "ftp://127.0.0.1/" "http://a:b@127.0.0.1/" "http://127.0.0.1:0/" "site/"; do
        # shellcheck disable=SC2086 # split on purpose
        crawl $arguments
        exits 2
        [ -z "$output" ] && [[ $stderr == *"usage: crawl "* ]] || broken "usage goes to stderr" "for: $arguments"
        [[ $stderr != *a:b* ]] || broken "a password is never printed"
    done
    [ -w /dev/full ] || return 0 # Linux and the BSDs have it
    # shellcheck disable=SC2016 # expanded by that shell
    run timeout 60 bash -c '"$0" "$1" >/dev/full' "$CRAWL" "$url/bytes/1"
    exits 1
    # shellcheck disable=SC2016
    run timeout 60 bash -c 'ulimit -f 0; exec "$0" "$1" >"$2"' "$CRAWL" "$url/bytes/1" "$BATS_TEST_TMPDIR/log"
    exits 1
    [[ $output == *"cannot write to stdout"* ]] || broken "a file that may not grow is told"
}
