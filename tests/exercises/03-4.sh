# shellcheck shell=sh disable=SC1010,SC2015,SC2016,SC2034,SC2154
# 03-4: a request that is sent in parts. /echo sends back what it has got, byte for byte. The trace
# says how much send() took each time, and what was waited for.
trace_all
bytes=200000
ASKED="The whole request is sent: send() returns how much the kernel took; the rest goes when there is \
room again."

# run_parts ARGUMENT...: select() waits, send() never does, and the kernel's buffer is as small as it was.
run_parts()
{
    run_fetch "$@"
    expect_selecting "select|poll"
    expect_no_call "send() never waits: it takes what there is room for." '$1 == "send" && $6 != 0' \
        "no send() that waits"
    came=$(awk '$1 == "sndbuf" && $2 > 65536 { print $2; exit }' "$WORK/trace")
    [ -z "$came" ] || fail "The small buffer stays (SO_SNDBUF): it stands for a slow line, which takes as \
little at once." "8,192 bytes, or what the system makes of it" "$came bytes"
    expect_calls "A socket is tried again when select() says that there is room, and not all the time." \
        '$1 == "send" && $3 == "EAGAIN"' 0 500 "sends that were told: not now"
    expect_calls "select() sleeps until somebody is ready, or the time of one is over." \
        '$1 ~ /^(select|poll)$/ && $2 == 0' 0 100 "selects that found nobody"
}

# request PATH: what the server has to receive.
request()
{
    awk -v path="$1" -v n=$bytes -v host="${URL#http://}" 'BEGIN {
        printf "GET %s HTTP/1.0\r\nHost: %s\r\nConnection: close\r\nCookie: c=", path, host
        for (i = 0; i < n; i++) printf "%d", i % 7
        printf "\r\n\r\n" }'
}

# where FILE: how long a file is, and what stands where it begins to differ from what was expected.
where()
{
    [ -s "$1" ] || return 0
    at=$(cmp "$WORK/request" "$BOX/1" 2>/dev/null | sed -n 's/^.* \([0-9][0-9]*\), line.*/\1/p')
    printf '%s bytes; from byte %s: %s ...' "$(wc -c <"$1" | tr -d ' ')" "${at:-1}" \
        "$(tail -c "+${at:-1}" "$1" | head -c 40 | head -n 1)"
}

STUCK="send() takes a part, and then no more: return, and wait in select() for room."
run_parts -t 30 -o "$BOX" $bytes "$URL/echo"
expect_events 1 "It is sent once." connecting connected sent receiving 'done'
request /echo >"$WORK/request"
cmp -s "$WORK/request" "$BOX/1" ||
    fail "Each byte of the request is sent once, in order. What is left begins where the kernel stopped." \
        "$(where "$WORK/request")" "$(where "$BOX/1")"
size=$(wc -c <"$WORK/request" | tr -d ' ')
expect_match "It is sent when all is sent, not before." "^ *[0-9.]+ +1  sent +$size bytes" \
    "sent  $size bytes"

run_parts -t 4 $bytes "$URL/never-read" "$URL/echo"
expect_events 2 "While one server does not read, the other is served: nobody waits inside send." \
    connecting connected sent receiving 'done'
expect_events 1 "A request that can't be sent is given up when its time is over." \
    connecting connected failed
expect_not_before 1 4

run_parts -t 30 $bytes "$URL/slow-read" "$URL/echo"
for id in 1 2; do
    expect_events $id "What is left is sent in as many parts as it takes, for each request its own." \
        connecting connected sent receiving 'done'
done

run_parts -t 30 $bytes "$URL/reset-early"
expect_no_match "An error of send() other than \"not now\" is the end of sending." 'timed out'
expect_match "An error of send() other than \"not now\" is the end of sending." \
    '^ *[0-9.]+ +1  failed ' '1  failed  ...'

run_parts -t 30 0 "$URL/bytes/5" "$URL/delay/300/5"
for id in 1 2; do
    expect_events $id "A small request goes in one piece, as before." \
        connecting connected sent receiving 'done'
done
expect_calls "When all is sent, room for more is of no interest: only the answer is waited for." \
    '$1 ~ /^(select|poll)$/' 1 50 "selects, for two pages"
expect_status "If every page is done, the exit status is 0." 0
