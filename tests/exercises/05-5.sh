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
expect_rounds "The coroutines have their turns in rounds, as before; one that has ended is left out." 6 \
    'round 1: 1 2 3' 'round 2: 1 3' 'round 3: 1' 'round 4:' \
    '# 3 of 3 have ended, 9 switches and back'

run_program 0 4 0 1
expect_rounds "A coroutine may end at once; it then goes to where the scheduler is now." 8 \
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

# What the program counts is its own. So its calls are counted once more: those of the functions that set
# the mask, by trace.c; and where there is a strace that may run, by the system.
trace_calls -DCALLS_JUMP -DTRACE_SWITCHES fork

# expect_no_more FEW MANY WHO: of calls, for 2 coroutines with 10 turns, and with 500.
expect_no_more() {
    expect_count "More turns make no more system calls (2 coroutines, 980 turns more; $3)." \
        "$(($2 - $1))" 0 10 "system calls more"
}

# masks_traced TURNS, masks_set TURNS: leaves in $masks how often the mask was set.
masks_traced() {
    run_traced "$1" "$1"
    masks=$(grep -c -E '^(swapcontext|setcontext|sigsetjmp|setjmp|sigprocmask|pthread_sigmask) ' \
        "$WORK/trace") || true
}
masks_set() {
    COMMAND="strace $NAME $1 $1"
    run_limited "$strace" -o "$BOX/calls" -e trace=rt_sigprocmask,sigprocmask "$PROGRAM" "$1" "$1"
    [ "$how $status" = "exit 0" ] && [ -s "$BOX/calls" ] || return 1
    masks=$(grep -c sigprocmask "$BOX/calls") || true
}

masks_traced 10
few=$masks
expect_count "Only the first switch to a coroutine makes a system call: it enters the new stack, by \
swapcontext() or setcontext() (2 coroutines)." "$few" 1 4 "calls that set the mask"
masks_traced 500
expect_no_more "$few" "$masks" "its calls were counted"
# shellcheck disable=SC2119
compile || explain "broken check" "It compiles again." "It does not."
strace=$(command -v "${STRACE:-strace}") || strace=
if [ -n "$strace" ] && masks_set 10 && few=$masks && masks_set 500; then
    expect_no_more "$few" "$masks" "strace was asked"
else
    show_text note "The system itself was not asked: strace can't be used here. The program's calls \
were counted."
fi
