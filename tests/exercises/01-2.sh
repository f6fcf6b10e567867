# shellcheck shell=sh disable=SC1010,SC2015,SC2034,SC2154
# 01-2: time limits. Nothing is measured: a page is done, or it has timed out, and which is certain.
size=$((1000 + $$ % 997))

run_program -t 60 "$URL/split/20/$size" "$URL/keep-open/$size" "$URL/truncate/$size/77"
expect_order "A page that is answered in time is done." 1 2
expect_match "A page that is cut short is not taken for one that is late." \
    "failed .*: response cut short: 77 of $size bytes" \
    "failed: response cut short: 77 of $size bytes"

STUCK="The server keeps silent. Then it is recv() that waits; what limits it?"
run_program -t 1.5 "$URL/silent" "$URL/bytes/$size"
expect_events 1 "A page that never comes fails." connecting connected sent failed
expect_match "It says that the time was over, and which time." "failed .*: timed out after 1.5 s" \
    "failed: timed out after 1.5 s"
expect_events 2 "The pages after it are fetched." connecting connected sent receiving done
expect_status "A page that failed makes the exit status 1." 1

STUCK="The server has sent a part, and is silent now."
run_program -t 0.3 "$URL/stall/$size/77" "$URL/half-header"
expect_match "A page that stops half-way fails, too." "failed .*/stall/.*: timed out after 0.3 s" \
    "failed: timed out after 0.3 s"
expect_match "A header that stops half-way fails, too." \
    "failed .*/half-header: timed out after 0.3 s" "failed: timed out after 0.3 s"

STUCK="The server sends one byte every 50 ms, for ever. The limit is for the whole page."
run_program -t 0.4 "$URL/trickle" "$URL/trickle-header"
expect_match "The limit is for the whole page, not for each recv()." \
    "failed .*/trickle: timed out after 0.4 s" "failed: timed out after 0.4 s"
expect_match "The limit is for the whole page, header and all." \
    "failed .*/trickle-header: timed out after 0.4 s" "failed: timed out after 0.4 s"
