#!/usr/bin/env bats
# What a learner would write who misses the point, or wants the mark without the work: each such
# program compiles and prints much of what is asked for. Its check must say what is wrong with it.
#
# tests/exercises/fakes/NN-K-NAME.sed makes one from the solution of NN-K ("# from: starter": from the
# starter); "# caught:" are words of the rule by which it must fail, one of them if there are several:
# which of two broken rules is seen first can depend on how fast the machine is.
# shellcheck disable=SC2030,SC2031 # run sets output and status

setup()
{
    ROOT=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
    cd "$ROOT" || return
    FOLDER=$(mktemp -d "$BATS_TEST_TMPDIR/fake.XXXXXX")
}

# check ID FILE WORDS: the check of ID refuses this program, and says WORDS.
check()
{
    output=$(tests/tools/exercise run "$1" "$2" 2>&1) && status=0 || status=$?
    [ "$status" -eq 1 ] || {
        printf 'BROKEN RULE: %s: the check ends with %s, not with 1 (not yet)\n%s\n' "$2" "$status" "$output"
        return 1
    }
    # the text is folded: its words count
    tr -s ' \n' '  ' <<<"$output" | grep -q -F -- "$3" || {
        printf 'BROKEN RULE: %s: caught, but not by "%s":\n%s\n' "$2" "$3" "$output"
        return 1
    }
}

# plant SCRIPT: makes the fake, and has it checked.
plant()
{
    name=$(basename "$1" .sed)
    id=${name:0:4}
    step=$(echo "${id%-*}"-*)
    starter=$(echo "$step/exercises/${id#*-}"-*.c)
    source=$step/exercises/solutions/$(basename "$starter")
    ! grep -q '^# from: starter' "$1" || source=$starter
    sed -f "$1" "$source" >"$FOLDER/$name.c"
    ! cmp -s "$source" "$FOLDER/$name.c" || {
        echo "BROKEN RULE: $1 still fits $source"
        return 1
    }
    check "$id" "$FOLDER/$name.c" "$(sed -n 's/^# caught: //p' "$1")"
}

# plant_all STEP: all of that step, as many at once as there are processors. No sanitizers: it is the
# check that has to see what is wrong.
plant_all()
{
    export FOLDER EXERCISE_SANITIZE=no
    export -f plant check
    # shellcheck disable=SC2016 # for the shell that plants one
    printf '%s\n' tests/exercises/fakes/"$1"-*.sed |
        xargs -n 1 -P "$(getconf _NPROCESSORS_ONLN)" bash -c 'plant "$0"'
}

@test "14: fakes of the exercises of step 1 are caught" {
    plant_all 01
}

@test "14: fakes of the exercises of step 2 are caught" {
    plant_all 02
}

@test "14: fakes of the exercises of step 3 are caught" {
    plant_all 03
}

@test "14: fakes of the exercises of step 4 are caught" {
    plant_all 04
}

@test "14: fakes of the exercises of step 5 are caught" {
    plant_all 05
}

# passes_none STEP ID...: the fetch.c of STEP passes none of these.
passes_none()
{
    local step=$1
    shift
    for id in "$@"; do
        EXERCISE_LIMIT=3 run tests/tools/exercise run "$id" "$step/fetch.c"
        [ "$status" -eq 1 ] || {
            printf 'BROKEN RULE: %s passes %s, or is no program: %s\n' "$step/fetch.c" "$id" "$output"
            return 1
        }
    done
}

@test "14: another step's fetch.c passes no exercise" {
    passes_none 01-blocking 02-1 02-2 02-3 02-4 03-3
    passes_none 02-nonblocking 01-1 01-2 01-3 03-1 03-2 03-4
    passes_none 03-select 02-4 04-1 04-3 05-2 05-7
}

@test "14: a full stack of a coroutine is told as such, and a wild pointer as such" {
    cat >"$FOLDER/full.c" <<'PROGRAM'
#include "coroutine.h"
static volatile int sink;
static int deep(int n)
{
    volatile char room[400] = {0};
    sink = room[n % 400];
    return (n < 100000000 ? deep(n + 1) : 0) + room[1];
}
static void start(void *unused)
{
    (void)unused;
    sink = deep(0);
}
int main(void)
{
    coroutine_start(start, NULL);
    return run_scheduler();
}
PROGRAM
    sed 's/sink = deep(0);/*(volatile int *)(size_t)(sink + 16) = deep(100000000);/' "$FOLDER/full.c" \
        >"$FOLDER/wild.c"
    for sanitize in yes no; do
        EXERCISE_SANITIZE=$sanitize check 05-4 "$FOLDER/full.c" "was full: a recursion without end"
        EXERCISE_SANITIZE=$sanitize check 05-4 "$FOLDER/wild.c" "a null or wild pointer"
    done
}

@test "14: where strace is missing, 05-5 says so, and its calls are counted all the same" {
    export STRACE=no-such-tool
    run tests/tools/exercise run 05-5 05-coroutines/exercises/solutions/5-jump.c
    [ "$status" -eq 0 ]
    [[ $output == *"strace can't be used here"* ]]
    plant tests/exercises/fakes/05-5-sigsetjmp.sed
}
