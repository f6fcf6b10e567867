#!/usr/bin/env bats
# The practice server answers as its help page says: every byte, and how it ends.
# SERVER=path/to/server tests a program that has been built already.
#
# "held" is shown by a read that times out: a slow machine can make this check too kind, never fail.
# shellcheck disable=SC2030,SC2031,SC2314
bats_require_minimum_version 1.5.0

setup_file() {
    export LC_ALL=C
    if [ -z "${SERVER:-}" ]; then
        SERVER=$BATS_FILE_TMPDIR/server
        ${CC:-cc} -o "$SERVER" "${SERVER_C:-$BATS_TEST_DIRNAME/server/server.c}"
    fi
    export SERVER
    # With the soft limit of a common machine: the server has to raise it. Under valgrind it cannot
    # (and valgrind closes what is accepted beyond the limit), so set SOFT_LIMIT=4096 there.
    (ulimit -Sn "${SOFT_LIMIT:-256}" && exec "$SERVER" -v -x 3600) \
        > "$BATS_FILE_TMPDIR/log" 2> "$BATS_FILE_TMPDIR/errors" 3>&- &
    echo $! > "$BATS_FILE_TMPDIR/pid"
    PORT=$(port_in "$BATS_FILE_TMPDIR/log")
    export PORT
    export LOG=$BATS_FILE_TMPDIR/log
}

teardown_file() {
    kill "$(cat "$BATS_FILE_TMPDIR/pid")" 2> /dev/null || true
}

setup() {
    cd "$BATS_TEST_TMPDIR" || return
}

# The port in the first line of a server's output, as soon as it is there.
port_in() {
    local tries
    for ((tries = 0; tries < 500; tries++)); do
        if grep -q '^http://127.0.0.1:[0-9]*$' "$1" 2> /dev/null; then
            sed -n '1s/.*://p' "$1"
            return
        fi
        sleep 0.02
    done
    echo "the server printed no URL" >&2
    return 1
}

last_fd=19 # above those of bash and bats; and 1,000 more stay below FD_SETSIZE

# Milliseconds on a clock that goes forward.
milliseconds() {
    perl -MTime::HiRes=clock_gettime,CLOCK_MONOTONIC \
        -e 'printf "%d\n", clock_gettime(CLOCK_MONOTONIC) * 1000'
}

# connect: a connection to the server; its descriptor is $fd. (bash 3.2 can't
# choose a number that is free, so we count.)
connect() {
    fd=$((last_fd += 1))
    [ "$fd" -ne 255 ] || fd=$((last_fd += 1)) # where bash has its script
    eval "exec $fd<>/dev/tcp/127.0.0.1/$PORT"
}

# hang_up DESCRIPTOR
hang_up() {
    eval "exec $1>&-"
}

# open_to TARGET: a connection on which TARGET has been asked for; its descriptor is $fd.
open_to() {
    connect
    printf 'GET %s HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n' "$1" >&"$fd"
}

close_it() {
    hang_up "$fd"
}

# ends_as closed|reset|held: what the server does with $fd now, no byte before.
ends_as() {
    local status=0
    case $1 in
    held)
        timeout 0.2 head -c 1 <&"$fd" > rest || status=$?
        [ "$status" -eq 124 ] || { echo "the connection is not held open"; return 1; }
        ;;
    *)
        timeout 10 cat <&"$fd" > rest 2> error || status=$?
        [ ! -s rest ] || { echo "more bytes than expected: $(od -c rest | head -3)"; return 1; }
        case $1:$status in
        closed:0) ;;
        reset:1) grep -q 'reset by peer' error ;;
        *) echo "not $1 but: status $status, $(cat error)"; return 1 ;;
        esac
        ;;
    esac
}

# answers TARGET ENDING < the bytes: the answer is just these bytes, then ENDING.
answers() {
    cat > expected
    open_to "$1"
    timeout 10 head -c "$(wc -c < expected)" <&"$fd" > got || true
    cmp expected got || { echo "$1 answers:"; od -c got | head -20; close_it; return 1; }
    ends_as "$2" || { echo "after $1"; close_it; return 1; }
    close_it
}

pattern() {
    yes abcdefghijklmnopqrstuvwxyz | head -c "$1"
}

# good TYPE LENGTH: the usual header.
good() {
    printf 'HTTP/1.0 200 OK\r\nContent-Type: text/%s\r\nContent-Length: %d\r\n\r\n' "$1" "$2"
}

# body_of TARGET: what follows the empty line, to the end of file.
body_of() {
    local fd
    open_to "$1"
    timeout 20 cat <&"$fd" | sed '1,/^\r$/d'
    close_it
}

# status_of TARGET [SECONDS]: the first line of the answer, without its line end.
status_of() {
    local line='' fd
    open_to "$1"
    IFS= read -r -t "${2:-10}" -u "$fd" line || true
    close_it
    printf '%s\n' "${line%$'\r'}"
}

@test "/ lists every path, and each link on it is a path" {
    body_of / > page
    [ "$(head -n 1 page)" = '<!DOCTYPE html>' ]
    [ "$(tail -n 1 page)" = '</table>' ]
    local path
    for path in /delay/MS '/turn/K/N\[/NAME\]' /never-read /garbage /site /site-loop; do
        grep -q ">$path" page || { echo "$path is not listed"; return 1; }
    done
    sed -n 's/.*<tr><td><a href="\([^"]*\)".*/\1/p' page > examples
    [ "$(wc -l < examples)" -gt 45 ]
    while read -r path; do
        case $(status_of "$path" 0.1) in # some never answer
        *' 400 '* | *'404 Not Found') [ "$path" = /status/404 ] ;;
        esac || { echo "the example $path is refused"; return 1; }
    done < examples
}

@test "/bytes and /delay: length and pattern are exact" {
    (good plain 0) | answers /bytes/0 closed
    (good plain 100; pattern 100) | answers /bytes/100 closed
    (good plain 1000000; pattern 1000000) | answers /bytes/1000000 closed
    (good plain 6; echo hello) | answers /delay/0 closed
    (good plain 6; echo hello) | answers /delay/30 closed
    (good plain 60; pattern 60) | answers /delay/10/60 closed
}

@test "/delay is never early, and a long one does not hold up a short one" {
    local slow_fd line start
    start=$(milliseconds)
    open_to /delay/300
    slow_fd=$fd
    (good plain 6; echo hello) | answers /delay/10 closed
    read -r -t 10 -u "$slow_fd" line
    [ $(($(milliseconds) - start)) -ge 300 ]
    hang_up "$slow_fd"
}

@test "/raw: what it says is all that comes" {
    printf 'HTTP/1.1 299 x\r\n\r\n/%%\0' | answers '/raw/HTTP%2F1.1%20299%20x%0d%0A%0D%0A%2F%25%00' closed
}

@test "bad paths and arguments: 404, 400, 405" {
    [ "$(status_of /nothing)" = 'HTTP/1.0 404 Not Found' ]
    [ "$(status_of /byte)" = 'HTTP/1.0 404 Not Found' ]
    [ "$(status_of /bytess/1)" = 'HTTP/1.0 404 Not Found' ]
    local path
    for path in /bytes /bytes/ /bytes/x /bytes/-1 /bytes/1/2 /bytes/1000000000001 /bytes/5x \
        /delay /delay/3600001 /status/99 /status/1000 /turn/0/2 /turn/3/2 /turn/1/1001 /turn/1 \
        /drip/5 /truncate/5/5 /longer/5/5 /stall/5/5 /header/47 /header-lines/100001 \
        /continue/101/1 /continue/200/1 /garbage/x /port/x /silent/x /length /redirect; do
        [ "$(status_of $path)" = 'HTTP/1.0 400 Bad Request' ] || { echo "$path is taken"; return 1; }
    done
    (printf 'HTTP/1.0 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 48\r\n\r\n'
        echo 'usage: /drip/N/MS; see / for what it means' ) | sed 's/48/43/' | answers /drip/1 closed
    [ "$(status_of '/bytes/5?query=1')" = 'HTTP/1.0 200 OK' ]
    [ "$(status_of /bytes/5/)" = 'HTTP/1.0 200 OK' ]
}

# raw REQUEST (as printf takes it): the first line of the answer.
raw() {
    local line=''
    connect
    # shellcheck disable=SC2059
    printf "$1" >&"$fd"
    IFS= read -r -t 10 -u "$fd" line || true
    close_it
    printf '%s\n' "${line%$'\r'}"
}

@test "requests: bare line ends, HEAD, other methods, nonsense, one that is too long" {
    [ "$(raw 'GET /bytes/5 HTTP/1.0\n\n')" = 'HTTP/1.0 200 OK' ]
    [ "$(raw 'GET /bytes/5 HTTP/1.1\r\nHost: x\r\nA: b\r\n\r\n')" = 'HTTP/1.0 200 OK' ]
    [ "$(raw 'POST /bytes/5 HTTP/1.0\r\n\r\n')" = 'HTTP/1.0 405 Method Not Allowed' ]
    local request
    for request in 'get / HTTP/1.0\r\n\r\n' '\r\n\r\n' 'GET /\r\n\r\n' 'GET  / HTTP/1.0\r\n\r\n' \
        'GET / HTTP/2.0\r\n\r\n' 'GET x HTTP/1.0\r\n\r\n' 'GET /a\001 HTTP/1.0\r\n\r\n' \
        'GET /a\000 HTTP/1.0\r\n\r\n' '\026\003\001' 'GET http://x/ HTTP/1.0\r\n\r\n'; do
        [ "$(raw "$request")" = 'HTTP/1.0 400 Bad Request' ] || { echo "$request is taken"; return 1; }
    done
    local long
    long=$(pattern 300000 | tr -d '\n')
    connect
    printf 'GET /bytes/5?%s' "$long" >&"$fd"
    timeout 10 cat <&"$fd" > got || { echo "the answer 431 ends in a reset"; return 1; }
    close_it
    [ "$(head -n 1 got)" = $'HTTP/1.0 431 Request Header Fields Too Large\r' ]
    connect
    printf 'HEAD /bytes/100 HTTP/1.0\r\n\r\n' >&"$fd"
    good plain 100 > expected
    timeout 10 cat <&"$fd" > got
    cmp expected got
}

@test "a request may come in any pieces" {
    local piece
    connect
    for piece in G E 'T /by' 'tes/5 HTTP/1' '.0' '\r' '\n' 'A: b\r' '\n\r' '\n'; do
        # shellcheck disable=SC2059
        printf "$piece" >&"$fd"
        body_of /bytes/1 > /dev/null # the server has seen the piece before the next comes
    done
    (good plain 5; pattern 5) > expected
    timeout 10 cat <&"$fd" > got
    cmp expected got
    close_it
}

# wait_for_log TARGET N: waits until the server has logged N requests for TARGET.
wait_for_log() {
    local tries
    for ((tries = 0; tries < 500; tries++)); do
        [ "$(grep -c "^GET $1" "$LOG")" -ge "$2" ] && return
        sleep 0.01
    done
    echo "the log does not show $1"
    return 1
}

# reads_turn K FD: FD is answered, and by its own turn.
reads_turn() {
    local line
    while IFS= read -r -t 10 -u "$2" line; do
        [ "$line" = "turn $1" ] && return
    done
    echo "turn $1 was not answered"
    return 1
}

not_answered() {
    local status=0
    timeout 0.2 head -c 1 <&"$1" > rest || status=$?
    [ "$status" -eq 124 ]
}

@test "/turn: answered in order, each only after the one before has closed; the name is free again" {
    local one two three round
    for round in first second; do
        open_to /turn/3/3/order
        three=$fd
        open_to /turn/1/3/order
        one=$fd
        not_answered "$one"
        open_to /turn/2/3/order
        two=$fd
        reads_turn 1 "$one" || { echo "in the $round round"; return 1; }
        not_answered "$two"
        not_answered "$three"
        hang_up "$one"
        reads_turn 2 "$two"
        not_answered "$three"
        hang_up "$two"
        reads_turn 3 "$three"
        fd=$three
        ends_as closed
        close_it
    done
}

@test "/turn: duplicates and other sizes are 400; who leaves makes room; a gap is skipped" {
    local one two three
    open_to /turn/1/3/leave
    one=$fd
    wait_for_log /turn/1/3/leave 1
    [ "$(status_of /turn/1/3/leave)" = 'HTTP/1.0 400 Bad Request' ]
    [ "$(status_of /turn/2/4/leave)" = 'HTTP/1.0 400 Bad Request' ]
    hang_up "$one"
    body_of /bytes/1 > /dev/null
    open_to /turn/1/3/leave # no duplicate: the first has left
    one=$fd
    open_to /turn/2/3/leave
    two=$fd
    open_to /turn/3/3/leave
    three=$fd
    reads_turn 1 "$one"
    hang_up "$two" # leaves before its turn
    body_of /bytes/1 > /dev/null
    hang_up "$one"
    reads_turn 3 "$three"
    hang_up "$three"
}

@test "/turn and /links with links" {
    printf '%s\n' '<!DOCTYPE html>' '<title>links</title>' '<a href="/a">link</a>' \
        '<a href="/b?x=1&amp;y=,">link</a>' > page
    (good html "$(wc -c < page)"; cat page) | answers '/links?to=/a,/b%3Fx=1%26y=%2c' closed
    (good html "$(wc -c < page)"; cat page) | answers '/turn/1/1?links=/a,/b?x=1%26y=%2C' closed
}

@test "bodies: no length, kept open, dripped, byte by byte, split, with NUL bytes" {
    (printf 'HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n'; pattern 5000) |
        answers /no-length/5000 closed
    (good plain 50; pattern 50) | answers /keep-open/50 held
    (good plain 5; pattern 5) | answers /drip/5/10 closed
    (good plain 300; pattern 300) | answers /byte-at-a-time/300 closed
    local k
    for k in 0 1 16 17 18 40 63 64 65 66 70 1000; do
        (good plain 10; pattern 10) | answers "/split/$k/10" closed
    done
    (printf 'HTTP/1.0 200 OK\r\nContent-Length: 18\r\n\r\n'
        printf 'ab\0cd\r\n\r\nef\n\n\0\0gh\0') | answers /nul-body closed
}

@test "/split and /drip: the first part comes first, the rest later" {
    local line rest
    open_to /drip/2/60000 # the header at once, the first byte in a minute
    good plain 2 > expected
    timeout 10 head -c "$(wc -c < expected)" <&"$fd" > got
    cmp expected got
    ends_as held
    close_it
}

@test "endless: /endless, /trickle, /trickle-header and /endless-header go on" {
    open_to /endless
    timeout 10 head -c 30000000 <&"$fd" > got || true
    close_it
    (printf 'HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n'
        pattern 30000000) | head -c 30000000 | cmp - got
    open_to /endless-header
    (printf 'HTTP/1.0 200 OK\r\n'; yes $'X-Filler: 0123456789\r') | head -c 500000 > expected
    timeout 10 head -c 500000 <&"$fd" | cmp - expected
    close_it
    (printf 'HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n'; pattern 4) > expected
    open_to /trickle
    timeout 10 head -c "$(wc -c < expected)" <&"$fd" | cmp - expected
    close_it
    open_to /trickle-header
    printf 'HTTP/1.0 200 OK\r\nX-Fi' > expected
    timeout 10 head -c 21 <&"$fd" | cmp - expected
    close_it
}

@test "/status, /redirect, /continue, /chunked" {
    (printf 'HTTP/1.0 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 14\r\n\r\n'
        echo '404 Not Found') | answers /status/404 closed
    (printf 'HTTP/1.0 299 Practice\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\n'
        echo '299 Practice') | answers /status/299 closed
    printf 'HTTP/1.0 100 Continue\r\n\r\n' | answers /status/100 closed
    printf 'HTTP/1.0 204 No Content\r\nContent-Length: 5\r\n\r\n' | answers /status/204 held
    printf 'HTTP/1.0 304 Not Modified\r\nContent-Length: 5\r\n\r\n' | answers /status/304 held
    printf 'HTTP/1.0 302 Found\r\nLocation: /bytes/5?q=1\r\nContent-Length: 0\r\n\r\n' |
        answers '/redirect/bytes/5?q=1' closed
    (printf 'HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n'
        good plain 5; pattern 5) | answers /continue/103/2 closed
    (good plain 5; pattern 5) | answers /continue/100/0 closed
    (printf 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
        printf '5\r\nabcde\r\n5\r\nfghij\r\n0\r\n\r\n') | answers /chunked closed
}

@test "silence, closes and short answers" {
    printf '' | answers /silent held
    printf '' | answers /close closed
    printf 'HTTP/1.0 200 OK\r\nContent-Ty' | answers /half-header held
    printf 'HTTP/1.0 200 OK\r\nContent-Ty' | answers /cut-header closed
    (good plain 101; pattern 50) | answers /truncate/101 closed
    (good plain 100; pattern 99) | answers /truncate/100/99 closed
    (good plain 100; pattern 0) | answers /truncate/100/0 closed
    (good plain 100; pattern 103) | answers /longer/100/103 closed
    (good plain 100; pattern 30) | answers /stall/100/30 held
}

@test "resets: before, within and after the answer" {
    printf '' | answers /reset reset
    printf 'HTTP/1.0 200 OK\r\nContent-Ty' | answers /reset-in-header reset
    (printf 'HTTP/1.0 200 OK\r\nContent-Length: 100\r\n\r\n'; pattern 50) |
        answers /reset-midway reset
    (good plain 100; pattern 100) | answers /reset-after reset
    (good plain 100; pattern 100) | answers /reset-after/0 reset
    (good plain 100; pattern 100) | answers /reset-after/60000 held
}

@test "paths that act before the request is complete" {
    local rest
    connect
    printf 'GET /reset-early?x' >&"$fd"
    ends_as reset
    close_it
    connect
    printf 'GET /early-answer?x' >&"$fd"
    (printf 'HTTP/1.0 200 OK\r\nContent-Length: 6\r\n\r\nearly\n') > expected
    timeout 10 cat <&"$fd" > got
    cmp expected got
    close_it
    printf '' | answers /never-read held
    rest=$(pattern 100000 | tr -d '\n')
    printf 'HTTP/1.0 200 OK\r\nContent-Length: 12\r\n\r\nread slowly\n' |
        answers "/slow-read?$rest" closed
    printf 'HTTP/1.0 200 OK\r\nContent-Length: 12\r\n\r\nread slowly\n' | answers /slow-read closed
}

@test "odd headers" {
    local ok='HTTP/1.0 200 OK\r\n' end='\r\n\r\nabcde'
    # shellcheck disable=SC2059
    {
        printf "${ok}Content-Length: 5bad$end" | answers /length/5bad closed
        printf "${ok}Content-Length: -5\t\000%%$end" | answers '/length/-5%09%00%25' closed
        printf "${ok}Content-Length: 5\r\nContent-Length: 6$end" | answers /lengths/5/6 closed
        printf "${ok}X-Nul: a\000b\r\nContent-Length: 5$end" | answers /nul-in-header closed
        printf 'HTTP/1.0 200 OK\nContent-Length: 5\n\nabcde' | answers /bare-lf closed
        printf "HTTP/1.0 200\r\nContent-Length: 5$end" | answers /no-reason closed
        printf "${ok}cOnTeNt-LeNgTh: 5$end" | answers /odd-case held
        printf "${ok}X-Name: caf\351 \200\377\r\nContent-Length: 5$end" | answers /8-bit closed
        (printf "$ok"; yes $'X-Filler: 0123456789\r' | head -n 1000
            printf "Content-Length: 5$end") | answers /header-lines/1000 closed
        (printf "${ok}X-Long: "; yes x | tr -d '\n' | head -c $((65536 - 48))
            printf "\r\nContent-Length: 5$end") | answers /header/65536 closed
        printf "${ok}X-Long: \r\nContent-Length: 5$end" | answers /header/48 closed
    }
    open_to /header/65536
    [ "$(timeout 10 cat <&"$fd" | wc -c)" -eq 65541 ]
    close_it
}

@test "garbage" {
    printf '\0\1\2\3\377\376\375\374\n\r\n\200\177\033[31m\n\n' | answers /garbage closed
    printf '\0\1\2\3\377\376\375\374\n\r\n\200\177\033[31m\n\n' | answers /garbage/binary closed
    echo '<html>This is HTTP/0.9</html>' | answers /garbage/http09 closed
    printf 'HTTP/1.0 2x0 OK\r\nContent-Length: 5\r\n\r\nabcde' | answers /garbage/status closed
    printf '\r\n\r\n' | answers /garbage/empty-line closed
    printf 'SSH-2.0-practice_1.0\r\n' | answers /garbage/ssh held
    printf '220 practice.example ESMTP\r\n' | answers /garbage/smtp held
}

@test "/escape: the length is right, and escapes stand in reason, header and body" {
    open_to /escape
    timeout 10 cat <&"$fd" > got
    close_it
    sed '1,/^\r$/d' got > body
    [ "$(sed -n 's/^Content-Length: \([0-9]*\)\r$/\1/p' got)" -eq "$(wc -c < body)" ]
    head -n 1 got | grep -q "$(printf '^HTTP/1.0 200 \033')"
    grep -q "$(printf '^X-Title: \033')" got
    grep -q "$(printf '\033')" body
    grep -q '  1  done  ' body
}

@test "/echo gives back what was sent" {
    printf 'GET /echo?a=%%00 HTTP/1.0\r\nA:  b \r\n\001\377: x\r\n\r\n' > sent
    connect
    cat sent >&"$fd"
    (good plain "$(wc -c < sent)"; cat sent) > expected
    timeout 10 cat <&"$fd" > got
    cmp expected got
    close_it
}

@test "/port: one refuses, the other hangs" {
    local refused full status=0
    refused=$(body_of /port/refused)
    full=$(body_of /port/full)
    [[ $refused =~ ^http://127.0.0.1:([0-9]+)/$ ]]
    run timeout 5 bash -c "exec 4<> /dev/tcp/127.0.0.1/${BASH_REMATCH[1]}"
    [ "$status" -eq 1 ]
    [[ $output == *'Connection refused'* ]]
    [[ $full =~ ^http://127.0.0.1:([0-9]+)/$ ]]
    run timeout 0.5 bash -c "exec 4<> /dev/tcp/127.0.0.1/${BASH_REMATCH[1]}"
    [ "$status" -eq 124 ]
    [ "$(body_of /port/full)" = "$full" ]
    [ "$(body_of /port/refused)" = "$refused" ]
}

@test "/site: pages, redirects and broken links are as documented" {
    [ "$(status_of /site)" = 'HTTP/1.0 302 Found' ]
    [ "$(status_of /site/)" = 'HTTP/1.0 200 OK' ]
    [ "$(status_of '/site/?q=1')" = 'HTTP/1.0 200 OK' ]
    [ "$(status_of /site/item/20.html)" = 'HTTP/1.0 200 OK' ]
    [ "$(status_of /site/item/21.html)" = 'HTTP/1.0 404 Not Found' ]
    local page
    for page in lost.html gone.html img/missing.png trap-comment.html; do
        [ "$(status_of /site/$page)" = 'HTTP/1.0 404 Not Found' ]
    done
    [ "$(status_of /site/error.html)" = 'HTTP/1.0 500 Internal Server Error' ]
    printf '' | answers /site/fails.html closed
    printf 'HTTP/1.0 302 Found\r\nLocation: gone.html\r\nContent-Length: 0\r\n\r\n' |
        answers /site/moved.html closed
    body_of /site/ | grep -q "http://127.0.0.1:$PORT/site/full.html"
    body_of '/site-loop/?n=41' | grep -q '"?n=42"'
}

@test "-v: one line for each request, in which nothing is raw" {
    [ "$(raw 'GET /bytes/1?x\033y\377 HTTP/1.0\r\n\r\n')" = 'HTTP/1.0 400 Bad Request' ]
    [ "$(raw 'GET /bytes/1?log-\377 HTTP/1.0\r\n\r\n')" = 'HTTP/1.0 200 OK' ]
    [ "$(raw 'HEAD /bytes/1?log HTTP/1.0\r\n\r\n')" = 'HTTP/1.0 200 OK' ]
    [ "$(grep -c '^GET /bytes/1?log-%FF$' "$LOG")" -eq 1 ]
    [ "$(grep -c '^HEAD /bytes/1?log$' "$LOG")" -eq 1 ]
    [ "$(LC_ALL=C grep -c '[^ -~]' "$LOG")" -eq 0 ]
}

# can_hold N: this shell can open N more descriptors, or the test is skipped.
can_hold() {
    [ "${BASH_VERSINFO[0]}" -ge 4 ] || skip "bash 3.2 can't hold so many"
    ulimit -Sn "$(($1 + 300))" 2> /dev/null || skip "the limit of open files is too low"
}

@test "1,000 connections at once, answered in order" {
    can_hold 1000
    local k fds=()
    for ((k = 1000; k >= 1; k--)); do
        open_to "/turn/$k/1000/many"
        fds[k]=$fd
        if [ "$k" -eq 2 ]; then
            (good plain 6; echo hello) | answers /delay/1 closed
        fi
    done
    for ((k = 1; k <= 1000; k++)); do
        reads_turn "$k" "${fds[k]}"
        fd=${fds[k]}
        close_it
    done
}

@test "a storm of malformed, half and leaving clients" {
    local i
    head -c 20000 /dev/urandom > noise
    for ((i = 0; i < 200; i++)); do
        connect
        case $((i % 8)) in
        0) tail -c "$i" noise >&"$fd" || true ;;
        1) printf 'GET /bytes/1000000 HTTP/1.0\r\n\r\n' >&"$fd" ;;
        2) printf 'GET /by' >&"$fd" ;;
        3) ;;
        4) printf 'GET /turn/%d/1000/storm HTTP/1.0\r\n\r\n' $((i + 1)) >&"$fd" ;;
        5) printf 'GET %%%%%%/../..//\377 HTTP/1.0\r\n\r\n' >&"$fd" ;;
        6) cat noise >&"$fd" || true ;;
        7) printf 'GET /endless HTTP/1.0\r\n\r\nGET /more HTTP/1.0\r\n\r\n' >&"$fd" ;;
        esac
        close_it
    done
    (good plain 5; pattern 5) | answers /bytes/5 closed
}

@test "out of descriptors it waits, and goes on when one is free" {
    [ -z "${SOFT_LIMIT:-}" ] || skip "not under valgrind"
    (ulimit -n 24 && exec "$SERVER" -x 600) > small 2>&1 3>&- &
    local pid=$! PORT k fds=() line held
    PORT=$(port_in small)
    for ((k = 0; k < 40; k++)); do
        open_to /silent
        fds[k]=$fd
    done
    open_to /bytes/5 # waits in the kernel's queue
    for ((k = 0; k < 40; k++)); do
        held=${fds[k]}
        hang_up "$held"
    done
    IFS= read -r -t 10 -u "$fd" line
    [ "$line" = $'HTTP/1.0 200 OK\r' ]
    close_it
    kill "$pid"
    wait "$pid"
}

@test "command line: usage, a port in use, -x, SIGTERM" {
    local arguments
    for arguments in -p '-p x' '-p 65536' '-p 80x' '-p -1' -z extra '-x 0' '-x 1s' '-x 86401'; do
        # shellcheck disable=SC2086
        run timeout 10 "$SERVER" $arguments
        [ "$status" -eq 2 ] || { echo "server $arguments: status $status"; return 1; }
        [[ $output == *'usage: server '* ]]
    done
    run timeout 10 "$SERVER" -p "$PORT"
    [ "$status" -eq 1 ]
    [ "$output" = "server: cannot listen on 127.0.0.1:$PORT: Address already in use" ]
    # whatever is closed, it runs until its time is over; a log that may not grow is no end either
    # shellcheck disable=SC2016 # the other bash's
    run timeout 10 bash -c '"$0" -x 1 <&- >&-; exec "$0" -x 1 <&- >&- 2>&-' "$SERVER"
    [ "$status" -eq 0 ]
    [ -z "$output" ]
    local started
    started=$(milliseconds)
    # shellcheck disable=SC2016
    run timeout 10 bash -c '"$0" -x 1 <&- >&-' "$SERVER"
    [ $(($(milliseconds) - started)) -ge 900 ] || { echo "it ended at once"; return 1; }
    (ulimit -f 0; exec "$SERVER" -x 1) > full-log
    run timeout 10 "$SERVER" -x 1
    [ "$status" -eq 0 ]
    [[ $output =~ ^http://127.0.0.1:[0-9]+$ ]]
    local signal
    for signal in TERM INT; do
        # With job control the background process does not start with SIGINT ignored.
        set -m
        "$SERVER" -x 600 > ended 3>&- &
        set +m
        port_in ended > /dev/null
        kill -s "$signal" $!
        wait $!
    done
}

@test "the server has written nothing to stderr, and ends well" {
    local pid tries
    pid=$(cat "$BATS_FILE_TMPDIR/pid")
    kill "$pid"
    for ((tries = 0; tries < 1000; tries++)); do
        kill -0 "$pid" 2> /dev/null || break
        sleep 0.02
    done
    run ! kill -0 "$pid"
    [ ! -s "$BATS_FILE_TMPDIR/errors" ] || { cat "$BATS_FILE_TMPDIR/errors"; return 1; }
}
