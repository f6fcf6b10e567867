# shellcheck shell=sh disable=SC1010,SC2015,SC2016,SC2034,SC2154
# 02-2: EAGAIN is not the end of the connection. How often recv() has said "not yet" stands in the
# trace, so that the program's own count can be compared with it.
size=$((1000 + $$ % 997))
trace_all

# expect_polls: recv() never waits, nobody waits in its place, and each "not yet" is counted.
expect_polls()
{
    expect_no_call "recv() never waits: it answers \"not yet\", and is asked again." \
        '$1 == "recv" && $6 != 0' "no recv() that waits"
    expect_no_call "It is recv() that is asked whether something has come; select() and poll() come later." \
        '$1 ~ /^(select|poll)$/ && $7 != "0"' "no select() or poll()"
    expect_no_call "One process fetches all pages." '$1 == "fork"' "no fork()"
    trace_is_full && return
    counted=$(sed -n 's/^# .* \([0-9][0-9]*\) polls$/\1/p' "$WORK/out")
    said=$(awk '$1 == "recv" && $3 == "EAGAIN" { n++ } END { print n + 0 }' "$WORK/trace")
    [ "$said" -eq "${counted:-0}" ] || fail "Each \"not yet\" is counted in polls, and nothing else." \
        "recv() said \"not yet\" $said times: so the last line says $said polls" \
        "the last line says ${counted:-0} polls"
}

STUCK="\"Not yet\" is -1 with EAGAIN. The end of the connection is 0, and recv() will say it again, whenever \
it is asked. Look at errno only after -1: otherwise it holds an old reason."
run_fetch -t 60 "$URL/delay/100/$size" "$URL/split/20/$size" "$URL/no-length/200$size"
expect_one_by_one
expect_events 1 "A page that comes late is waited for." connecting connected sent receiving done
expect_order "All pages come, in whatever pieces." 1 2 3
expect_done "All bytes of a page count." 2 $size
expect_done "Without a length, the page ends with the connection." 3 200$size
expect_match "Each \"not yet\" is counted in polls." "^# 3 done, .* [1-9][0-9]* polls\$" \
    "# 3 done, ... N polls"
expect_polls

STUCK="The server has gone: recv() returned 0 or an error, and will again, whenever it is asked."
run_fetch -t 60 "$URL/close" "$URL/truncate/$size/77" "$URL/reset"
expect_failed "The end of the connection ends the page." 1 "empty response"
expect_failed "The end of the connection ends the page, also when bytes are missing." 2 \
    "response cut short: 77 of $size bytes"
expect_failed "A failure is neither the end nor \"not yet\"; after it, recv() is not called again." 3 "Connection reset"
expect_polls

STUCK="The server keeps silent, so the answer is \"not yet\" until the page's time is over."
run_fetch -t 0.3 "$URL/silent"
expect_failed "\"Not yet\" has an end, too: the page's time." 1 "timed out after 0.3 s"
expect_not_before 1 0.3
expect_polls

# Each second recv() is made to say that a signal came between.
STUCK="A signal had come between (EINTR)."
EXERCISE_INTERRUPT=recv
export EXERCISE_INTERRUPT
run_fetch -t 60 "$URL/split/20/$size"
expect_done "A signal is no failure: after EINTR, recv() is called again." 1 $size
