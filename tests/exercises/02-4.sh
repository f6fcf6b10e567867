# shellcheck shell=sh disable=SC1010,SC2015,SC2034,SC2154
# 02-4: all pages in turn. /turn answers nobody before all have asked, and then in the order of K.
size=$((1000 + $$ % 997))

STUCK="Each page has to be taken a step further, and one that is over must not be asked again."
run_program -t 60 "$URL/bytes/$size" "$URL/close" "$URL/split/20/$size" "$(refused_url)/"
expect_events 1 "A page is fetched." connecting connected sent receiving done
expect_match "A page that fails is reported." "failed .*/close: empty response" \
    "failed: empty response"
expect_match "All bytes of a page count." " 3  done        200, $size bytes\$" \
    "3  done  200, $size bytes"
expect_match "Each page is reported once." "^# 2 done, 2 failed," "# 2 done, 2 failed, ..."

for order in "1 2 3" "2 3 1" "3 2 1"; do
    # shellcheck disable=SC2086 # three words
    set -- $order
    run_program -t 5 "$URL/turn/$1/3/$$" "$URL/turn/$2/3/$$" "$URL/turn/$3/3/$$"
    by_turn=$(printf '%s 1\n%s 2\n%s 3\n' "$1" "$2" "$3" | sort | sed 's/. //' | tr '\n' ' ')
    # shellcheck disable=SC2086 # three words
    expect_order "All pages are asked for before one is answered, and come in the server's order." \
        $by_turn
done

run_program -t 3 "$URL/silent" "$URL/bytes/$size"
came=$(awk '!/^#/ && ($3 == "done" || $3 == "failed") { printf "%s %s ", $2, $3 }' "$WORK/out")
[ "$came" = "2 done 1 failed " ] ||
    fail "A page that never comes does not hold the others." "2 done, then 1 failed" "$came"
