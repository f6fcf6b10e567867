load helpers

setup_file() {
    bats_require_minimum_version 1.5.0
    start_server
}

teardown_file() {
    stop_server
}

# The server answers no page before all three have asked for theirs; then it
# answers /turn/1 first, /turn/2 when that is closed, and /turn/3 last.
@test "02: the sketch asks for all pages, and takes them as they come" {
    sketch 02-nonblocking /turn/2/3 /turn/3/3 /turn/1/3
    expect_lines "/turn/2/3 sent" \
        "/turn/3/3 sent" \
        "/turn/1/3 sent" \
        "/turn/1/3 done" \
        "/turn/2/3 done" \
        "/turn/3/3 done"
}

# /turn/K/5 is answered as number K of five: when all five have been asked for,
# and when number K-1 is done and closed. So the server makes the order, and the
# program must not: not by the place on the command line, nor by anything else.
@test "02: pages are done in the order of the answers, not of the questions" {
    # The pages with the IDs 1 2 3 4 5 are answered in just that order.
    fetch 02-nonblocking -t 20 "$url/turn/1/5" "$url/turn/2/5" "$url/turn/3/5" \
        "$url/turn/4/5" "$url/turn/5/5"
    expect_status 0
    expect_done_order 1 2 3 4 5

    # The one that was asked for last is answered first.
    fetch 02-nonblocking -t 20 "$url/turn/5/5" "$url/turn/4/5" "$url/turn/3/5" \
        "$url/turn/2/5" "$url/turn/1/5"
    expect_status 0
    expect_done_order 5 4 3 2 1

    # ID 2 is answered first, for it is /turn/1; then 5, 1, 4 and 3.
    fetch 02-nonblocking -t 20 "$url/turn/3/5" "$url/turn/1/5" "$url/turn/5/5" \
        "$url/turn/4/5" "$url/turn/2/5"
    expect_status 0
    expect_done_order 2 5 1 4 3
    for id in 1 2 3 4 5; do
        expect_events "$id" "connecting connected sent receiving done"
    done
}

# The server answers none of the three before it has all three requests.
@test "02: all pages are connecting before any is done" {
    fetch 02-nonblocking -t 20 "$url/turn/1/3" "$url/turn/2/3" "$url/turn/3/3"
    events=$(awk '$3 == "connecting" || $3 == "done" { print $3 }' <<<"$output" | tr '\n' ' ')
    [ "$events" = "connecting connecting connecting done done done " ] ||
        broken "all pages are connecting before any is done" "came: $events"
}

@test "02: -j limits the connections" {
    check_connection_limit 02-nonblocking
}

@test "02: a page that fails says why, and disturbs no other" {
    check_failures 02-nonblocking
}

@test "02: bad usage is told, and nothing is fetched" {
    check_usage 02-nonblocking
}
