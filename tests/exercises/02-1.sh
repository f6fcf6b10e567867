# shellcheck shell=sh disable=SC1010,SC2015,SC2034,SC2154
# 02-1: a connect() that failed is not reported as connected.
size=$((1000 + $$ % 997))

run_program "$URL/bytes/$size"
expect_events 1 "A connection that succeeds is used." connecting connected sent receiving done
expect_match "The page is received." " 1  done        200, $size bytes\$" "1  done  200, $size bytes"

STUCK="Nobody listens at that port, and SO_ERROR says so once."
run_program -t 60 "$(port_url refused)/" "$URL/bytes/$size"
expect_events 1 "A connection that is refused never was connected." connecting failed
expect_match "SO_ERROR tells why it failed." "failed .*: Connection refused\$" \
    "failed: Connection refused"
expect_events 2 "The pages after it are fetched." connecting connected sent receiving done

STUCK="The attempt is still under way. The time of the page limits how long to ask."
run_program -t 0.4 "$(port_url full)/"
expect_events 1 "No failure so far is not yet a connection." connecting failed
expect_match "An attempt that takes too long is given up." "failed .*: timed out after 0.4 s\$" \
    "failed: timed out after 0.4 s"
