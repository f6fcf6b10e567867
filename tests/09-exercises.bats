# The exercises: each can be failed and can be solved; and the runner that leads through them.
#
# The runner is tried in a copy of the project (its path has a blank) that holds three exercises.
#
# shellcheck disable=SC2094

bats_require_minimum_version 1.5.0
TAB=$'\t'

setup_file() {
    export ROOT=$BATS_TEST_DIRNAME/..
    export COPY="$BATS_FILE_TMPDIR/a copy" FULL=$BATS_FILE_TMPDIR/handout
    TMPDIR=$(mktemp -d "${TMPDIR:-/tmp}/scratch.XXXXXX")
    export TMPDIR
    chmod 711 "$TMPDIR" # as root, the programs run as another user
    unset EXERCISE_LIMIT EXERCISE_JOBS EXERCISE_WITHOUT ASAN_OPTIONS UBSAN_OPTIONS
    export EXERCISE_SANITIZE=no # twice as fast; what is about them unsets it
    "$ROOT/tests/tools/exercise" list >/dev/null
    "$ROOT/tests/tools/exercise" handout "$FULL" >/dev/null
    cp -Rp "$FULL" "$COPY"
    cd "$COPY" || return 1
    # An exercise is known by its check, its hints, or its line in the worksheet.
    for check in tests/exercises/0*.sh; do
        id=$(basename "$check" .sh)
        case $id in
        01-1 | 02-1 | 02-2) ;;
        *) rm "$check" "${id%-*}"-*/exercises/hints/"${id#*-}"-*.txt ;;
        esac
    done
    for sheet in 0*/README.md; do
        grep -v '^- `make exercise-' "$sheet" >left || :
        mv left "$sheet"
    done
}

teardown_file() {
    rm -rf "$TMPDIR"
}

setup() {
    cd "$COPY" || return 1
    rm -rf .exercises
    for id in 01-1 02-1 02-2; do
        starter $id >"$(source_of $id)"
        touch -t 202001010000 "$(source_of $id)" # not saved since the project came here
    done
}

source_of() {
    find 0* -path "${1%-*}-*/exercises/${1#*-}-*.c"
}

# The starter of an exercise, as `reset` brings it back.
starter() {
    cat "tests/pristine/$(source_of "$1")"
}

# Puts the solution of an exercise in the learner's place.
solve() {
    local file
    file=$(source_of "$1")
    cp "$ROOT/$(dirname "$file")/solutions/$(basename "$file")" "$file"
}

# Puts a program in the place of 01-1: write 'int main(void) ...'
write() {
    printf '#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n%s\n' "$1" \
        >"$(source_of 01-1)"
}

# says TEXT: it stands somewhere in the output.
says() {
    [[ $output == *"$1"* ]] || {
        printf 'BROKEN RULE: it says "%s". It said:\n%s\n' "$1" "$output"
        return 1
    }
}

does_not_say() {
    [[ $output != *"$1"* ]] || {
        printf 'BROKEN RULE: it does not say "%s". It said:\n%s\n' "$1" "$output"
        return 1
    }
}

@test "09: each starter compiles and fails; each solution, and another one, passes" {
    unset EXERCISE_SANITIZE
    run "$ROOT/tests/tools/exercise" prove
    [ "$status" -eq 0 ] || {
        awk '/^[^ ]/ { bad = !/^ok/ } bad' <<<"$output"
        return 1
    }
    # At least three exercises a step.
    for step in 01 02 03 04 05; do
        [ "$("$ROOT/tests/tools/exercise" list | grep -c "^$step")" -ge 3 ]
    done
}

@test "09: there is one copy of each starter, and git brings it back" {
    clone=$BATS_TEST_TMPDIR/clone
    git clone -q "$ROOT" "$clone" 2>/dev/null || skip "no git here"
    cd "$clone"
    cp -p "$ROOT/tests/tools/exercise" tests/tools/
    cp -p "$ROOT"/tests/exercises/*.sh "$ROOT"/tests/exercises/*.[ch] tests/exercises/
    file=$(source_of 02-1)
    cp "$file" "$BATS_TEST_TMPDIR/starter"
    for n in 1 2; do
        echo "/* work $n */" >>"$file"
        git -c user.name=a -c user.email=a@b commit -qm work -- "$file" # a learner may do that
    done
    run tests/tools/exercise reset 02-1
    [ "$status" -eq 0 ]
    says "is as it came again"
    cmp "$file" "$BATS_TEST_TMPDIR/starter"
    # a change of a step's own program is undone as well
    cp 03-select/fetch.c "$BATS_TEST_TMPDIR/fetch.c"
    echo "/* changed */" >>03-select/fetch.c
    run tests/tools/exercise reset 3
    says ".exercises/kept/03-fetch.1.c"
    cmp 03-select/fetch.c "$BATS_TEST_TMPDIR/fetch.c"
    # an archive has neither git nor copies
    rm -rf .git
    run tests/tools/exercise reset 02-1
    [ "$status" -eq 2 ]
    says "where you got the project"
}

@test "09: an empty file, a comment, and a program that does nothing pass no check" {
    # what is no program gets no further than the compiler, whatever the exercise
    for text in '' '/* done */'; do
        printf '%s' "$text" >"$(source_of 01-1)"
        run tests/tools/exercise run 01-1
        [ "$status" -eq 3 ]
        says "does not compile"
    done
    for file in "$FULL"/0*/exercises/*.c; do
        echo 'int main(void) { return 0; }' >"$file"
    done
    run "$FULL/tests/tools/exercise" grade -m
    [ "$status" -eq 1 ]
    does_not_say "${TAB}pass$TAB"
    says "score${TAB}0$TAB"
}

@test "09: next stops at the first that is not solved, and says what, where and what to type" {
    run tests/tools/exercise next
    [ "$status" -eq 0 ]
    says "[...]  0 of 3 solved"
    says "01-1"
    says "  rule      "
    says "  run       1-whole-response http://127.0.0.1:8080/" # the check's own server has ended
    says "  expected  "
    says "  came      "
    says "  file      01-blocking/exercises/1-whole-response.c"
    says "make hint-01-1"
    does_not_say "02-1"
}

@test "09: a solved one is explained, and next does not run ahead" {
    solve 01-1
    run tests/tools/exercise next
    says "[#..]  1 of 3 solved"
    says "right"
    says "Compare:" # what stands after === after in the hints
    does_not_say $'\n02-1  '
    run tests/tools/exercise next
    says "02-1"
    does_not_say "Compare:"
}

@test "09: the bar counts what is solved further on, until it is changed" {
    solve 02-2
    tests/tools/exercise run 02-2
    run tests/tools/exercise next
    says "[..#]  1 of 3 solved"
    echo "/* changed */" >>"$(source_of 02-2)"
    touch -t 202001010000 "$(source_of 02-2)"
    run tests/tools/exercise next
    says "[...]  0 of 3 solved"
}

@test "09: a machine that is held up between two lines is no fault of the program" {
    local header=02-nonblocking/http.h
    cp -p $header "$BATS_TEST_TMPDIR/http.h"
    sed 's/^    print_event(page, .*"connecting");/    double held = now() + 0.05;\
    while (now() < held)\
        continue;\
&/' "$BATS_TEST_TMPDIR/http.h" >$header
    run cmp -s $header "$BATS_TEST_TMPDIR/http.h"
    [ "$status" -eq 1 ]
    solve 02-2
    run tests/tools/exercise run 02-2
    cp -p "$BATS_TEST_TMPDIR/http.h" $header
    [ "$status" -eq 0 ]
}

@test "09: when all are solved, it says so" {
    solve 01-1
    solve 02-1
    tests/tools/exercise skip 02-2
    tests/tools/exercise run 01-1
    tests/tools/exercise run 02-1
    run tests/tools/exercise next
    says "[##-]  2 of 3 solved, 1 skipped (-)"
    says "Nothing is left"
    says "Skipped: 02-2"
}

@test "09: next follows the file that was saved last, and then goes on from there" {
    echo "/* saved */" >>"$(source_of 02-1)"
    run tests/tools/exercise next
    says "02-1  Connected"
    run tests/tools/exercise hint
    says "02-1"
    solve 02-1
    run tests/tools/exercise next
    says "02-1  Connected, or not?                              right"
    says "  next      make exercise-02-2   "
    run tests/tools/exercise next
    says "02-2"
    does_not_say "02-1"
    solve 02-2
    tests/tools/exercise next
    run tests/tools/exercise next # round to the first
    says "01-1"
}

@test "09: right says what is next" {
    solve 01-1
    run tests/tools/exercise run 01-1
    says "  next      make exercise-02-1   Connected, or not?"
    for id in 02-1 02-2; do
        solve $id
        run tests/tools/exercise run $id
    done
    says "Nothing is left to do."
}

@test "09: hints come one by one, for the current exercise; how many were shown is kept" {
    run tests/tools/exercise hint
    says "01-1"
    says "hint 1 of 3"
    does_not_say "n is -1:" # of the third
    run tests/tools/exercise hint
    says "hint 2 of 3"
    run tests/tools/exercise hint
    says "hint 3 of 3"
    says "n is -1:"
    does_not_say "=== after"
    run tests/tools/exercise hint
    says "hint 3 of 3"
    solve 01-1
    run tests/tools/exercise hint
    says "02-1"
    says "hint 1 of"
    run tests/tools/exercise hint 02-2
    says "02-2"
    says "hint 1 of"
    says "make hint-02-2"
}

@test "09: reset brings the starter back, and keeps a copy each time" {
    for text in one two; do
        echo "/* $text */" >"$(source_of 01-1)"
        run tests/tools/exercise reset 01-1
        [ "$status" -eq 0 ]
        starter 01-1 | cmp - "$(source_of 01-1)"
    done
    grep -q one .exercises/kept/01-1-*.1.c
    grep -q two .exercises/kept/01-1-*.2.c
    file=$(source_of 02-1)
    rm "$file"
    tests/tools/exercise reset 02-1
    cmp "tests/pristine/$file" "$file"
}

@test "09: skip leaves one out, and takes it back" {
    tests/tools/exercise skip 01-1
    run tests/tools/exercise next
    says "[-..]  0 of 3 solved, 1 skipped"
    says "02-1"
    run tests/tools/exercise skip 01-1
    says "on the list again"
    run tests/tools/exercise next
    says "01-1"
}

@test "09: it tells apart what went wrong" {
    trap '' XFSZ PIPE # as if Python had started us: a program is to die of these all the same
    # Each line: exit status, what is said, and a program that makes it so.
    while IFS='|' read -r expected words program; do
        write "$program"
        limit=1
        [ "$words" != '16 MiB' ] || limit=60 # to print that much may take a while
        EXERCISE_LIMIT=$limit run tests/tools/exercise run 01-1
        [ "$status" -eq "$expected" ]
        says "$words"
    done <<'PROGRAMS'
3|not yet: does not compile|int main(void) { return 0 }
3|There is no main() in it|int f(void) { return 0; }
1|not yet: time limit|int main(void) { volatile int x = 1; while (x) continue; }
1|It was busy all the time|int main(void) { volatile int x = 1; while (x) continue; }
1|Signal 6 |int main(void) { abort(); }
1|not yet: crash|int main(void) { abort(); }
1|16 MiB|int main(void) { for (;;) puts("again and again"); }
1|not yet: wrong answer|int main(void) { puts("    0.000     1  done        200, 1000 bytes"); }
1|unused variable|int main(void) { int x; return 0; }
PROGRAMS
    : >"$(source_of 01-1)"
    run tests/tools/exercise run 01-1
    [ "$status" -eq 3 ]
    says "missing or empty"
    says "make reset-01-1"
    printf '#include <unistd.h>\nint main(void) { pause(); }\n' >"$(source_of 01-1)"
    EXERCISE_LIMIT=1 run tests/tools/exercise run 01-1
    says "not yet: time limit"
    says "It slept"
}

@test "09: what a sanitizer finds is explained in a sentence, with the line" {
    unset EXERCISE_SANITIZE
    tests/tools/exercise run 01-1 || :
    grep -q address build/exercises/sanitizers-* || skip "no sanitizers here"
    while IFS='|' read -r words program; do
        write "$program"
        run tests/tools/exercise run 01-1
        [ "$status" -eq 1 ]
        says "$words"
        says "  at        1-whole-response.c:4"
    done <<'PROGRAMS'
after it had been freed|int main(void) { char *volatile p = malloc(9); free(p); return p[2]; }
beyond the end of an array|int main(int c, char **v) { char a[9]; (void)v; memset(a, 0, 9 + (size_t)c); return a[1]; }
undefined: signed integer overflow|int main(int c, char **v) { (void)v; int m = 0x7fffffff; return m + c; }
PROGRAMS
}

@test "09: without sanitizers a crash is still a crash" {
    write 'int main(void) { char *volatile p = NULL; return *p; }'
    EXERCISE_SANITIZE=no run tests/tools/exercise run 01-1
    [ "$status" -eq 1 ]
    says "not yet: crash"
    says "null or wild pointer"
}

@test "09: bytes from a program can't act on the terminal" {
    write 'int main(void) { puts("\033[2J"); }'
    run tests/tools/exercise run 01-1
    does_not_say $'\033'
}

@test "09: what a learner reads at every check fits 80 columns" {
    cd "$ROOT"
    for hints in 0*/exercises/hints/*.txt; do
        run awk 'length($0) > 78 { print FILENAME ": " $0 }' "$hints"
        [ -z "$output" ] || does_not_say "$hints"
    done
    run tests/tools/exercise list
    for line in "${lines[@]}"; do
        title=${line:24}
        [ "${#title}" -le 47 ] || does_not_say "$title"
        [[ $title == [A-Z]* ]] || does_not_say "$title"
    done
}

@test "09: watch checks again when a file is saved" {
    tests/tools/exercise watch >"$BATS_TEST_TMPDIR/said" 2>&1 3>&- &
    watcher=$!
    said_at_last() {
        for ((i = 0; i < 300; i++)); do
            if grep -q "$1" "$BATS_TEST_TMPDIR/said"; then return 0; fi
            sleep 0.1
        done
        cat "$BATS_TEST_TMPDIR/said"
        kill $watcher
        return 1
    }
    said_at_last "^Watching"
    solve 01-1
    said_at_last "1 of 3 solved"
    said_at_last "^02-1 .*not yet" # the next one, at once
    kill $watcher
    wait $watcher || :

    tests/tools/exercise watch 02-2 >"$BATS_TEST_TMPDIR/said" 2>&1 3>&- &
    watcher=$!
    said_at_last "^Watching"
    solve 02-2
    said_at_last "^02-2 .*right"
    kill $watcher
    wait $watcher || :
}

@test "09: nothing is left behind: no server, no scratch file" {
    tests/tools/exercise run 01-1 || :
    ps -eo args >"$BATS_TEST_TMPDIR/processes"
    run grep -F "$COPY/build/server" "$BATS_TEST_TMPDIR/processes"
    [ "$status" -eq 1 ]
    [ -z "$(ls "$TMPDIR")" ] || { find "$TMPDIR"; return 1; }
}

@test "09: nothing is left behind when it is ended early" {
    # 01-1 hangs, so that there is something to end.
    write '#include <unistd.h>
int main(void) { sleep(60); }'
    for command in grade next; do
        EXERCISE_LIMIT=2 tests/tools/exercise $command >/dev/null 2>&1 3>&- &
        runner=$!
        for ((i = 0; i < 300; i++)); do
            [ -z "$(find "$TMPDIR" -name '*.program')" ] || break
            sleep 0.1
        done
        [ $i -lt 300 ]
        kill -TERM $runner
        wait $runner || :
        for ((i = 0; i < 300; i++)); do
            [ -n "$(ls "$TMPDIR")" ] || break
            sleep 0.1
        done
        [ -z "$(ls "$TMPDIR")" ]
        # nor a server, once the checks that were running have noticed
        for ((i = 0; i < 300; i++)); do
            [[ $(ps -eo args) == *"$(pwd -P)/build/server"* ]] || break
            sleep 0.1
        done
        [[ $(ps -eo args) != *"$(pwd -P)/build/server"* ]]
    done
}

@test "09: an exercise without a check, or whose check looks at nothing, is no pass" {
    mv tests/exercises/02-1.sh "$BATS_TEST_TMPDIR/"
    run tests/tools/exercise run 02-1
    [ "$status" -eq 2 ]
    says "not yet: broken check"
    says "Each exercise has a check."
    echo 'true' >tests/exercises/02-1.sh
    run tests/tools/exercise run 02-1
    [ "$status" -eq 2 ]
    says "not yet: broken check"
    mv "$BATS_TEST_TMPDIR/02-1.sh" tests/exercises/
}

@test "09: it names its commands, and refuses what is not there" {
    run tests/tools/exercise
    [ "$status" -eq 2 ]
    says "tests/tools/exercise next"
    run tests/tools/exercise run 99-1
    [ "$status" -eq 2 ]
    says "there is no exercise 99-1; all: 01-1 02-1 02-2"
    for command in hint reset skip prove watch; do
        run tests/tools/exercise $command 99-1
        [ "$status" -eq 2 ]
    done
    run tests/tools/exercise run 99-1 README.md
    [ "$status" -eq 2 ]
    run tests/tools/exercise run 1-1
    [ "$status" -eq 1 ]
    says "make exercise-01-1"
}
