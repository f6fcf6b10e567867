# shellcheck shell=sh disable=SC1010,SC2015,SC2034,SC2154
# 02-3: fewer questions, none much too late. Judged by the calls, not by the clock: the trace holds
# what recv() answered and how long each pause was to be (see trace.c).

# judge_pauses: sets waits to one line a wait: QUESTIONS FIRST LONGEST UNPAUSED (microseconds), where
# a wait is a series of "not yet", from the last recv() that brought something to the next.
judge_pauses()
{
    waits=$(awk '
        function finish() { if (n > 0) print n, first, longest, unpaused; n = 0; first = -1 }
        BEGIN { n = 0; first = -1 }
        $1 == "recv" && $2 != -1 { finish(); longest = unpaused = 0; asked = 0; next }
        $1 == "recv" { if (asked && pause == 0) unpaused++; n++; asked = 1
                       if (n == 2) first = pause
                       if (n > 1 && pause > longest) longest = pause
                       pause = 0; next }
        $1 ~ /sleep$/ { pause += $4; next }
        { pause += $4 < 0 ? 1e9 : $4 * 1000 }
        END { finish() }' "$WORK/trace")
}

# largest COLUMN: the largest figure in this column of waits.
largest()
{
    printf '%s\n' "$waits" | awk -v c="$1" '$c + 0 > most { most = $c + 0 } END { print most + 0 }'
}

trace_calls recv nanosleep usleep poll select

# One long wait, and three: before the second and the third something has come.
for path in /delay/1000 /drip/3/400; do
    rm -f "$WORK/trace"
    run_program -t 60 "$URL$path"
    expect_order "The page is done." 1
    judge_pauses
    expect_count "After each \"not yet\" there is a pause." "$(largest 4)" 0 0 \
        "questions without a pause before"
    expect_count "While nothing comes for a second, it asks 60 times at most." "$(largest 1)" 0 60 \
        "questions in one wait ($path)"
    expect_count "The first pause after something has come is 1 ms at most." "$(largest 2)" 0 1000 \
        "microseconds ($path)"
    expect_count "No pause is longer than 50 ms." "$(largest 3)" 0 50000 "microseconds ($path)"
done
