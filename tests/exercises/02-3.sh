# shellcheck shell=sh disable=SC1010,SC2015,SC2016,SC2034,SC2154
# 02-3: fewer questions, none much too late. Judged by the calls, not by the clock: the trace holds
# what recv() answered and how long each pause was to be (see trace.c).
trace_all

# judge_pauses: sets waits to one line a wait: QUESTIONS FIRST LONGEST UNPAUSED (microseconds), where
# a wait is a series of "not yet", from the last recv() that brought something to the next. A pause
# before the first question counts as well.
judge_pauses()
{
    waits=$(awk '
        function finish() { if (n > 0 || pause > 0) print n, first, longest, unpaused
                            n = pause = first = longest = unpaused = 0 }
        function rest() { if (n <= 1 && pause > first) first = pause
                          if (pause > longest) longest = pause }
        $1 == "recv" && $2 != -1 { rest(); finish(); next }
        $1 == "recv" { rest(); if (n > 0 && pause == 0) unpaused++; n++; pause = 0; next }
        $1 ~ /sleep$/ { pause += $4; next }
        $1 ~ /^(select|poll)$/ { pause += $4 < 0 ? 1e9 : $4 * 1000 }
        END { finish() }' "$WORK/trace")
}

# largest COLUMN: the largest figure in this column of waits.
largest()
{
    printf '%s\n' "$waits" | awk -v c="$1" '$c + 0 > most { most = $c + 0 } END { print most + 0 }'
}

# One long wait, and three: before the second and the third something has come.
for path in /delay/1000 /drip/3/400; do
    run_fetch -t 60 "$URL$path"
    expect_order "The page is done." 1
    expect_no_call "recv() never waits: it answers \"not yet\", and is asked again after a pause." \
        '$1 == "recv" && $6 != 0 || $1 == "fork"' "no recv() that waits"
    expect_calls "As long as nothing comes, it is asked now and then." \
        '$1 == "recv" && $3 == "EAGAIN"' 1 1000000 "times \"not yet\" from recv()"
    judge_pauses
    expect_count "After each \"not yet\" there is a pause: a sleep, and not a loop." "$(largest 4)" 0 0 \
        "questions without a pause before"
    expect_count "While nothing comes for a second, it asks 60 times at most." "$(largest 1)" 0 60 \
        "questions in one wait ($path)"
    expect_count "The first pause after something has come is 1 ms at most." "$(largest 2)" 0 1000 \
        "microseconds ($path)"
    expect_count "No pause is longer than 50 ms." "$(largest 3)" 0 50000 "microseconds ($path)"
done
