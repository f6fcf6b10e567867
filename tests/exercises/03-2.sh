# 03-2: the nearest deadline is select()'s timeout. Judged by the number of selects and by the time
# that each was told to wait, never by the time that it took.
trace_calls select poll

# selects: how many there were in the last run.
selects() {
    grep -c -E '^(select|poll) ' "$WORK/trace"
}

# waits SECONDS URL ...: a run of its own, with a trace of its own.
waits() {
    rm -f "$WORK/trace"
    run_program "$@"
    [ ! -s "$WORK/err" ] ||
        fail "select() gets a time it can use: not below 0, and less than 1,000,000 microseconds." \
            "no error" "$(cat "$WORK/err")"
    [ -s "$WORK/trace" ] || fail "The program waits with select()." "some selects" "none"
}

silent=$URL/silent
waits 0.3 "$silent" 0.6 "$silent" 0.9 "$silent"
for id in 1 2 3; do
    expect_events $id "A page that is not answered in its time is given up, once." \
        connecting connected sent failed
done
expect_count "select() sleeps until something happens. A fixed timeout wakes it for nothing, and so \
does one that is a little too short." \
    "$(selects)" 1 9 "selects for three limits"

waits 60 "$URL/delay/600" 0.4 "$silent" 60 "$URL/delay/600"
first=$(sed -n '1s/^.* //p' "$WORK/trace")
expect_count "select() sleeps until the nearest limit, whoever has it (here the second: 60, 0.4, 60 s)." \
    "$first" 0 450 "ms, which the first select is told to wait"
expect_events 2 "A page that is not answered in its time is given up." connecting connected sent failed
expect_events 1 "A page that is answered in its time is done." connecting connected sent receiving 'done'
expect_events 3 "A page that is answered in its time is done." connecting connected sent receiving 'done'
expect_status "If a page has failed, the exit status is 1." 1

waits 0.2 "$URL/bytes/5" 1.1 "$silent"
expect_events 1 "A page that is answered in its time is done." connecting connected sent receiving 'done'
expect_count "A page that is over has no deadline. Who still counts it finds it passed, and does not sleep \
at all." "$(selects)" 1 9 "selects for one answer and one limit"

waits 0.000001 "$silent"
expect_events 1 "A limit may be over before select() is called. Then it does not sleep." \
    connecting connected sent failed

waits 20 "$URL/turn/2/3/d" 30 "$URL/turn/1/3/d" 40 "$URL/turn/3/3/d"
expect_order "select() still tells who is ready (the server answers 2, then 1, then 3)." 2 1 3
expect_status "If every page is done, the exit status is 0." 0
