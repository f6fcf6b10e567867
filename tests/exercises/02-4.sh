# shellcheck shell=sh disable=SC1010,SC2015,SC2016,SC2034,SC2154
# 02-4: all pages in turn. /turn answers nobody before all have asked, and then in the order of K.
# Whether they are asked in turn, and nobody waits, is seen in the trace.
size=$((1000 + $$ % 997))
trace_all

# run_in_turn ARGUMENT...: no page is asked again and again while there are others, and nobody waits.
run_in_turn()
{
    run_fetch "$@"
    expect_no_call "Nothing waits: whoever is asked answers at once, with \"not yet\" perhaps." \
        '$1 ~ /^(recv|send)$/ && $6 != 0 || $1 ~ /^(select|poll)$/ && $7 != "0" || $1 == "fork"' \
        "no call that waits for a socket"
    came=$(awk '$1 == "connect" && $2 == 0 { open[$7]; n++ }
                $1 == "close" && $7 in open { delete open[$7]; n-- }
                $1 == "recv" && $3 == "EAGAIN" && n > 1 {
                    again = $7 == last ? again + 1 : 1
                    if (again > most) most = again }
                $1 == "recv" { last = $7 }
                END { print most + 0 }' "$WORK/trace")
    expect_count "After a \"not yet\" it is another page's turn." "$came" 0 10 \
        "times in a row that one page has said \"not yet\", while there were others"
}

STUCK="Each page has to be taken a step further, and one that is over must not be asked again."
run_in_turn -t 60 "$URL/bytes/$size" "$URL/close" "$URL/split/20/$size" "$(refused_url)/"
expect_events 1 "A page is fetched." connecting connected sent receiving done
expect_failed "A page that fails is reported." 2 "empty response"
expect_done "All bytes of a page count." 3 $size
expect_match "Each page is reported once." "^# 2 done, 2 failed," "# 2 done, 2 failed, ..."

for order in "1 2 3" "2 3 1" "3 2 1"; do
    # shellcheck disable=SC2086 # three words
    set -- $order
    run_in_turn -t 8 "$URL/turn/$1/3/$$" "$URL/turn/$2/3/$$" "$URL/turn/$3/3/$$"
    by_turn=$(printf '%s 1\n%s 2\n%s 3\n' "$1" "$2" "$3" | sort | sed 's/. //' | tr '\n' ' ')
    # shellcheck disable=SC2086 # three words
    expect_order "All pages are asked for before one is answered, and come in the server's order." \
        $by_turn
done

run_in_turn -t 3 "$URL/silent" "$URL/delay/100/$size"
came=$(awk '!/^#/ && ($3 == "done" || $3 == "failed") { printf "%s %s ", $2, $3 }' "$WORK/out")
[ "$came" = "2 done 1 failed " ] ||
    fail "A page that never comes does not hold the others." "2 done, then 1 failed" "$came"
expect_not_before 1 3
