# What a page costs, in system calls: a count, which no other program on the machine can disturb.
# The start and the end of a program do not count: a run with 20 pages is taken from one with 60.

load helpers

setup_file() {
    bats_require_minimum_version 1.5.0
    start_server
}

teardown_file() {
    stop_server
}

setup() {
    case $BATS_TEST_DESCRIPTION in
    bench*) ;;
    *)
        command -v strace >/dev/null || skip "strace is not installed"
        strace -c -o /dev/null true 2>/dev/null || skip "strace may not trace here"
        ;;
    esac
    export ASAN_OPTIONS=exitcode=99:detect_leaks=0 # the leak sanitizer traces too: only one can
}

# trace STEP PAGES: fetches as many pages, 10 at once, and leaves strace's table in the file `calls`.
trace() {
    local -a urls=()
    local i
    for ((i = 0; i < $2; i++)); do
        urls+=("$url/delay/5")
    done
    WRAP="strace -f -c -o $BATS_TEST_TMPDIR/calls" fetch "$1" -q -j 10 "${urls[@]}"
    expect_status 0
}

# In strace's table the fourth column is how often, the last the call; where some of the calls have
# failed, how many stands between them.
calls_of() {
    awk -v name="$1" '$NF == name { n += $4 } END { print n + 0 }' "$BATS_TEST_TMPDIR/calls"
}
failures_of() {
    awk -v name="$1" '$NF == name && NF == 6 { n += $5 } END { print n + 0 }' "$BATS_TEST_TMPDIR/calls"
}

# At most 10 system calls a page: seven that cannot be spared, and select as often as a page becomes
# ready, which is twice. The signal mask is counted apart.
check_calls_of_a_page() {
    local few many
    trace "$1" 20
    few=$(($(calls_of total) - $(calls_of rt_sigprocmask)))
    trace "$1" 60
    many=$(($(calls_of total) - $(calls_of rt_sigprocmask)))
    [ $((many - few)) -le $((10 * 40)) ] ||
        broken "at most 10 system calls a page" "came: $((many - few)) for 40 pages" \
            "$(cat "$BATS_TEST_TMPDIR/calls")"
}

@test "costs: 03 needs at most 10 system calls a page" {
    check_calls_of_a_page 03-select
}

@test "costs: 04 needs at most 10 system calls a page" {
    check_calls_of_a_page 04-callbacks
}

@test "costs: 05 needs at most 10 system calls a page, the signal mask apart" {
    check_calls_of_a_page 05-coroutines
}

@test "costs: 05 changes the signal mask once a switch, and switches 4 times a page" {
    trace 05-coroutines 60
    local masks switches
    masks=$(calls_of rt_sigprocmask)
    switches=$(count_of switches)
    # Each of the 10 coroutines has a switch in and out of its own, and two calls that make and end
    # its context.
    [ "$switches" -le $((4 * 60 + 2 * 10)) ] ||
        broken "4 switches a page" "came: $switches switches for 60 pages"
    [ "$masks" -ge "$((switches - 10))" ] && [ "$masks" -le "$((switches + 30))" ] ||
        broken "swapcontext() is one system call" "came: $masks for $switches switches"
}

@test "costs: 02 counts as polls what was answered \"not yet\", all of it and nothing else" {
    trace 02-nonblocking 20
    local polls not_yet
    polls=$(count_of polls)
    # A failed getpeername() and the getsockopt() after it are one question.
    not_yet=$(($(failures_of recvfrom) + $(failures_of sendto) + $(failures_of getpeername)))
    [ "$polls" -eq "$not_yet" ] ||
        broken "polls are the calls that were answered \"not yet\"" \
            "counted by the program: $polls" "by strace: $not_yet"
}

@test "bench: measures every step, also in a hurry" {
    for program in measure bare waiting; do
        [ -x "$BUILD/$program" ] || skip "only make bench builds what it needs"
    done
    QUICK=1 URL=$url BUILD=$BUILD run --separate-stderr timeout 120 "$BATS_TEST_DIRNAME/bench/bench"
    expect_status 0
    for step in "${STEPS[@]}"; do
        grep -q "^$step  *[0-9.][0-9.]*  *[0-9.]" <<<"$output" ||
            broken "bench has a line with figures for each step" "not for: $step"
    done
}
