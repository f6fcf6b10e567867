# shellcheck shell=sh disable=SC1010,SC2015,SC2034,SC2154
# 04-2: countdowns that run at the same time. All have the same pause, so they take turns, however
# slow the machine is.
rule="While one waits for its next step, the others go on: they take turns."
trace_calls -DTRACE_OUTPUT -DCALLS_LOOP select fork

# run_steps NAME STEPS...: between two steps of a countdown the loop has waited, for 0.05 s.
run_steps() {
    run_loop "$@"
    came=$(awk 'FILENAME == ARGV[1] { if ($1 == "select") at[++n] = $5; next }
                { while (k < n && at[k + 1] <= end) k++
                  if (($1, k) in seen) { print seen[$1, k]; print; exit }
                  seen[$1, k] = $0; end += length($0) + 1 }' "$WORK/trace" "$WORK/out")
    [ -z "$came" ] || fail "After each step it is the loop that waits, for all countdowns: a callback \
does one step and returns." "the loop's select() between two lines of one countdown" \
        "$came
(and the loop has not waited between them)"
    came=$(awk '$1 == "loop_start_timer" && ($4 < 50 || $4 > 51) { print $4 / 1000 " s" }' "$WORK/trace" |
        sort -u)
    [ -z "$came" ] || fail "The next step comes 0.05 s after the last one." \
        "timers of 0.05 s" "timers of $came"
    expect_count "A callback does not look at the clock until its time has come: that is waiting, too." \
        "$(grep -c '^own_clock ' "$WORK/trace")" 0 "$((2 * $(wc -l <"$WORK/out")))" "looks at the clock"
}

run_steps apollo 3 soyuz 2
expect_lines "$rule" 'apollo 3' 'soyuz 2' 'apollo 2' 'soyuz 1' 'apollo 1' \
    'soyuz lifts off' 'apollo lifts off'

run_steps a 1 b 4 c 0 d 2
expect_lines "$rule" 'a 1' 'b 4' 'c lifts off' 'd 2' 'a lifts off' 'b 3' 'd 1' 'b 2' \
    'd lifts off' 'b 1' 'b lifts off'

run_steps solo 2
expect_lines "One step after the other, and then the loop has nothing left to wait for." \
    'solo 2' 'solo 1' 'solo lifts off'
expect_status "A program that has done its work exits with status 0." 0
