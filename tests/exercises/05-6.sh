# shellcheck shell=sh disable=SC1010,SC2015,SC2034,SC2154
# 05-6: poll() in the scheduler.

# expect_served RULE NUMBER...: the pipes were served in this order (below 0: its reader goes away),
# all others have come to their end, in any order, and all coroutines have ended.
expect_served() {
    rule="$1."
    shift
    for number; do
        case $number in
        -*) printf '%s goes away\nthe writer has lost %s\n' "${number#-}" "${number#-}" ;;
        *) printf '%s has received all\n' "$number" ;;
        esac
    done >"$WORK/served"
    for number; do
        case $number in
        -*) ;;
        *) echo "$number is at the end" ;;
        esac
    done | sort >"$WORK/ends"
    echo "# $(($# + 1)) of $(($# + 1)) have ended" >"$WORK/last"
    {
        grep -v ' is at the end$' "$WORK/out" | sed '$d'
        grep ' is at the end$' "$WORK/out" | sort
        tail -n 1 "$WORK/out"
    } >"$WORK/sorted"
    cat "$WORK/served" "$WORK/ends" "$WORK/last" >"$WORK/right"
    cmp -s "$WORK/sorted" "$WORK/right" ||
        fail "$rule" "$(cat "$WORK/right")" "$(cat "$WORK/out")"
    expect_status "When all have ended, main() returns 0." 0
}

STUCK="One that waits for a descriptor is woken when there is something for it, also an end or an \
error; meanwhile those who are ready run."
run_program 10 2 1
expect_served "The pipes are served in the given order, and then closed" 2 1

run_program 1100 3 1 2
if [ "$status" -eq 2 ] && grep -q '^descriptors from this number on' "$WORK/err"; then
    fail "This check needs descriptors with numbers up to 1200." \
        "ulimit -n 1200 (or more) to be allowed" "$(grep '^descriptors' "$WORK/err")"
fi
expect_served "With poll() a descriptor may have any number, here 1100 and more" 3 1 2

run_program 1100 -1 3 -2 4
expect_served "One that waits hears of an end or an error too: then revents is not 0, though it may be \
neither POLLIN nor POLLOUT" -1 3 -2 4

many='4 20 1 19 2 18 3 17 5 16 6 15 7 14 8 13 9 12 10 11'
# shellcheck disable=SC2086 # this is a list of words
run_program 1100 $many
# shellcheck disable=SC2086
expect_served "The list has a place for each who waits" $many

trace_calls -DCALLS_READY select usleep nanosleep sleep fork
run_traced 1100 2 1
waits=$(sed -n 's/^\(select\|usleep\|nanosleep\|sleep\) .*/\1/p' "$WORK/trace" | sort -u)
[ -z "$waits" ] || fail "It is poll() that waits, and nobody else." "no other call that waits" "$waits"
# own_poll TIME 0 READY
calls() {
    awk -v ready="$1" -v waits="$2" '$1 == "own_poll" && $4 == ready && ($2 != 0) == waits { n++ }
        END { print n + 0 }' "$WORK/trace"
}
expect_count "While somebody can run, poll() only looks: any time but 0 keeps the others waiting." \
    "$(calls 1 1)" 0 0 "calls of poll() that wait, though somebody can run"
expect_count "If nobody can run, poll() waits." "$(calls 0 1)" 1 1000000 "calls of poll() that wait"
expect_count "If nobody can run, poll() waits; a time of 0 would ask again and again." \
    "$(calls 0 0)" 0 "$(calls 0 1)" "calls of poll() with a time of 0, though nobody can run"
