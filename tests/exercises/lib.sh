# shellcheck shell=sh disable=SC2015,SC2016,SC2153
# lib.sh: the words in which the checks (NN-K.sh) are written. tests/tools/exercise reads it, and then the
# check, in a shell of its own; each check ends at the first broken rule.
#
# What a check finds:
#   $PROGRAM     the compiled program
#   $SOURCE      the file it was compiled from
#   $URL         the practice server's, without a slash at the end
#   $SERVER_LOG  a line `GET /path` for each request, in the order in which they came
#   $WORK        an empty folder; the check stands in it
#   $BOX         another one, in which the program stands, and the only one that it can write to;
#                empty again at each run
#   $LIMIT       seconds that one run may take (EXERCISE_LIMIT)
#
# and what tests/tools/exercise has set for it: $CC, $CFLAGS, $SANITIZE, $NAME, $FETCH, ... Whatever is
# not ours is run by run_program or run_limited, never by its name: they keep it in its box.
#
# RULE is one sentence that is true of a correct program: "Each page is reported once."

# ---- Verdicts ----

# show LABEL TEXT: the text beside its label; of a long one, the beginning. What a program printed
# may hold anything, so that bytes which could act on a terminal become question marks.
show()
{
    printf '%s\n' "$2" | LC_ALL=C tr -c '[:print:]\n' '?' |
        awk -v label="$1" 'NR <= 24 { printf "  %-9s %s\n", label, substr($0, 1, 150); label = "" }
                           NR == 25 { printf "  %-9s ...\n", "" }'
}

# show_text LABEL TEXT: as show, for a sentence of ours, in several lines if it is long.
show_text()
{
    show "$1" "$(printf '%s\n' "$2" | fold -s -w 68 | sed 's/ *$//')"
}

# show_run: the last run, as one would type it while `make serve` runs: our own server ends with the check.
# Of a long argument, and of many, the beginning.
show_run()
{
    own=${URL:-none}
    show_text run "$(printf '%s\n' "$COMMAND" |
        sed "s,$own,http://127.0.0.1:8080,g; s, ${own##*:} , 8080 ,; s,$BOX,build," | tr ' ' '\n' |
        awk '{ word = length($0) > 60 ? substr($0, 1, 57) "..." : $0 }
             length(line) + length(word) > 250 { line = line " ..."; exit }
             { line = line (NR > 1 ? " " : "") word }
             END { print line }')"
}

# verdict KIND RULE: ends the check. KIND is one word or two for the list of `make grade`.
verdict()
{
    printf '%s\t%s\n' "$1" "$2" >&9
    exit 1
}

# fail RULE EXPECTED CAME: the answer is wrong.
fail()
{
    show_text rule "$1"
    show_run
    show expected "$2"
    show came "${3:-(nothing)}"
    show_errors
    verdict "wrong answer" "$1"
}

# show_errors: what the program itself has said on stderr, at most three lines of it.
show_errors()
{
    message=$(sed -e '/^==*$/d' -e '/ERROR: LeakSanitizer/,$d' -e '/^==[0-9]*==WARNING: /d' \
        "$WORK/err" 2>/dev/null | tail -n 3)
    [ -z "$message" ] || show "it said" "$message"
}

# explain KIND RULE CAME: it went wrong before there was an answer to look at.
explain()
{
    show_text rule "$2"
    show_run
    show_text came "$3"
    if [ -s "$WORK/out" ]; then
        show printed "$(tail -n 8 "$WORK/out")"
    fi
    verdict "$1" "$2"
}

# ---- Running the program ----

STUCK='' # a check may set it: a sentence that is added to the rule when the time limit is over

# run_program ARGUMENT...: stdout goes to $WORK/out, stderr to $WORK/err, the exit status to $status.
# Ends the check if the program did not end by itself, or a sanitizer found an error in it.
run_program()
{
    COMMAND="$NAME $*"
    run_limited "$PROGRAM" "$@"
    case $how in
    exit) sanitizer_report ;;
    signal) crashed "$status" "$words" ;;
    busy) explain "time limit" "It ends within $LIMIT s. $STUCK" "It was busy all the time: an \
endless loop, or one that asks again and again." ;;
    idle) explain "time limit" "It ends within $LIMIT s. $STUCK" "It slept: it waits for something \
that never comes." ;;
    absent) explain "broken check" "The program can be started." "$status $words" ;;
    *) explain crash "It leaves other processes alone." "It has ended the one that keeps the time." ;;
    esac
}

# crashed NUMBER NAME: a signal ended the program.
crashed()
{
    case $1 in
    6) reason="abort() ended it: an assertion failed, or the C library found its memory damaged." ;;
    8) reason="It divided by zero, or worse." ;;
    11 | 10 | 7) reason="It used an address where there is no memory: a null or wild pointer, an \
index out of bounds, or a recursion without end." ;;
    13) reason="SIGPIPE ended it: it sent to a connection that the other side had closed." ;;
    25 | 31) reason="It printed more than 16 MiB: a loop that prints without end." ;;
    *) reason="It did not end by itself." ;;
    esac
    ! grep -q '^the stack of coroutine [0-9]* is full' "$WORK/err" || reason="The stack of a coroutine \
was full: a recursion without end, or a huge local array."
    show_errors
    explain crash "It does not crash." "Signal $1 ($2): $reason"
}

LEAK='' # the run that has left memory behind, and the place in the program

# sanitizer_report: looks for a report of AddressSanitizer, LeakSanitizer or UBSan on stderr. Memory
# that is left at the end is often the echo of another mistake: it is told when there is no other.
sanitizer_report()
{
    [ -s "$WORK/err" ] || return 0
    found=$(grep -E 'ERROR: (Address|Leak)Sanitizer|runtime error:|hard rss limit' "$WORK/err" |
        head -n 1)
    [ -n "$found" ] || return 0
    kind="sanitizer"
    case $found in
    *heap-use-after-free*) reason="It used memory after it had been freed." ;;
    *double-free* | *"attempting free"*) reason="It freed what is not (or no longer) its to free." ;;
    *use-after*) reason="It used a local variable whose function or block was over." ;;
    *stack-overflow*) kind=crash reason="The stack was full: a recursion without end, or a huge local array." ;;
    *overflow*" on address"* | *underflow*) reason="It read or wrote beyond the end of an array." ;;
    *SEGV* | *BUS*) kind=crash reason="It used an address where there is no memory: a null or wild \
pointer." ;;
    *"rss limit"*) kind=crash reason="It used more than 1 GB of memory." ;;
    *Leak*)
        [ -n "$LEAK" ] || LEAK="$COMMAND$tab$(grep -E -o "$NAME\\.c:[0-9]+" "$WORK/err" | head -n 1)"
        return 0
        ;;
    *"runtime error"*) reason="It did what C leaves undefined: ${found#*runtime error: }." ;;
    *) reason="${found#*ERROR: }" ;;
    esac
    # the line of the exercise that led there, or else of what it includes
    place=$(grep -E -o "$NAME\\.c:[0-9]+" "$WORK/err" | head -n 1)
    [ -n "$place" ] || place=$(grep -E -o '[a-z_]+\.h:[0-9]+' "$WORK/err" | head -n 1)
    [ -z "$place" ] || show at "$place"
    rule="It uses only memory that it has, and does nothing that C leaves undefined."
    [ "$kind" != crash ] || rule="It does not crash."
    explain "$kind" "$rule" "$reason"
}

# expect_no_leak: the end of each check.
expect_no_leak()
{
    [ -n "$LEAK" ] || return 0
    COMMAND=${LEAK%"$tab"*} place=${LEAK##*"$tab"}
    : >"$WORK/out"
    [ -z "$place" ] || show at "$place"
    explain sanitizer "It uses only memory that it has, and gives it back." \
        "Memory was still allocated at the end, and nothing pointed to it any more."
}

# trace_calls [-D...]... NAME...: compiles the program again, so that it writes down every call of these
# functions (recv, send, connect, select, poll, nanosleep, usleep, ...). The next run_program leaves in
# $WORK/trace one line a call, whose columns are explained in trace.c, as are -DTRACE_... and the
# accidents EXERCISE_INTERRUPT, EXERCISE_KILL and EXERCISE_SLOW. With -DCALLS_... also what calls.h tells apart.
trace_calls()
{
    definitions='' options='' headers=
    for name in "$@"; do
        case $name in
        -DCALLS_*) definitions="$definitions $name" headers='-include calls.h' ;;
        -D*) options="$options $name" ;;
        *) definitions="$definitions -D$name=traced_$name" ;;
        esac
    done
    cp "$CHECKS/calls.h" "$SOURCES/calls.h" || exit 2
    # kept for the next check that wants the same; the compiler can't look into the project
    kept=$BUILD/trace-$(say "$CC $CFLAGS $SANITIZE $options" | cksum | tr -c '0-9\n' _).o
    # shellcheck disable=SC2086 # these are lists of words
    (cd "$ROOT" && build "$kept" tests/exercises/trace.c tests/exercises/trace.c $CFLAGS $SANITIZE $options -c) \
        >/dev/null 2>&1 ||
        explain "broken check" "trace.c can be compiled." "It can't."
    # shellcheck disable=SC2034 # compile() links it
    OBJECTS=$WORK/trace.o
    cat "$kept" >"$OBJECTS" || exit 2
    # shellcheck disable=SC2086
    compile -U_FORTIFY_SOURCE $definitions $headers ||
        fail "It can be compiled for counting its calls." "no error" "$(head -n 3 "$WORK/err")"
    EXERCISE_TRACE=$BOX/trace
    export EXERCISE_TRACE
}

# run_traced ARGUMENT...: as run_program; $WORK/trace then tells of this run alone.
run_traced()
{
    : >"$WORK/trace"
    run_program "$@"
    expect_alone
}

# expect_alone: the last run_traced had one process.
expect_alone()
{
    ! grep -q '^fork ' "$WORK/trace" ||
        fail "It is one process with one thread: nothing is done by another one." "no fork()" \
            "$(grep -c '^fork ' "$WORK/trace") calls of fork()"
}

# run_loop ARGUMENT...: as run_traced, for a program traced with -DCALLS_LOOP: it waits in loop_run(),
# once, and nowhere else.
run_loop()
{
    run_traced "$@"
    waits=$(awk '/^own_(select|poll|nanosleep|usleep|sleep|loop_wait) / { print substr($1, 5) "()" }' \
        "$WORK/trace" | sort -u)
    [ -z "$waits" ] || fail "Only the loop waits. As long as a callback does, the loop cannot call \
anybody." "no wait but the loop's" "the program itself calls: $waits"
    expect_count "The loop is run once, by main(), for all; a callback never runs one." \
        "$(grep -c '^loop_run ' "$WORK/trace")" 1 1 "calls of loop_run()"
}

# expect_unwatched: needs trace_calls -DCALLS_LOOP close. No socket was closed while the loop watched it.
expect_unwatched()
{
    came=$(awk '$1 == "loop_watch" { watched[$4] = $2 } $1 == "loop_unwatch" { watched[$4] = 0 }
                $1 == "close" && watched[$4] { n++; watched[$4] = 0 } END { print n + 0 }' "$WORK/trace")
    expect_count "A socket is unwatched before it is closed: its number may be given to another file." \
        "$came" 0 0 "sockets closed while the loop watched them"
}

# expect_own_lines RULE: needs trace_calls -DTRACE_OUTPUT -DTRACE_SWITCHES swapcontext setcontext and a
# run_traced. Each line but the last begins with the name of a coroutine; those of one name are printed
# by one coroutine, and by no other.
expect_own_lines()
{
    came=$(awk '
        FILENAME == ARGV[1] {
            if ($1 ~ /context$/) { at[++n] = $5; to[n] = $4 }
            next
        }
        {
            if (line != "") judge()
            line = $0; name = $1; begin = end; end += length($0) + 1
        }
        function judge(   who) {
            while (k < n && at[k + 1] <= begin) k++
            who = k > 0 ? to[k] : "main()"
            if (who in owner && owner[who] != name && bad == "")
                bad = line "\n(printed where " owner[who] " runs)"
            owner[who] = name
        }
        END { if (bad != "") print bad }' "$WORK/trace" "$WORK/out")
    [ -z "$came" ] || fail "$1" "each line printed by the one whose name it bears" "$came"
}

# ---- Programs that fetch pages and print the log (steps 1 to 3) ----

# trace_all: trace_calls for whatever waits, sends, receives, or starts a process.
trace_all()
{
    trace_calls recv read send write connect select pselect poll close fork wait waitpid nanosleep \
        usleep sleep
}

# run_fetch ARGUMENT...: as run_program, for a program that fetches the URLs among its arguments; needs
# trace_all. The trace tells of this run alone. And what holds for each of these programs, holds: stdout
# is the log, the server was asked for each page once, and what is reported was received.
run_fetch()
{
    : >"$WORK/trace"
    asked_before=$(wc -l <"$SERVER_LOG")
    run_program "$@"
    expect_log
    expect_asked "$@"
    expect_received
}

# expect_log: stdout is the log, and nothing else.
expect_log()
{
    LC_ALL=C awk '
        /^ *[0-9]+[.][0-9][0-9][0-9] +[0-9]+  (connecting|connected|sent|receiving|done|failed)( |$)/ { next }
        /^# [0-9]+ done, [0-9]+ failed, / { next }
        { print (length($0) ? $0 : "(an empty line)") }' "$WORK/out" >"$WORK/extra"
    [ ! -s "$WORK/extra" ] || fail "stdout is the log, and nothing else. What you print for yourself goes \
to stderr: fprintf(stderr, ...). It is free." "lines of the log" "$(head -n 3 "$WORK/extra")"
}

ASKED='The server is asked for each page, once.' # a check may have a rule that says more

# wrongly_asked ARGUMENT...: prints nothing if the server got, since $asked_before, one request for each
# URL among the arguments; otherwise two lines, the paths that should have been asked for, and those that
# were.
wrongly_asked()
{
    awk -v url="$URL/" -v before="$asked_before" '
        BEGIN {
            for (i = 2; i < ARGC; i++)
                if (index(ARGV[i], url) == 1) {
                    path = substr(ARGV[i], length(url))
                    wanted = wanted " " path
                    left[path]++
                }
            ARGC = 2 # the log is all that is read
        }
        NR > before && $1 ~ /^[A-Z]+$/ && index($2, "/") == 1 && $2 !~ /[?]fence$/ {
            asked = asked " " $2
            left[$2]--
        }
        END {
            for (path in left) if (left[path] != 0) wrong = 1
            if (wrong) print wanted "\n" (asked == "" ? " none that came whole" : asked)
        }' "$SERVER_LOG" "$@"
}

# expect_asked ARGUMENT...: the server was asked for each URL among them, once. When the server has
# answered two requests of ours, one after the other, it has seen whatever came before them.
expect_asked()
{
    [ -n "$(wrongly_asked "$@")" ] || return 0
    "$FETCH" -q "$URL/status/204?fence" "$URL/status/204?fence" >/dev/null
    came=$(wrongly_asked "$@")
    [ -z "$came" ] || fail "$ASKED" "$(say "$came" | sed -n '1s/^/requests:/p' | cut -c1-300)" \
        "$(say "$came" | sed -n '2s/^/requests:/p' | cut -c1-300)"
}

# trace_is_full: there were so many calls that the last ones are missing (MOST_BYTES in trace.c).
MOST_BYTES=8000000
trace_is_full()
{
    [ "$(wc -c <"$WORK/trace")" -ge $MOST_BYTES ]
}

# expect_received: so many bytes as the log reports have come out of recv().
expect_received()
{
    came=$(awk -v most=$MOST_BYTES '
        FILENAME == ARGV[1] { bytes += length($0) + 1; if ($1 == "recv" && $2 > 0) received += $2; next }
        $3 == "done" { reported += $5 }
        END { if (reported > received + 0 && bytes < most) print received + 0 " of " reported }' \
        "$WORK/trace" "$WORK/out")
    [ -z "$came" ] || fail "What the log reports has been received, with recv()." \
        "as many bytes received as reported" "$came bytes"
}

# expect_calls RULE CONDITION LEAST MOST WORDS: so many lines of the trace fulfil CONDITION, which awk
# is asked: '$1 == "recv" && $6 == 0'. WORDS say what is counted.
expect_calls()
{
    expect_count "$1" "$(awk "$2"' { n++ } END { print n + 0 }' "$WORK/trace")" "$3" "$4" "$5"
}

# expect_no_call RULE CONDITION EXPECTED: no line of the trace fulfils CONDITION; tells which do.
expect_no_call()
{
    came=$(awk "$2"' { n[$1]++ } END { for (name in n) print n[name] " of " name "()" }' "$WORK/trace")
    [ -z "$came" ] || fail "$1" "$3" "$(printf '%s\n' "$came" | sort)"
}

# expect_blocking: for step 1. One page after the other, and recv() is what waits.
expect_blocking()
{
    expect_one_by_one
    expect_no_call "It is recv() that waits until something comes; the program does not ask, sleep or start \
another one meanwhile." '$1 ~ /^(select|poll|nanosleep|usleep|sleep|fork)$/ || $1 == "recv" && $6 == 0' \
        "no call but a recv() that waits"
}

# expect_selecting select|poll|"select|poll": for step 3. A socket that has not been answered is watched at
# each call of this function; it is what waits; and only one that is ready is asked.
expect_selecting()
{
    case $1 in
    *'|'*) waiting="${1%|*}() or ${1#*|}" ;;
    *) waiting=$1 ;;
    esac
    expect_calls "It waits with $waiting()." '$1 ~ /^('"$1"')$/' 1 1000000 \
        "calls of $waiting()"
    expect_no_call "Nobody else waits, in this process or in another." \
        '$1 ~ /^(select|poll|nanosleep|usleep|sleep|fork)$/ && $1 !~ /^('"$1"')$/' "no such call"
    # A list of more than 20 need not be whole in the trace.
    came=$(awk -v name="^($1)\$" '
        $1 == "connect" && $2 == 0 { open[$7]; n++ }
        $1 == "close" && $7 in open { delete open[$7]; n-- }
        $1 ~ name {
            calls++
            split($7, part, ":")
            split("", watched)
            count = split(part[2], list, ",")
            for (i = 1; i <= count; i++) watched[substr(list[i], 2)]
            missing = part[1] > 20 && part[1] < n ? n - part[1] : 0
            if (part[1] <= 20) for (fd in open) if (!(fd in watched)) missing++
            if (missing) { print "call " calls " of " $1 "(): " n - missing " of " n; exit }
        }' "$WORK/trace")
    [ -z "$came" ] || fail "$waiting() is told of all that have not been answered yet, at each call: it overwrites \
the sets with what is ready now." "each call: all that are on their way" "$came"
    expect_no_call "A socket that is closed leaves the set, too: select() refuses one that is not open (EBADF)." \
        '$1 == "select" && $3 == "EBADF"' "no select() that fails with EBADF"
    expect_calls "$waiting() says who is ready; the others are not asked." '$1 == "recv" && $3 == "EAGAIN"' 0 3 \
        "times \"not yet\" from recv()"
}

# expect_patient RULE MILLISECONDS: each select() or poll() may wait so long, or for ever.
expect_patient()
{
    came=$(awk -v least="$2" '$1 ~ /^(select|poll)$/ && $6 != -1 && $6 < least { print $6 }' "$WORK/trace" |
        head -n 3 | tr '\n' ' ')
    [ -z "$came" ] || fail "$1" "to wait for $2 ms or more" "to wait for ${came% } ms"
}

# expect_one_by_one: a page begins when the one before it has ended.
expect_one_by_one()
{
    came=$(awk '/^ / && $2 < last { print; exit } /^ / { last = $2 }' "$WORK/out")
    [ -z "$came" ] || fail "One page after the other: the next one begins when this one is over." \
        "all events of one page, then those of the next" "$(grep -v '^#' "$WORK/out")"
}

# expect_done RULE ID BYTES, expect_failed RULE ID REASON: the end of a page. REASON is its beginning.
expect_done()
{
    grep -q " $2  done        200, $3 bytes\$" "$WORK/out" ||
        fail "$1" "$2  done  200, $3 bytes" "$(cat "$WORK/out")"
}

expect_failed()
{
    grep -q " $2  failed .*: $3" "$WORK/out" || fail "$1" "$2  failed  ...: $3" "$(cat "$WORK/out")"
}

# expect_not_before ID SECONDS: its failure came when its time was over, not before. Its time begins
# after the last page before it has ended (or with the program), and before "connecting" is printed:
# on a busy machine long before. 1 ms: the log rounds.
expect_not_before()
{
    came=$(awk -v id="$1" -v least="$2" '
        /^#/ { next }
        $2 == id && $3 == "connecting" { from = ended + 0 }
        $2 == id && $3 == "failed" && $1 - from < least - 0.0015 { print $1 - from }
        $3 == "done" || $3 == "failed" { ended = $1 }' "$WORK/out")
    [ -z "$came" ] || fail "A page is given up when its time is over, and not before." "$1 failed after $2 s" \
        "$1 failed after $came s"
}

# ---- The server ----

# start_server: starts the practice server; sets URL, SERVER_LOG and server (its process). The server
# ends by itself after ten minutes, whatever happens to us.
start_server()
{
    SERVER_LOG=$WORK.server
    "$SERVER" -v -x 600 >"$SERVER_LOG" 2>&1 3>&- 9>&- &
    server=$!
    tries=0
    until [ -s "$SERVER_LOG" ]; do
        tries=$((tries + 1))
        if [ $tries -gt 600 ] || ! kill -0 "$server" 2>/dev/null; then
            explain "broken check" "The practice server starts." "$(cat "$SERVER_LOG")"
        fi
        sleep 0.02 2>/dev/null || sleep 1
    done
    read -r URL <"$SERVER_LOG"
    export URL SERVER_LOG
}

# ---- What is expected ----

# expect_lines RULE LINE...: stdout is exactly these lines.
expect_lines()
{
    rule=$1
    shift
    [ $# -eq 0 ] || printf '%s\n' "$@" >"$WORK/expected"
    [ $# -ne 0 ] || : >"$WORK/expected"
    cmp -s "$WORK/expected" "$WORK/out" || fail "$rule" "$(cat "$WORK/expected")" "$(cat "$WORK/out")"
}

# expect_order RULE ID...: the `done` events of a fetch log, in this order, and no more.
expect_order()
{
    rule=$1
    shift
    came=$(awk '!/^#/ && $3 == "done" { printf "%s%s", s, $2; s = " " }' "$WORK/out")
    [ "$came" = "$*" ] || fail "$rule" "done in this order: $*" "done in this order: ${came:-none}"
}

# events_of ID: its events in a fetch log, in a line.
events_of()
{
    awk -v id="$1" '!/^#/ && $2 == id { printf "%s%s", s, $3; s = " " }' "$WORK/out"
}

# expect_events ID RULE EVENT...: the events of one ID in a fetch log.
expect_events()
{
    id=$1 rule=$2
    shift 2
    came=$(events_of "$id")
    [ "$came" = "$*" ] || fail "$rule" "events of $id: $*" "events of $id: ${came:-none}"
}

# expect_given_up ID RULE: the server keeps silent, and the time of this page is over, once. A machine that
# is held up may not even have connected by then, or sent.
expect_given_up()
{
    came=$(events_of "$1")
    case $came in
    'connecting failed' | 'connecting connected failed' | 'connecting connected sent failed') ;;
    *) fail "$2" "events of $1: connecting connected sent failed" "events of $1: ${came:-none}" ;;
    esac
}

# expect_match RULE REGEX [WORDS]: a line of stdout matches; WORDS describe it for the learner.
expect_match()
{
    grep -E -q -e "$2" "$WORK/out" || fail "$1" "${3:-a line that matches $2}" "$(cat "$WORK/out")"
}

# expect_no_match RULE REGEX [WORDS]: no line of stdout matches.
expect_no_match()
{
    ! grep -E -q -e "$2" "$WORK/out" ||
        fail "$1" "${3:-no line that matches $2}" "$(grep -E -e "$2" "$WORK/out")"
}

# expect_status RULE STATUS: of the last run_program.
expect_status()
{
    [ "$status" -eq "$2" ] || fail "$1" "exit status $2" "exit status $status
$(cat "$WORK/out" "$WORK/err")"
}

# expect_requests RULE PATH...: the server got these requests, in this order, and no more.
expect_requests()
{
    rule=$1
    shift
    came=$(sed -n 's/^[A-Z][A-Z]* \(\/.*\)/\1/p' "$SERVER_LOG" | tr '\n' ' ')
    [ "${came% }" = "$*" ] || fail "$rule" "requests: $*" "requests: ${came:-none}"
}

# expect_count RULE FIGURE LEAST MOST WORDS: a count between two bounds. WORDS say of what.
expect_count()
{
    bounds="$3 to $4"
    [ "$3" -ne 0 ] || bounds="at most $4"
    [ "$4" -lt 1000000 ] || bounds="$3 or more"
    [ "$3" -ne "$4" ] || bounds=$3
    [ "$2" -ge "$3" ] && [ "$2" -le "$4" ] || fail "$1" "$bounds $5" "$2 $5"
}

# port_url KIND: prints a URL at which connecting is refused, or hangs (full).
port_url()
{
    "$FETCH" -q -o "$WORK" "$URL/port/$1" >/dev/null 2>&1
    sed 's,/*$,,' "$WORK/1"
    rm -f "$WORK/1"
}

refused_url()
{
    port_url refused
}
