# shellcheck shell=sh disable=SC1010,SC2015,SC2034,SC2154
# 02-2: EAGAIN is not the end of the connection.
size=$((1000 + $$ % 997))

STUCK="The end of the connection (0) is no \"not yet\": recv() will say it again, whenever it is asked."
run_program -t 60 "$URL/delay/100/$size" "$URL/split/20/$size" "$URL/no-length/200$size"
expect_events 1 "A page that comes late is waited for." connecting connected sent receiving done
expect_order "All pages come, in whatever pieces." 1 2 3
expect_match "All bytes of a page count." " 2  done        200, $size bytes\$" \
    "2  done  200, $size bytes"
expect_match "Without a length, the page ends with the connection." \
    " 3  done        200, 200$size bytes\$" "3  done  200, 200$size bytes"
expect_match "Each \"not yet\" is counted in polls." "^# 3 done, .* [1-9][0-9]* polls\$" \
    "# 3 done, ... N polls"

STUCK="The server has gone: recv() returned 0 or an error, and will again, whenever it is asked."
run_program -t 60 "$URL/close" "$URL/truncate/$size/77" "$URL/reset"
expect_match "The end of the connection ends the page." "failed .*/close: empty response" \
    "failed: empty response"
expect_match "The end of the connection ends the page, also when bytes are missing." \
    "failed .*: response cut short: 77 of $size bytes" \
    "failed: response cut short: 77 of $size bytes"
expect_match "A failure is neither the end nor \"not yet\"." "failed .*/reset: Connection reset" \
    "failed: Connection reset by peer"

STUCK="The server keeps silent, so the answer is \"not yet\" until the page's time is over."
run_program -t 0.3 "$URL/silent"
expect_match "\"Not yet\" has an end, too: the page's time." "failed .*: timed out after 0.3 s" \
    "failed: timed out after 0.3 s"
