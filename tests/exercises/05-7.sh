# shellcheck shell=sh disable=SC1010,SC2015,SC2034,SC2154
# 05-7: join() and cancel(). The lines tell who has which result; the calls tell what a cancelled page
# still does.

trace_calls -DTRACE_OUTPUT -DTRACE_SWITCHES swapcontext setcontext fork connect send recv select close

# run_tasks URL...: each page, and each of the two that join, prints its own lines.
OWN="A page closes its socket itself, also if it is cancelled: nobody else knows what stands on its stack."
run_tasks() {
    run_traced -t 8 "$@"
    came=$(grep -E '^coroutine [0-9]+ waits for descriptor [0-9]+, which is closed' "$WORK/err") || true
    [ -z "$came" ] || fail "$OWN" "no socket closed while its page waits for it" "$came"
    expect_own_lines "Each page ends by itself, and each of the two joins by itself: they print their own \
lines."
}

# expect_from NAME RULE LINE...: the lines of this one, in this order.
expect_from() {
    name=$1 rule=$2
    shift 2
    came=$(grep "^$name " "$WORK/out") || true
    [ "$came" = "$(printf '%s\n' "$@")" ] ||
        fail "$rule" "$(printf '%s\n' "$@")" "${came:-no line of $name}"
}

# expect_end: all have ended, and each socket was closed by the coroutine that had opened it.
expect_end() {
    expect_match "All who join hear of the end: none is left in a queue." '^# 0 wait for ever$' \
        '# 0 wait for ever'
    came=$(awk '/^(swap|set)context / { now = $4 }
                $1 == "connect" { owner[$7] = now; open[$7] = 1 }
                $1 == "close" && $7 in open {
                    if (owner[$7] != now) { print "closed by another one: " $7; exit }
                    delete open[$7]
                }
                END { for (fd in open) print "not closed: " fd }' "$WORK/trace" | head -n 1)
    [ -z "$came" ] || fail "$OWN" "each socket closed by the coroutine that has opened it" "$came"
}

# expect_quiet: after the line that says "reader cancels", nothing is sent, received or waited for.
expect_quiet() {
    came=$(awk 'FILENAME == ARGV[1] { end += length($0) + 1
                                      if (/^reader cancels/ && !from) from = end
                                      next }
                $5 >= from && ($1 == "send" || $1 == "recv") { n[$1]++ }
                $5 >= from && $1 == "select" && $6 != 0 { n["select() that may wait"]++ }
                END { for (name in n) print n[name] " of " name }' "$WORK/out" "$WORK/trace" | sort)
    [ -z "$came" ] || fail "$1" "after \"reader cancels\": no send, no recv, no select that may wait" "$came"
}

n=$(($$ % 900 + 100))
run_tasks "$URL/delay/200/$n"
expect_from 1 "A page is received to its last byte." "1 ends with $n bytes"
expect_from reader "join() returns when the page has ended, with its result." "reader has $n bytes of 1"
expect_from adder "All who join a page hear of its end, not only the first." "adder has $n bytes"
expect_end
expect_count "join() waits in a queue; nobody is resumed only to look." \
    "$(grep -c '^swapcontext ' "$WORK/trace")" 1 60 "switches, while two join one page (about 14 are needed)"
expect_status "When all have ended, main() returns 0." 0

# The server answers the first one when the second one is over.
run_tasks "$URL/turn/2/2/a" "$URL/turn/1/2/a" "$URL/bytes/$n"
expect_from reader "A result waits until somebody wants it: join() returns at once if the page has ended." \
    'reader has 7 bytes of 1' 'reader has 7 bytes of 2' "reader has $n bytes of 3"
expect_from adder "All who join a page hear of its end." "adder has $((n + 14)) bytes"
expect_end

run_tasks "$URL/close" "$URL/bytes/$n"
expect_from 1 "A page that fails has ended as well." '1 ends: failed'
expect_from reader "A page that fails has ended as well: who joins it hears that there is no result." \
    'reader has nothing of 1' "reader has $n bytes of 2"
expect_end

at_once="A cancelled page ends at once: it is woken where it waits, and does nothing more."
run_tasks "+$URL/silent" "$URL/turn/2/2/b" "+$URL/stall/100/50" "$URL/turn/1/2/b"
expect_from reader "Whoever joins a cancelled page hears that there is no result." \
    'reader has 7 bytes of 2' 'reader has 7 bytes of 4' 'reader cancels 1' 'reader cancels 3' \
    'reader has nothing of 1' 'reader has nothing of 3'
expect_from 1 "A cancelled page ends, and knows why." '1 ends: cancelled'
expect_from 3 "A cancelled page ends, and knows why." '3 ends: cancelled'
expect_from adder "All who join a page hear of its end, also if it is cancelled." 'adder has 14 bytes'
expect_quiet "$at_once"
expect_end

run_tasks "+$URL/endless" "$URL/delay/100"
expect_from 1 "A cancelled page ends, also if more has come for it meanwhile." '1 ends: cancelled'
expect_quiet "$at_once Also if more has come for it meanwhile."
expect_end

run_tasks "+$URL/bytes/5" "+$URL/bytes/6"
expect_from reader "A page may be cancelled before it is connected." 'reader cancels 1' 'reader cancels 2' \
    'reader has nothing of 1' 'reader has nothing of 2'
expect_quiet "$at_once Also if it was not yet connected: then its page is not asked for."
expect_end

# The server answers the second one when the first one is over.
run_tasks "+$URL/turn/1/2/c" "$URL/turn/2/2/c"
expect_from reader "A page that has ended can't be cancelled any more: its result stays." \
    'reader has 7 bytes of 2' 'reader cancels 1' 'reader has 7 bytes of 1'
expect_from adder "A page that has ended can't be cancelled any more: its result stays." 'adder has 14 bytes'
expect_end
