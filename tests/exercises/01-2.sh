# shellcheck shell=sh disable=SC1010,SC2015,SC2016,SC2034,SC2154
# 01-2: time limits. Nothing is measured: a page is done, or it has timed out, and which is certain.
# What recv() was told about how long to wait stands in the trace.
size=$((1000 + $$ % 997))
trace_all

# expect_limits MILLISECONDS: whatever waits has a limit, and none above that of the page (the kernel
# rounds up, to 10 ms at most). None of its own is needed by a recv() that a signal ends (alarm), or that
# has nothing to wait for, after poll().
expect_limits()
{
    expect_one_by_one
    came=$(awk -v most=$(($1 + 10)) '
        $1 ~ /^(recv|select|poll)$/ {
            free = $1 == "recv" && $6 == -1 && ($3 == "EINTR" || after_poll)
            if (!free && $6 == -1) print $1 "() may wait for ever"
            if ($6 > most) print $1 "() may wait for " $6 " ms"
        }
        { after_poll = $1 ~ /^(select|poll)$/ }' "$WORK/trace" | head -n 2)
    [ -z "$came" ] || fail "Nothing may wait longer than the page has time." "$1 ms at most" "$came"
    expect_calls "A program that waits does nothing meanwhile; to ask again and again is not to wait." \
        '$1 == "recv" && $3 == "EAGAIN" || $1 ~ /^(select|poll)$/ && $2 == 0 || $1 ~ /sleep$/' 0 200 \
        "questions without an answer"
    expect_no_call "One process fetches all pages." '$1 == "fork"' "no fork()"
}

run_fetch -t 60 "$URL/split/20/$size" "$URL/delay/400/$size" "$URL/keep-open/$size" \
    "$URL/truncate/$size/77"
expect_limits 60000
expect_order "A page that is answered in time is done." 1 2 3
expect_failed "A page that is cut short is not taken for one that is late." 4 \
    "response cut short: 77 of $size bytes"

STUCK="The server keeps silent. Then it is recv() that waits; what limits it?"
run_fetch -t 3 "$URL/silent" "$URL/bytes/$size"
expect_given_up 1 "A page that never comes fails."
expect_failed "It says that the time was over, and which time." 1 "timed out after 3 s"
expect_not_before 1 3
expect_events 2 "The pages after it are fetched." connecting connected sent receiving done
expect_status "A page that failed makes the exit status 1." 1
expect_limits 3000

STUCK="The server has sent a part, and is silent now."
run_fetch -t 0.3 "$URL/stall/$size/77" "$URL/half-header"
expect_failed "A page that stops half-way fails, too." 1 "timed out after 0.3 s"
expect_failed "A header that stops half-way fails, too." 2 "timed out after 0.3 s"
expect_not_before 1 0.3
expect_not_before 2 0.3
expect_limits 300

STUCK="The server sends one byte every 50 ms, for ever. The limit is for the whole page."
run_fetch -t 0.4 "$URL/trickle" "$URL/trickle-header"
expect_failed "The limit is for the whole page, not for each recv()." 1 "timed out after 0.4 s"
expect_failed "The limit is for the whole page, header and all." 2 "timed out after 0.4 s"
expect_not_before 1 0.4
expect_not_before 2 0.4
expect_limits 400
came=$(awk '$1 == "connect" { first = 0 }
            $1 ~ /^(recv|select|poll)$/ && $6 > 60 { # less is a look at the clock now and then
                if (!first) first = $6
                n++
                if ($6 < first) shorter = 1
            }
            END { if (n > 2 && !shorter) print "always " first " ms" }' "$WORK/trace")
[ -z "$came" ] || fail "The next recv() may wait for what is left of the page's time, and not for all of it \
again." "less from byte to byte" "$came"

STUCK="The time was over when recv() returned. A limit of 0 means none."
EXERCISE_SLOW=500
export EXERCISE_SLOW
run_fetch -t 0.3 "$URL/stall/$size/77"
unset EXERCISE_SLOW
expect_failed "If no time is left after a recv(), there is no further one." 1 "timed out after 0.3 s"
expect_limits 300

# Each second recv() is made to say that a signal came between.
STUCK="A signal had come between (EINTR)."
EXERCISE_INTERRUPT=recv
export EXERCISE_INTERRUPT
run_fetch -t 60 "$URL/split/20/$size"
expect_done "A signal is no failure, and not the end of the time: recv() is called again." 1 $size
