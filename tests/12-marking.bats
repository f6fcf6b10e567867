# Marking: a class is graded with one command, and no program that is graded can do harm: not to its
# own marks, not to those of others, not to the machine.
#
# All happens in a copy of the project, the marker's, which holds three exercises: 01-1, 02-1, 02-2.
# The programs that cheat are written here, each in the place of 01-1.
#
# shellcheck disable=SC2030,SC2031,SC2094 # each test has its own variables

bats_require_minimum_version 1.5.0

setup_file() {
    export ROOT=$BATS_TEST_DIRNAME/.. MARKER=$BATS_FILE_TMPDIR/marker
    git -C "$ROOT" rev-parse HEAD >/dev/null 2>&1 || return 0
    TMPDIR=$(mktemp -d "${TMPDIR:-/tmp}/scratch.XXXXXX")
    export TMPDIR
    chmod 711 "$TMPDIR" # as root, the programs run as another user
    unset EXERCISE_LIMIT EXERCISE_JOBS EXERCISE_WITHOUT ASAN_OPTIONS UBSAN_OPTIONS
    export EXERCISE_SANITIZE=no # what is tried here has nothing to do with them
    unset DIR STEP
    git clone -q "$ROOT" "$MARKER" 2>/dev/null
    cd "$MARKER" || return
    # with what is not committed yet
    (cd "$ROOT" && git ls-files | while IFS= read -r file; do
        [ ! -f "$file" ] || cp -p "$file" "$MARKER/$file" 2>/dev/null || :
    done)
    for check in tests/exercises/0*.sh; do
        id=$(basename "$check" .sh)
        case $id in
        01-1 | 02-1 | 02-2) continue ;;
        esac
        rm "$check" "${id%-*}"-*/exercises/hints/"${id#*-}"-*.txt
        sheet=$(echo "${id%-*}"-*/README.md)
        grep -v "^- .make exercise-$id" "$sheet" >left || :
        mv left "$sheet"
    done
    git add -A
    git -c user.name=a -c user.email=a@b commit -qm 'three exercises'
    tests/tools/exercise handout "$BATS_FILE_TMPDIR/handout" >/dev/null
    tests/tools/exercise list >/dev/null
    tests/tools/exercise protection >"$BATS_FILE_TMPDIR/protection"
}

teardown_file() {
    [ ! -d "$MARKER" ] || rm -rf "$TMPDIR"
}

setup() {
    [ -d "$MARKER" ] || skip "no git here: nothing to hand out, nothing to bring back"
    cd "$MARKER" || return
    git checkout -q .
    class=$BATS_TEST_TMPDIR/class
    mkdir "$class"
}

broken() {
    printf 'BROKEN RULE: %s\n' "$1"
    printf '%s\n' "${2:-$output}"
    return 1
}

# says WORDS, does_not_say WORDS: of the output; one blank stands for many.
says() {
    [[ $(tr -s ' ' <<<"$output") == *"$1"* ]] || broken "it says \"$1\""
}

does_not_say() {
    [[ $output != *"$1"* ]] || broken "it does not say \"$1\""
}

# student NAME: a copy of the handout; sets copy.
student() {
    copy=$class/$1
    mkdir -p "$copy"
    cp -R "$BATS_FILE_TMPDIR/handout/." "$copy"
}

solve() { # in $copy
    for file in "$@"; do
        cp "$ROOT/${file%/*}/solutions/${file##*/}" "$copy/$file"
    done
}
one=01-blocking/exercises/1-whole-response.c
two=02-nonblocking/exercises/1-connected.c
three=02-nonblocking/exercises/2-not-yet.c

# cheat: the program on stdin, in the place of 01-1. What it prints on stderr before it ends by abort()
# stands in the report.
cheat() {
    {
        echo '#define _DEFAULT_SOURCE'
        printf '#include <%s>\n' errno.h fcntl.h signal.h stdio.h stdlib.h string.h sys/stat.h unistd.h
        cat
    } >"$copy/$one"
}

# needs WORD: of what `exercise protection` prints.
needs() {
    grep -q -w "$1" "$BATS_FILE_TMPDIR/protection" || skip "this system has no such protection: $1"
}

# mark [WITHOUT]: grades the class, without some of what protects.
mark() {
    EXERCISE_LIMIT=${limit:-10} EXERCISE_WITHOUT=${1:-} run tests/tools/exercise grade -m "$class"
}

# The levels of protection that a system may have: all; no namespaces; none of Linux' own.
levels=("" "processes" "processes files writing user")

is_clean() {
    [ -z "$(git status --porcelain)" ] || broken "nobody writes into the marker's copy" "$(git status)"
}

# ---- One command for a class ----

@test "12: a class: a line a student, progress, a table, CSV and JSON; twice the same" {
    student alice
    solve $one $two $three
    student 'bob "the builder"/repository-main'
    solve $two
    student '=cmd'
    solve $one
    rm "$copy/$three"
    echo 'int main(void) { return 0; }' >"$copy/$two"
    mkdir "$class/dora" "$class/__MACOSX"
    run --separate-stderr make grade DIR="$class"
    [ "$status" -eq 0 ]
    [[ $stderr == *" of "*" checked"* ]] || broken "it shows the progress" "$stderr"
    says "name # right score what broke first"
    says "alice # ## 3/3"
    says "bob \"the builder\" . #. 1/3"
    says "=cmd # x. 1/3 02-1 wrong answer: "
    says "dora . .. 0/3 there is no copy of the project"
    does_not_say MACOSX
    cp build/grades.csv "$BATS_TEST_TMPDIR/1.csv"
    cp build/grades.json "$BATS_TEST_TMPDIR/1.json"
    run cat build/grades.csv
    [ "${lines[0]}" = "name,01-1,02-1,02-2,score,of,first,checks" ]
    says '"alice",pass,pass,pass,3,3,"",'
    says '"bob ""the builder""","not begun",pass,"not begun",1,3,"",'
    says '"'"'"'=cmd",pass,"wrong answer","missing",1,3,"02-1: '
    ! command -v python3 >/dev/null || python3 - <<'PY'
import json
marks = json.load(open("build/grades.json"))
assert [m["score"] for m in marks] == [1, 3, 1, 0], marks
assert marks[0]["tests"][1]["status"] == "failed" and marks[0]["max_score"] == 3, marks
PY
    run make grade DIR="$class"
    cmp build/grades.csv "$BATS_TEST_TMPDIR/1.csv"
    cmp build/grades.json "$BATS_TEST_TMPDIR/1.json"
    is_clean
}

@test "12: one copy: a line an exercise, and status 0 only if all pass" {
    student alice
    solve $one $three
    run tests/tools/exercise grade "$copy"
    [ "$status" -eq 1 ]
    says "01-1 pass One recv"
    says "02-1 FAIL Connected, or not?"
    says "2 of 3"
    solve $two
    run tests/tools/exercise grade "$copy"
    [ "$status" -eq 0 ]
    says "3 of 3"
    run tests/tools/exercise grade -m "$copy"
    [ "${lines[0]}" = $'01-1\tpass\tpass\tOne recv() is not the whole response\t' ]
    [ "${lines[3]}" = $'score\t3\t3' ]
}

@test "12: points stand in the check" {
    sed '1s/$/\n# points: 3/' tests/exercises/01-1.sh >check
    mv check tests/exercises/01-1.sh
    student alice
    solve $one
    run tests/tools/exercise grade "$copy"
    says "1 of 3, 3 of 5 points"
    grep -q '"score": 3, "max_score": 5,' build/grades.json
}

@test "12: what counts is our checks: other ones are told, deleted ones are no pass" {
    student alice
    solve $one $two $three
    echo 'exit 0' >"$copy/tests/exercises/02-1.sh"
    mark
    says $'alice\t02-1\tpass'
    run tests/tools/exercise grade "$class"
    says "note: other checks than ours stand in the copies of alice"
    rm tests/exercises/02-1.sh
    : >tests/exercises/02-2.sh
    run tests/tools/exercise grade "$class"
    says "alice # xx 1/3 02-1 broken check: "
    says "note: the checks that were used are not those of the last commit"
    # a copy that grades itself, as a test command of a class's repository does
    cd "$copy"
    rm tests/exercises/02-1.sh
    run make grade
    [ "$status" -ne 0 ]
    says "2 of 3"
}

# ---- What a cheat can't do ----

@test "12: a solution, or another program, can't be included" {
    student alice
    while IFS= read -r line; do
        for without in "${levels[@]}"; do
            printf '%b\n' "$line" >"$copy/$one"
            EXERCISE_WITHOUT=$without run tests/tools/exercise run 01-1 "$copy/$one"
            [ "$status" -eq 3 ] || broken "$line does not compile (without: $without)"
        done
    done <<END
#include "exercises/solutions/1-whole-response.c"
#include "solutions/1-whole-response.c"
#include "../fetch.c"
#include "../../01-blocking/fetch.c"
#include "$MARKER/$(dirname $one)/solutions/1-whole-response.c"
#include "$MARKER/01-blocking/fetch.c"
#include "/dev/stdin"
# 1 "a" 3\n#include "$MARKER/$(dirname $one)/solutions/1-whole-response.c"
END
}

@test "12: a link in place of a program, or of a folder, is no program" {
    student alice
    ln -sf "$MARKER/$(dirname $one)/solutions/1-whole-response.c" "$copy/$one"
    rm -r "$copy/02-nonblocking/exercises"
    ln -s "$MARKER/02-nonblocking/exercises/solutions" "$copy/02-nonblocking/exercises"
    mark
    does_not_say $'\tpass\t'
    says "This is a link"
}

@test "12: a compiler that does not come to an end is ended" {
    student alice
    {
        echo '#define A0 x x x x x x x x x x'
        for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
            p=A$((i - 1))
            echo "#define A$i $p $p $p $p $p $p $p $p $p $p"
        done
        echo 'int main(void) { A12 }'
    } >"$copy/$one"
    EXERCISE_COMPILE_LIMIT=2 mark
    says $'alice\t01-1\tfail\tdoes not compile\t'
}

@test "12: a program can't reach its verdict" {
    student alice
    solve $two $three
    # into each descriptor that it may have got, and into each file nearby
    cheat <<'END'
int main(void)
{
    for (int fd = 3; fd < 1024; fd++)
        if (write(fd, "pass\t\n", 6) > 0 || write(fd, "exit 0\n", 7) > 0)
            fputs("a descriptor\n", stderr);
    if (fork() == 0) {
        setsid();
        for (int i = 0; i < 20000; i++)
            for (int fd = 3; fd < 20; fd++)
                if (write(fd, "pass\t\n", 6) > 0)
                    fputs("a descriptor\n", stderr);
        return 0;
    }
    if (system("for f in ../* ../*/*; do echo pass >$f; done 2>/dev/null") == -1)
        return 2;
    abort();
}
END
    for without in "${levels[@]}"; do
        mark "$without"
        says $'alice\t01-1\tfail\t'
        does_not_say "a descriptor"
        says $'alice\t02-2\tpass'
        is_clean
    done
}

@test "12: a program can't write what it is compared with" {
    needs 'files\|writing\|user'
    student alice
    cheat <<'END'
int main(void)
{
    char here[1000], name[1100];
    char *end = getcwd(here, sizeof here) ? strstr(here, ".box") : NULL;
    if (end == NULL)
        return 2;
    *end = 0;
    int bad = 0;
    const char *files[] = {"expected", "came", "out", "trace", "1", "request"};
    for (int i = 0; i < 6; i++) {
        snprintf(name, sizeof name, "%s/%s", here, files[i]);
        if (open(name, O_WRONLY | O_CREAT, 0444) != -1 || symlink("/etc/passwd", name) == 0)
            bad = 1;
        if (open(files[i], O_WRONLY | O_CREAT, 0444) == -1) // in its box it may
            bad = 2;
    }
    fputs(bad ? "BAD\n" : "good\n", stderr);
    abort();
}
END
    for without in "" processes "processes user" "processes files writing"; do
        # for who is not root, the last one leaves nothing
        [ "$(id -u)" -eq 0 ] || [[ $without != *writing* ]] || continue
        EXERCISE_WITHOUT=$without run tests/tools/exercise run 01-1 "$copy/$one"
        [ "$status" -eq 1 ]
        says good
    done
}

@test "12: a program can't change checks or other students' programs" {
    student alice
    cheat <<END
int main(void)
{
    const char *files[] = {"$MARKER/tests/exercises/02-1.sh", "$class/bob/$one",
                           "$MARKER/02-nonblocking/http.h", "$MARKER/build/server"};
    for (int i = 0; i < 4; i++) {
        FILE *file = fopen(files[i], "w");
        if (file != NULL) {
            fputs("return 0\n", file);
            fclose(file);
        }
    }
    return 0;
}
END
    student bob
    solve $two
    if grep -q -w 'files\|writing\|user' "$BATS_FILE_TMPDIR/protection"; then
        for without in "" processes "processes writing" "processes files user"; do
            [ "$(id -u)" -eq 0 ] || [[ $without != *writing* ]] || continue
            mark "$without"
            says $'bob\t02-1\tpass'
            is_clean
            cmp "$BATS_FILE_TMPDIR/handout/$one" "$class/bob/$one"
        done
    fi
    # where nothing hinders it, it is noticed: there are no marks
    mark "processes files writing user"
    [ "$status" -eq 2 ]
    says "no marks"
    rm -f build/server
}

@test "12: a program can't read the marker's solutions" {
    needs files
    student alice
    cheat <<END
int main(void)
{
    if (access("$MARKER/Makefile", R_OK) != 0)
        fputs("good\n", stderr);
    abort();
}
END
    run tests/tools/exercise run 01-1 "$copy/$one"
    [ "$status" -eq 1 ]
    says good
    EXERCISE_WITHOUT="processes files user" run tests/tools/exercise run 01-1 "$copy/$one"
    does_not_say good # so it can be seen here
}

@test "12: a program gets none of our variables" {
    student alice
    cheat <<'END'
int main(void)
{
    fputs(getenv("GITHUB_TOKEN") ? "BAD\n" : "good\n", stderr);
    abort();
}
END
    GITHUB_TOKEN=secret run tests/tools/exercise run 01-1 "$copy/$one"
    says good
}

@test "12: the time limit survives what a program does to its parent and to all processes" {
    student alice
    while IFS='|' read -r code; do
        cheat <<END
int main(void)
{
    $code
    for (;;)
        pause();
}
END
        for without in "${levels[@]}"; do
            # kill(-1) as the marker would end what is not ours
            [[ $code != *"(-1"* ]] || [ -z "$without" ] || continue
            limit=1 mark "$without"
            [ "$(grep -c '^alice' <<<"$output")" -eq 3 ] || broken "the run comes to its end ($code, without $without)"
            says $'alice\t01-1\tfail\t'
        done
    done <<'END'
kill(getppid(), SIGKILL);
kill(getppid(), SIGSTOP);
for (int i = 1; i < 20; i++) signal(i, SIG_IGN);
if (fork() != 0) return 0; setsid();
END
    if grep -q -w processes "$BATS_FILE_TMPDIR/protection"; then
        cheat <<<'int main(void) { kill(-1, SIGKILL); for (;;) pause(); }'
        limit=1 mark
        says $'alice\t01-1\tfail\t'
    fi
}

@test "12: whatever a program has started ends with it, detached or not" {
    [ "$(uname)" = Linux ] || skip "only Linux tells us which processes are its"
    student alice
    cheat <<'END'
int main(void)
{
    for (int i = 0; i < 3; i++)
        if (fork() == 0) {
            setsid();
            signal(SIGTERM, SIG_IGN);
            if (fork() != 0)
                _exit(0);
            setsid();
            close(0);
            close(1);
            close(2);
            for (;;)
                pause();
        }
    usleep(100000);
    return 0;
}
END
    for without in "${levels[@]}"; do
        mark "$without"
        ps -eo args >"$BATS_TEST_TMPDIR/processes"
        ! grep -F "$TMPDIR/exercise." "$BATS_TEST_TMPDIR/processes" ||
            broken "nothing is left (without $without)" "$(cat "$BATS_TEST_TMPDIR/processes")"
    done
}

@test "12: processes, memory and files are bounded" {
    student alice
    cheat <<'END'
int main(void)
{
    int file = open("big", O_WRONLY | O_CREAT, 0666);
    signal(SIGXFSZ, SIG_IGN);
    static char block[1 << 20];
    int mib = 0;
    while (mib < 100 && write(file, block, sizeof block) == (ssize_t)sizeof block)
        mib++;
    fprintf(stderr, "%d MiB\n", mib);
    int children = 0;
    pid_t child = 0;
    while (children < 1000 && (child = fork()) > 0)
        children++;
    if (child == 0)
        for (;;)
            pause();
    fputs(children < 300 ? "few processes\n" : "BAD\n", stderr);
    abort();
}
END
    run tests/tools/exercise run 01-1 "$copy/$one"
    says "16 MiB"
    ! grep -q -w 'files\|user' "$BATS_FILE_TMPDIR/protection" || says "few processes"
    [ "$(uname)" = Linux ] || skip "only Linux bounds memory"
    cheat <<'END'
int main(void)
{
    long mib = 0;
    for (char *p; mib < 3000 && (p = malloc(1 << 20)) != NULL; mib++)
        memset(p, 1, 1 << 20);
    fputs(mib < 3000 ? "little memory\n" : "BAD\n", stderr);
    abort();
}
END
    for sanitize in yes no; do
        # a gigabyte may take its time
        EXERCISE_LIMIT=100 EXERCISE_SANITIZE=$sanitize run tests/tools/exercise run 01-1 "$copy/$one"
        [ "$status" -eq 1 ]
        does_not_say BAD
        [[ $output == *"1 GB"* || $output == *"little memory"* ]] || broken "it is told how much"
    done
}

# ---- Handing out ----

# A copy of the project in which a teacher has worked: exercises solved, predictions filled in, a
# class in it.
teachers_copy() {
    solve_here $one
    sed 's/answer: ____/answer: 1 2 3/' 03-select/predict.txt >filled
    mv filled 03-select/predict.txt
    mkdir -p class/alice exam
    echo teachers-own | tee class/alice/marks exam/answers.md notes.txt >04-callbacks/plan.c
}

solve_here() {
    copy=. solve "$@"
}

@test "12: a handout has what git knows, as it came, without solutions and answers" {
    teachers_copy
    echo "/* changed */" >>02-nonblocking/fetch.c
    to="$BATS_TEST_TMPDIR/hand out"
    run make handout DIR="$to"
    [ "$status" -eq 0 ]
    says "What you have changed in the steps since the last commit is not in it."
    rm -r class exam notes.txt 04-callbacks/plan.c
    run grep -rl teachers-own "$to"
    [ -z "$output" ]
    run grep -E 'answer: *[^_ ]' "$to"/0*/predict.txt
    [ -z "$output" ]
    run find "$to" -name .git -o -name solutions -o -name 'answers*' -o -path '*exercises/other*' \
        -o -name 'teachers*' -o -name mutants -o -name '*docs.bats'
    [ -z "$output" ]
    git show HEAD:02-nonblocking/fetch.c | cmp - "$to/02-nonblocking/fetch.c"
    git show "HEAD:$one" | cmp - "$to/$one"
    git show HEAD:03-select/predict.txt | cmp - "$to/03-select/predict.txt"
    # the worksheets point at no answers, and make says where they are
    run grep -l 'answers.md' "$to"/0*/README.md
    [ -z "$output" ]
    run env -u MAKEFLAGS make -C "$to" -s answer-1-3
    says "not in this copy"
    # no test that is handed out holds an answer of a prediction
    run grep -lE '^ *predict [1-5] "' "$to"/tests/*.bats
    [ -z "$output" ]
    run make handout DIR="$to"
    [ "$status" -ne 0 ]
    says "not empty"
    run make handout
    [ "$status" -ne 0 ]
    says "make handout DIR="
}

# in_handout COMMAND...: in the folder $to, as a learner types it.
in_handout() {
    (cd "$to" && env -u MAKEFLAGS -u MAKELEVEL -u BUILD CFLAGS=-O0 "$@") || broken "$* works in a handout"
}

@test "12: a handout of one step has its server, its predictions, its checks" {
    to=$BATS_TEST_TMPDIR/step
    make handout DIR="$to" STEP=02
    [ -z "$(find "$to" -path '*/0[345]-*' ! -path '*/tests/*')" ]
    [ ! -e "$to/01-blocking/README.md" ]
    in_handout make -s >/dev/null
    run in_handout make exercises
    says "02-1 "
    run in_handout make predict-2
    [ "$status" -eq 0 ]
    says "without an answer"
    run in_handout make diff-2
    says "+++ 02-nonblocking/fetch.c"
    run in_handout make 2
    says " done "
    run in_handout make reset-2
    [ "$status" -eq 0 ]
}

@test "12: a class that has one lesson is marked for that lesson" {
    class=$BATS_TEST_TMPDIR/lesson
    for name in alice bob; do
        copy=$class/$name
        mkdir -p "$class"
        tests/tools/exercise handout "$copy" 02 >/dev/null
        solve "$three"
    done
    STEP=2 run make grade DIR="$class"
    says "alice .# 1/2"
    does_not_say "other checks"
    STEP=06 run make grade DIR="$class"
    [ "$status" -ne 0 ]
    says "there is no step 06"
}

@test "12: files that are the same are told, but not the starters" {
    student alice
    solve $one
    echo '/* mine */' >>"$copy/$two"
    student bob
    echo '/* mine */' >>"$copy/$two"
    run tests/tools/exercise grade "$class"
    says "note: 01-1 of alice is the solution that comes with the workbook"
    says "note: 02-1 is the same file in the copies of alice, bob"
    [ "$(grep -c '^note: 0' <<<"$output")" -eq 2 ]
}

# commands SHEET: the `make ...` that it names, one a line; the last answer and exercise stand for all.
commands() {
    grep -oE '`make [a-z0-9-]+|^(\$ )?make -?[a-z0-9-]+' "$1" | sed 's/^`//; s/^\$ //' | sort -u |
        awk '/^make (answer|exercise)-/ { last[substr($0, 1, 11)] = $0; next }
            { print }
            END { for (kind in last) print last[kind] }'
}

@test "12: whatever make command a worksheet names works in a handout of its step" {
    cd "$ROOT"
    git rev-parse HEAD >/dev/null
    local figure
    for sheet in 0*/README.md; do
        figure=${sheet%%-*}
        to=$BATS_TEST_TMPDIR/$figure
        tests/tools/exercise handout "$to" "$figure" >/dev/null
        commands "$sheet" >"$BATS_TEST_TMPDIR/commands"
        [ -s "$BATS_TEST_TMPDIR/commands" ]
        while read -r words; do
            case $words in
            "make watch"* | "make serve" | "make test"* | "make bench") flags=-n ;; # these take their time
            *) flags=-s ;;
            esac
            # shellcheck disable=SC2086 # a list of words
            (in_handout $words $flags) >"$BATS_TEST_TMPDIR/said" 2>&1 </dev/null ||
                broken "$sheet: $words works in a handout of step $figure" "$(cat "$BATS_TEST_TMPDIR/said")"
        done <"$BATS_TEST_TMPDIR/commands"
    done
}

# ---- Changing the workbook ----

@test "12: a new exercise is laid out, is on every list, and can be proved when it is written" {
    run tests/tools/exercise new 01-4 hello
    [ "$status" -eq 0 ]
    says "tests/exercises/01-4.sh"
    [ "$(git status --porcelain -uall | wc -l)" -eq 6 ] || broken "it has six places" "$(git status)"
    grep '^- .make exercise-01-4., \[4-hello.c\](exercises/4-hello.c): ' 01-blocking/README.md
    run tests/tools/exercise list
    says "01-4 not checked A title of at most 47 letters"
    run tests/tools/exercise prove 01-4
    [ "$status" -eq 1 ]
    says "not ok 01-4 01-blocking/exercises/solutions/4-hello.c passes"
    says "ok 01-4 the starter fails its check"
    for file in 01-blocking/exercises/solutions/4-hello.c tests/exercises/other/01-4.c; do
        sed 's/hello/what it prints/' "$file" >program
        mv program "$file"
    done
    run tests/tools/exercise prove 01-4
    [ "$status" -eq 0 ] || broken "it is proved"
    run tests/tools/exercise new 01-4 again
    [ "$status" -eq 2 ]
    git clean -qfd
}

@test "12: a step can be taken out, as tests/CONTRIBUTING.md says" {
    clone=$BATS_TEST_TMPDIR/clone
    git clone -q "$MARKER" "$clone" # the rest of the project, too
    cd "$clone" || return
    git checkout -q HEAD~1 -- tests/exercises 0*/exercises 0*/README.md
    sed -n '/^## Take a step out/,/^## /s/^git rm/git rm -qf/p' "$ROOT/tests/CONTRIBUTING.md" >recipe
    [ "$(wc -l <recipe)" -eq 2 ]
    sh -e recipe
    env -u MAKEFLAGS -u BUILD make -s
    run env -u MAKEFLAGS -u BUILD make race
    [ "$status" -eq 0 ]
    says "05-coroutines: "
    does_not_say "04-callbacks"
    run env -u MAKEFLAGS -u BUILD make 5
    says " done "
    run tests/tools/exercise list
    does_not_say "04-1"
    says "05-1"
}
