# shellcheck shell=sh disable=SC2030,SC2031,SC2034,SC2153,SC2154 # used over several files; subshells on purpose
# check.sh: part of tests/tools/exercise. From an exercise's number to the verdict on a file.

say()
{
    printf '%s\n' "$*"
}

die()
{
    printf 'exercise: %s\n' "$*" >&2
    exit 2
}

# ---- Names and files ----

# from_caller PATH: the path as seen from the root, where this script works.
from_caller()
{
    case $1 in
    /*) say "$1" ;;
    *) if [ "$CALLER" = "$ROOT" ]; then say "$1"; else say "$CALLER/$1"; fi ;;
    esac
}

# All exercises, NN-K, in order. Each has a check, so the checks are the list.
ids()
{
    for check in "$CHECKS"/[0-9][0-9]-[0-9].sh; do
        [ ! -f "$check" ] || basename "$check" .sh
    done
}

# locate ID: sets STEP (its folder), INCLUDE (where headers are), NAME (K-name), FILE (the learner's, relative to the root),
# STARTER, SOLUTION, HINTS, CHECK, TITLE. The hints give the name: they can't be lost by editing.
locate()
{
    CHECK=$CHECKS/$1.sh
    [ -f "$CHECK" ] || die "there is no exercise $1; all: $(ids | tr '\n' ' ')"
    for HINTS in "${1%-*}"-*/exercises/hints/"${1#*-}"-*.txt; do
        [ -f "$HINTS" ] || die "$1 has no hints: $HINTS"
    done
    STEP=${HINTS%%/*}
    NAME=$(basename "$HINTS" .txt)
    INCLUDE="-I $STEP -I $STEP/exercises"
    FILE=$STEP/exercises/$NAME.c
    SOLUTION=$STEP/exercises/solutions/$NAME.c
    STARTER=tests/exercises/starters/$1.c
    TITLE=$(title "$STARTER" "$FILE")
}

# title FILE...: what stands after "Exercise NN-K:" in the first file that has it.
title()
{
    cat "$@" 2>/dev/null | sed -n 's/^.*Exercise [0-9][0-9]-[0-9]: *\(.*[^.]\)\.*$/\1/p' | head -n 1
}

# ---- What the checks need ----

# stale PRODUCT SOURCE: true if it has to be built.
stale()
{
    [ ! -x "$1" ] || [ -n "$(find "$2" -newer "$1")" ]
}

# build PRODUCT SOURCE: compiles one of our own programs, under its name only when it is complete.
build()
{
    stale "$1" "$2" || return 0
    $CC -O2 -o "$1.$$" "$2" || die "$2 can't be compiled"
    mv "$1.$$" "$1"
}

# Finds out which sanitizers link and run with this compiler; not every system has them. The answer
# is kept for the next time.
find_sanitizers()
{
    [ "${EXERCISE_SANITIZE:-yes}" != no ] || return 0
    known=$BUILD/sanitizers-$(printf '%s' "$CC" | tr -c 'A-Za-z0-9\n' _)
    if [ ! -f "$known" ]; then
        echo 'int main(void) { return 0; }' >"$known.$$.c"
        for flags in "-fsanitize=address,undefined -fno-sanitize-recover=undefined" ""; do
            # shellcheck disable=SC2086 # flags is a list of words
            if $CC $flags -o "$known.$$" "$known.$$.c" 2>/dev/null && "$known.$$" 2>/dev/null; then
                break
            fi
        done
        rm -rf "$known.$$" "$known.$$.c" "$known.$$.dSYM"
        printf '%s\n' "$flags" >"$known.$$"
        mv "$known.$$" "$known"
    fi
    SANITIZE=$(cat "$known")
}

prepare()
{
    mkdir -p "$BUILD" "$STATE" || die "can't write here"
    build "$SERVER" tests/server/server.c
    build "$LIMITER" tests/exercises/limit.c
    build "$FETCH" 01-blocking/fetch.c
    find_sanitizers
}

# ---- One check ----

# compile SOURCE PROGRAM: shows the compiler's warnings; status 3 if there is no program.
compile()
{
    # shellcheck disable=SC2086 # these are lists of words
    if LC_ALL=C $CC $CFLAGS $SANITIZE $INCLUDE -o "$2" "$1" >"$WORK.compiler" 2>&1; then
        [ ! -s "$WORK.compiler" ] || show warning "$(head -n 12 "$WORK.compiler")"
        return 0
    fi
    rule="It compiles. It does not; the first message counts, the others are often its echo."
    if grep -q -E 'undefined reference to .main|_main' "$WORK.compiler"; then
        rule="It compiles. There is no main() in it."
    fi
    show_text rule "$rule"
    show compiler "$(head -n 12 "$WORK.compiler")"
    printf 'does not compile\t%s\n' "$rule" >"$VERDICT"
    return 3
}

# check ID SOURCE DIR: compiles SOURCE and runs the check of exercise ID, in the scratch folder DIR.
# Says on stdout what is wrong; DIR.verdict receives KIND and RULE, separated by a tab. A subshell,
# so that the check can end it, and what it has started ends with it.
check()
(
    WORK=$3 VERDICT=$3.verdict server=
    rm -rf "$WORK" && mkdir -p "$WORK" || exit 2
    locate "$1"
    case $2 in
    /*) SOURCE=$2 ;;
    *) SOURCE=$ROOT/$2 ;;
    esac
    NAME=$(basename "$SOURCE" .c)
    PROGRAM=$WORK.program
    ! grep -q '^# without sanitizers' "$CHECK" || SANITIZE=
    # shellcheck disable=SC1091 # checked by itself
    . "$CHECKS/lib.sh"
    # shellcheck disable=SC2154,SC2317 # server is set by start_server
    clean()
    {
        [ -z "$server" ] || kill "$server" 2>/dev/null
        rm -rf "$WORK" "$WORK".program* "$WORK.compiler" "$WORK.server"
    }
    trap clean EXIT
    trap 'exit 130' INT TERM HUP
    if [ ! -s "$SOURCE" ]; then
        show_text rule "There is a program. ${2#"$ROOT"/} is missing or empty; \`make reset-$1\` brings it back."
        verdict "does not compile" "There is a program."
    fi
    compile "$2" "$PROGRAM" || exit
    cd "$WORK" || exit 2
    COMMAND=$NAME
    start_server
    # shellcheck source=/dev/null
    . "$CHECK"
    printf 'pass\t\n' >"$VERDICT"
)

# judge ID SOURCE SCRATCH: as check(), but quiet. Sets KIND and RULE; SCRATCH.report holds what was
# said. Returns 0 right, 1 not yet, 3 does not compile, 2 the check itself is at fault.
judge()
{
    rm -f "$3.verdict"
    check "$1" "$2" "$3" >"$3.report" 2>&1
    KIND="broken check" RULE="The check has ended without a verdict."
    [ ! -s "$3.verdict" ] || IFS=$tab read -r KIND RULE <"$3.verdict"
    rm -f "$3.verdict"
    case $KIND in
    pass) return 0 ;;
    "does not compile") return 3 ;;
    "broken check") return 2 ;;
    *) return 1 ;;
    esac
}
