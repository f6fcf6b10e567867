# shellcheck shell=sh disable=SC1010,SC2015,SC2034,SC2154
# 04-1: the lines of a callback program, put in order. The server says who is answered when.
turn=$URL/turn
trace_calls -DCALLS_LOOP -DCALLS_HTTP select close fork

# run_page ARGUMENT...: it waits in the loop alone, and lets go of a socket in the right order.
run_page() {
    run_loop "$@"
    expect_unwatched
}
rule="Each callback does its piece and says who is next: connected, sent, receiving, done"

run_page -t 8 "$turn/3/3/a" "$turn/1/3/a" "$turn/2/3/a"
expect_count "The loop is told what each page waits for next: at least to send, and then to receive." \
    "$(grep -c '^loop_watch ' "$WORK/trace")" 6 1000 "calls of loop_watch() for three pages"
for id in 1 2 3; do
    expect_events $id "$rule." connecting connected sent receiving 'done'
done
expect_order "A page is done when the server has answered it (2, then 3, then 1)." 2 3 1
expect_status "If every page is done, the exit status is 0." 0

run_page -t 8 "$turn/2/4/b" "$turn/4/4/b" "$URL/drip/30/1" "$turn/1/4/b" "$turn/3/4/b"
expect_match "An answer that comes in pieces is received whole." '^ *[0-9.]+ +3  done +200, 30 bytes'
grep -v ' 3  done ' "$WORK/out" >"$WORK/others"
mv "$WORK/others" "$WORK/out"
expect_order "A page is done when the server has answered it (4, then 1, 5, 2)." 4 1 5 2

# A timer that is not stopped would end this page a second time, after 4 seconds.
run_page -t 4 "$URL/bytes/5"
expect_events 1 "A page that is done has no timer any more; nothing happens when its time is over." \
    connecting connected sent receiving 'done'

run_page -t 0.5 "$URL/silent"
expect_given_up 1 "A page that does not come ends when its time is over, once."
expect_match "The timer says why: the time is over." 'failed .*timed out' 'failed ... timed out'

run_page -t 8 "$(refused_url)/" "$URL/close" "$URL/bytes/5"
expect_events 1 "A connection that has failed is noticed before anything is sent." connecting failed
expect_events 2 "A page that fails ends, once." connecting connected sent failed
expect_events 3 "A page that fails does not touch the others." \
    connecting connected sent receiving 'done'
expect_status "If a page has failed, the exit status is 1." 1
