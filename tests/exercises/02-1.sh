# shellcheck shell=sh disable=SC1010,SC2015,SC2016,SC2034,SC2154
# 02-1: a connect() that failed is not reported as connected; and nothing waits for one, neither
# connect() itself nor anybody else.
size=$((1000 + $$ % 997))
trace_all

# expect_asking: no call waits, and connect() is called once for each of so many pages.
expect_asking()
{
    expect_one_by_one
    expect_no_call "Nothing waits, neither connect() nor another call: the program asks what has become of \
it." '$6 != 0 || $1 == "fork"' "no call that waits"
    expect_calls "connect() begins the attempt, once. What it says when it is called again is not the same \
everywhere." '$1 == "connect"' "$1" "$1" "calls of connect()"
    expect_no_call "Nothing is sent before the socket is connected." \
        '$1 == "send" && $2 == -1 && $3 ~ /EAGAIN|ENOTCONN|ECONNREFUSED/' "no send() that is too early"
}

run_fetch "$URL/bytes/$size" "$URL/bytes/7"
expect_events 1 "A connection that succeeds is used." connecting connected sent receiving done
expect_done "The page is received." 1 $size
expect_asking 2

STUCK="Nobody listens at that port, and SO_ERROR says so once."
run_fetch -t 60 "$(port_url refused)/" "$URL/bytes/$size"
expect_events 1 "A connection that is refused never was connected." connecting failed
expect_failed "SO_ERROR tells why it failed." 1 'Connection refused$'
expect_events 2 "The pages after it are fetched." connecting connected sent receiving done
expect_asking 2

STUCK="The attempt is still under way. The time of the page limits how long to ask."
run_fetch -t 0.4 "$(port_url full)/"
expect_events 1 "No failure so far is not yet a connection." connecting failed
expect_failed "An attempt that takes too long is given up." 1 'timed out after 0.4 s$'
expect_not_before 1 0.4
expect_asking 1
