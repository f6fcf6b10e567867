# shellcheck shell=sh disable=SC1010,SC2015,SC2034,SC2154
# 01-1: one recv() is not the whole response. The sizes differ from run to run.
size=$((1000 + $$ % 997))

run_program "$URL/bytes/$size"
expect_match "A page that comes in one piece is done." " 1  done        200, $size bytes\$" \
    "1  done  200, $size bytes"

run_program "$URL/split/20/$size" "$URL/split/100/$size" "$URL/byte-at-a-time/9"
expect_order "A page that comes in pieces is done, too." 1 2 3
expect_match "All pieces of a page count." " 2  done        200, $size bytes\$" \
    "2  done  200, $size bytes"

run_program "$URL/bytes/300$size" "$URL/no-length/200$size"
expect_match "A page may be longer than the buffer." " 1  done        200, 300$size bytes\$" \
    "1  done  200, 300$size bytes"
expect_match "Without a length, the page ends with the connection." \
    " 2  done        200, 200$size bytes\$" "2  done  200, 200$size bytes"

STUCK="The server keeps the connection open after the last byte: do not wait for its end."
run_program "$URL/keep-open/$size"
expect_match "A page with a length ends there, also when the connection stays open." \
    " 1  done        200, $size bytes\$" "1  done  200, $size bytes"

STUCK="The server has gone: recv() returned 0 or -1."
run_program "$URL/truncate/$size/77" "$URL/close" "$URL/reset"
expect_match "The end of the connection ends the page, also when bytes are missing." \
    "failed .*: response cut short: 77 of $size bytes" \
    "failed: response cut short: 77 of $size bytes"
expect_match "The end of the connection ends the page, also before the first byte." \
    "failed .*/close: empty response" "failed: empty response"
expect_match "A failure of recv() is reported with its reason." \
    "failed .*/reset: Connection reset" "failed: Connection reset by peer"
expect_status "A page that failed makes the exit status 1." 1
