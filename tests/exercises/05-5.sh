# shellcheck shell=sh disable=SC1010,SC2015,SC2034,SC2154
# 05-5: the switch without a system call.
# without sanitizers: AddressSanitizer does not know our stacks, and takes the jumps for errors.

# expect_rounds RULE MOST LINE...: stdout is these lines, and a last one with MOST system calls or
# less.
expect_rounds() {
    most=$2
    rule=$1
    shift 2
    calls=$(sed -n 's/^# .* and back, \([0-9]*\) system calls$/\1/p' "$WORK/out")
    sed 's/, [0-9]* system calls$//' "$WORK/out" >"$WORK/rounds"
    mv "$WORK/rounds" "$WORK/out"
    expect_lines "$rule" "$@"
    expect_count "Only the first switch to a coroutine makes a system call: it enters the new stack." \
        "${calls:-0}" 1 "$most" "system calls"
}

run_program 3 1 2
expect_rounds "The coroutines have their turns in rounds, as before; who has ended is left out." 6 \
    'round 1: 1 2 3' 'round 2: 1 3' 'round 3: 1' 'round 4:' \
    '# 3 of 3 have ended, 9 switches and back'

run_program 0 4 0 1
expect_rounds "A coroutine may end at once; who ends goes to where the scheduler is now." 8 \
    'round 1: 2 4' 'round 2: 2' 'round 3: 2' 'round 4: 2' 'round 5:' \
    '# 4 of 4 have ended, 9 switches and back'

n=$(($$ % 7 + 2))
run_program $n
set --
round=1
while [ $round -le $n ]; do
    set -- "$@" "round $round: 1"
    round=$((round + 1))
done
expect_rounds "A coroutine has as many turns as it was given ($COMMAND)." 2 "$@" "round $round:" \
    "# 1 of 1 have ended, $round switches and back"

# What the program counts is its own. strace sees what it does; it is not everywhere, nor allowed
# everywhere.
masks_set() {
    run_limited strace -o "$BOX/calls" \
        -e trace=rt_sigprocmask,sigprocmask "$PROGRAM" "$1" "$1"
    grep -c sigprocmask "$BOX/calls"
}
if strace -o "$WORK/calls" -e trace=exit_group true 2>/dev/null && grep -q exit "$WORK/calls"; then
    few=$(masks_set 10) || true
    many=$(masks_set 500) || true
    expect_count "More turns make no more system calls (strace was asked; 2 coroutines, 980 turns more)." \
        $((many - few)) 0 10 "calls of sigprocmask more"
fi
