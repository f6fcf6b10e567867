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

@test "02: pages are done in the order of the answers, not of the questions" {
    check_order_of_answers 02-nonblocking
}

@test "02: all pages are connecting before any is done" {
    check_all_start_first 02-nonblocking
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
