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
@test "03: the sketch asks for all pages, and takes them as they come" {
    sketch 03-select /turn/2/3 /turn/3/3 /turn/1/3
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
@test "03: pages are done in the order of the answers, not of the questions" {
    # The pages with the IDs 1 2 3 4 5 are answered in just that order.
    fetch 03-select -t 20 "$url/turn/1/5" "$url/turn/2/5" "$url/turn/3/5" \
        "$url/turn/4/5" "$url/turn/5/5"
    expect_status 0
    expect_done_order 1 2 3 4 5

    # The one that was asked for last is answered first.
    fetch 03-select -t 20 "$url/turn/5/5" "$url/turn/4/5" "$url/turn/3/5" \
        "$url/turn/2/5" "$url/turn/1/5"
    expect_status 0
    expect_done_order 5 4 3 2 1

    # ID 2 is answered first, for it is /turn/1; then 5, 1, 4 and 3.
    fetch 03-select -t 20 "$url/turn/3/5" "$url/turn/1/5" "$url/turn/5/5" \
        "$url/turn/4/5" "$url/turn/2/5"
    expect_status 0
    expect_done_order 2 5 1 4 3
    for id in 1 2 3 4 5; do
        expect_events "$id" "connecting connected sent receiving done"
    done
}

# The server answers none of the three before it has all three requests.
@test "03: all pages are connecting before any is done" {
    fetch 03-select -t 20 "$url/turn/1/3" "$url/turn/2/3" "$url/turn/3/3"
    events=$(awk '$3 == "connecting" || $3 == "done" { print $3 }' <<<"$output" | tr '\n' ' ')
    [ "$events" = "connecting connecting connecting done done done " ] ||
        broken "all pages are connecting before any is done" "came: $events"
}

@test "03: -j limits the connections" {
    check_connection_limit 03-select
}

@test "03: select returns only when there is something to do" {
    fetch 03-select "$url/delay/200" "$url/delay/100"
    # Each page becomes ready twice: connected, and answered. No page needs select more often.
    [ "$(count_of selects)" -le 4 ] ||
        broken "one select for each event at most" "came: $(count_of selects) selects for 4 events"
}

@test "03: the nearest deadline ends the wait, and only its page" {
    fetch 03-select -t 3 "$url/silent" "$url/bytes/10"
    expect_status 1
    expect_events 1 "connecting connected sent failed"
    expect_events 2 "connecting connected sent receiving done"
    [ "$(count_of selects)" -le 5 ] ||
        broken "select's timeout is the nearest deadline, not a fixed piece of time" \
            "came: $(count_of selects) selects"
}

@test "03: for the same wait, 02 asks at least a hundred times as often" {
    fetch 03-select "$url/delay/200" "$url/delay/100"
    selects=$(count_of selects)
    fetch 02-nonblocking "$url/delay/200" "$url/delay/100"
    polls=$(count_of polls)
    [ "$polls" -ge $((100 * selects)) ] ||
        broken "02 asks again and again, 03 waits" "02: $polls polls" "03: $selects selects"
}

@test "03: a page that fails says why, and disturbs no other" {
    check_failures 03-select
}

@test "03: bad usage is told, and nothing is fetched" {
    check_usage 03-select
}
