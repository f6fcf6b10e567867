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
@test "04: the sketch asks for all pages, and takes them as they come" {
    sketch 04-callbacks /turn/2/3 /turn/3/3 /turn/1/3
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
@test "04: pages are done in the order of the answers, not of the questions" {
    # The pages with the IDs 1 2 3 4 5 are answered in just that order.
    fetch 04-callbacks -t 20 "$url/turn/1/5" "$url/turn/2/5" "$url/turn/3/5" \
        "$url/turn/4/5" "$url/turn/5/5"
    expect_status 0
    expect_done_order 1 2 3 4 5

    # The one that was asked for last is answered first.
    fetch 04-callbacks -t 20 "$url/turn/5/5" "$url/turn/4/5" "$url/turn/3/5" \
        "$url/turn/2/5" "$url/turn/1/5"
    expect_status 0
    expect_done_order 5 4 3 2 1

    # ID 2 is answered first, for it is /turn/1; then 5, 1, 4 and 3.
    fetch 04-callbacks -t 20 "$url/turn/3/5" "$url/turn/1/5" "$url/turn/5/5" \
        "$url/turn/4/5" "$url/turn/2/5"
    expect_status 0
    expect_done_order 2 5 1 4 3
    for id in 1 2 3 4 5; do
        expect_events "$id" "connecting connected sent receiving done"
    done
}

# The server answers none of the three before it has all three requests.
@test "04: all pages are connecting before any is done" {
    fetch 04-callbacks -t 20 "$url/turn/1/3" "$url/turn/2/3" "$url/turn/3/3"
    events=$(awk '$3 == "connecting" || $3 == "done" { print $3 }' <<<"$output" | tr '\n' ' ')
    [ "$events" = "connecting connecting connecting done done done " ] ||
        broken "all pages are connecting before any is done" "came: $events"
}

@test "04: -j limits the connections" {
    check_connection_limit 04-callbacks
}

@test "04: a page that fails says why, and disturbs no other" {
    check_failures 04-callbacks
}

@test "04: bad usage is told, and nothing is fetched" {
    check_usage 04-callbacks
}

# ---- event_loop.h, by itself: tests/c/loop.c ----

# loop CASE
loop() {
    local program=$BATS_FILE_TMPDIR/loop
    [ -x "$program" ] || ${CC:-cc} -I "$BATS_TEST_DIRNAME/../04-callbacks" -o "$program" \
        "$BATS_TEST_DIRNAME/c/loop.c"
    run --separate-stderr timeout "${LIMIT:-20}" "$program" "$1"
}

# expect_abort TEXT: an assert() has ended the program, and named the mistake.
expect_abort() {
    [[ $status -eq 134 && $stderr == *"$1"* ]] ||
        broken "a mistake is asserted" "expected: status 134, and $1" "came: status $status"
}

# That the loop works here also shows that it knows nothing of HTTP.
@test "04: timers run in the order in which they are due; a stopped one does not" {
    loop timers-run-when-due
    expect_lines soon late
}

@test "04: a timer that restarts itself lets the descriptors have their turn" {
    loop timer-that-restarts
    expect_lines "the descriptor had its turn"
}

@test "04: a timer without limit neither runs nor keeps the loop busy" {
    loop timer-without-limit
    expect_lines stopped "it slept"
}

@test "04: a timer whose time is no number is asserted" {
    loop timer-that-is-no-number
    expect_abort "seconds == seconds"
}

@test "04: a watch that was ended by an earlier callback is not called" {
    loop unwatched-by-another
    expect_lines first third
}

@test "04: to watch for nothing is not to watch" {
    loop watch-for-nothing
    expect_status 0
    expect_lines ended
}

@test "04: one that watches itself again when it is readable hears that it is writable" {
    loop watched-again
    expect_lines "writable had its turn"
}

@test "04: a descriptor that no set has room for is asserted" {
    loop watch-out-of-range
    expect_abort "fd < FD_SETSIZE"
}

@test "04: a watched descriptor that was closed is named, and ends the program" {
    loop closed-but-watched
    expect_status 1
    [[ $stderr == *"descriptor 77 is watched, but closed"* ]] ||
        broken "an error of select() is not taken for a signal" "came: $stderr"
}

@test "04: loop_run() in a callback is asserted" {
    loop loop-in-a-loop
    expect_abort is_running
}

# ---- The loop of exercise 6: exercises/given_loop.h, with what each of the two solutions adds ----

# exercise_loop SOLUTION CASE: what loop CASE does, with that loop in the place of event_loop.h.
exercise_loop() {
    local folder=$BATS_TEST_DIRNAME/../04-callbacks program=$BATS_TEST_TMPDIR/loop
    sed '/^\/\* From here on/,$d; /^#include "exercises\/given.h"/,$d' "$1" >"$program.c"
    cat "$BATS_TEST_DIRNAME/c/loop.c" >>"$program.c"
    ${CC:-cc} -Dselects=waits -I "$folder" -o "$program" "$program.c"
    run --separate-stderr timeout "${LIMIT:-20}" "$program" "$2"
}

@test "04: the loop of exercise 6 does what event_loop.h does" {
    cd "$BATS_TEST_DIRNAME/.."
    [ -d 04-callbacks/exercises/solutions ] || skip "no solutions in a handout"
    for solution in 04-callbacks/exercises/solutions/6-epoll.c tests/exercises/other/04-6.c; do
        exercise_loop "$solution" timers-run-when-due
        expect_lines soon late
        exercise_loop "$solution" timer-that-restarts
        expect_lines "the descriptor had its turn"
        exercise_loop "$solution" timer-without-limit
        expect_lines stopped "it slept"
        exercise_loop "$solution" timer-that-is-no-number
        expect_abort "seconds == seconds"
        exercise_loop "$solution" unwatched-by-another
        [ "$(sort <<<"$output")" = "$(printf 'first\nthird')" ] ||
            broken "whoever was unwatched by another is not called" "came: $output"
        exercise_loop "$solution" watch-for-nothing
        expect_lines ended
        exercise_loop "$solution" watched-again
        expect_lines "writable had its turn"
        exercise_loop "$solution" loop-in-a-loop
        expect_abort is_running
    done
}

# timers FILE: what keeps the timers there.
timers() {
    awk '/^struct timer {/ || /^static inline .* loop_(time|stop_timer|start_timer|call_timers)\(/ { inside = 1 }
        inside { print } /^}/ { inside = 0 }' "$BATS_TEST_DIRNAME/../04-callbacks/$1"
}

@test "04: the timers of exercise 6 are those of event_loop.h" {
    [ "$(timers event_loop.h | wc -l)" -gt 40 ]
    diff <(timers event_loop.h) <(timers exercises/given_loop.h) ||
        broken "a change of the timers is made in both files"
}

@test "04: where there is neither epoll nor kqueue, exercise 6 says so" {
    [ "$(uname)" = Linux ] || skip "only Linux can do as if it were another system"
    cd "$BATS_TEST_DIRNAME/../04-callbacks"
    run ${CC:-cc} -U__linux__ -fsyntax-only -I. exercises/6-epoll.c
    [ "$status" -ne 0 ]
    [[ $output == *"neither epoll nor kqueue is here; leave it out: make skip-04-6"* ]]
}
