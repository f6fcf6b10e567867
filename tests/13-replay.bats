#!/usr/bin/env bats
# The record of a run says what the program did, and nothing else.

# shellcheck disable=SC2153 # BUILD and STEPS come from helpers.bash
load helpers

setup_file() {
    bats_require_minimum_version 1.5.0
    start_server
}

teardown_file() {
    stop_server
}

setup() {
    replay=$BATS_TEST_DIRNAME/tools/replay
    build=$BATS_TEST_TMPDIR
    cd "$BATS_TEST_DIRNAME/.." || return 1
}

# Records a run; its record is $record, its own log $log: record WHAT PAGE...
record() {
    URL=$url BUILD=$build URLS="${*:2}" "$replay/replay" -r "$1" >/dev/null
    record=$build/replay/$1/record.txt
    log=$build/replay/$1/log
}

# The pages in an order that is certain, whatever the machine is busy with: turns GROUP
turns() {
    echo "$url/turn/3/3/$1 $url/turn/1/3/$1 $url/turn/2/3/$1"
}

# Step 1 takes one page at a time, so it gets pages that come in any order.
pages_for() {
    case $1 in
    [2-5]) turns "$BATS_TEST_NUMBER-$1" ;;
    *) echo "$url/bytes/10 $url/bytes/20" ;;
    esac
}

everything=(1 2 3 4 5 sketch-1 sketch-2 sketch-3 sketch-4 sketch-5 pingpong)

# can_record WHAT: not everywhere can stacks be switched.
can_record() {
    case $1 in
    5 | sketch-5 | pingpong) [ -x "$BUILD/05-coroutines/pingpong" ] ;;
    esac
}

@test "replay: the log in the record is the program's own" {
    for what in "${everything[@]}"; do
        can_record "$what" || continue
        record "$what" "$(pages_for "$what")"
        run diff <(sed -n 's/^ *[0-9.]* [0-9]* log [0-9]* //p' "$record") "$log"
        [ "$status" -eq 0 ] || broken "$what: each line is recorded once, in order" "$output"
        [ -s "$log" ] || broken "$what prints something"
    done
}

@test "replay: on each stack, what was entered last returns first" {
    for what in "${everything[@]}"; do
        can_record "$what" || continue
        record "$what" "$(pages_for "$what")"
        run awk '
            /^\|/ { next } # a line of the source
            $3 == "stack" { depth[$4] = 0 }
            $3 == "enter" { name[$2, ++depth[$2]] = $4; entered++ }
            $3 == "leave" && name[$2, depth[$2]--] != $4 { print "not on top: " $0 }
            END {
                for (who in depth)
                    if (depth[who] != 0)
                        print who " is left in " name[who, depth[who]]
                if (entered < 1)
                    print "nothing was entered"
            }' "$record"
        # ping() is left for good at its last switch: that is what the program shows.
        [ "$what" = pingpong ] && output=${output#1 is left in switch_to}
        [ -z "$output" ] || broken "$what: calls and returns balance" "$output"
    done
}

@test "replay: the lines of a record are those of the source" {
    for what in "${everything[@]}"; do
        can_record "$what" || continue
        record "$what" "$(pages_for "$what")"
        # A system call stands in the line that is told, or a call goes over several lines; a
        # function begins at its brace.
        run awk '
            /^source / { file = $2; n = 0 }
            /^\|/ { text[file, ++n] = $0; next }
            $3 == "call" && $4 != "SO_ERROR" {
                if (index(text[$5, $6] text[$5, $6 + 1], $4 "(") == 0)
                    print "no " $4 "() there: " $0
                calls++
            }
            $3 == "enter" && text[$5, $6] != "|{" { print "no function begins there: " $0 }
            $3 == "select" && text[$4, $5] !~ /select\(/ { print "no select() there: " $0 }
            $3 == "switch" && text[$4, $5] !~ /swapcontext\(/ { print "no switch there: " $0 }
            ' "$record"
        [ -z "$output" ] || broken "$what: each event has its line" "$output"
    done
}

@test "replay: step 3's sets hold what the states say" {
    record 3 "$(pages_for 3)"
    run awk '
        function list(states,    id, text) {
            for (id = 1; id <= 3; id++)
                if (state[id] != "" && index(states, state[id]))
                    text = text (text == "" ? "" : ",") id
            return text
        }
        /^\|/ { next }
        $3 == "page" { state[$4] = $5 }
        $3 == "select" {
            selects++
            want = "read=" list("sending receiving") " write=" list("sending connecting")
            if (index($0, want) == 0)
                print "want " want ": " $0
        }
        END { if (selects < 4) print "only " selects " selects" }' "$record"
    [ -z "$output" ] || broken "who receives is in the one set, who connects in the other" "$output"
}

@test "replay: select leaves in its sets only what was put in" {
    for what in 3 4 5; do
        can_record "$what" || continue
        record "$what" "$(pages_for "$what")"
        run awk '
            function words(text, into,    n, i, list) {
                sub(/.*=/, "", text)
                n = split(text, list, ",")
                split("", into)
                for (i = 1; i <= n; i++)
                    into[list[i]] = 1
            }
            /^\|/ { next }
            $3 == "select" { words($6, before_read); words($7, before_write); selects++ }
            $3 == "wake" {
                words($7, after_read)
                words($8, after_write)
                for (id in after_read)
                    if (!(id in before_read)) print "not asked for: " $0
                for (id in after_write)
                    if (!(id in before_write)) print "not asked for: " $0
            }
            END { if (selects == 0) print "no select" }' "$record"
        [ -z "$output" ] || broken "$what: after is a part of before" "$output"
    done
}

@test "replay: step 5 waits for what its queue says" {
    can_record 5 || skip "no ucontext here"
    record 5 "$(pages_for 5)"
    run awk '
        /^\|/ { next }
        $3 == "queue" && $4 == "waiting" { waiting = NF - 4 }
        $3 == "select" {
            n = gsub(/[0-9]+,/, "&", $6) + gsub(/[0-9]+,/, "&", $7) + ($6 ~ /[0-9]$/) + ($7 ~ /[0-9]$/)
            if (n != waiting) print waiting " wait: " $0
            selects++
        }
        END { if (selects == 0) print "no select" }' "$record"
    [ -z "$output" ] || broken "who stands in the queue is in a set" "$output"
}

@test "replay: a recorded run takes the path of an unrecorded one" {
    for step in "${STEPS[@]}"; do
        number=${step%%-*}
        number=${number#0}
        can_record "$number" || continue
        [ "$number" != 1 ] || continue # its only path is the list
        record "$number" "$(turns "a$number")"
        # shellcheck disable=SC2046 # one word a page
        fetch "$step" $(turns "b$number")
        run diff <(path "$number" <<<"$output") <(path "$number" <"$log")
        [ "$status" -eq 0 ] || broken "$step: recording changes nothing" "$output"
    done
}

# A log without its times and addresses. What a round of asking costs is not the same twice, and
# only Linux has connected when connect() returns, so that the number of selects is certain.
path() {
    sed -e 's/^ *[0-9.]* //' -e 's@http:.*@@' -e 's/[0-9.]* s elapsed, [0-9.]* s cpu//' |
        if [ "$1" = 2 ] || [ "$(uname)" != Linux ]; then grep -v '^[^ ].*failed'; else cat; fi
}

@test "replay: step 2's rounds of asking are counted, not all told" {
    record 2 "$url/delay/50" "$url/delay/20"
    folded=$(awk '!/^\|/ && $3 == "fold" { n += $4 } END { print n + 0 }' "$record")
    polls=$(sed -n 's/.* cpu, \([0-9]*\) polls/\1/p' "$log")
    told=$(awk '!/^\|/ && $3 == "call" && /EAGAIN|getpeername.*= -1/ { n++ } END { print n + 0 }' "$record")
    length=$(wc -l <"$record")
    [ "$length" -lt 2000 ] || broken "the record stays short" "$length lines"
    # In each round that is left out, one or two were asked.
    [ $((told + folded)) -le "$polls" ] && [ $((told + 2 * folded)) -ge "$polls" ] ||
        broken "what is left out is counted" "$told told, $folded rounds folded, $polls polls"
}

@test "replay: a page that fails is recorded, too" {
    for what in 1 2 3 4 5; do
        can_record "$what" || continue
        record "$what" "http://127.0.0.1:1/" "$url/bytes/3"
        grep -q 'log [0-9]* .*failed .*Connection refused' "$record" ||
            broken "$what: the failure is in the record" "$(cat "$log")"
        grep -qE 'call (SO_ERROR|connect) .* = -1 Connection refused' "$record" ||
            broken "$what: so is the call that said it" "$(grep call "$record")"
    done
}

@test "replay: in the terminal, each place fits into 80 by 24" {
    # 4 and 5 show all that 2 and 3 do, and timers, queues and stacks
    for what in 4 5 sketch-3 pingpong; do
        can_record "$what" || continue
        record "$what" "$(pages_for "$what")"
        steps=$(grep -cE '^ *[0-9.]+ [0-9]+ (enter|leave|call|sleep|select|wake|switch|resumed|log|fold)' "$record")
        run "$replay/text" "$record" < <(awk -v n="$steps" 'BEGIN { while (n-- > 0) printf "n" }')
        [ "$status" -eq 0 ] || broken "$what: it ends well" "$output"
        wide=$(awk 'length > 79' <<<"$output")
        [ -z "$wide" ] || broken "$what: no line is wider" "$wide"
        # At the end, one step further changes nothing.
        places=$(grep -c "^event [0-9]* of $steps," <<<"$output")
        [ "$places" -eq $((steps + 1)) ] || broken "$what: a screen a key" "$places of $steps"
        [ "$(grep -c '' <<<"$output")" -le $((24 * places)) ] || broken "$what: 24 lines at most"
        grep -q "^event $steps of $steps," <<<"$output" || broken "$what: it comes to the end"
    done
}

@test "replay: in the terminal, keys lead by select, switch and log line, and back" {
    record 3 "$(pages_for 3)"
    run "$replay/text" "$record" <<<"sslLS"
    said=$(grep '^\* ' <<<"$output" | tail -n 5)
    expected='\* select\(\) is called.*\* select\(\) returns.*\* printed: .*\* printed: .*\* '
    [[ $(tr '\n' ' ' <<<"$said") =~ $expected ]] || broken "each key leads to its kind" "$said"
    first=$(grep '^event' <<<"$output" | sed -n 2p)
    run "$replay/text" "$record" <<<"sSggsG"
    [ "$(grep '^event' <<<"$output" | sed -n 6p)" = "$first" ] || broken "g is the beginning" "$output"
}

@test "replay: what can't be replayed is told" {
    run env URL="$url" BUILD="$build" "$replay/replay" 9
    [ "$status" -eq 2 ] || broken "no such step: usage" "$output"
    run env URL="$url" BUILD="$build" "$replay/replay"
    [ "$status" -eq 2 ] || broken "no step: usage" "$output"
}
