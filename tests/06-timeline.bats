#!/usr/bin/env bats
# The pictures agree with the logs they are drawn from, and go on any terminal and into any web
# page.

# shellcheck disable=SC2154  # run sets stderr and stderr_lines
bats_require_minimum_version 1.5.0

logs=$BATS_TEST_DIRNAME/logs
repository=$BATS_TEST_DIRNAME/..

setup() {
    cd "$BATS_TEST_TMPDIR" || return 1
}

# A drawing never takes long; one that does has lost its way.
timeline() {
    timeout 30 "$BATS_TEST_DIRNAME/tools/timeline" "$@"
}

# many N HOW: a log of N URLs, each of 10 ms. HOW is "after" (one after the other) or "together".
many() {
    awk -v n="$1" -v how="$2" 'BEGIN {
        for (i = 1; how == "together" && i <= n; i++)
            printf "%9.3f %5d  connecting  http://127.0.0.1/%d\n", 0, i, i
        for (i = 1; i <= n; i++) {
            if (how == "after")
                printf "%9.3f %5d  connecting  http://127.0.0.1/%d\n", (i - 1) / 100, i, i
            begin = how == "after" ? (i - 1) / 100 : i / 100
            printf "%9.3f %5d  connected\n%9.3f %5d  sent        71 bytes\n", begin, i, begin, i
            printf "%9.3f %5d  receiving\n%9.3f %5d  done        200, 1 bytes\n", i / 100, i, i / 100, i
        }
        printf "# %d done, 0 failed, %.3f s elapsed, 0.001 s cpu, 9 selects\n", n, n / 100
    }'
}

# bars PICTURE: "ID FIRST LAST" for each bar of a text picture, in seconds as the picture's own axis
# tells.
bars() {
    awk '
        /^ +\|0 s/ {
            zero = index($0, "|")
            for (i = length($0); i > zero; i--)     # the last tick that has a number
                if (substr($0, i, 1) == "|" && substr($0, i + 1, 1) ~ /[0-9]/) {
                    second = (i - zero) / (substr($0, i + 1) + 0)
                    break
                }
        }
        /^ *[0-9]+ / && !/ s, / { row[++rows] = $0 }
        END {
            for (i = 1; i <= rows; i++) {
                split(row[i], word, " ")
                bar = substr(row[i], zero)
                match(bar, /[^ ]/)
                first = RSTART
                match(bar, /[|x>]/)                 # the end mark; nothing may follow it
                last = RSTART == length(bar) ? RSTART : -1
                printf "%d %.6f %.6f %.6f\n", word[1], (first - 0.5) / second, (last - 0.5) / second, 1 / second
            }
        }' "$1"
}

# agree LOG PICTURE: each bar begins and ends where the log says, give or take two columns (the tick
# is rounded, too).
agree() {
    bars "$2" >bars.txt
    awk '
        NR == FNR { first[$1] = $2; last[$1] = $3; slack = 2 * $4; next }
        $3 == "connecting" { begin[$2] = $1 }
        $3 == "done" || $3 == "failed" { end[$2] = $1 }
        function check(id, what, drawn, said) {
            if (drawn - said > slack || said - drawn > slack) {
                printf "URL %d %s at %.3f s in the picture, at %.3f s in the log\n", id, what, drawn, said
                bad = 1
            }
        }
        END {
            for (id in end) {
                if (!(id in first)) {
                    printf "URL %d is not drawn\n", id
                    bad = 1
                }
                if (id in begin)
                    check(id, "begins", first[id], begin[id])
                check(id, "ends", last[id], end[id])
                count++
            }
            if (count == 0)
                print "no bar to compare"
            exit bad || count == 0
        }' bars.txt "$1"
}

# no_line_over COLUMNS FILE
no_line_over() {
    awk -v most="$1" 'length($0) > most { print "too long (" length($0) "): " $0; bad = 1 } END { exit bad }' "$2"
}

# plain FILE: nothing but printable ASCII.
plain() {
    if LC_ALL=C grep -n '[^ -~]' "$1"; then
        echo "the lines above hold a control character or escape code"
        return 1
    fi
}

# well_formed FILE: tags are closed in order, attributes quoted, no bare & or <; xmllint looks too,
# if it is there.
well_formed() {
    if command -v xmllint >/dev/null; then
        xmllint --noout "$1" || return 1
    fi
    awk '
        { text = text $0 "\n" }
        function wrong(why) { print why; bad = 1; exit }
        END {
            if (bad)
                exit 1
            rest = text
            gsub(/&(amp|lt|gt|quot);/, "", rest)
            if (rest ~ /&/)
                wrong("a bare &")
            while (match(text, /<[^>]*>/)) {
                if (substr(text, 1, RSTART - 1) ~ /[<>]/)
                    wrong("a bare < or >")
                tag = substr(text, RSTART + 1, RLENGTH - 2)
                text = substr(text, RSTART + RLENGTH)
                word = tag
                sub(/[ \/].*/, "", word)
                if (tag ~ /^\//) {
                    if (stack[depth--] != substr(tag, 2))
                        wrong("closed out of order: " tag)
                } else {
                    if (tag !~ /^[a-z]+( [A-Za-z-]+="[^"<]*")*\/?$/)
                        wrong("malformed tag: " tag)
                    if (tag !~ /\/$/)
                        stack[++depth] = word
                    tags++
                }
            }
            if (depth != 0 || tags < 5)
                wrong("unclosed: " stack[depth])
            exit bad
        }' "$1"
}

@test "one after the other: each bar begins where the one before ends" {
    timeline <"$logs/sequential.log" >picture
    agree "$logs/sequential.log" picture
    bars picture | awk '
        NR > 1 && ($2 < last - 0.1 * $4 || $2 > last + 0.1 * $4) {
            print "URL " $1 " overlaps or leaves a gap"
            bad = 1
        }
        { last = $3 }
        END { exit bad || NR != 5 }'
}

@test "all at once: the bars begin together and end in the log's order" {
    timeline <"$logs/parallel.log" >picture
    agree "$logs/parallel.log" picture
    bars picture >bars.txt
    awk '$2 > $4 { print "URL " $1 " begins late"; bad = 1 } END { exit bad || NR != 5 }' bars.txt
    drawn=$(sort -n -k3 bars.txt | awk '{ print $1 }')
    logged=$(awk '$3 == "done" { print $2 }' "$logs/parallel.log")
    [ "$drawn" = "$logged" ]
}

@test "the phases' characters cover the times of the log" {
    timeline -w 97 <"$logs/phases.log" >picture
    grep -q '^1 /a  *\.\{10\}-\{31\}#\{20,21\}|$' picture || { cat picture; false; }
    grep -q '^2 /b  *\.\{20,21\}-\{10,11\}#\{50,52\}|$' picture || { cat picture; false; }
}

@test "several logs share one axis" {
    timeline one="$logs/sequential.log" two="$logs/parallel.log" >picture
    awk '/^two:/ { exit } { print }' picture >first
    { head -n 1 picture && awk '/^two:/ { on = 1 } on' picture; } >second
    agree "$logs/sequential.log" first
    agree "$logs/parallel.log" second
}

@test "the header tells name, elapsed, cpu and what the waiting cost" {
    timeline "02 polling=$logs/phases.log" >picture
    grep -qx '02 polling: 0.800 s, cpu 0.200 s, 1,234,567 polls, 2 done' picture
    grep -q '^cpu 25 %' picture
    busy=$(grep '^cpu 25 %' picture | tr -cd @ | wc -c)
    idle=$(grep '^cpu 25 %' picture | tr -cd _ | wc -c)
    [ $((busy * 4 - busy - idle)) -le 4 ] && [ $((busy + idle - busy * 4)) -le 4 ]
}

@test "a failure is an x, also where nothing was connecting" {
    run -0 timeline <"$logs/failures.log"
    [[ $output =~ 2\ +example.test/\ +x ]]
    [ "$(grep -c 'x$' <<<"$output")" -eq 3 ]
    [[ $output == *'1 done, 3 failed'* ]]
}

@test "no line is longer than 80 columns, or than -w says" {
    for log in "$logs"/*.log; do
        timeline "a rather long name of a log, with words and all=$log" >picture 2>/dev/null || true
        no_line_over 80 picture
        for width in 40 57 120; do
            timeline -w "$width" -t "$(many 2 after | tr '\n' ' ')" x="$log" >picture 2>/dev/null || true
            [ -s picture ]
            no_line_over "$width" picture
        done
    done
    many 1000 after | timeline -w 40 >picture
    no_line_over 40 picture
    timeline --switches <"$logs/switches.trace" >picture
    no_line_over 80 picture
}

@test "100 and 1,000 URLs: folded to 20 lines, and it says so" {
    many 100 after | timeline >picture
    [ "$(grep -cE '^[0-9]+-[0-9]+ ' picture)" -eq 20 ]
    grep -q '^100 URLs, 5 a line:' picture
    grep -q 'At most 1 open at once' <(tr '\n' ' ' <picture)
    many 1000 together | timeline >picture
    [ "$(grep -cE '^[0-9]+-[0-9]+ ' picture)" -eq 20 ]
    grep -q '^1,000 URLs, 50 a line:' picture
    grep -q 'At most 1,000 open at once' <(tr '\n' ' ' <picture)
    open=$(sed -n 's/^open 9=1000 *//p' picture)
    [ "$(fold -w 1 <<<"$open" | uniq | tr -d '\n')" = 987654321 ]     # all are open, then one less each time
    many 1000 together | timeline -l 7 >picture
    [ "$(grep -cE '^[0-9]+-[0-9]+ ' picture)" -eq 5 ]
}

@test "folding hides no failure" {
    many 100 together | sed 's/^\(.*  *42  \)done  .*/\1failed      http:\/\/127.0.0.1\/42: reset/' >log
    timeline <log >picture || true
    grep -q '^41-45 .*x' picture
    [ "$(grep -cE '^[0-9]+-[0-9]+ .*x' picture)" -eq 1 ]
}

@test "a malformed line is named with its number and skipped; the rest is drawn; exit 1" {
    run -1 --separate-stderr timeline bad="$logs/malformed.log"
    [ "${stderr_lines[0]}" = 'timeline: bad: line 3: not a line of a log: "hello, world"; skipped' ]
    [ "${stderr_lines[1]}" = 'timeline: bad: line 5: URL 1 cannot be "connected" here; skipped' ]
    [ "${stderr_lines[2]}" = 'timeline: bad: line 6: URL 2 cannot be "done" here; skipped' ]
    [ "${stderr_lines[3]}" = 'timeline: bad: line 8: the time goes back; skipped' ]
    [ "${stderr_lines[4]}" = 'timeline: bad: line 9: no such event: "jumping"; skipped' ]
    [ "${stderr_lines[5]}" = 'timeline: bad: more malformed lines, skipped: 1' ]
    [[ $output =~ 1\ /a\ +\.+-+#+\| ]]
    [[ $output =~ 2\ /b\ +\.+\> ]]
}

@test "a log that ends early: says so, and shows who is not finished" {
    run -0 timeline <"$logs/cut.log"
    [[ ${lines[0]} == *'no summary'* ]]
    [[ $output == *'> not finished'* ]]
}

@test "a log of fetch -q: says that there is nothing to draw a URL" {
    run -0 timeline <"$logs/quiet.log"
    [[ $output == *'nothing to draw for 9 URLs'* ]]
}

@test "an empty log gives a clear message, no picture, and exit 1" {
    : >empty
    for option in '' -s; do
        # shellcheck disable=SC2086  # no option is no word
        run -1 --separate-stderr timeline $option nothing=empty
        [ "$stderr" = 'timeline: nothing: the log is empty, nothing to draw' ]
        [ -z "$output" ]
    done
    run -1 --separate-stderr timeline nothing=empty one="$logs/parallel.log"
    [[ $output == *'one: 0.301 s'* ]]
    run -1 timeline --switches <empty
    [[ $output == *'the trace is empty'* ]]
}

@test "usage errors: exit 2" {
    for arguments in -x '-w 39' '-w 8x' '-l 0' -w 'no-equals-sign' '--switches a=b'; do
        # shellcheck disable=SC2086  # several words
        run -2 timeline $arguments </dev/null
        [[ $output == *usage:* ]]
    done
    run -1 timeline a=/no/such/file
    [[ $output == *'cannot read /no/such/file'* ]]
}

@test "a pipe gets no escape code, and no control character of a log gets through" {
    TERM=xterm-256color timeline <"$logs/failures.log" >picture
    plain picture
    printf '    0.000     1  connecting  http://h/\033[31mred\007\r\n\033]0;title\007\n' >log
    timeline "$(printf 'a\033[1mb')=log" >picture 2>complaint || true
    grep -q '^1 /?\[31mred' picture
    plain picture
    plain complaint
    timeline -s "$(printf 'a\033[1mb')=log" >picture.svg 2>/dev/null || true
    well_formed picture.svg
    plain picture.svg
}

# in_terminal SETTINGS: the picture of failures.log as a terminal gets it.
in_terminal() {
    script --version 2>/dev/null | grep -q util-linux || skip 'needs the script command of util-linux'
    script -qec "$1 '$BATS_TEST_DIRNAME/tools/timeline' a='$logs/failures.log'" /dev/null </dev/null | tr -d '\r'
}

@test "colour on a terminal only, none with NO_COLOR or a dumb one" {
    unset NO_COLOR
    export TERM=xterm
    in_terminal '' >picture
    grep -q "$(printf '\033\\[')" picture
    in_terminal 'NO_COLOR=' >picture
    grep -q "$(printf '\033\\[')" picture
    in_terminal 'NO_COLOR=1' >picture
    plain picture
    mkdir bin
    printf '#!/bin/sh\necho 8\n' >bin/tput     # as if no table knew the terminal better
    chmod +x bin/tput
    in_terminal "PATH='$PWD/bin':\$PATH TERM=dumb" >picture
    plain picture
}

@test "on a terminal the picture is as wide as the terminal" {
    in_terminal 'stty cols 61; NO_COLOR=1' >picture
    no_line_over 61 picture
    awk 'length($0) > 58 { found = 1 } END { exit !found }' picture
}

@test "SVG: well-formed, with title and description, one panel a log, dark and light" {
    cp "$logs/failures.log" 'x.log'
    timeline -s -t 'A < B & "C"' one="$logs/sequential.log" 't<w&o"'=x.log >picture.svg
    well_formed picture.svg
    grep -q 'role="img" aria-labelledby="title desc"' picture.svg
    grep -q '<title id="title">A &lt; B &amp; &quot;C&quot;</title>' picture.svg
    grep -q '<desc id="desc">.*one: 0.805 s.*t&lt;w&amp;o&quot;: 0.301 s' picture.svg
    grep -q 'prefers-color-scheme:dark' picture.svg
    [ "$(grep -c 'class="h"' picture.svg)" -eq 3 ]
    [ "$(grep -c '<path class="x"' picture.svg)" -eq 4 ]     # three, and one in the legend
}

@test "SVG: the bars lie where the log says" {
    timeline -s <"$logs/sequential.log" >picture.svg
    # The bars' class is w; the first is the legend's. 630 units are the log's last time.
    awk -F '"' '
        NR == FNR { if ($0 ~ /class="w"/ && seen++) { from[++n] = $4 - 152; to[n] = $4 - 152 + $8 } next }
        { split($0, word, " ") }
        word[3] == "connecting" { begin[word[2]] = word[1] }
        word[3] == "done" { end[word[2]] = total = word[1] }
        function far(a, b) { return a - b > 2 || b - a > 2 }
        END {
            for (i = 1; i <= n; i++)
                if (far(from[i], begin[i] / total * 630) || far(to[i], end[i] / total * 630)) {
                    print "URL " i " is drawn from " from[i] " to " to[i]
                    bad = 1
                }
            exit bad || n != 5
        }' picture.svg "$logs/sequential.log"
}

@test "SVG of 1,000 URLs stays small" {
    many 1000 together | timeline -s >picture.svg
    well_formed picture.svg
    [ "$(wc -c <picture.svg)" -lt 30000 ]
}

@test "--switches: a lane a coroutine, a column a switch, in the trace's order" {
    timeline --switches <"$logs/pingpong.trace" >picture
    # Read column by column, the picture must give back the trace.
    order=$(awk '/^(main|ping|pong) / { mark = substr($0, 9); for (c = 1; c <= length(mark); c += 3)
                     if (substr(mark, c, 1) == "#") who[c] = $1 }
                 END { for (c = 1; c <= 16; c += 3) printf "%s ", who[c] }' picture)
    [ "$order" = 'main ping pong ping pong main ' ] || { cat picture; false; }
    timeline --switches <"$logs/switches.trace" >picture
    grep -q '14 switches between 4 in 0.300400 s' picture
    grep -q '^main x8 .*zzz' picture
    timeline --switches -s <"$logs/switches.trace" >picture.svg
    well_formed picture.svg
    sed 's/.*switch/switch/' "$logs/switches.trace" | timeline --switches >untimed     # a trace without times
    grep -qx '14 switches between 4' untimed
    [ "$(grep '^[123] ' untimed)" = "$(grep '^[123] ' picture)" ]
    run -1 grep z untimed
}

@test "--switches: too many are left out in the middle, and it says which; a wrong line is named" {
    awk 'BEGIN { for (i = 0; i < 500; i++)
        printf "%9.6f switch %s -> %s\n", i / 1000000, i % 2 ? "b" : "a", i % 2 ? "a" : "b" }' >trace
    timeline --switches <trace >picture
    no_line_over 80 picture
    grep -qE 'Not drawn: columns [0-9]+ to [0-9]+ of 501' picture
    drawn=$(grep '^[ab] x' picture | cut -d ' ' -f 3- | tr -cd '#' | wc -c)
    left_out=$(sed -n 's/.*columns \([0-9]*\) to \([0-9]*\) of.*/\2 - \1 + 1/p' picture)
    [ $((drawn + left_out)) -eq 501 ]
    sed '7s/switch b/switch c/' trace >wrong
    sed -i.old '7s/switch a/switch c/' wrong
    run -1 timeline --switches <wrong
    [[ ${lines[0]} == 'timeline: standard input: line 7: c cannot switch: a is running; skipped' ]]
}

@test "--growth: a curve a step, each with its name" {
    timeline --growth -t 'Growth' <"$logs/growth.table" >picture.svg
    well_formed picture.svg
    for step in 01-blocking 02-nonblocking 03-select 04-callbacks 05-coroutines; do
        grep -q "<text class=\"t\".*>$step " picture.svg
    done
    [ "$(grep -cE '<path class="k[1-5]"' picture.svg)" -eq 5 ]
    run -1 timeline --growth < <(printf 'a 1 0\na 10 0.5\n')
    [[ ${lines[0]} == *'line 1: a logarithmic axis has no 0; skipped' ]]
}

@test "every awk of this machine draws the same" {
    others=0
    cp "$logs"/*.trace "$logs"/*.table .
    awk 'BEGIN { for (i = 1; i <= 30; i++)
        printf "%9.6f switch main -> %d\n%9.6f switch %d -> main\n", i / 100, i, i / 100, i }' >thirty.trace
    for awk in mawk gawk original-awk 'busybox awk' goawk; do
        # shellcheck disable=SC2086  # busybox awk is two words
        $awk 'BEGIN { exit 0 }' 2>/dev/null </dev/null || continue
        others=$((others + 1))
        mkdir -p bin
        printf '#!/bin/sh\nexec %s "$@"\n' "$awk" >bin/awk
        chmod +x bin/awk
        for options in '' -s '-w 60 -l 3'; do
            for log in "$logs"/*.log; do
                # shellcheck disable=SC2086  # several options
                timeline $options <"$log" >expected 2>&1 || true
                # shellcheck disable=SC2086
                PATH=$PWD/bin:$PATH timeline $options <"$log" >drawn 2>&1 || true
                cmp expected drawn || { echo "$awk $options $log"; false; }
            done
        done
        for options in '--switches switches.trace' '--switches thirty.trace' \
            '--switches -s switches.trace' '--growth growth.table'; do
            # shellcheck disable=SC2086
            timeline ${options% *} <"${options##* }" >expected
            # shellcheck disable=SC2086
            PATH=$PWD/bin:$PATH timeline ${options% *} <"${options##* }" >drawn
            cmp expected drawn || { echo "$awk $options"; false; }
        done
    done
    [ "$others" -gt 0 ] || skip 'only one awk here'
}

# The turns make the order; the delays only make the bars long enough to be compared with the log.
@test "a fresh run against /turn: the bars end in the order of the turns" {
    [ -e "$BATS_TEST_DIRNAME/server/server.c" ] && [ -e "$repository/03-select/fetch.c" ] || skip 'no server or fetch here'
    cc -o server "$BATS_TEST_DIRNAME/server/server.c"
    cc -o fetch "$repository/03-select/fetch.c"
    timeout 20 ./server >url 3>&- &
    server=$!
    for _ in $(seq 100); do
        [ ! -s url ] || break
        sleep 0.05
    done
    url=$(sed -n 's/.*\(http:[^ ]*[^ /]\).*/\1/p' url | head -n 1)
    status=0
    timeout 10 ./fetch "$url/turn/3/3/draw" "$url/turn/1/3/draw" "$url/turn/2/3/draw" \
        "$url/delay/60" "$url/delay/120" >log || status=$?
    kill "$server"
    [ "$status" -eq 0 ]
    timeline -w 1000 <log >picture
    agree log picture
    bars picture | awk '{ end[$1] = $3 } END { exit !(end[2] <= end[3] && end[3] <= end[1]) }'
}

@test "the short race shows all steps in the 24 lines of a projector" {
    cd "$repository" || return
    run tests/tools/with-server tests/tools/race short
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -le 23 ] # the last one is the prompt's
    [ "$(grep -c ' done$' <<<"$output")" -eq 5 ]
    [ "$(grep -c '^[123] /delay/' <<<"$output")" -eq 15 ]
}
