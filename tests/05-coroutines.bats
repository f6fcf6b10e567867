# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell; helpers and bats set the rest
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
@test "05: the sketch asks for all pages, and takes them as they come" {
    sketch 05-coroutines /turn/2/3 /turn/3/3 /turn/1/3
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
@test "05: pages are done in the order of the answers, not of the questions" {
    # The pages with the IDs 1 2 3 4 5 are answered in just that order.
    fetch 05-coroutines -t 20 "$url/turn/1/5" "$url/turn/2/5" "$url/turn/3/5" \
        "$url/turn/4/5" "$url/turn/5/5"
    expect_status 0
    expect_done_order 1 2 3 4 5

    # The one that was asked for last is answered first.
    fetch 05-coroutines -t 20 "$url/turn/5/5" "$url/turn/4/5" "$url/turn/3/5" \
        "$url/turn/2/5" "$url/turn/1/5"
    expect_status 0
    expect_done_order 5 4 3 2 1

    # ID 2 is answered first, for it is /turn/1; then 5, 1, 4 and 3.
    fetch 05-coroutines -t 20 "$url/turn/3/5" "$url/turn/1/5" "$url/turn/5/5" \
        "$url/turn/4/5" "$url/turn/2/5"
    expect_status 0
    expect_done_order 2 5 1 4 3
    for id in 1 2 3 4 5; do
        expect_events "$id" "connecting connected sent receiving done"
    done
}

# The server answers none of the three before it has all three requests.
@test "05: all pages are connecting before any is done" {
    fetch 05-coroutines -t 20 "$url/turn/1/3" "$url/turn/2/3" "$url/turn/3/3"
    events=$(awk '$3 == "connecting" || $3 == "done" { print $3 }' <<<"$output" | tr '\n' ' ')
    [ "$events" = "connecting connecting connecting done done done " ] ||
        broken "all pages are connecting before any is done" "came: $events"
}

@test "05: -j limits the connections" {
    check_connection_limit 05-coroutines
}

@test "05: pingpong prints 12 56 34 78, one a line" {
    # shellcheck disable=SC2086 # a command and its options
    run --separate-stderr timeout 60 ${WRAP:-} "$BUILD/05-coroutines/pingpong"
    expect_status 0
    [ "$output" = $'12\n56\n34\n78' ] || broken "each switch goes on where the other stopped" \
        "expected: 12 56 34 78" "came: $output"
}

@test "05: pingpong without its last switch never prints 78" {
    # Leaves out the line after "the last switch".
    sed '/the last switch/{n;d;}' "$BATS_TEST_DIRNAME/../05-coroutines/pingpong.c" \
        >"$BATS_TEST_TMPDIR/short.c"
    cc -o "$BATS_TEST_TMPDIR/short" "$BATS_TEST_TMPDIR/short.c"
    run timeout 20 "$BATS_TEST_TMPDIR/short"
    [ "$output" = $'12\n56\n34' ] || broken "a coroutine that nobody switches to does not go on" \
        "expected: 12 56 34" "came: $output"
}

@test "05: a page that fails says why, and disturbs no other" {
    check_failures 05-coroutines
}

@test "05: bad usage is told, and nothing is fetched" {
    check_usage 05-coroutines
}

# The same order without stacks. The page with a + is never answered; it is
# cancelled when the others are done.
@test "05: stackless awaits many pages at once, and cancels one" {
    # shellcheck disable=SC2086 # a command and its options
    PORT=${url##*:} run --separate-stderr timeout 60 ${WRAP:-} "$BUILD/05-coroutines/stackless" \
        /turn/2/3 /turn/3/3 +/silent /turn/1/3
    expect_lines "/turn/2/3 sent" \
        "/turn/3/3 sent" \
        "/silent sent" \
        "/turn/1/3 sent" \
        "/turn/1/3 done" \
        "/turn/2/3 done" \
        "/turn/3/3 done" \
        "/silent cancelled"
}

# ---- coroutine.h, by itself: tests/c/coroutines.c ----

# coroutines CASE
coroutines() {
    local program=$BATS_FILE_TMPDIR/coroutines
    [ -x "$program" ] || ${CC:-cc} -I "$BATS_TEST_DIRNAME/../05-coroutines" -o "$program" \
        "$BATS_TEST_DIRNAME/c/coroutines.c"
    run --separate-stderr timeout "${LIMIT:-20}" "$program" "$1"
}

# expect_abort TEXT: an assert() has ended the program, and named the mistake.
expect_abort() {
    [[ $status -eq 134 && $stderr == *"$1"* ]] ||
        broken "a mistake is asserted" "expected: status 134, and $1" "came: status $status"
}

@test "05: coroutines that yield take turns, first in, first out" {
    coroutines turns
    # Each of the three is resumed four times (the last time to end), and each time it comes back.
    expect_lines "a1 b1 c1 a2 b2 c2 a3 b3 c3 24"
}

@test "05: a coroutine that only yields does not keep others from their sockets" {
    coroutines busy
    expect_lines readable "the busy one ends"
}

@test "05: what is ready counts, also when no time is left" {
    coroutines ready-when-late
    expect_lines "0 s: readable" "-1 s: readable" "no limit: readable" "0.01 s: not"
}

@test "05: a time that is no number is asserted" {
    coroutines time-that-is-no-number
    expect_abort "seconds == seconds"
}

@test "05: yield() outside a coroutine is asserted" {
    coroutines yield-outside
    expect_abort "coroutine != NULL"
}

@test "05: a descriptor that no set has room for is asserted" {
    coroutines descriptor-out-of-range
    expect_abort "fd < FD_SETSIZE"
}

@test "05: two that wait for the same are asserted" {
    coroutines two-waiters
    expect_abort "FD_ISSET"
}

@test "05: coroutines that nobody can wake are counted, and where they wait is told" {
    coroutines nobody-wakes
    expect_lines "a1 a2 a3 2"
    [[ $stderr == *"coroutine 3 waits in a queue"*coroutines.c:*"coroutine 1 waits"*"2 can never go on"* ]] ||
        broken "run_scheduler() does not return in silence" "came: $stderr"
}

@test "05: a descriptor that is closed while one waits for it is named, and ends the program" {
    coroutines closed-while-waited-for
    expect_status 1
    [[ -z $output && $stderr == *"coroutine 1 waits for descriptor 77, which is closed"* ]] ||
        broken "an error of select() is not taken for a signal or a time-out" "came: $stderr"
}

@test "05: a full stack meets the guard page, and the coroutine is named" {
    coroutines full-stack
    # 128 + the signal's number: 11 SIGSEGV, 10 SIGBUS on some systems
    [ "$status" -eq 139 ] || [ "$status" -eq 138 ] ||
        broken "a full stack is a crash at once" "exit status $status"
    [ "$stderr" = "the stack of coroutine 2 is full (256 KiB)" ] ||
        broken "a full stack is told" "came: $stderr"
}

@test "05: another crash is not called a full stack" {
    coroutines wild-pointer
    [[ $status -gt 128 && -z $stderr ]] || broken "a crash stays a crash" "came: $status $stderr"
    coroutines signal-from-outside
    [[ $status -eq 139 && -z $stderr ]] || broken "kill -SEGV ends the program" "came: $status $stderr"
}
