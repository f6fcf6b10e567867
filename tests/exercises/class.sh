# shellcheck shell=sh disable=SC2030,SC2031,SC2034,SC2153,SC2154 # used over several files; subshells on purpose
# class.sh: part of tests/tools/exercise. For teachers (grade, handout), and for those who write exercises
# (prove).

# ---- Many at once ----

# spread FUNCTION ITEM...: calls FUNCTION once for each item, $JOBS at a time. A worker that is free takes the
# next: to take one is to make its file, which only one can. If we are ended before, clean_up() ends
# the workers. $SHOW=yes: shows how many are done, on stderr.
spread()
{
    function=$1 worker=0 workers=
    shift
    spread_work=$SCRATCH/spread
    rm -rf "$spread_work" && mkdir "$spread_work" || exit 2
    while [ "$worker" -lt "$JOBS" ]; do
        (
            n=0
            for item in "$@"; do
                n=$((n + 1))
                take "$spread_work/$n" || continue
                "$function" "$item"
                [ "${SHOW:-no}" = no ] || show_progress $#
            done
        ) &
        workers="$workers $!"
        worker=$((worker + 1))
    done
    # shellcheck disable=SC2086 # a list of words
    wait $workers
    workers=
    [ "${SHOW:-no}" = no ] || [ ! -t 2 ] || printf '\r\033[K' >&2
}

# take FILE: makes it; true for the first who does.
take()
{
    set -C
    { true >"$1"; } 2>/dev/null
    taken=$?
    set +C
    return $taken
}

# show_progress COUNT: one more of COUNT is done. On a terminal the figure changes where it stands; in
# a log there is a line for each tenth.
show_progress()
{
    printf x >>"$spread_work/done"
    so_far=$(wc -c <"$spread_work/done" | tr -d ' ')
    if [ -t 2 ]; then
        printf '\r%d of %d checked ' "$so_far" "$1" >&2
    elif take "$spread_work/tenth.$((so_far * 10 / $1))"; then
        printf '%d of %d checked\n' "$so_far" "$1" >&2
    fi
}

# ---- Grading ----

# is_copy FOLDER: it is a copy of the project, or of a step of it.
is_copy()
{
    for exercises in "$1"/[0-9][0-9]-*/exercises; do
        [ ! -d "$exercises" ] || return 0
    done
    return 1
}

# copies FOLDER: the copies in it, one a line: NAME, a tab, PATH. FOLDER is a copy, or each folder in
# it is one or has one in it (as archives have). A folder without any is listed as well, so that
# nobody is forgotten.
copies()
{
    if is_copy "$1"; then
        printf '%s\t%s\n' "$(basename "$1")" "$1"
        return
    fi
    for student in "$1"/*/; do
        student=${student%/}
        name=$(basename "$student")
        case $name in
        '*' | __MACOSX) continue ;;
        esac
        if is_copy "$student"; then
            printf '%s\t%s\n' "$name" "$student"
            continue
        fi
        inner=
        for deeper in "$student"/*/; do
            is_copy "${deeper%/}" || continue
            [ -z "$inner" ] || die "two copies in one folder: $inner and ${deeper%/}"
            inner=${deeper%/}
        done
        printf '%s\t%s\n' "$name" "${inner:-$student}"
    done
}

# points: what the located exercise is worth: `# points: 2` in its check, otherwise 1.
points()
{
    worth=$(sed -n 's/^# points: *\([0-9][0-9]*\).*/\1/p' "$CHECK" 2>/dev/null | head -n 1)
    say "${worth:-1}"
}

# our_checks TARGET: copies all that a verdict depends on, but the students' files, into a folder. Made
# before and after the work, to see whether anybody has changed them meanwhile.
our_checks()
{
    mkdir -p "$1/headers" &&
        cp "$CHECKS"/*.sh "$CHECKS"/*.c "$CHECKS"/*.h tests/tools/exercise tests/server/*.c "$1" &&
        for header in [0-9][0-9]-*/*.h [0-9][0-9]-*/exercises/*.h; do
            [ ! -f "$header" ] || cp "$header" "$1/headers/$(say "$header" | tr / _)" || return
        done
}

# checks_of COPY: same, other or none: its checks, against ours. Ours are used in any case. A copy of one
# step has the checks of that step alone.
checks_of()
{
    [ -d "$1/tests/exercises" ] || { say none && return; }
    for ours in tests/exercises/*.sh tests/exercises/*.[ch] tests/tools/exercise; do
        case $ours in
        tests/exercises/[0-9]*)
            number=${ours#tests/exercises/}
            [ -d "$(echo "$1/${number%%-*}"-*/exercises)" ] || continue
            ;;
        esac
        cmp -s "$ours" "$1/$ours" || { say other && return; }
    done
    say same
}

# submitted COPY: prints the copy's file of the located exercise, or why there is none to check. Only
# a file counts: a link could lead to anybody's.
submitted()
{
    if [ -h "$1/$STEP" ] || [ -h "$1/$STEP/exercises" ] || [ -h "$1/$FILE" ]; then
        printf 'missing\tThere is a program. This is a link to another place.'
    elif [ ! -f "$1/$FILE" ] || [ ! -s "$1/$FILE" ]; then
        printf 'missing\tThere is a program.'
    elif [ "$(wc -c <"$1/$FILE")" -gt 200000 ]; then
        printf 'missing\tThere is a program, of at most 200,000 bytes.'
    fi
}

# enlist ID COPY: puts the copy's file with those that are to be checked, each content once, so that
# thirty starters need not be checked thirty times. Prints the name it goes by there: ID/N. Contents
# are compared, and not by a checksum only: two files can be made to have the same.
enlist()
{
    n=1
    mkdir -p "$GRADE/$1"
    while [ -d "$GRADE/$1/$n" ]; do
        ! cmp -s "$GRADE/$1/$n/$NAME.c" "$2/$FILE" || break
        n=$((n + 1))
    done
    if [ ! -d "$GRADE/$1/$n" ]; then
        mkdir "$GRADE/$1/$n"
        cat "$2/$FILE" >"$GRADE/$1/$n/$NAME.c"
        say "$1/$n" >>"$GRADE/items"
    fi
    say "$1/$n"
}

# grade_one ITEM: checks one file; writes KIND and RULE, separated by a tab.
grade_one()
{
    id=${1%/*}
    locate "$id"
    file=$GRADE/$1/$NAME.c
    if pristine "$FILE" 2>/dev/null | cmp -s - "$file"; then
        KIND="not begun" RULE="This is the starter."
    else
        judge "$id" "$file" "$GRADE/$1/check"
    fi
    printf '%s\t%s\n' "$KIND" "$RULE" >"$GRADE/$1/verdict"
}

# collect_class: lists, for each copy and exercise, what is to be checked: NAME, CHECKS, ID, POINTS,
# TITLE, and ITEM or (if there is nothing to check) KIND and RULE, in $GRADE/list.
collect_class()
{
    while IFS=$tab read -r name path; do
        checks=$(checks_of "$path")
        for id in $(ids | grep "^$only"); do
            locate "$id"
            missing=$(submitted "$path")
            [ -n "$missing" ] || missing=$(enlist "$id" "$path")
            printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$name" "$checks" "$id" "$(points)" "$TITLE" "$missing"
        done
    done <"$GRADE/copies" >"$GRADE/list"
}

# merge_verdicts: the list with its verdicts: NAME, CHECKS, ID, POINTS, TITLE, KIND, RULE.
merge_verdicts()
{
    while IFS=$tab read -r name checks id worth title kind rule; do
        [ ! -f "$GRADE/$kind/verdict" ] || IFS=$tab read -r kind rule <"$GRADE/$kind/verdict"
        printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$name" "$checks" "$id" "$worth" "$title" "$kind" "$rule"
    done <"$GRADE/list" >"$GRADE/all"
}

# print_one: one copy, for people: a line an exercise.
print_one()
{
    awk -F "$tab" '
        { all++; most += $4 }
        $6 == "pass" { printf "%s  pass  %s\n", $3, $5; passed++; score += $4; next }
        { printf "%s  FAIL  %s\n             %s: %s\n", $3, $5, $6, $7 }
        END { printf "%d of %d", passed, all
              if (most != all) printf ", %d of %d points", score, most
              print "" }' "$GRADE/all"
}

# print_class: a class, for people: a line a student.
print_class()
{
    awk -F "$tab" '
        function finish() {
            if (name != "")
                printf "%-20s %-" width "s %3d/%-3d %s\n", name, marks, score, most,
                    (checks == "none" && !present ? "there is no copy of the project" : first)
        }
        NR == FNR { if (length($3) && !seen[$3]++) { step = substr($3, 1, 2)
                        width += (step != last) + 1; last = step } next }
        FNR == 1 { if (width < 7) width = 7
                   printf "%-20s %-" width "s %-7s %s\n", "name", "# right", "score", "what broke first" }
        $1 != name { finish(); name = $1; checks = $2; marks = first = last = ""; score = most = present = 0 }
        { step = substr($3, 1, 2)
          present += $6 != "missing"
          marks = marks (last == "" || step == last ? "" : " ")
          last = step
          most += $4
          if ($6 == "pass") { score += $4; marks = marks "#" }
          else if ($6 == "missing" || $6 == "not begun") marks = marks "."
          else { marks = marks "x"; if (first == "") first = $3 " " $6 ": " $7 } }
        END { finish() }' "$GRADE/all" "$GRADE/all"
    say ""
    say "#: right, x: not right, .: not begun or missing. One mark an exercise, a gap between steps."
}

# write_csv: a line a student: name, each exercise, score, what broke first, whose checks he has. A
# name that a spreadsheet would take for a formula gets a ' in front.
write_csv()
{
    awk -F "$tab" '
        function quote(s) { gsub(/"/, "\"\"", s)
                            return "\"" (s ~ /^[=+@-]/ ? sprintf("%c", 39) : "") s "\"" }
        function finish() { if (n++) print line "," score "," most "," quote(first) "," checks }
        NR == FNR { if (!seen[$3]++) head = head "," $3; next }
        FNR == 1 { print "name" head ",score,of,first,checks" }
        $1 != name || FNR == 1 { finish(); name = $1; line = quote($1); first = ""; score = most = 0; checks = $2 }
        { line = line "," ($6 == "pass" ? "pass" : quote($6)); most += $4
          if ($6 == "pass") score += $4
          else if (first == "" && $6 != "missing" && $6 != "not begun") first = $3 ": " $7 }
        END { finish() }' "$GRADE/all" "$GRADE/all" >"$1"
}

# write_json FILE: the points for autograders, in the form of Gradescope, which is a plain one. One
# copy: one object; a class: a list of them, each with a name.
write_json()
{
    awk -F "$tab" -v class="$class" '
        function quote(s) { gsub(/\\/, "\\\\", s); gsub(/"/, "\\\"", s); gsub(/[\001-\037]/, " ", s)
                            return "\"" s "\"" }
        function finish() { if (name == "") return
            printf "%s{\"name\": %s, \"score\": %d, \"max_score\": %d, \"tests\": [\n%s]}",
                (n++ ? ",\n" : ""), quote(name), score, most, tests }
        $1 != name { finish(); name = $1; tests = ""; score = most = 0 }
        { got = $6 == "pass" ? $4 : 0; score += got; most += $4
          tests = tests (tests == "" ? "" : ",\n") \
              "  {\"number\": " quote($3) ", \"name\": " quote($5) ", \"score\": " got \
              ", \"max_score\": " $4 ", \"status\": \"" (got ? "passed" : "failed") \
              "\", \"output\": " quote($6 == "pass" ? "" : $6 ": " $7) "}" }
        BEGIN { if (class == "yes") print "[" }
        END { finish(); print (class == "yes" ? "\n]" : "") }' "$GRADE/all" >"$1"
}

# notes: what the reader of the marks should know.
notes()
{
    if git rev-parse HEAD >/dev/null 2>&1 &&
        ! git diff --quiet HEAD -- tests/exercises tests/tools tests/server 2>/dev/null; then
        say "note: the checks that were used are not those of the last commit (git diff HEAD tests)"
    fi
    awk -F "$tab" '$2 == "other" && !seen[$1]++ { n++; who = who (n == 1 ? "" : ", ") $1 }
        END { if (n) print "note: other checks than ours stand in the copies of " who "; ours were used" }' \
        "$GRADE/all"
    same_files
    case $(protection) in
    *none*) say "note: on this system programs are not kept from other files; see tests/teachers.md, Marking" ;;
    esac
}

# same_files: says which files are, byte for byte, our solution, or another student's. Not the starters.
same_files()
{
    while read -r item; do
        who=$(awk -F "$tab" -v item="$item" '$6 == item { who = who (n++ ? ", " : "") $1 }
            END { print n, who }' "$GRADE/list")
        n=${who%% *} who=${who#* }
        IFS=$tab read -r kind rule <"$GRADE/$item/verdict"
        locate "${item%/*}"
        if [ "$kind" = "not begun" ]; then
            continue
        elif cmp -s "$GRADE/$item/$NAME.c" "$SOLUTION"; then
            say "note: ${item%/*} of $who is the solution that comes with the workbook"
        elif [ "$n" -gt 1 ]; then
            say "note: ${item%/*} is the same file in the copies of $who"
        fi
    done <"$GRADE/items"
}

# protection: what keeps the programs from doing harm, as words, and what they mean.
protection()
{
    prepare
    words=$("$LIMITER" -p)
    say "protection: ${words:-none}"
    for word in $words; do
        case $word in
        processes) say "  processes: what a program has started ends with it" ;;
        files) say "  files: it sees neither your copy nor the class" ;;
        writing) say "  writing: it writes only into its own folder" ;;
        user) say "  user: it runs as a user who is nobody" ;;
        esac
    done
}

# grade [-m] [FOLDER]: with $STEP in the environment, such as 03, only the exercises of that step.
grade()
{
    machine=no class=no only=${STEP:-}
    case $only in
    [1-9]) only=0$only ;;
    esac
    [ -z "$only" ] || [ -d "$(echo "$only"-*)" ] || die "there is no step $only"
    if [ "${1:-}" = -m ]; then
        machine=yes
        shift
    fi
    FOLDER=$(cd "$(from_caller "${1:-$ROOT}")" 2>/dev/null && pwd -P) || die "no such folder: $1"
    prepare
    GRADE=$SCRATCH/grade
    mkdir "$GRADE" || exit 2
    : >"$GRADE/items"
    is_copy "$FOLDER" || class=yes
    copies "$FOLDER" | LC_ALL=C sort >"$GRADE/copies"
    [ -s "$GRADE/copies" ] || die "no copy of the project in $FOLDER"
    our_checks "$GRADE/before" || die "the checks can't be read"
    collect_class
    [ "$class" = no ] || SHOW=yes
    # shellcheck disable=SC2046 # one word an item
    spread grade_one $(cat "$GRADE/items")
    our_checks "$GRADE/after"
    diff -r "$GRADE/before" "$GRADE/after" >&2 ||
        die "the checks have changed while they were used: no marks. Get a clean copy of them."
    merge_verdicts
    write_csv build/grades.csv
    write_json build/grades.json
    print_grades
    [ "$class" = yes ] || awk -F "$tab" '$6 != "pass" { failed = 1 } END { exit failed }' "$GRADE/all"
}

print_grades()
{
    if [ "$machine" = yes ]; then
        awk -F "$tab" -v OFS="$tab" -v class="$class" '
            { print (class == "yes" ? $1 OFS : "") $3, ($6 == "pass" ? "pass" : "fail"), $6, $5, $7
              passed += $6 == "pass" }
            END { if (class == "no") print "score", passed + 0, NR }' "$GRADE/all"
    elif [ "$class" = yes ]; then
        print_class
        say "The same as build/grades.csv and build/grades.json."
        notes
    else
        print_one
        notes
    fi
}

# ---- Handing out ----

# files_for_handout: what git knows, but what learners should not see, one name a line. With STEP=03:
# that step, the programs of those before (`make diff-3` needs them), and the tools.
files_for_handout()
{
    git ls-files | grep -v -E '/solutions/|/answers\.md$|^tests/teachers|^tests/exercises/.*/' |
        grep -v -E '^tests/(09-|11-|12-|14-|mutants)|^tests/[^/]*(predict|marking)[^/]*$|^\.ci/' |
        awk -v step="${1:-}" '
            step == "" { print; next }
            /^[0-9][0-9]-/ { here = substr($0, 1, 2)
                if (here == step || (here < step && $0 ~ "^[^/]*/[^/]*[.][ch]$")) print
                next }
            /^tests\/exercises\/[0-9]/ { if (substr($0, 17, 2) == step) print; next }
            /^tests\/[0-9][0-9]-.*[.]bats$/ { if (substr($0, 7, 2) == step) print; next }
            /^tests\/(bench|fuzz|logs)\// { next }
            { print }'
}

# learners_file PATH: one that learners change.
learners_file()
{
    case $1 in
    [0-9][0-9]-*/predict.txt | [0-9][0-9]-*/*.[ch]) return 0 ;;
    *) return 1 ;;
    esac
}

# hand_out PATH: what is to be changed in one file that is copied already. Of those that learners change,
# the copy gets a second one, for reset.
hand_out()
{
    case $1 in
    0*/README.md) # without links to the answers
        sed 's/, or \[the answer\](answers\.md#[a-z0-9-]*)//' "$1" >"$target/$1"
        return
        ;;
    esac
    learners_file "$1" || return 0
    mkdir -p "$target/tests/pristine/${1%/*}" || return
    case $1 in
    */exercises/*.c | */predict.txt) pristine "$1" ;;
    *) git show "HEAD:./$1" ;;
    esac | sed "$clean_answers" >"$target/tests/pristine/$1"
    [ -s "$target/tests/pristine/$1" ] && cp "$target/tests/pristine/$1" "$target/$1"
}

# handout DIR [STEP]
handout()
{
    target=$1 step=${2:-}
    # a blank in a predict.txt, also where somebody has committed an answer
    clean_answers='s/^\( *answer:\).*/\1 ____/'
    case $step in
    '') ;;
    [1-9]) step=0$step ;;
    esac
    origin=$(pristine_commit) # once, for pristine()
    [ -n "$origin" ] || die "a handout is made of what git knows, and this copy has no git"
    [ -z "$step" ] || [ -d "$(echo "$step"-*)" ] || die "there is no step $step"
    [ ! -e "$target" ] || [ -z "$(ls -A "$target")" ] || die "$target is not empty"
    mkdir -p "$target" || die "can't make $target"
    [ -z "$(git diff --name-only HEAD -- '0*')" ] ||
        say "What you have changed in the steps since the last commit is not in it." >&2
    files_for_handout "$step" | while IFS= read -r file; do
        [ ! -f "$file" ] || say "$file"
    done >"$target/files"
    if ! tar -cf "$target/tar" -T "$target/files" || ! (cd "$target" && tar -xf tar); then
        die "could not copy everything"
    fi
    while IFS= read -r file; do
        hand_out "$file" || die "could not copy $file"
    done <"$target/files"
    rm "$target/files" "$target/tar"
    touch "$target/tests/tools/exercise" # what is newer has been saved by the learner
    say "$target: ${step:+step $step of }the project, without solutions and answers, as it came."
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
        [ ! -s "$PROVE/$item.said" ] || sed 's/^/    /' "$PROVE/$item.said"
    fi
    rm -f "$PROVE/$item.said"
}

compiles_strictly()
{
    # shellcheck disable=SC2086 # STRICT is a list of words
    $CC $STRICT -fsyntax-only -I "$STEP" -I "$STEP/exercises" "$1" >"$PROVE/$item.said" 2>&1
}

passes()
{
    judge "$id" "$1" "$PROVE/$item"
    result=$?
    mv "$PROVE/$item.report" "$PROVE/$item.said"
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
    say "not ok $id $file has a verdict" >"$PROVE/$item.result" # if nothing better follows
    locate "$id"
    if [ ! -f "$file" ]; then
        say "not ok $id $file is there" >"$PROVE/$item.result"
        return
    fi
    {
        claim "$id $file compiles without warnings" compiles_strictly "$file"
        case $file in
        "$FILE" | "$PROVE"/starters/*)
            [ -n "${EXERCISE_LIMIT:-}" ] || LIMIT=3
            SANITIZE= # solutions are tried with sanitizers
            claim "$id the starter fails its check" fails "$file"
            claim "$id the starter has a TODO" has_todo "$file"
            claim "$id has hints, and words for when it is solved" has_hints
            claim "$id has a title" [ -n "$TITLE" ]
            ;;
        *)
            [ -n "${EXERCISE_LIMIT:-}" ] || LIMIT=60 # on a busy machine, too
            [ "$file" = "$SOLUTION" ] || SANITIZE=
            claim "$id $file passes" passes "$file"
            claim "$id $file has no TODO left" has_no_todo "$file"
            ;;
        esac
    } >"$PROVE/$item.result"
)

# starter: prints where the located exercise's starter is: it may have been solved here.
starter()
{
    if ! has_todo "$FILE" && mkdir -p "$PROVE/starters" &&
        pristine "$FILE" >"$PROVE/starters/$NAME.c" 2>/dev/null; then
        say "$PROVE/starters/$NAME.c"
    else
        say "$FILE"
    fi
}

# to_prove ID...: the ID:FILE pairs.
to_prove()
{
    for id in "$@"; do
        locate "$id"
        say "$id:$(starter)"
        say "$id:$SOLUTION"
        for other in tests/exercises/other/"$id"*.c; do
            say "$id:$other"
        done
    done
}

prove()
{
    prepare
    PROVE=$SCRATCH/prove
    mkdir -p "$PROVE"
    # shellcheck disable=SC2046 # one word an ID
    [ $# -gt 0 ] || set -- $(ids)
    items=$(to_prove "$@") || exit
    # shellcheck disable=SC2086 # no name has a blank
    spread prove_one $items
    cat "$PROVE"/*.result >"$PROVE/all"
    cat "$PROVE/all"
    ok=$(grep -c '^ok' "$PROVE/all")
    not_ok=$(grep -c '^not ok' "$PROVE/all")
    say "# $# exercises, $ok ok, $not_ok not ok"
    [ "$not_ok" -eq 0 ] && [ "$ok" -gt 0 ]
}
