# Step 1 does one thing after another: its log can be foretold line by line.

load helpers

setup_file() {
    bats_require_minimum_version 1.5.0
    start_server
}

teardown_file() {
    stop_server
}

# One page at a time: the server answers the second page before the first one
# could come, and still it is asked for only when the first is done.
@test "01: the sketch fetches one page after another" {
    sketch 01-blocking /delay/30 /bytes/5
    expect_lines "/delay/30 sent" \
        "/delay/30 done" \
        "/bytes/5 sent" \
        "/bytes/5 done"
}

@test "01: one page after the other, each from connecting to done" {
    fetch 01-blocking "$url/delay/30" "$url/bytes/10" "$url/delay/10"
    expect_status 0
    sequence=$(awk '!/^#/ { printf "%s %s, ", $2, $3 }' <<<"$output")
    expected=
    for id in 1 2 3; do
        for event in connecting connected sent receiving "done"; do
            expected+="$id $event, "
        done
    done
    [ "$sequence" = "$expected" ] || broken "one page is finished before the next begins" \
        "expected: $expected" "came:     $sequence"
}

@test "01: done gives the status and the bytes of the body" {
    fetch 01-blocking "$url/bytes/1000" "$url/status/404" "$url/bytes/0"
    expect_status 0
    [[ "$output" =~ "1  done        200, 1000 bytes" ]] || broken "done: status, bytes" "1000 bytes"
    [[ "$output" =~ "2  done        404, " ]] || broken "any status is done" "404"
    [[ "$output" =~ "3  done        200, 0 bytes" ]] || broken "done: status, bytes" "0 bytes"
}

@test "01: /turn is never answered: the proof that it is one at a time" {
    fetch 01-blocking -t 2 "$url/turn/1/2/blocking" "$url/turn/2/2/blocking"
    expect_status 1
    expect_events 1 "connecting connected sent failed"
    expect_events 2 "connecting connected sent failed"
    [ "$(grep -c "timed out after 2 s" <<<"$output")" -eq 2 ] ||
        broken "a blocking client asks for the second page only after the first was answered" \
            "both pages wait for each other, so both must time out"
}

@test "01: a response in many pieces is received whole" {
    fetch 01-blocking "$url/byte-at-a-time/300"
    expect_status 0
    [[ "$output" =~ "done        200, 300 bytes" ]] ||
        broken "one recv() is not a response" "expected: 300 bytes"
}

@test "01: the summary has no cost of waiting" {
    fetch 01-blocking "$url/bytes/10"
    [[ "$output" =~ "# 1 done, 0 failed, "[0-9.]+" s elapsed, "[0-9.]+" s cpu"$ ]] ||
        broken "the last line is the summary" "came: ${lines[${#lines[@]} - 1]}"
}

@test "01: has no -j" {
    fetch 01-blocking -j 5 "$url/bytes/10"
    expect_status 2
    [ -z "$output" ] || broken "bad usage fetches nothing" "came: $output"
}

@test "01: a page that fails says why, and disturbs no other" {
    check_failures 01-blocking
}

@test "01: bad usage is told, and nothing is fetched" {
    check_usage 01-blocking
}
