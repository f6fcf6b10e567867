#!/usr/bin/env bats
# The page of `make replay-3`, in a real browser: chromium and chromedriver, driven by
# tests/browser/replay.py. Where there is none, these tests are skipped.

load helpers

setup_file() {
    bats_require_minimum_version 1.5.0
    missing=$(python3 "$BATS_TEST_DIRNAME/browser/replay.py" missing 2>&1) || missing='no python3'
    [ -z "${RECORD_FLAGS:-}" ] || missing='not again with sanitizers: the page is the same'
    export missing
    [ -z "$missing" ] || return 0
    start_server
    cd "$BATS_TEST_DIRNAME/.." || return 1
    # 2 is answered first, then 3, then 1, on any machine.
    for what in 2 3 4 5; do
        make_page "$url/turn/3/3/$what $url/turn/1/3/$what $url/turn/2/3/$what" "$what"
    done
    make_page "$url/bytes/10 $url/bytes/20" 1
    make_page '' sketch-3
    make_page '' pingpong
    make_page "$url/bytes/10 $url/bytes/20 $url/bytes/30" 3 4 5
}

make_page() {
    URL=$url URLS=$1 BUILD=$BATS_FILE_TMPDIR tests/tools/replay/replay "${@:2}" >/dev/null
}

teardown_file() {
    [ -n "$missing" ] || stop_server
}

# check WHAT PAGE...: what replay.py says is a fault.
check() {
    [ -z "$missing" ] || skip "$missing (the page needs chromium, chromedriver and python3)"
    local page pages=()
    for page in "${@:2}"; do
        pages+=("$BATS_FILE_TMPDIR/$page.html")
    done
    run python3 "$BATS_TEST_DIRNAME/browser/replay.py" "$1" "${pages[@]}"
    [ "$status" -eq 0 ] || broken "$rule" "$output"
}

@test "replay page: forward and back through whole runs, without an error" {
    rule='each event can be reached, in both directions'
    check whole replay-1 replay-2 replay-3 replay-4 replay-5 replay-sketch-3 replay-pingpong
}

@test "replay page: what it says at three places is right" {
    rule='the text says what the program does'
    check texts replay-3
}

@test "replay page: one guesses by keyboard alone, and learns what was overlooked" {
    rule='it asks before it shows, and keeps the score'
    check guess replay-3
}

@test "replay page: one guesses where a coroutine goes on" {
    rule='it goes on where it stopped'
    check switches replay-5
}

@test "replay page: nothing is cut off, on a phone, a screen and the wall" {
    rule='all can be seen or scrolled to'
    check sizes replay-2 replay-3 replay-4 replay-5 replay-sketch-3 replay-pingpong
}

@test "replay page: three steps side by side keep the same place in the log" {
    rule='the others follow'
    check together replay
    rule='each event can be reached, in both directions'
    check whole replay
}
