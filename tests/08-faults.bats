#!/usr/bin/env bats
# What can go wrong on a network, met by all five steps: each fault alone, and among good URLs that
# all come out exact; those of the header and of the body's end, which http.h judges, all in one run.
# Below the tables: what can go wrong inside the process.
#
# How a row is read and a case is run: faults.bash.
# shellcheck disable=SC2030,SC2031
bats_require_minimum_version 1.5.0
load helpers
load faults

setup_file() {
    start_server -v
    # What the server calls its pattern.
    head -c 1000000 < <(yes abcdefghijklmnopqrstuvwxyz) > "$BATS_FILE_TMPDIR/pattern"
    mkdir "$BATS_FILE_TMPDIR/ports"
    plain_fetch 01-blocking -q -o "$BATS_FILE_TMPDIR/ports" "$url/port/refused" "$url/port/full"
    refused=$(< "$BATS_FILE_TMPDIR/ports/1")
    full=$(< "$BATS_FILE_TMPDIR/ports/2")
    export refused full
}

teardown_file() {
    stop_server
}

setup() {
    set -o pipefail
    faulty=$BUILD/faulty.so
}

@test "nobody is there, or nobody answers" {
    meets << 'ROWS' | none_broken
nothing listens             | {refused}/        | failed: Connection refused
backlog full, connect hangs | {full}/           | failed: timed out
accepts and never answers   | /silent           | failed: timed out
half a header, then silence | /half-header      | failed: timed out
stalls in the body          | /stall/100/50     | failed: timed out
stalls before the body      | /stall/100/0      | failed: timed out
a body byte now and then    | /trickle          | failed: timed out
a header byte now and then  | /trickle-header   | failed: timed out
never reads a long request  | /never-read?{100k} | failed: timed out
an endless body             | /endless          | failed: timed out
ROWS
}

@test "the connection ends too early" {
    meets << 'ROWS' | none_broken
closes without a byte       | /close            | failed: empty response
closes inside the header    | /cut-header       | failed: header cut short
closes after interim answer | /status/100       | failed: header cut short
half of the body            | /truncate/100     | failed: response cut short: 50 of 100 bytes
one byte is missing         | /truncate/100/99  | failed: response cut short: 99 of 100 bytes
no byte of the body         | /truncate/100/0   | failed: response cut short: 0 of 100 bytes
RST before a byte           | /reset            | failed: Connection reset by peer
RST in the header           | /reset-in-header  | failed: Connection reset by peer
RST in the body             | /reset-midway     | failed: Connection reset by peer
RST while we send           | /reset-early?{100k} | failed: Connection reset by peer or failed: Broken pipe
RST with a whole response   | /reset-after/0    | done 200, 100 bytes
RST after a whole response  | /reset-after/20   | done 200, 100 bytes
ROWS
}

@test "the end of the body is where it should be" {
    meets_together << 'ROWS' | none_broken
more than Content-Length    | /longer/100/200   | done 200, 100 bytes
more than nothing           | /longer/0/200     | done 200, 0 bytes
no Content-Length           | /no-length/100    | done 200, 100 bytes
no body, no Content-Length  | /no-length/0      | done 200, 0 bytes
keeps the connection open   | /keep-open/100    | done 200, 100 bytes
keeps open, empty body      | /keep-open/0      | done 200, 0 bytes
204 has no body             | /status/204       | done 204, 0 bytes
304 has no body             | /status/304       | done 304, 0 bytes
a status that is an error   | /status/404       | done 404, 14 bytes | 404 Not Found\n
another                     | /status/999       | done 999, 13 bytes | 999 Practice\n
100 before the final status | /continue/100/1   | done 200, 5 bytes
103 before the final status | /continue/103/1   | done 200, 5 bytes
3000 interim answers        | /continue/102/3000 | done 200, 5 bytes
one byte at a time          | /byte-at-a-time/500 | done 200, 500 bytes
one byte every 2 ms         | /drip/20/2        | done 200, 20 bytes
NUL and blank lines in it   | /nul-body         | done 200, 18 bytes | ab\0cd\r\n\r\nef\n\n\0\0gh\0
1 MB                        | /bytes/1000000    | done 200, 1000000 bytes
ROWS
}

@test "the request is long, and the server slow or hasty" {
    meets << 'ROWS' | none_broken
reads a long request slowly | /slow-read?{100k} | done 200, 12 bytes | read slowly\n
answers early, and closes   | /early-answer     | done 200, 6 bytes  | early\n
the same, a long request    | /early-answer?{100k} | done 200, 6 bytes  | early\n
ROWS
}

@test "the header is odd, but right" {
    meets_together << 'ROWS' | none_broken
lines that end in LF alone  | /bare-lf          | done 200, 5 bytes
no reason after the status  | /no-reason        | done 200, 5 bytes
names in any case           | /odd-case         | done 200, 5 bytes
8-bit bytes                 | /8-bit            | done 200, 5 bytes
a header of 64 KiB          | /header/65536     | done 200, 5 bytes
2000 header lines           | /header-lines/2000 | done 200, 5 bytes
blanks around the length    | /length/%20%095%20%09 | done 200, 5 bytes
the same length twice       | /lengths/5/5      | done 200, 5 bytes
escape sequences            | /escape           | done 200, 79 bytes | \033[31mred\033[0m\a\b\033[2J\033]0;title\a\r\n    0.000     1  done        200, 6 bytes\r\033[1A\0233\0177\n
ROWS
}

@test "the header is wrong, or not HTTP" {
    meets_together << 'ROWS' | none_broken
chunks to an HTTP/1.0 client | /chunked         | failed: .*chunked.*
chunks and a length         | /length/5%0d%0aTransfer-Encoding:%20chunked | failed: .*chunked.*
a negative length           | /length/-5        | failed: Content-Length is not a length
a length in letters         | /length/abc       | failed: Content-Length is not a length
digits, then letters        | /length/5bad      | failed: Content-Length is not a length
a length of 2^64+5          | /length/18446744073709551621 | failed: Content-Length is not a length
a length of 2^63-1          | /length/9223372036854775807 | failed: response cut short: 5 of 9223372036854775807 bytes
a plus sign                 | /length/+5        | failed: Content-Length is not a length
two lengths in a line       | /length/5,%206    | failed: Content-Length is not a length
two lengths that differ     | /lengths/5/6      | failed: two different Content-Lengths
NUL in the header           | /nul-in-header    | failed: NUL in the header
NUL in the length           | /length/5%00      | failed: NUL in the header
a header of 64 KiB + 1      | /header/65537     | failed: header longer than 65536 bytes
a line of 1 MB              | /header/1000000   | failed: header longer than 65536 bytes
10,000 header lines         | /header-lines/10000 | failed: header longer than 65536 bytes
headers without end         | /endless-header   | failed: header longer than 65536 bytes
binary garbage              | /garbage/binary   | failed: not an HTTP response
an SSH greeting             | /garbage/ssh      | failed: not an HTTP response
an SMTP greeting            | /garbage/smtp     | failed: not an HTTP response
HTTP/0.9                    | /garbage/http09   | failed: not an HTTP response
a status of no three digits | /garbage/status   | failed: not an HTTP response
a version that is no number | /garbage/version  | failed: not an HTTP response
empty lines                 | /garbage/empty-line | failed: not an HTTP response
ROWS
}

@test "an answer may be split anywhere" {
    local at
    new_case split
    for at in {1..90}; do
        expect "/split/$at/20" "done 200, 20 bytes"
    done
    run_case 10
    check_case "split after 1 to 90 bytes" | none_broken
}

# ---- Names with several addresses ----

# Skips the test where faulty.so can't be loaded before the C library.
need_faulty() {
    [ -e "$faulty" ] || skip "there is no faulty.so for this system"
    ! grep -q __asan_init "$BUILD/01-blocking/fetch" || skip "ASan wants to be loaded first"
    LD_PRELOAD=$faulty FAULTY=socket:1:EMFILE FAULTY_MARK=$BATS_TEST_TMPDIR/loaded \
        plain_fetch 01-blocking "$url/bytes/1" > /dev/null || true
    [ -d "$BATS_TEST_TMPDIR/loaded" ] || skip "faulty.so can't be loaded before the C library here"
}

@test "the next address of a name is tried when the first fails" {
    local port=${url##*:} first
    need_faulty
    for first in ::1 127.0.0.2 unknown ::1,unknown,127.0.0.2; do
        new_case addresses
        expect "http://a.example:$port/bytes/5" "done 200, 5 bytes"
        expect "http://b.example:$port/keep-open/50" "done 200, 50 bytes"
        run_case 10 env LD_PRELOAD="$faulty" FAULTY_ADDRESSES="$first,127.0.0.1"
        check_case "addresses $first, then one that answers"
        new_case addresses
        expect "http://a.example:$port/bytes/5" "failed: [A-Z].*"
        run_case 10 env LD_PRELOAD="$faulty" FAULTY_ADDRESSES="$first"
        check_case "addresses $first, none of which answers"
    done | none_broken
    new_case unreachable
    expect "http://a.example:$port/bytes/5" "done 200, 5 bytes"
    run_case 10 env LD_PRELOAD="$faulty" FAULTY_ADDRESSES=127.0.0.1,127.0.0.1 \
        FAULTY=connect:1:ENETUNREACH
    check_case "the first address is unreachable" | none_broken
}

# While there are further addresses, one that never answers gets a part of the time only.
@test "the next address of a name is tried when the first hangs" {
    local port=${url##*:} limit step hangs=${full%/}
    need_faulty
    hangs=127.0.0.1@${hangs##*:}
    new_case hanging
    expect "http://a.example:$port/bytes/5" "done 200, 5 bytes"
    for limit in 1 5; do # a longer one must do if the first was too short for this machine
        run_case $limit env LD_PRELOAD="$faulty" FAULTY_ADDRESSES="$hangs,127.0.0.1"
        ! (check_case "the first address hangs" | none_broken) > /dev/null || break
    done
    (check_case "the first address hangs" | none_broken)
    for step in "${STEPS[@]}"; do
        read_log "$case/$step/log" > /dev/null
        [ "${ended_at[1]}" -lt "${limit}000" ] ||
            echo "$step: the first address has a part of the time, came ${ended_at[1]} ms"
    done | none_broken
    new_case both
    expect "http://a.example:$port/bytes/5" "failed: timed out after 0.5 s"
    run_case 0.5 env LD_PRELOAD="$faulty" \
        FAULTY_ADDRESSES="$hangs,$hangs"
    check_case "both addresses hang" | none_broken
}

# The zone says on which network a local address is; it is for us, not for the server.
@test "the zone of an address is not sent in Host" {
    local zone
    need_faulty
    new_case zone
    for zone in %25lo %lo %250; do
        expect "http://[fe80::1$zone]:${url##*:}/echo" "done 200, [0-9]+ bytes"
        printf 'GET /echo HTTP/1.0\r\nHost: [fe80::1]:%s\r\nConnection: close\r\n\r\n' \
            "${url##*:}" > "$case/expected/${#urls[@]}"
    done
    run_case 10 env LD_PRELOAD="$faulty" FAULTY_ADDRESSES=127.0.0.1
    check_case "an address with a zone" | none_broken
}

# ---- The response, by itself ----

@test "a header is judged when it is whole" {
    ${CC:-cc} -I "$BATS_TEST_DIRNAME/../01-blocking" -o "$BATS_TEST_TMPDIR/responses" \
        "$BATS_TEST_DIRNAME/c/responses.c"
    run timeout 20 "$BATS_TEST_TMPDIR/responses"
    [[ $output =~ ^[0-9]+\ responses$ ]] || {
        echo "$output"
        return 1
    }
}

# ---- Inside the process ----

# A bit of everything; all of it is over in a second.
expect_a_mix() {
    expect /bytes/1000 "done 200, 1000 bytes"
    expect /close "failed: empty response"
    expect /no-length/3000 "done 200, 3000 bytes"
    expect "{refused}/" "failed: Connection refused"
    expect /drip/10/3 "done 200, 10 bytes"
    expect /reset "failed: Connection reset by peer"
    expect "/early-answer" "done 200, 6 bytes" 'early\n'
    expect /truncate/100 "failed: response cut short: 50 of 100 bytes"
    expect /delay/30/200 "done 200, 200 bytes"
    expect /garbage "failed: not an HTTP response"
    expect "/slow-read?$(printf '%05000d' 0)" "done 200, 12 bytes" 'read slowly\n'
    expect /keep-open/700 "done 200, 700 bytes"
}

@test "a signal every millisecond interrupts any call" {
    need_faulty
    new_case mix
    expect_a_mix
    run_case 10 env LD_PRELOAD="$faulty" FAULTY_TICK=1
    check_case "with EINTR" | none_broken
    new_case silent
    expect "{full}/" "failed: timed out after 0.5 s"
    expect /silent "failed: timed out after 0.5 s"
    run_case 0.5 env LD_PRELOAD="$faulty" FAULTY_TICK=1
    {
        check_case "with EINTR"
        # After EINTR select()'s sets hold whom it was asked about, not who is ready.
        grep '  1  connected' "$case"/*/log | sed "s|$case/||; s|$|: not connected, nobody accepts|" || :
    } | none_broken
}

@test "calls that move one to three bytes" {
    need_faulty
    new_case mix
    expect_a_mix
    run_case 10 env LD_PRELOAD="$faulty" FAULTY_SHORT=1
    check_case "in small pieces" | none_broken
    run_case 10 env LD_PRELOAD="$faulty" FAULTY_SHORT=1 FAULTY_TICK=1
    check_case "in small pieces, with EINTR" | none_broken

    # The server closes while we still send: send() fails, and the answer has come all the same.
    new_case early
    expect "/early-answer?{100k}" "done 200, 6 bytes" 'early\n'
    expect "/reset-early?{100k}" "failed: Connection reset by peer or failed: Broken pipe"
    run_case 10 env LD_PRELOAD="$faulty" FAULTY_SHORT=1
    check_case "an answer before the request is sent" | none_broken
}

# After some 80 bytes the kernel takes no more; but the answer is there. curl shows it, and so do we.
@test "an answer before the request is sent, from a server that never reads on" {
    local limit
    need_faulty
    new_case early
    expect "/never-reads-on?{100k}" "done 414, 9 bytes" 'too long\n'
    for limit in 1 5; do # a longer one must do if the first was too short for this machine
        run_case $limit env LD_PRELOAD="$faulty" FAULTY_SHORT=1 FAULTY=send:40+:EAGAIN
        ! (check_case "no room to send" | none_broken) > /dev/null || break
    done
    (check_case "no room to send" | none_broken)
    [ "$(grep -l "sent .* of " "$case"/*/log | wc -l)" -eq 5 ]
}

@test "an EAGAIN that nobody expected" {
    need_faulty
    new_case mix
    expect_a_mix
    run_case 10 env LD_PRELOAD="$faulty" \
        FAULTY=send:1:EAGAIN,send:3:EAGAIN,recv:1:EAGAIN,recv:4:EAGAIN,recv:5:EAGAIN
    check_case "with EAGAIN" | none_broken
    # "ready", and then nothing, for ever: the time is over all the same
    for call in recv send; do
        new_case $call
        expect /bytes/5 "failed: timed out after 0.5 s"
        LIMIT=5 run_case 0.5 env LD_PRELOAD="$faulty" FAULTY=$call:1+:EAGAIN
        check_case "$call says EAGAIN for ever"
    done | none_broken
}

# stopped_at_each_line STEP: stops the program after each line of its log, and lets it go on.
stopped_at_each_line() {
    local directory=$case/$1 line status=0 pid
    mkdir -p "$directory/bodies"
    mkfifo "$directory/pipe"
    "$BUILD/$1/fetch" -t 4 -o "$directory/bodies" "${urls[@]}" \
        > "$directory/pipe" 2> "$directory/errors" &
    pid=$!
    while IFS= read -r line; do
        printf '%s\n' "$line"
        kill -STOP "$pid" 2> /dev/null || continue
        until [[ $(ps -o state= -p "$pid") != [!TZ]* ]]; do :; done
        kill -CONT "$pid" 2> /dev/null || : # it may have ended
    done < "$directory/pipe" > "$directory/log"
    wait "$pid" || status=$?
    echo "$status" > "$directory/status"
}

@test "stopped, and continued, in any wait" {
    new_case stop
    expect "{full}/" "failed: timed out after 4 s"
    expect /delay/50/100 "done 200, 100 bytes"
    expect /drip/5/10 "done 200, 5 bytes"
    expect /bytes/100000 "done 200, 100000 bytes"
    in_all_steps stopped_at_each_line
    check_case "with SIGSTOP and SIGCONT" | none_broken
}

# answers_while_stopped STEP: stops the program when it has asked; it goes on when the answer has
# come and the time is over.
answers_while_stopped() {
    local directory=$case/$1 line status=0 pid
    mkdir -p "$directory/bodies"
    mkfifo "$directory/pipe"
    "$BUILD/$1/fetch" -t 1 -o "$directory/bodies" "${urls[@]}" \
        > "$directory/pipe" 2> "$directory/errors" &
    pid=$!
    while IFS= read -r line; do
        printf '%s\n' "$line"
        [[ $line == *sent* ]] || continue
        kill -STOP "$pid"
        plain_fetch 01-blocking -q "$url/delay/1500" > /dev/null
        kill -CONT "$pid"
    done < "$directory/pipe" > "$directory/log"
    wait "$pid" || status=$?
    echo "$status" > "$directory/status"
}

@test "an answer that has come in time is taken, however late" {
    local page
    for page in /delay/300 /delay/300/50000; do
        new_case "late${page//\//-}"
        case $page in
        /delay/300) expect "$page" "done 200, 6 bytes" 'hello\n' ;;
        *) expect "$page" "done 200, ${page##*/} bytes" ;;
        esac
        in_all_steps answers_while_stopped
        check_case "$page, stopped until the time was over"
    done | none_broken
}

# Two programs at once write into one directory: each has a file of its own until it is whole.
@test "two fetches into the same directory do not mix their bodies" {
    local step directory pids
    for step in "${STEPS[@]}"; do
        directory=$BATS_TEST_TMPDIR/$step
        mkdir "$directory"
        pids=()
        plain_fetch "$step" -q -o "$directory" "$url/drip/40/5" > /dev/null 3>&- &
        pids+=($!)
        plain_fetch "$step" -q -o "$directory" "$url/drip/30/5" > /dev/null 3>&- &
        pids+=($!)
        wait "${pids[0]}"
        wait "${pids[1]}"
        [[ $(ls "$directory") == 1 && $(wc -c < "$directory/1") -eq 40 ]] ||
            [[ $(ls "$directory") == 1 && $(wc -c < "$directory/1") -eq 30 ]] ||
            echo "$step: one whole body, came: $(wc -c "$directory"/*)"
    done | none_broken

    # In two containers, two processes may have the same number. $$ is also fetch's.
    new_case number
    expect /bytes/100 "done 200, 100 bytes"
    # shellcheck disable=SC2016 # these are the other bash's
    in_all_steps bodies_into bodies bash -c 'echo theirs > "$3/1.$$.part" && exec "$@"' -
    for step in "${STEPS[@]}"; do
        cmp "$case/$step/bodies/1" "$case/expected/1" 2>&1
        [ "$(cat "$case/$step"/bodies/1.*.part)" = theirs ] || echo "$step: the other one's file stays as it is"
    done | none_broken
}

# Whoever started the program may have made the log's pipe non-blocking. No line may be lost.
@test "a non-blocking stdout loses no line" {
    local step pages=() i
    command -v python3 > /dev/null || skip "needs python3 to make a pipe non-blocking"
    for i in {1..2000}; do
        pages+=(http://:80/)
    done
    for step in "${STEPS[@]}"; do
        python3 -c '
import os, subprocess, sys, time
ours, theirs = os.pipe()
os.set_blocking(theirs, False)
child = subprocess.Popen(sys.argv[1:], stdout=theirs)
os.close(theirs)
data = b""
while True:
    piece = os.read(ours, 4096)
    if not piece:
        break
    data += piece
print(data.count(b"\n"), child.wait())' "$BUILD/$step/fetch" "${pages[@]}" > "$BATS_TEST_TMPDIR/count"
        [ "$(cat "$BATS_TEST_TMPDIR/count")" = "2001 1" ] ||
            echo "$step: 2001 lines and status 1, came: $(cat "$BATS_TEST_TMPDIR/count")"
    done | none_broken
}

@test "16 descriptors are enough for 200 URLs" {
    local i
    new_case few
    for i in {1..200}; do
        expect "/delay/2/$i" "done 200, $i bytes"
    done
    run_case 10 bash -c 'ulimit -n 16; exec "$@"' -
    check_case "ulimit -n 16" | none_broken
}

@test "no descriptor at all is said plainly" {
    new_case none
    expect /bytes/5 "failed: .*Too many open files"
    expect /bytes/6 "failed: .*Too many open files"
    expect http://localhost:1/ "failed: .*Too many open files"
    run_case 10 bash -c 'ulimit -n 4; exec "$@"' - # enough for a file or a socket, not for both
    check_case "ulimit -n 4" | none_broken
}

# Lets the first call of a kind fail, then the second, until the program needs no more of that call
# (or six have failed). At most one URL is lost to it, and nobody waits for a time limit.
one_call_fails() {
    local step=$1 call error nth status complaints directory=$case/$1
    while read -r call error; do
        for nth in 1 2 3 4 5 6; do
            rm -rf "$directory"
            mkdir -p "$directory/bodies"
            status=0
            fetch_with_fault "$step" "$call:$nth:$error" || status=$?
            [ -d "$directory/mark" ] || break
            complaints=$(check_loss "$directory" "$status" "$error")
            [ -z "$complaints" ] || echo "$step, $call $nth fails with $error: $complaints"
        done
    done < "$case/calls"
}

# check_loss DIRECTORY STATUS ERROR: all URLs but one ended as expected, and that one with a reason.
# EINTR and EAGAIN are no reason: try again.
check_loss() {
    local id lost=0 most=1 only=
    [[ $3 != EINTR && $3 != EAGAIN ]] || most=0
    read_log "$1/log"
    for id in "${!outcomes[@]}"; do
        if [[ ${came[id + 1]:-} =~ ^failed\ http[^\ ]*:\ [A-Za-z] && ${came[id + 1]} != *timed* ]]; then
            lost=$((lost + 1))
            only=$((id + 1))
        else
            check_outcome $((id + 1))
        fi
    done
    diff -rq ${only:+-x "$only"} "$case/expected" "$1/bodies" 2>&1 || true
    [ "$lost" -le "$most" ] || echo "at most $most URL is lost, came $lost"
    [ "$2" = "$lost" ] || echo "exit status $lost expected, came $2"
    [ ! -s "$1/errors" ] || cat "$1/errors"
}

fetch_with_fault() {
    local three_at_once=(-j 3)
    [ "$1" != 01-blocking ] || three_at_once=()
    timeout -k 1 "${LIMIT:-20}" env LD_PRELOAD="$faulty" FAULTY="$2" FAULTY_MARK="$case/$1/mark" \
        "$BUILD/$1/fetch" -t 10 "${three_at_once[@]}" -o "$case/$1/bodies" "${urls[@]}" \
        > "$case/$1/log" 2> "$case/$1/errors"
}

@test "each library call may fail once" {
    need_faulty
    new_case calls
    expect /bytes/100 "done 200, 100 bytes"
    expect /no-length/2000 "done 200, 2000 bytes"
    expect /drip/3/1 "done 200, 3 bytes"
    expect /keep-open/70000 "done 200, 70000 bytes"
    cat > "$case/calls" << 'CALLS'
socket EMFILE
socket ENOBUFS
connect EINTR
connect ECONNREFUSED
connect ENETUNREACH
send EINTR
send EAGAIN
send EPIPE
send ECONNRESET
recv EINTR
recv EAGAIN
recv ECONNRESET
recv ENOMEM
select EINTR
select ENOMEM
fcntl EIO
getsockopt ENOBUFS
setsockopt ENOBUFS
getpeername ENOBUFS
getaddrinfo EAI_AGAIN
getaddrinfo EAI_FAIL
getaddrinfo EAI_MEMORY
getaddrinfo EMFILE
open EMFILE
open ENFILE
open EACCES
write EINTR
write ENOSPC
close EIO
rename EACCES
CALLS
    in_all_steps one_call_fails | none_broken
}

# Lets the first allocation fail, then the second, until the program needs no more; alone, or with
# all after it (+).
memory_runs_out() {
    local plus nth status directory=$case/$1
    for plus in "" +; do
        for ((nth = 1; nth <= 60; nth++)); do
            rm -rf "$directory"
            mkdir -p "$directory/bodies"
            status=0
            fetch_with_fault "$1" "memory:$nth$plus:ENOMEM" || status=$?
            [ -d "$directory/mark" ] || break
            case $status in
            0) [ -z "$(diff -rq "$case/expected" "$directory/bodies")" ] && continue ;;
            1) grep -q ': [A-Za-z]' "$directory/log" "$directory/errors" && continue ;;
            esac
            echo "$1, out of memory at allocation $nth$plus: all done, or a reason and status 1" \
                "expected, came status $status"
        done
    done
}

@test "memory may run out at each allocation" {
    need_faulty
    new_case memory
    expect /bytes/100 "done 200, 100 bytes"
    expect /no-length/20 "done 200, 20 bytes"
    in_all_steps memory_runs_out 2>&1 | none_broken
}

# with_descriptors STEP: runs the case with 0, 1, 2 closed in all ways.
closed_descriptors() {
    local step=$1 closed status expected directory=$case/$1
    for closed in '<&-' '>&-' '2>&-' '<&- >&-' '<&- 2>&-' '>&- 2>&-' '<&- >&- 2>&-'; do
        rm -rf "$directory"
        mkdir -p "$directory/bodies"
        expected=0
        [[ $closed != *' >'* && $closed != '>'* ]] || expected=1
        status=0
        timeout -k 1 "${LIMIT:-20}" bash -c "exec \"\$@\" $closed" - "$BUILD/$step/fetch" -o "$directory/bodies" \
            "${urls[@]}" > "$directory/log" 2> "$directory/errors" || status=$?
        [ "$status" = "$expected" ] || echo "exit status $expected expected, came $status"
        diff -rq "$case/expected" "$directory/bodies" 2>&1 | sed "s|$case/||g" || true
        [ "$expected" = 1 ] || [ "$(grep -c '^# 2 done, 0 failed' "$directory/log")" = 1 ] ||
            echo "a summary in the log"
    done > "$case/$step.complaints"
    sed "s/^/$step, started with $closed: /" "$case/$step.complaints"
}

@test "descriptors 0, 1 and 2 may be closed at the start" {
    local host=${url#http://}
    new_case closed
    expect /echo "done 200, [0-9]+ bytes"
    expect /bytes/100 "done 200, 100 bytes"
    printf 'GET /echo HTTP/1.0\r\nHost: %s\r\nConnection: close\r\n\r\n' "$host" > "$case/expected/1"
    in_all_steps closed_descriptors | none_broken
}

# stdout_fails STEP WHY: a run whose stdout takes nothing, open as descriptor 7.
stdout_fails() {
    local status=0 directory=$case/$1
    rm -rf "$directory"
    mkdir -p "$directory/bodies"
    plain_fetch "$1" -o "$directory/bodies" "${urls[@]}" >&7 2> "$directory/errors" || status=$?
    [ "$status" = 1 ] || echo "$1, $2: exit status 1 expected, came $status"
    [ "$(errors_of "$directory/errors" | wc -l)" = 1 ] || echo "$1, $2: one line on stderr expected"
    diff -rq "$case/expected" "$directory/bodies" 2>&1 | sed "s|^|$1, $2: |; s|$case/||g" || true
}

@test "stdout may be full, or its reader gone" {
    new_case stdout
    expect /bytes/100 "done 200, 100 bytes"
    expect /delay/10/2000 "done 200, 2000 bytes"
    if [ -e /dev/full ]; then
        in_all_steps stdout_fails "/dev/full" 7> /dev/full | none_broken
    fi
    mkfifo "$case/pipe"
    true < "$case/pipe" 3>&- &
    exec 7> "$case/pipe"
    wait $! # now nobody reads
    in_all_steps stdout_fails "the reader is gone" | none_broken
    exec 7>&-
}

# bodies_into STEP DIRECTORY [PROGRAM...]: as run_step does it, but with -o DIRECTORY.
bodies_into() {
    local directory=$case/$1 status=0
    rm -rf "$directory"
    mkdir -p "$directory/bodies"
    timeout -k 1 "${LIMIT:-20}" "${@:3}" "$BUILD/$1/fetch" -o "$directory/$2" \
        "${urls[@]}" > "$directory/log" 2> "$directory/errors" || status=$?
    echo "$status" > "$directory/status"
}

@test "a body that can't be saved is a failure" {
    new_case missing
    expect /bytes/5 "failed: cannot save the body: No such file or directory"
    expect "{refused}/" "failed: .*"
    in_all_steps bodies_into missing
    check_case "-o a directory that is missing" | none_broken

    new_case file
    expect /bytes/5 "failed: cannot save the body: Not a directory"
    # shellcheck disable=SC2016 # $3 is that of the other bash: the directory
    in_all_steps bodies_into status/nothing bash -c 'touch "${3%/nothing}" && exec "$@"' -
    check_case "-o below a file" | none_broken

    new_case limit
    expect /bytes/1000000 "failed: cannot save the body: File too large"
    expect /bytes/100 "done 200, 100 bytes"
    in_all_steps bodies_into bodies bash -c 'ulimit -f 100; exec "$@"' -
    check_case "a file that may not grow" | none_broken

    if [ -e "$faulty" ] && ! grep -q __asan_init "$BUILD/01-blocking/fetch"; then
        new_case full
        expect /split/2/5 "failed: cannot save the body: No space left on device"
        in_all_steps bodies_into bodies env LD_PRELOAD="$faulty" FAULTY=write:1+:ENOSPC
        check_case "-o a full disk" | none_broken
    fi
    if [ "$(id -u)" != 0 ]; then # root may write anywhere
        new_case forbidden
        expect /bytes/5 "failed: cannot save the body: Permission denied"
        # shellcheck disable=SC2016
        in_all_steps bodies_into bodies bash -c 'chmod 555 "$3" && exec "$@"' -
        check_case "-o a directory that is write-protected" | none_broken
    fi
}

# interrupted_at STEP LINE: Ctrl-C after that line of the log. Job control is on, because a shell
# without it lets its background programs ignore SIGINT.
interrupted_at() {
    local directory=$case/$1 line n=0 status=0 pid file
    rm -rf "$directory"
    mkdir -p "$directory/bodies"
    mkfifo "$directory/pipe"
    set -m
    "$BUILD/$1/fetch" -t 20 -o "$directory/bodies" "${urls[@]}" > "$directory/pipe" &
    pid=$!
    while IFS= read -r line; do
        [ $((n += 1)) != "$2" ] || kill -INT "$pid"
    done < "$directory/pipe"
    wait "$pid" || status=$?
    [ "$status" = 130 ] || echo "$1, SIGINT after $2 lines: exit status 130 expected, came $status"
    for file in "$directory"/bodies/*; do
        case $file in
        *.part | *'*') ;;
        *)
            cmp "$file" "$case/expected/${file##*/}" 2>&1 |
                sed "s|^|$1, SIGINT after $2 lines: |" || true
            ;;
        esac
    done
}

@test "after Ctrl-C, each body is whole or absent" {
    local line
    new_case interrupt
    expect /bytes/50000 "done 200, 50000 bytes"
    expect /drip/30/2 "done 200, 30 bytes"
    expect /delay/10/100 "done 200, 100 bytes"
    expect /no-length/70000 "done 200, 70000 bytes"
    expect /drip/1000000/5 "failed: never"
    for line in 1 4 9 12 16 20 24; do
        in_all_steps interrupted_at "$line"
    done | none_broken
}

# ---- Costs ----

# cpu_of STEP URL: what the program says that it used, in milliseconds, into a file.
cpu_of() {
    plain_fetch "$1" -t 2 "$2" > "$case/$1" || true
    sed -n 's/^#.* \([0-9]*\)\.\([0-9]*\) s cpu.*/\1\2/p' "$case/$1" >> "$case/$1.cpu"
}

@test "a wait of 2 s costs less than 2 % of a CPU" {
    local step start wait
    new_case cpu
    in_all_steps cpu_of "$url/bytes/1"
    in_all_steps cpu_of "$url/silent"
    for step in 01-blocking 03-select 04-callbacks 05-coroutines; do
        { read -r start && read -r wait; } < "$case/$step.cpu"
        [ $((10#$wait - 10#$start)) -lt 40 ] ||
            echo "$step: less than 40 ms, came $wait for the wait and $start without"
    done | none_broken
}

# peak_of STEP URL: checks the most memory that was in use, in KiB.
peak_of() {
    local peak
    timeout -k 1 "${LIMIT:-20}" "$(type -P time)" -f %M -o "$case/$1.peak" "$BUILD/$1/fetch" -t 1 "$2" \
        > "$case/$1.log" 2>&1 || true
    peak=$(tail -n 1 "$case/$1.peak")
    [ "$peak" -lt 10240 ] || echo "$1: $2 needs less than 10 MB, came $peak KiB"
}

@test "memory does not grow with a body, a header or what is not HTTP" {
    local path
    [ "$(type -P time)" ] && "$(type -P time)" -f %M true 2> /dev/null || skip "there is no GNU time"
    ! grep -q __asan_init "$BUILD/01-blocking/fetch" || skip "ASan needs memory of its own"
    new_case peak
    for path in /endless /endless-header /header/16777216 /bytes/50000000; do
        in_all_steps peak_of "$url$path"
    done | none_broken
}

# ---- The command line ----

# refuses STEP ARGUMENT...: exit status 2, a complaint and the usage on stderr, nothing on stdout.
refuses() {
    local directory=$case/$1 status=0
    mkdir -p "$directory"
    plain_fetch "$@" > "$directory/log" 2> "$directory/errors" || status=$?
    [ "$status" = 2 ] || echo "$1 ${*:2}: exit status 2 expected, came $status"
    [ ! -s "$directory/log" ] || echo "$1 ${*:2}: nothing on stdout, came $(cat "$directory/log")"
    [[ $(sed 's/^fetch: .*/complaint/; s/^usage: fetch .*/usage/' "$directory/errors") == \
        complaint$'\n'usage ]] ||
        echo "$1 ${*:2}: one line and the usage on stderr, came $(cat "$directory/errors")"
}

# asked_for: what the server has been asked for since the last time.
asked_for() {
    plain_fetch 01-blocking -q "$url/bytes/0?the-end" > /dev/null
    sed "1,${asked:-1}d; /the-end/d" "$server_log"
    asked=$(wc -l < "$server_log")
}

@test "a command line that is wrong fetches nothing" {
    local value page=$url/bytes/5
    new_case usage
    asked_for > /dev/null
    asked=$(wc -l < "$server_log")
    {
        for value in 1x 0 0.0 -1 +1 nan inf '' . 1.2.3 1e3 0x10 ' 1' '1 ' 99999999999999999999; do
            in_all_steps refuses -t "$value" "$page"
        done
        for value in 0 '' 1x -1 +1 ' 1' 1.5 0x10 99999999999999999999 4294967297; do
            in_all_steps refuses -j "$value" "$page"
        done
        in_all_steps refuses -z "$page"
        in_all_steps refuses --help
        in_all_steps refuses -o '' "$page"
        in_all_steps refuses -o "$(printf '%05000d' 0)" "$page"
        in_all_steps refuses "$page" -t
        in_all_steps refuses
        in_all_steps refuses -q
        in_all_steps refuses -q --
        asked_for | sed 's/^/nothing is fetched, came /'
    } | none_broken
}

# ---- URLs ----

@test "a URL with a user name is refused, and the password not printed" {
    local host=${url#http://} secret
    new_case secret
    for secret in "http://user:secret@$host/bytes/5" "http://secret@$host/bytes/5" \
        "http://user:sec@secret@$host/" "http://user:secret@/" "http://:secret@$host" \
        "https://user:secret@$host/" "ftp://user:secret@$host/" "user:secret@$host" \
        "http://user:secret@$host:0/" "http://user:secret /@$host/" "http://user:secret?@$host/" \
        "http://user:secret#@$host/" "http://user:secret/@$host/" "http://[secret@$host/"; do
        expect "$secret" "failed .*: [a-z].*"
    done
    asked_for > /dev/null
    asked=$(wc -l < "$server_log")
    run_case 10
    {
        check_case "userinfo"
        grep -r secret "$case"/*/log "$case"/*/errors | sed 's/^/the password is not printed: /' || true
        asked_for | sed 's/^/nothing is fetched, came /'
    } | none_broken
}

@test "a URL that is wrong is refused" {
    local byte character host=${url#http://}
    new_case urls
    for byte in {1..32} 127; do
        printf -v character '%b' "\\0$(printf %o "$byte")"
        expect "$url/bytes/5?a${character}b" "failed: space or control character in the URL"
    done
    expect "http://a${character}b/" "failed: space or control character in the URL"
    expect "$url/bytes/5"$'\r\n'"    0.000     7  done        200, 6 bytes" \
        "failed: space or control character in the URL"
    for byte in 0 65536 65537 4294967376 99999999999999999999 -1 +80 80x 0x50 8080:80 ' 80'; do
        expect "http://127.0.0.1:$byte/" "failed: .*in the URL"
    done
    for byte in http:///bytes/5 http:// http://:80/ http://: 'http://?a' 'http://#a' 'http://[]/' \
        'http://[::1' 'http://[::1/' 'http://[::1]x/' 'http://[::1]:0/' 'http://[::1]80/' \
        http://::1:80/ http://::1/ ''; do
        expect "$byte" "failed.*: .*URL"
    done
    for byte in localhost 127.0.0.1 a:b ::1% '::1%25a%25b'; do
        expect "http://[$byte]:${host#*:}/bytes/5" "failed: .*(brackets|zone).*"
    done
    # What no name has: "*" would mean this machine to some resolvers.
    for byte in '*' '127.0.0.1\x' 'a,b' "a'b" 'a!b' 'a"b' $'\303\251' '(a)' 'a|b'; do
        expect "http://$byte:${host#*:}/bytes/5" "failed.*: a character in the host that no name has"
    done
    expect "http://127.0.0%2e1:${host#*:}/" "failed: percent-encoding in the host is not supported"
    expect "https://$host/bytes/5" "failed: https is not supported"
    expect "ftp://$host/bytes/5" "failed: not an http:// URL"
    expect "$host/bytes/5" "failed: not an http:// URL"
    expect "http:/$host/bytes/5" "failed: not an http:// URL"
    asked_for > /dev/null
    asked=$(wc -l < "$server_log")
    run_case 10
    {
        check_case "a wrong URL"
        asked_for | sed 's/^/nothing is fetched, came /'
    } | none_broken
}

# A label of a name has 63 characters at most (RFC 1035), so nobody needs to be asked for these.
@test "a host name may have any length" {
    local length
    new_case names
    for length in 64 255 256 1025 5000 65535 100000; do
        expect "http://$(printf "%0${length}d" 1 | tr 01 ab)/" "failed: [A-Z].*"
    done
    expect /bytes/5 "done 200, 5 bytes"
    run_case 10
    check_case "long names" | none_broken
}

@test "what is asked for is what the URL says" {
    local host=${url#http://} step
    new_case request
    expect "/echo?a=b#fragment" "done 200, [0-9]+ bytes"
    expect "HTTP://$host/echo?a/b?c#d?e#f" "done 200, [0-9]+ bytes"
    expect "http://$host/echo?"$'\351'"%20" "done 200, [0-9]+ bytes"
    expect "http://$host" "done 200, [0-9]+ bytes"
    expect "http://$host?query" "done 200, [0-9]+ bytes"
    expect "http://$host#fragment" "done 200, [0-9]+ bytes"
    printf 'GET /echo?a=b HTTP/1.0\r\nHost: %s\r\nConnection: close\r\n\r\n' "$host" \
        > "$case/expected/1"
    printf 'GET /echo?a/b?c HTTP/1.0\r\nHost: %s\r\nConnection: close\r\n\r\n' "$host" \
        > "$case/expected/2"
    printf 'GET /echo?%%E9%%20 HTTP/1.0\r\nHost: %s\r\nConnection: close\r\n\r\n' "$host" \
        > "$case/expected/3"
    asked_for > /dev/null
    asked=$(wc -l < "$server_log")
    run_case 10
    cp "$case"/01-blocking/bodies/[456] "$case/expected/"
    check_case "the request" | none_broken
    asked_for > "$case/asked"
    [ "$(grep -cx 'GET /' "$case/asked")" = 10 ] # with no path, and only a fragment
    [ "$(grep -cx 'GET /?query' "$case/asked")" = 5 ]
}

@test "an IPv6 address stands in brackets" {
    local port=${url##*:}
    new_case ipv6
    expect "http://[::1]:$port/bytes/5" \
        "failed: (Connection refused|Cannot assign requested address|Address family .*)"
    run_case 10
    check_case "IPv6" | none_broken
}
