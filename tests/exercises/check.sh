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

# find_ids: all exercises, NN-K, in order: whatever has a check, hints, or a line in a worksheet. So
# none disappears from the count because one of the three is lost.
find_ids()
{
    # shellcheck disable=SC2012,SC2016 # no name has a blank; the quotes stand so in the worksheets
    {
        ls tests/exercises/[0-9][0-9]-[0-9].sh [0-9][0-9]-*/exercises/hints/[0-9]-*.txt 2>/dev/null |
            sed -e 's,^tests/exercises/\(.*\)\.sh$,\1,' \
                -e 's,^\([0-9][0-9]\)-.*/hints/\([0-9]\)-.*,\1-\2,'
        cat [0-9][0-9]-*/README.md 2>/dev/null |
            sed -n 's/^- `make exercise-\([0-9][0-9]-[0-9]\)`.*/\1/p'
    } | sort -u
}

ids()
{
    say "$IDS"
}

# locate ID: sets STEP (its folder), NAME (K-name), FILE (the learner's, relative to the root),
# SOLUTION, HINTS, CHECK, TITLE. The hints give the name: they can't be lost by editing.
locate()
{
    CHECK=$CHECKS/$1.sh
    case "$line_break$IDS$line_break" in
    *"$line_break$1$line_break"*) ;;
    *) die "there is no exercise $1; all: $(ids | tr '\n' ' ')" ;;
    esac
    for HINTS in "${1%-*}"-*/exercises/hints/"${1#*-}"-*.txt; do
        [ -f "$HINTS" ] || die "$1 has no hints: $HINTS"
    done
    STEP=${HINTS%%/*}
    NAME=${HINTS##*/} NAME=${NAME%.txt}
    FILE=$STEP/exercises/$NAME.c
    SOLUTION=$STEP/exercises/solutions/$NAME.c
    TITLE=$(title "$FILE")
    [ -n "$TITLE" ] || TITLE=$(pristine "$FILE" 2>/dev/null | title)
}

# pristine PATH: prints a file as it came, before anybody worked on it. A handout has such copies; a
# clone has git, in which learners change exercises, predictions and programs, and nothing else: so
# it is the file of the last commit that changed the tests or the Makefile.
pristine()
{
    if [ -d tests/pristine ]; then
        cat "tests/pristine/$1"
    elif origin=${origin:-$(pristine_commit)} && [ -n "$origin" ]; then
        git show "$origin:./$1" 2>/dev/null || git show "HEAD:./$1"
    else
        return 1
    fi
}

# pristine_commit: that commit, if the project is in a git of its own.
pristine_commit()
{
    ! git ls-files --error-unmatch tests/tools/exercise >/dev/null 2>&1 ||
        git log -1 --format=%H -- tests Makefile
}

# Why pristine() has failed, and what to do.
no_pristine()
{
    die "can't bring back $1: this copy has neither git's history nor tests/pristine/.
Take that file from where you got the project, or get all of it with git clone."
}

# title [FILE]: what stands after "Exercise NN-K:" in it.
title()
{
    sed -n '/Exercise [0-9][0-9]-[0-9]:/ { s/^.*Exercise [0-9][0-9]-[0-9]: *\(.*[^.]\)\.*$/\1/p; q; }' \
        "$@" 2>/dev/null
}

# ---- What the checks need ----

# build PRODUCT SOURCE HEADER OPTION...: compiles one of our own sources if it or its header has changed,
# under its name only when it is complete: several checks may want it at the same time.
build()
(
    [ ! -f "$1" ] || [ -n "$(find "$2" "$3" -newer "$1")" ] || exit 0
    product=$1 source=$2
    shift 3
    # shellcheck disable=SC2086 # CC may be several words
    new=$(mktemp -d "$product.$$.XXXXXX") && $CC "$@" -o "$new/made" "$source" &&
        mv "$new/made" "$product" && rmdir "$new"
)

# build_program PRODUCT SOURCE [HEADER]: the same for a program, which we can't do without.
build_program()
{
    build "$1" "$2" "${3:-$2}" -O2 || die "$2 can't be compiled"
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

# Also makes the scratch folder, which clean_up() removes. It does not stand in the project, so that
# the project can be hidden from the programs that are checked. Others than we may look into it, since
# these programs run as another user if we are root.
prepare()
{
    umask 022
    mkdir -p "$BUILD" "$STATE" || die "can't write here"
    build_program "$SERVER" tests/server/server.c
    build_program "$LIMITER" tests/exercises/limit.c tests/exercises/isolate.h
    build_program "$FETCH" 01-blocking/fetch.c
    find_sanitizers
    if [ -z "$SCRATCH" ]; then
        SCRATCH=$(mktemp -d "${TMPDIR:-/tmp}/exercise.XXXXXX") || die "no scratch folder"
        SCRATCH=$(cd "$SCRATCH" && pwd -P)
        chmod 711 "$SCRATCH"
    fi
}

# ---- One check ----

# limited [OPTION...] SECONDS COMMAND...: runs one that is not ours, in the folder $BOX, which it may
# write to, and under the limits of limit.c. What it prints goes to $WORK/out and $WORK/err. Sets how,
# status and words, the three parts of limit's report; how is empty if limit itself did not survive.
limited()
{
    how='' status=0 words=
    ended=$("$LIMITER" -w "$BOX" -h "$ROOT" -h "${FOLDER:-$ROOT}" "$@" \
        8>&1 >"$WORK/out" 2>"$WORK/err" 9>&-)
    read -r how status words <<END
$ended
END
}

# run_limited COMMAND...: the same for the program of an exercise: with an empty box, as often as it
# likes, and with what trace.c has written down. Sanitizers want more addresses than any limit of
# memory can allow; they count the memory themselves.
run_limited()
{
    LOOKED=yes
    rm -rf "$BOX" 2>/dev/null || { chmod -R u+rwx "$BOX" && rm -rf "$BOX"; }
    mkdir "$BOX" || exit 2
    if [ -n "$SANITIZE" ]; then
        limited "$LIMIT" "$@"
    else
        limited -m 1024 "$LIMIT" "$@"
    fi
    # No links to what is not its own. Most leave nothing but the trace.
    for left in "$BOX"/* "$BOX"/.*; do
        case $left in
        */trace) [ -f "$left" ] && [ ! -h "$left" ] && continue ;;
        */.. | */.) continue ;;
        esac
        find "$BOX" ! -type f ! -type d -exec rm -f {} +
        break
    done
    [ ! -f "$BOX/trace" ] || cat "$BOX/trace" >>"$WORK/trace"
}

# strangers: prints which files the compiler has read that it should not: those of the project, of
# the folder that is graded, devices. The system's headers may stand anywhere else.
strangers()
{
    [ -f "$SOURCES/made.d" ] || return 0
    last=
    # shellcheck disable=SC2020 # three letters, as meant
    tr -s ' \\\n' '\n\n\n' <"$SOURCES/made.d" | sort -u | while IFS= read -r file; do
        case $file in
        made:) continue ;;
        /*) ;;
        *) file=$SOURCES/$file ;;
        esac
        if [ "${file%/*}" != "$last" ]; then # most stand in the same few folders
            last=${file%/*} folder=
            ! cd -P "$last/" 2>/dev/null || folder=$PWD
        fi
        case $folder/ in
        "$SOURCES"/*) ;;
        "$ROOT"/* | "${FOLDER:-/dev}"/* | /dev/* | /proc/*) say "${file##*/}" ;;
        "$SCRATCH"/*) say "${file##*/}" ;;
        esac
    done
}

# compile [ARGUMENT...]: $SOURCE becomes $PROGRAM. Sees only that file and the headers that come with
# the exercise. Returns 0, or 3 if there is no program; the messages are in $WORK/err.
# shellcheck disable=SC2120 # lib.sh has arguments for it
compile()
{
    rm -f "$SOURCES/made" "$SOURCES/made.d"
    BOX=$SOURCES
    # shellcheck disable=SC2086 # these are lists of words
    LC_ALL=C limited -m 4096 "$COMPILE_LIMIT" $CC $CFLAGS $SANITIZE "$@" -I "$STEP" \
        -I "$STEP/exercises" -MD -MF made.d -o made "$STEP/exercises/$NAME.c" $OBJECTS
    BOX=$WORK.box
    [ "$how $status" = "exit 0" ] && [ -f "$SOURCES/made" ] && [ ! -h "$SOURCES/made" ] || return 3
    foreign=$(strangers)
    [ -z "$foreign" ] || return 3
    mv "$SOURCES/made" "$PROGRAM"
}

# first_compile: shows the compiler's warnings, and ends the check if there is no program.
first_compile()
{
    OBJECTS='' foreign='' told=
    # shellcheck disable=SC2119
    if compile; then
        [ ! -s "$WORK/err" ] || show warning "$(head -n 12 "$WORK/err")"
        return 0
    fi
    case $how in
    absent) rule="It compiles. But there is no compiler here by the name of $CC." ;;
    busy | idle) rule="The compiler comes to an end, within $COMPILE_LIMIT s." ;;
    *)
        rule="It compiles. It does not; the first message counts, the others are often its echo."
        told=$(sed -n 's/^.*\(error: .*\)/\1/p' "$WORK/err" | head -n 1 | tr -cd '[:print:]')
        ;;
    esac
    if [ -n "$foreign" ]; then
        told='' rule="It is one file. It includes the system's headers, and those that come with the \
exercise; but not: $(say "$foreign" | tr '\n' ' ')"
    elif grep -q -E 'undefined reference to .main|_main' "$WORK/err"; then
        told='' rule="It compiles. There is no main() in it."
    fi
    show_text rule "$rule"
    [ ! -s "$WORK/err" ] || show compiler "$(head -n 12 "$WORK/err")"
    verdict "does not compile" "${told:-$rule}"
}

# collect SOURCE: SOURCE, and the headers that come with the exercise, into $SOURCES, in the same
# folders as in the project.
collect()
{
    mkdir -p "$SOURCES/$STEP/exercises" && cat "$1" >"$SOURCES/$STEP/exercises/$NAME.c" || exit 2
    for folder in "$STEP" "$STEP/exercises"; do
        set -- "$folder"/*.h
        [ ! -f "$1" ] || cp "$@" "$SOURCES/$folder/" || exit 2
    done
}

# check ID SOURCE DIR: compiles SOURCE and runs the check of exercise ID, in the scratch folder DIR.
# Says on stdout what is wrong; KIND and RULE go to descriptor 9, separated by a tab: a pipe that no
# program under test gets. A subshell, so that the check can end it, and what it has started ends
# with it.
check()
(
    WORK=$3 BOX=$3.box SOURCES=$3.source PROGRAM=$3.program server='' LOOKED=no
    mkdir -p "$WORK" "$BOX" "$SOURCES" || exit 2
    locate "$1"
    case $2 in
    /*) given=$2 ;;
    *) given=$ROOT/$2 ;;
    esac
    NAME=$(basename "$given" .c)
    SOURCE=$SOURCES/$STEP/exercises/$NAME.c
    COMMAND=$NAME
    # shellcheck disable=SC1091 # checked by itself
    . "$CHECKS/lib.sh"
    # shellcheck disable=SC2154,SC2317 # server is set by start_server
    clean()
    {
        [ -z "$server" ] || kill "$server" 2>/dev/null
        chmod -R u+rwx "$WORK" "$WORK".* 2>/dev/null
        rm -rf "$WORK" "$WORK.box" "$WORK.source" "$WORK".program* "$WORK.server"
    }
    trap clean EXIT
    trap 'exit 130' INT TERM HUP PIPE # PIPE: whoever wants the verdict has been ended
    if [ ! -s "$CHECK" ]; then
        show_text rule "Each exercise has a check. ${CHECK#"$ROOT"/} is missing or empty."
        verdict "broken check" "Each exercise has a check."
    fi
    ! grep -q '^# without sanitizers' "$CHECK" || SANITIZE=
    # a program that leaves memory behind keeps its exit status: the report on stderr counts
    ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}hard_rss_limit_mb=1024:exitcode=0
    export ASAN_OPTIONS
    if [ ! -s "$given" ]; then
        show_text rule "There is a program. ${2#"$ROOT"/} is missing or empty; \`make reset-$1\` brings it back."
        verdict "does not compile" "There is a program."
    fi
    collect "$given"
    cd "$WORK" || exit 2
    start_server
    first_compile
    # shellcheck source=/dev/null
    . "$CHECK"
    expect_no_leak
    [ $LOOKED = yes ] || verdict "broken check" "The check looks at what the program does."
    printf 'pass\t\n' >&9
)

# judge ID SOURCE SCRATCH: as check(), but quiet. Sets KIND and RULE; SCRATCH.report holds what was
# said. Returns 0 right, 1 not yet, 3 does not compile, 2 the check itself is at fault.
judge()
{
    verdict=$({ check "$1" "$2" "$3" >"$3.report" 2>&1; } 9>&1)
    IFS=$tab read -r KIND RULE <<END
$verdict
END
    [ -n "$KIND" ] || KIND="broken check" RULE="The check has ended without a verdict."
    case $KIND in
    pass) return 0 ;;
    "does not compile") return 3 ;;
    "broken check") return 2 ;;
    *) return 1 ;;
    esac
}
