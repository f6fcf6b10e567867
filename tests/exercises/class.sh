# shellcheck shell=sh disable=SC2030,SC2031,SC2034,SC2153,SC2154 # used over several files; subshells on purpose
# class.sh: part of tests/tools/exercise. For teachers (grade, handout), and for those who write exercises
# (prove, starters).

# ---- For teachers ----

# spread FUNCTION ITEM...: calls FUNCTION once for each item, $JOBS at a time. If we are ended before,
# clean_up() ends the workers.
spread()
{
    function=$1 worker=0 workers=
    shift
    while [ "$worker" -lt "$JOBS" ]; do
        (
            n=0
            for item in "$@"; do
                [ $((n % JOBS)) -ne "$worker" ] || "$function" "$item"
                n=$((n + 1))
            done
        ) &
        workers="$workers $!"
        worker=$((worker + 1))
    done
    wait
    workers=
}

# grade_one ID: writes its line, separated by tabs, into $SCRATCH.
grade_one()
{
    locate "$1"
    result=fail
    judge "$1" "$FOLDER/$FILE" "$SCRATCH/$1" && result=pass
    printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$result" "$KIND" "$TITLE" "$RULE" >"$SCRATCH/$1.line"
}

grade()
{
    machine=no
    if [ "${1:-}" = -m ]; then
        machine=yes
        shift
    fi
    FOLDER=$(cd "$(from_caller "${1:-$ROOT}")" && pwd) || die "no such folder: $1"
    prepare
    SCRATCH=$BUILD/grade.$$
    mkdir -p "$SCRATCH"
    # shellcheck disable=SC2046 # one word an ID
    spread grade_one $(ids)
    cat "$SCRATCH"/*.line >"$SCRATCH/all"
    total=$(ids | grep -c .)
    passed=$(grep -c "^[0-9-]*${tab}pass$tab" "$SCRATCH/all")
    if [ $machine = yes ]; then
        cat "$SCRATCH/all"
        printf 'score\t%s\t%s\n' "$passed" "$total"
    else
        awk -F "$tab" '$2 == "pass" { printf "%s  pass  %s\n", $1, $4; next }
                       { printf "%s  FAIL  %s\n             %s: %s\n", $1, $4, $3, $5 }' \
            "$SCRATCH/all"
        say "$passed of $total"
    fi
    rm -rf "$SCRATCH"
    [ "$passed" -eq "$total" ]
}

# files_for_handout: what belongs to the project, without solutions, one name a line. What git
# ignores or has not got (programs, objects) is left out.
files_for_handout()
{
    programs='^[0-9]+-.*/[^./]*$'
    if [ -e .git ] && git ls-files -co --exclude-standard 2>/dev/null; then
        :
    else
        find . \( -name .git -o -name build -o -name .exercises \) -prune -o -type f -print |
            sed 's,^\./,,'
    fi | grep -v -E "/solutions/|^tests/exercises/other/|^(build|\.exercises)/|\.dSYM/|$programs"
}

handout()
{
    target=$1
    [ ! -e "$target" ] || [ -z "$(ls -A "$target")" ] || die "$target is not empty"
    mkdir -p "$target" || die "can't make $target"
    files_for_handout | while IFS= read -r file; do
        mkdir -p "$target/$(dirname "$file")"
        [ ! -f "$file" ] || cp -p "$file" "$target/$file" || exit 1
    done || die "could not copy everything"
    for id in $(ids); do
        locate "$id"
        cp "$STARTER" "$target/$FILE" || die "$id has no starter"
    done
    say "$target: the project with $(ids | grep -c .) exercises, without solutions."
}

# ---- For those who write exercises ----

# claim WORDS COMMAND...: a line "ok" or "not ok", for prove.
claim()
{
    words=$1
    shift
    if "$@"; then
        say "ok $words"
    else
        say "not ok $words"
        [ ! -s "$SCRATCH/$item.said" ] || sed 's/^/    /' "$SCRATCH/$item.said"
    fi
    rm -f "$SCRATCH/$item.said"
}

compiles_strictly()
{
    # shellcheck disable=SC2086 # STRICT is a list of words
    $CC $STRICT -fsyntax-only $INCLUDE "$1" >"$SCRATCH/$item.said" 2>&1
}

passes()
{
    judge "$id" "$1" "$SCRATCH/$item"
    result=$?
    mv "$SCRATCH/$item.report" "$SCRATCH/$item.said"
    return $result
}

# A starter must break a rule of its exercise; not to compile would be no lesson.
fails()
{
    passes "$1"
    [ $? -eq 1 ]
}

has_hints()
{
    [ "$(count_hints)" -ge 2 ] && [ "$(sed '1,/^=== after/d' "$HINTS" | grep -c .)" -ge 3 ]
}

has_todo()
{
    grep -q TODO "$1"
}

has_no_todo()
{
    ! grep -q TODO "$1"
}

# prove_one ID:FILE: FILE is the starter, the solution, or another solution. A subshell, so that the
# shorter limit for starters, of which some hang, is for them alone.
prove_one()
(
    item=$(printf '%s' "$1" | tr '/:' __)
    id=${1%%:*} file=${1#*:}
    say "not ok $id $file has a verdict" >"$SCRATCH/$item.result" # if nothing better follows
    locate "$id"
    if [ ! -f "$file" ]; then
        say "not ok $id $file is there (starters are copied by: tests/tools/exercise starters $id)" \
            >"$SCRATCH/$item.result"
        return
    fi
    {
        claim "$id $file compiles without warnings" compiles_strictly "$file"
        if [ "$file" = "$STARTER" ]; then
            [ -n "${EXERCISE_LIMIT:-}" ] || LIMIT=3
            claim "$id the starter fails its check" fails "$file"
            claim "$id the starter has a TODO" has_todo "$file"
            claim "$id has hints, and words for when it is solved" has_hints
            claim "$id has a title" [ -n "$TITLE" ]
        else
            claim "$id $file passes" passes "$file"
            claim "$id $file has no TODO left" has_no_todo "$file"
        fi
    } >"$SCRATCH/$item.result"
)

# to_prove ID...: the ID:FILE pairs.
to_prove()
{
    for id in "$@"; do
        locate "$id"
        say "$id:$STARTER"
        say "$id:$SOLUTION"
        for other in tests/exercises/other/"$id"*.c; do
            say "$id:$other"
        done
    done
}

prove()
{
    prepare
    SCRATCH=$BUILD/prove.$$
    mkdir -p "$SCRATCH"
    # shellcheck disable=SC2046 # one word an ID
    [ $# -gt 0 ] || set -- $(ids)
    items=$(to_prove "$@") || exit
    # shellcheck disable=SC2086 # no name has a blank
    spread prove_one $items
    cat "$SCRATCH"/*.result >"$SCRATCH/all"
    cat "$SCRATCH/all"
    ok=$(grep -c '^ok' "$SCRATCH/all")
    not_ok=$(grep -c '^not ok' "$SCRATCH/all")
    say "# $# exercises, $ok ok, $not_ok not ok"
    rm -rf "$SCRATCH"
    [ "$not_ok" -eq 0 ] && [ "$ok" -gt 0 ]
}

# starters [ID...]: takes the files in NN-name/exercises as the starters that `reset` brings back.
starters()
{
    prepare
    mkdir -p tests/exercises/starters
    # shellcheck disable=SC2046 # one word an ID
    [ $# -gt 0 ] || set -- $(ids)
    for one in "$@"; do
        locate "$one"
        has_todo "$FILE" || die "$FILE has no TODO: it is not a starter"
        ! try "$one" || die "$FILE is solved: it is not a starter"
        rm -f "$REPORT"
        cmp -s "$FILE" "$STARTER" || { cp "$FILE" "$STARTER" && say "$STARTER"; }
    done
}
