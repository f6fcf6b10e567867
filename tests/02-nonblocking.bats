load helpers

setup_file() {
    bats_require_minimum_version 1.5.0
    start_server
}

teardown_file() {
    stop_server
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
