# What the tests share. In a test file: load helpers
#
# Programs come from $BUILD (make test sets it). A practice server runs for each test file; $url is
# its address. Programs run under a time limit of their own, since bats' limit does not reach them,
# and under $WRAP if that is set (make sanitize sets it to valgrind).
#
# shellcheck shell=bash

BUILD=${BUILD:-$BATS_TEST_DIRNAME/../build}

export ASAN_OPTIONS=exitcode=99 UBSAN_OPTIONS=exitcode=99
export STEPS # for the linter: a test file uses it
STEPS=()
for page in "$BATS_TEST_DIRNAME"/../0?-*/README.md; do
    STEPS+=("$(basename "$(dirname "$page")")")
done

# Starts the practice server, with these options; call it in setup_file. It prints its URL when it
# listens, into $server_log (and with -v a line for each request). 3>&- : or bats would wait for the
# server to end.
start_server() {
    server_log=$BATS_FILE_TMPDIR/server.log
    : >"$server_log"
    "$BUILD/server" -x 3600 "$@" >>"$server_log" 3>&- &
    server_pid=$!
    until read -r url <"$server_log"; do
        kill -0 "$server_pid" || return 1
        sleep 0.01
    done
    export server_pid server_log url
}

# Ends it; call it in teardown_file.
stop_server() {
    kill "$server_pid"
    wait "$server_pid" 2>/dev/null || :
}

# Runs a step's program: fetch 03-select ARGUMENT... Its stdout is $output, its exit status $status.
fetch() {
    # shellcheck disable=SC2086 # a command and its options
    run --separate-stderr timeout "${LIMIT:-60}" ${WRAP:-} "$BUILD/$1/fetch" "${@:2}"
    [ "$status" -ne 99 ] || broken "valgrind and the sanitizers have no complaint" "$stderr"
}

# Runs a step's sketch on these paths: sketch 03-select PATH...
sketch() {
    # shellcheck disable=SC2086 # a command and its options
    PORT=${url##*:} run --separate-stderr timeout "${LIMIT:-60}" ${WRAP:-} "$BUILD/$1/sketch" "${@:2}"
}

# expect_lines LINE...: that, and nothing else, is what was printed.
expect_lines() {
    local expected
    expected=$(printf '%s\n' "$@")
    [ "$output" = "$expected" ] ||
        broken "these lines come, in this order" "expected:" "$@" "came:" "$output"
}

# Ends the test with the rule that was broken, what was expected and what came.
broken() {
    printf 'BROKEN RULE: %s\n' "$1"
    printf '  %s\n' "${@:2}"
    printf 'The log:\n%s\n%s\n' "$output" "${stderr:-}"
    return 1
}

expect_status() {
    [ "$status" -eq "$1" ] || broken "exit status: 0 all fetched, 1 one failed, 2 usage" \
        "expected: $1" "came: $status"
}

# The IDs of an event, in the order of the log: ids_of done
ids_of() {
    awk -v event="$1" '$3 == event { printf "%s%s", sep, $2; sep = " " }' <<<"$output"
}

# The events of one ID, in the order of the log.
events_of() {
    awk -v id="$1" '$1 != "#" && $2 == id { printf "%s%s", sep, $3; sep = " " }' <<<"$output"
}

# expect_events ID 'connecting connected ...'
expect_events() {
    [ "$(events_of "$1")" = "$2" ] || broken "the events of one URL come in this order" \
        "expected of $1: $2" "came: $(events_of "$1")"
}

# expect_done_order ID...: pages are done in the order in which the server answered them.
expect_done_order() {
    local done_order i
    read -r -a done_order <<<"$(ids_of "done")"
    for ((i = 0; i < $#; i++)); do
        local want=${*:i+1:1}
        if [ "${done_order[i]:-nothing}" != "$want" ]; then
            broken "pages are done in the order in which the server answers" \
                "${done_order[i]:-nothing} was done before $want, though the server answered $want first" \
                "expected: $*" "came: ${done_order[*]}"
            return 1
        fi
    done
}

# The last line of the output. (bash 3.2 has no ${lines[-1]}.)
last_line() {
    tail -n 1 <<<"$output"
}

# The last field before a word in the summary: count_of selects
count_of() {
    sed -n "s/^#.* \([0-9]*\) $1.*/\1/p" <<<"$output"
}

# ---- What all steps have in common ----

# Pages that fail, each in its own way, among pages that do not.
check_failures() {
    local refused
    read -r -d '' refused <"$(body_of "$url/port/refused")" || :
    fetch "$1" -t 3 "$url/bytes/10" "$refused" "$url/silent" https://localhost/ "$url/close" \
        http://user:secret@localhost/ "$url/a b" "$url/bytes/20"
    expect_status 1
    expect_events 1 "connecting connected sent receiving done"
    expect_events 2 "connecting failed"
    expect_events 3 "connecting connected sent failed"
    expect_events 4 "failed"
    expect_events 5 "connecting connected sent failed"
    expect_events 6 "failed"
    expect_events 7 "failed"
    expect_events 8 "connecting connected sent receiving done"
    expect_reason 2 "$refused: Connection refused"
    expect_reason 3 "$url/silent: timed out after 3 s"
    expect_reason 5 "$url/close: empty response"
    expect_reason 7 "$url/a%20b: space or control character in the URL"
    [[ "$output$stderr" != *secret* ]] || broken "a password is never printed" "secret"
}

# expect_reason ID REASON: how the page failed.
expect_reason() {
    local came
    came=$(awk -v id="$1" '$3 == "failed" && $2 == id' <<<"$output" | cut -c 30-)
    [ "$came" = "$2" ] || broken "failed names the URL, and says why" "expected: $2" "came: $came"
}

# Fetches a page with step 1; prints the name of the file that holds its body.
body_of() {
    mkdir -p "$BATS_TEST_TMPDIR/body"
    # shellcheck disable=SC2086 # a command and its options
    ${WRAP:-} "$BUILD/01-blocking/fetch" -q -o "$BATS_TEST_TMPDIR/body" "$1" >/dev/null
    echo "$BATS_TEST_TMPDIR/body/1"
}

# Bad usage: one line and the usage on stderr, status 2, and nothing else.
check_usage() {
    local arguments
    for arguments in "" "-t 0 URL" "-t 1x URL" "-t -1 URL" "-x URL" "-o" "-q"; do
        # shellcheck disable=SC2086 # some words
        fetch "$1" ${arguments//URL/$url/bytes/1}
        expect_status 2
        if [ -n "$output" ] || [ "$(grep -c . <<<"$stderr")" -ne 2 ]; then
            broken "bad usage: one line and the usage on stderr, nothing on stdout" "$1 $arguments"
        fi
    done
}

# ---- What steps 02 to 05 have in common: several pages at once ----

# Two places, four pages: never more than two between connecting and done.
check_connection_limit() {
    fetch "$1" -j 2 "$url/bytes/10" "$url/bytes/20" "$url/bytes/30" "$url/bytes/40"
    expect_status 0
    local most
    most=$(awk '$3 == "connecting" { if (++n > most) most = n } $3 == "done" { n-- } END { print most }' \
        <<<"$output")
    [ "$most" -eq 2 ] || broken "-j 2: at most two connections at once, and two if there is work" \
        "came: $most"
}
