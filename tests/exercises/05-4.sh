# shellcheck shell=sh disable=SC1010,SC2015,SC2034,SC2154
# 05-4: a channel. Correct ones differ in who comes first. So it is not the order of the lines that
# counts, but that the items come out in the order in which they went in, and that all end.

trace_calls -DTRACE_OUTPUT -DTRACE_SWITCHES swapcontext setcontext fork

# check_channel RULE ITEMS ROOM STEPS...: runs it; all ITEMS must come out, and all coroutines end.
check_channel() {
    rule=$1 items=$2
    shift 2
    run_traced "$@"
    expect_own_lines "One that puts an item, or gets one, does so by itself ($COMMAND)."
    rule="$rule ($COMMAND)."
    wrong=$(grep -E 'full channel|empty channel' "$WORK/out") || true
    [ -z "$wrong" ] || fail "$rule" "to find room, or an item, also if another was faster: who was \
woken looks again" "$(cat "$WORK/out")"
    added=$(sed -n 's/^[0-9]* adds \(.\)$/\1/p' "$WORK/out" | tr -d '\n')
    taken=$(sed -n 's/^[0-9]* takes \(.\)$/\1/p' "$WORK/out" | tr -d '\n')
    sorted=$(echo "$taken" | fold -w 1 | sort | tr -d '\n')
    expected="each of these items is taken, once: $(echo "$items" | sed 's/./& /g; s/ $//')"
    [ "$sorted" = "$items" ] || fail "$rule" "$expected" "$(cat "$WORK/out")"
    [ "$taken" = "$added" ] ||
        fail "Items come out in the order in which they went in ($COMMAND)." "taken in this order: $added" \
            "taken in this order: $taken"
    expect_match "$rule" "^# $(($# - 1)) of $(($# - 1)) have ended, [0-9]+ switches\$" \
        "# $(($# - 1)) of $(($# - 1)) have ended: whom nobody wakes waits for ever"
    expect_status "When all have ended, main() returns 0." 0
}

# expect_ends RULE N: so many have heard of the end.
expect_ends() {
    ends=$(grep -c ' is at the end$' "$WORK/out") || true
    expect_count "$1 ($COMMAND)." "$ends" "$2" "$2" 'lines "is at the end"'
}

check_channel "One that finds the channel full waits until there is room" abc 1 abc ---
check_channel "One that finds it empty waits until there is something" abc 1 --- abc
check_channel "One that waits for room is woken when there is some" abcdefg 3 abcdefg ..-------

check_channel "What was put before the close can be had after it" ab 5 ab! '...*'
expect_ends "Then get() says that this was the end" 1
check_channel "The close wakes one that waits for an item" ab 1 '*' 'ab...!'
expect_ends "One that waits for an item hears of the close" 1
check_channel "The close wakes all who wait, not only the first" a 1 '*' '*' 'a...!' '*'
expect_ends "All who wait for an item hear of the close" 3

check_channel "Two items wake two who wait" ab 2 - - ab
check_channel "Two items wake two who wait, also with room for one" ab 1 - - ab
check_channel "Room for two wakes two who wait" abcd 2 ab c d ..----
check_channel "One item, and two who want it: the slower one waits on" ab 1 - a - ...b
check_channel "Room for one, and two who want it: the slower one waits on" abc 1 a b - c ...--

# One waits, while another yields a hundred times.
points=....................
check_channel "One that waits is woken, also if it takes long" x 1 - "$points$points$points$points${points}x"
made=$(grep -c '^swapcontext ' "$WORK/trace")
expect_count "One that waits is in a queue, and is not resumed only to look." "$made" 1 300 \
    "switches, while one waits and another yields 100 times (about 200 are needed)"
