# The workbook: the documents agree with the programs, and predictions are judged by what happens.
#
# shellcheck disable=SC2030,SC2031 # each test has its own $output

load helpers

setup_file() {
    bats_require_minimum_version 1.5.0
    start_server
}

teardown_file() {
    stop_server
}

setup() {
    house=$BATS_TEST_DIRNAME/..
}

# ---- Documents ----

docs() {
    run timeout 120 "$BATS_TEST_DIRNAME/tools/docs" "$@"
}

# Every command in a document is run, and prints what the document says.
check_commands() {
    docs run "$house/$1"
    [ "$status" -eq 0 ] || broken "the commands in $1 print what it says" \
        "if the program is right: tests/tools/docs update $1"
}

@test "docs: the commands in README.md" { check_commands README.md; }
@test "docs: the commands in NOTES.md" { check_commands NOTES.md; }
@test "docs: the commands in 01-blocking/README.md" { check_commands 01-blocking/README.md; }
@test "docs: the commands in 02-nonblocking/README.md" { check_commands 02-nonblocking/README.md; }
@test "docs: the commands in 03-select/README.md" { check_commands 03-select/README.md; }
@test "docs: the commands in 04-callbacks/README.md" { check_commands 04-callbacks/README.md; }
@test "docs: the commands in 05-coroutines/README.md" { check_commands 05-coroutines/README.md; }
@test "docs: the commands in 01-blocking/before.md" { check_commands 01-blocking/before.md; }
@test "docs: the commands in 01-blocking/answers.md" { check_commands 01-blocking/answers.md; }
@test "docs: the commands in 02-nonblocking/answers.md" { check_commands 02-nonblocking/answers.md; }
@test "docs: the commands in 03-select/answers.md" { check_commands 03-select/answers.md; }
@test "docs: the commands in 04-callbacks/answers.md" { check_commands 04-callbacks/answers.md; }
@test "docs: the commands in 05-coroutines/answers.md" { check_commands 05-coroutines/answers.md; }

@test "docs: each question of a worksheet has an answer, and make shows it" {
    cd "$house" || return
    for sheet in 0*/README.md; do
        step=${sheet:1:1}
        asked=$(grep -o "make answer-[a-z0-9-]*" "$sheet" | sed 's/.*answer-//')
        [ "$(wc -w <<<"$asked")" -eq "$(grep -c '^## ' "${sheet%/*}/answers.md")" ] ||
            broken "each answer is named in the worksheet" "$sheet: $asked"
        for one in $asked; do
            run env -u MAKEFLAGS make -s "answer-$one"
            [ "$status" -eq 0 ] && [[ $output == "> "* ]] && [[ ${#lines[@]} -gt 2 ]] ||
                broken "make answer-$one shows the question and the answer" "$output"
        done
    done
    run tests/tools/answer "$step-99"
    [ "$status" -eq 1 ]
    [[ $output == *"has: Sketch, Question 1, "* ]]
    run tests/tools/answer x
    [ "$status" -eq 2 ]
}

@test "docs: links, functions, make targets and files exist; no line is wider than 80" {
    docs check
    [ "$status" -eq 0 ] || broken "the documents name only what exists, in 80 columns"
}

@test "docs: make help fits 80 columns" {
    run env -u MAKEFLAGS make -s -C "$house" help
    [ "$status" -eq 0 ] && [ "${#lines[@]}" -gt 20 ]
    [ -z "$(awk 'length > 80' <<<"$output")" ] || broken "a terminal has 80 columns" "$(awk 'length > 80' <<<"$output")"
}

@test "docs: each worksheet names all exercises of its step" {
    for file in "$house"/0*/exercises/[0-9]-*.c; do
        sheet=${file%/exercises/*}/README.md
        grep -qF "](exercises/${file##*/})" "$sheet" ||
            broken "each exercise can be found from its worksheet" "missing in $sheet: ${file##*/}"
    done
}

# A document in the folder of this test, from standard input.
document() {
    cat >"$BATS_TEST_TMPDIR/page.md"
}

@test "docs: each worksheet leads to the glossary" {
    for sheet in "$house"/0*/README.md; do
        grep -qF '(../NOTES.md#glossary)' "$sheet" ||
            broken "a word that is new can be looked up" "no link in $sheet"
    done
}

@test "docs: no command of a worksheet hides what goes wrong" {
    # with it a program that does not compile is not seen, and the one before it runs
    run grep -nE '2>/dev/null|make -s *;' "$house"/0*/*.md "$house"/README.md "$house"/NOTES.md
    [ -z "$output" ] || broken "make -s && ..., and its errors are seen" "$output"
}

# statements_with_who FILE...: sentences that begin with Who and are no questions, whatever stands
# between their lines.
statements_with_who() {
    perl -0777 -ne 's/\n[ *#>]*/ /g; tr/\\\`_"//d;
        while (/(?:^|[.:?!>|*\/]\**\s*|\s{2})(Who(?:ever)?\s[^.?!]*[.!?])/g) {
            my $sentence = $1;
            print "$ARGV: $sentence\n" if $sentence !~ /[?]$/;
        }' "$@"
}

@test "docs: a sentence that begins with Who is a question" {
    run statements_with_who "$house"/*.md "$house"/0*/*.{md,txt,c,h} "$house"/tests/*.md \
        "$house"/0*/exercises/*.[ch] "$house"/0*/exercises/*/*.{c,txt} "$house"/tests/exercises/*.{sh,h}
    [ -z "$output" ] || broken "If you ..., A program that ...: not Who" "$output"
    document <<'END'
Who waits? It does not. Who asks
all the time burns the processor.
END
    run statements_with_who "$BATS_TEST_TMPDIR/page.md"
    [[ $output == *": Who asks all the time burns the processor." ]] || broken "a planted one is seen"
}

# expect_complaint WORDS: in the output of docs.
expect_complaint() {
    [[ "$output" == *"$1"* ]] || broken "a planted error is seen" "expected a complaint: $1"
}

@test "docs: a good document passes" {
    document <<'END'
# A title: with `code`

See [above](#a-title-with-code). `connect()` and `begin()` exist, `make race` too.

```console
$ U=http://127.0.0.1:8080
$ build/01-blocking/fetch $U/bytes/10
    9.999     1  connecting  http://127.0.0.1:8080/bytes/10
...
    9.999     1  done        200, 10 ...
# 1 done, 0 failed, 9.999 s elapsed, 9.999 s cpu
```
END
    docs check "$BATS_TEST_TMPDIR/page.md"
    [ "$status" -eq 0 ] || broken "check has no complaint"
    docs run "$BATS_TEST_TMPDIR/page.md"
    [ "$status" -eq 0 ] || broken "run has no complaint"
}

@test "docs: planted errors in the text are seen" {
    document <<'END'
# Title

A [dead link](nowhere.md), a [dead heading](#nowhere), a picture ![x](nowhere.svg).
`no_such_function()`, `make nonsense`, `tests/nowhere.c`.
This line is far too long, since it goes on and on, until it is wider than eighty columns.

```sh
make more-nonsense
cc 01-blocking/nowhere.c
```
END
    docs check "$BATS_TEST_TMPDIR/page.md"
    [ "$status" -eq 1 ] || broken "errors make the exit status 1" "came: $status"
    expect_complaint "page.md:3: dead link: nowhere.md"
    expect_complaint "page.md:3: no such heading: #nowhere"
    expect_complaint "page.md:3: dead link: nowhere.svg"
    expect_complaint "page.md:4: no such function: no_such_function()"
    expect_complaint "page.md:4: no such target: make nonsense"
    expect_complaint "page.md:4: no such file: tests/nowhere.c"
    expect_complaint "page.md:5: a line of 90 columns"
    expect_complaint "page.md:8: no such target: make more-nonsense"
    expect_complaint "page.md:9: no such file: 01-blocking/nowhere.c"
}

@test "docs: planted errors in an output are seen" {
    document <<'END'
# Wrong, missing and extra lines

```console
$ echo right
right
$ build/01-blocking/fetch -q http://127.0.0.1:8080/bytes/10
# 2 done, 0 failed, 0.000 s elapsed, 0.000 s cpu
$ printf 'one\ntwo\n'
one
$ echo one
one
two
$ build/05-coroutines/fetch -q http://127.0.0.1:8080/bytes/10
# 1 done, 0 failed, 0.000 s elapsed, 0.000 s cpu, 2 selects, 5 switches
```

```diff
--- 01-blocking/fetch.c
-this line does not stand there
+another
```
END
    docs run "$BATS_TEST_TMPDIR/page.md"
    [ "$status" -eq 1 ] || broken "errors make the exit status 1" "came: $status"
    expect_complaint "page.md:6: the output is another"
    expect_complaint "page.md:8: the output is another"
    expect_complaint "page.md:10: the output is another"
    expect_complaint "page.md:13: the output is another"
    expect_complaint "page.md:17: the lines of this change do not stand in the file"
    [[ "$output" != *"page.md:4:"* ]] || broken "a right output is no complaint"
}

@test "docs: a change is made, and undone at the next heading" {
    document <<'END'
# One

```diff
--- 01-blocking/fetch.c
-    for (int id = 1; id <= options.url_count; id++)
+    for (int id = 1; id < options.url_count; id++)
```

```console
$ make -s && build/01-blocking/fetch -q http://127.0.0.1:8080/ http://127.0.0.1:8080/
# 1 done, ...
```

# Two

```console
$ build/01-blocking/fetch -q http://127.0.0.1:8080/ http://127.0.0.1:8080/
# 2 done, ...
```
END
    before=$(cksum "$house/01-blocking/fetch.c")
    docs run "$BATS_TEST_TMPDIR/page.md"
    [ "$status" -eq 0 ] || broken "the change holds until the next heading, and no longer"
    [ "$before" = "$(cksum "$house/01-blocking/fetch.c")" ] || broken "only a copy is changed"
}

# ---- Predictions ----

# predict STEP ANSWER...: with these answers in the blanks, in order; "" leaves a blank. What a
# learner has written into the file does not matter.
predict() {
    local step=$1
    shift
    given=$(printf '%s\n' "$@" | grep -c .) || :
    printf '%s\n' "$@" | awk 'FILENAME == "-" { answer[NR] = $0; next }
        $1 == "answer:" { n++; $0 = "answer: " (answer[n] == "" ? "____" : answer[n]) } { print }' \
        - "$house/0$step"-*/predict.txt >"$BATS_TEST_TMPDIR/predict.txt"
    judge "$step"
}

judge() {
    URL=$url run timeout 60 "$house/tests/tools/predict" "$1" "$BATS_TEST_TMPDIR/predict.txt"
}

# expect_verdicts 'right' or 'wrong': of all questions that got an answer.
expect_verdicts() {
    [ "$(grep -c "^  [1-5]\.[1-5]  $1: " <<<"$output")" -eq "$given" ] || broken "all are $1"
    expect_status "$([ "$1" = right ] && echo 0 || echo 1)"
}

@test "predict: each step has five questions; an empty blank is not wrong" {
    for step in 1 2 3 4 5; do
        predict "$step"
        [ "$(grep -c 'no answer yet' <<<"$output")" -eq 5 ] || broken "step $step has five blanks"
        expect_status 0
    done
}

@test "predict: right answers are right, also in another spelling" {
    predict 1 "1 2 3" 1.8 "2 connecting" 0 1
    expect_verdicts right
    predict 2 "2, 3, 1" "connected 1" C "1,2,3" 0
    expect_verdicts right
    predict 3 "3 1 2" 4 2 "Connecting, failed" 0
    expect_verdicts right
    predict 4 "c b a d" "a1 a2 b" "on_connected(), on_writable(), on_readable()" "2 3 1" "a c"
    expect_verdicts right
    predict 5 "12 56 34" "a1 b1 c1 a2 b2 c2 a3 b3 c3" 24 "2 connecting" "a b d"
    expect_verdicts right
}

@test "predict: an answer may be written as people write" {
    # the step, then an answer for each of its questions
    while IFS='|' read -r step answers; do
        IFS='|' read -ra answer <<<"$answers"
        predict "$step" "${answer[@]}"
        expect_verdicts right
    done <<'END'
1|1, 2 and 3|1,8|2 connecting.|zero
1|123|1800 ms|2: connecting
1|"1 2 3"|about 1.8 s|Connecting: 2
1|1 -> 2 -> 3||    0.303     2  connecting  http://127.0.0.1:8080/delay/100
1|1 first, 2 then, and then 3.||2 - connecting
1|1>2>3|0.9 + 0.3 + 0.6 = 1.8|line 6: 2 connecting|none|1 done, 1 failed
1|1-2-3|1.8 (maybe 1.81)|6. 2 connecting|0, because page 2 is not asked for|one
1||900+300+600 = 1800 ms|line 6 = 2 connecting
1|||line 6: connecting 2
2|2 then 3 then 1||c) more than 1000
2|||(c)||none
2|||more than 1000
3||4 selects||1 connecting, 1 failed
3||four
3||4 (one more than pages)|||0 (b is not in the set)
4|cbad|a1a2b|on_connected -> on_writable -> on_readable
4|c, then b, then a, and d||connected, writable, readable|2, 3, 1 like step 3|a, c (b was stopped)
5|125634|"a1 b1 c1 a2 b2 c2 a3 b3 c3"
5|12, 56, 34 (78 is missing)
END
    for seconds in 0.9 "900 ms" 1.4 3.5; do
        predict 1 "" "$seconds"
        expect_verdicts wrong
    done
}

@test "predict: what can't be read is neither right nor wrong, and tells no answer" {
    while IFS='|' read -ra answers; do
        predict 1 "${answers[@]}"
        [ "$(grep -c "can't read the answer" <<<"$output")" -eq 5 ] || broken "five can't be read"
        [[ $output == *"0 right, 0 wrong, 5 without"* ]] || broken "none of them counts"
        [[ $output != *"the run says"* ]] || broken "the answer is not told"
        expect_status 0
    done <<'END'
1 2|no idea|sent|some|?
2|0.9 + 0.3|done|page 2|page 2
END
}

@test "predict: a question of one's own is asked, or refused with a word" {
    # shellcheck disable=SC2016 # for the shell that runs it
    printf '%s\n' '1.1 How many are done?' 'run: echo done; echo done' \
        'right: grep -c done "$log"' 'answer:2' '1.7 And now?' 'run: echo' 'answer: 1' \
        >"$BATS_TEST_TMPDIR/predict.txt"
    sed -i.bak 's/^1\.1 /1.6 /' "$BATS_TEST_TMPDIR/predict.txt"
    judge 1
    [[ $output == *"  1.6  right: 2"* ]] || broken "the line right: tells the answer"
    [[ $output == *"  1.7  nobody knows the right answer"* ]] || broken "without it, that is said"
    expect_status 1
}

@test "predict: a program that is not as it came is named" {
    local copy=$BATS_TEST_TMPDIR/copy
    "$house/tests/tools/exercise" handout "$copy" 03 >/dev/null
    URL=$url run timeout 60 "$copy/tests/tools/predict" 3
    [[ $output != *"Not as it came"* ]] || broken "nothing is said of programs as they came"
    echo '/* changed */' >>"$copy/03-select/fetch.c"
    URL=$url run timeout 60 "$copy/tests/tools/predict" 3
    [[ $output == *"Not as it came: 03-select/fetch.c "* ]] || broken "a changed program is named"
    expect_status 0
}

@test "predict: CC may be several words; what does not compile has no right answer" {
    CC="cc -pipe" predict 4 "c b a d" "" on_connected,on_writable,on_readable ""
    [ "$(grep -c '  4\.[13]  right: ' <<<"$output")" -eq 2 ] || broken "cc -pipe compiles"
    CC="cc -no-such-option" predict 4 "c b a d" "" on_connected ""
    [ "$(grep -c "  4\.[13]  can't tell: " <<<"$output")" -eq 2 ] || broken "no program, no answer"
    expect_complaint no-such-option
    expect_status 1
}

@test "predict: wrong answers are wrong, and the mistake behind them is named" {
    predict 1 "2 3 1" 0.9 "1 sent" 2 2
    expect_verdicts wrong
    expect_complaint "the order of the delays"
    expect_complaint "is the longest delay"
    predict 2 "1 2 3" "2 connecting" a "2 3 1" 2
    expect_verdicts wrong
    expect_complaint "the order in which you asked"
    expect_complaint "there is one place"
    predict 3 "1 2 3" 3 20 "connecting connected failed" 1
    expect_verdicts wrong
    expect_complaint "the order in which you asked"
    expect_complaint "a fixed timeout"
    expect_complaint "took it for"
    predict 4 "c a b d" "a1 b a2" "on_connected on_readable on_writable" "3 1 2" "a b c"
    expect_verdicts wrong
    expect_complaint "in which they were started"
    expect_complaint "You wrote the numbers K"
    predict 5 "12 56 34 78" "a1 a2 a3 b1 b2 b3 c1 c2 c3" 18 "1 connected" "a b c d"
    expect_verdicts wrong
    expect_complaint "You read yield() as a call that does nothing"
    expect_complaint "So it reads"
}

@test "predict: the answer comes from the run: another question has another answer" {
    predict 3 "3 1 2" "" "" ""
    [[ "$output" == *"3.1  right"* ]] || broken "3 1 2 is right for turns 2, 3, 1"
    # shellcheck disable=SC2016 # $U stands so in the file
    sed 's,turn/2/3 $U/turn/3/3 $U/turn/1/3,turn/1/3 $U/turn/3/3 $U/turn/2/3,' "$BATS_TEST_TMPDIR/predict.txt" \
        >"$BATS_TEST_TMPDIR/other"
    mv "$BATS_TEST_TMPDIR/other" "$BATS_TEST_TMPDIR/predict.txt"
    judge 3
    [[ "$output" == *'3.1  wrong: you wrote "3 1 2", the run says "1 3 2"'* ]] ||
        broken "the expected answer comes from the run"
}

@test "predict: no step, no answer file: usage" {
    URL=$url run "$house/tests/tools/predict" 6
    expect_status 2
    URL='' run "$house/tests/tools/predict" 3
    expect_status 2
}
