# shellcheck shell=sh disable=SC1010,SC2015,SC2016,SC2034,SC2154
# 01-1: one recv() is not the whole response. The sizes differ from run to run. What the program
# waits in is looked at, too: it is recv(), for one page after the other.
size=$((1000 + $$ % 997))
trace_all

run_fetch "$URL/bytes/$size"
expect_done "A page that comes in one piece is done." 1 $size

run_fetch "$URL/split/20/$size" "$URL/split/100/$size" "$URL/byte-at-a-time/9"
expect_blocking
expect_order "A page that comes in pieces is done, too." 1 2 3
expect_done "All pieces of a page count." 2 $size

run_fetch "$URL/bytes/9$size" "$URL/no-length/8$size"
expect_done "A page may be longer than the buffer." 1 9$size
expect_done "Without a length, the page ends with the connection." 2 8$size

STUCK="The server keeps the connection open after the last byte: do not wait for its end."
run_fetch "$URL/keep-open/$size"
expect_done "A page with a length ends there, also when the connection stays open." 1 $size

STUCK="The server has gone: recv() returned 0 or -1."
run_fetch "$URL/truncate/$size/77" "$URL/close" "$URL/reset"
expect_failed "The end of the connection ends the page, also when bytes are missing." 1 \
    "response cut short: 77 of $size bytes"
expect_failed "The end of the connection ends the page, also before the first byte." 2 "empty response"
expect_failed "A failure of recv() is reported with its reason, and recv() is not called again after it." 3 "Connection reset"
expect_status "A page that failed makes the exit status 1." 1

# Each second recv() is made to say that a signal came between.
STUCK="A signal had come between (EINTR)."
EXERCISE_INTERRUPT=recv
export EXERCISE_INTERRUPT
run_fetch "$URL/split/20/$size" "$URL/close"
expect_done "A signal is no failure: after EINTR, recv() is called again." 1 $size
expect_failed "A signal is not the end: after EINTR, recv() is called again." 2 "empty response"
