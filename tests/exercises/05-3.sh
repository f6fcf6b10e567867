# shellcheck shell=sh disable=SC1010,SC2015,SC2034,SC2154
# 05-3: sleep_for(). Each run is judged by its order. Its clock goes on only while it sleeps (see
# trace.c), so that a slow machine does not change who is due first.

# expect_steps RULE LINE...: stdout is these lines, if the count of clock reads is left out.
expect_steps() {
    reads=$(sed -n 's/^# .* the clock was read \([0-9]*\) times$/\1/p' "$WORK/out")
    sed 's/, the clock was read [0-9]* times$//' "$WORK/out" >"$WORK/steps"
    mv "$WORK/steps" "$WORK/out"
    expect_lines "$@"
}

trace_calls -DTRACE_OUTPUT -DTRACE_SWITCHES -DTRACE_CLOCK swapcontext setcontext fork \
    clock_gettime nanosleep usleep sleep select poll

# run_sleepers STEPS...: each line is printed by the coroutine whose number it bears.
run_sleepers() {
    run_traced "$@"
    expect_own_lines "Each coroutine sleeps, wakes and prints by itself."
}

first="The one that is due first goes on first: sleep_for() stops one coroutine, not the thread"
run_sleepers 150 50 100
expect_steps "$first (3-sleep 150 50 100)." \
    '2 slept 50' '3 slept 100' '1 slept 150' '# 3 of 3 have ended'
expect_count "If all sleep, the thread sleeps too, until the first is due." \
    "$(grep -c '^clock_gettime ' "$WORK/trace")" 1 50 "looks at the clock, for three sleepers"
slept=$(awk '$1 ~ /sleep$/ { us += $4 } $1 ~ /^(select|poll)$/ { us += $4 * 1000 } END { print int(us / 1000) }' \
    "$WORK/trace")
expect_count "One that sleeps for 150 ms goes on when they are over: the clock is the system's, and the thread \
sleeps meanwhile." "$slept" 145 155 "ms that the thread has slept, in all"

run_sleepers 50 100 150
expect_steps "$first (3-sleep 50 100 150)." \
    '1 slept 50' '2 slept 100' '3 slept 150' '# 3 of 3 have ended'

run_sleepers 200 50 150 100
expect_steps "$first (3-sleep 200 50 150 100)." \
    '2 slept 50' '4 slept 100' '3 slept 150' '1 slept 200' '# 4 of 4 have ended'

run_sleepers 20 20 20
expect_steps "Due at the same time: the one that began to sleep first goes on first (3-sleep 20 20 20)." \
    '1 slept 20' '2 slept 20' '3 slept 20' '# 3 of 3 have ended'

run_sleepers 30,80 50
expect_steps "One that has slept may sleep again, while others sleep (3-sleep 30,80 50)." \
    '1 slept 30' '2 slept 50' '1 slept 80' '# 2 of 2 have ended'

run_sleepers 90 y,y
expect_steps "While one sleeps, the others run (3-sleep 90 y,y)." \
    '2 yielded' '2 yielded' '1 slept 90' '# 2 of 2 have ended'

run_sleepers 60 30 45 b200
expect_steps "The one that is due first goes on first, also if several are late (3-sleep 60 30 45 b200)." \
    '4 blocked 200' '2 slept 30' '3 slept 45' '1 slept 60' '# 4 of 4 have ended'

STUCK="One that is due gets its turn, also while somebody else can run."
run_sleepers 60 w 30
expect_steps "One that is due gets its turn, also while somebody else can run (3-sleep 60 w 30)." \
    '3 slept 30' '1 slept 60' '2 waited' '# 3 of 3 have ended'
