# shellcheck shell=sh disable=SC1010,SC2015,SC2034,SC2154
# 01-3: all are started, then all are waited for. /turn answers nobody before all have asked. The
# orders are all that matter: a page that is answered late must not hold one answered early.
group=p$$

run_program "$URL/bytes/12" "$URL/truncate/100/50" "$URL/bytes/13"
expect_match "Each page is reported once." " 3  done        200, 13 bytes\$" "3  done  200, 13 bytes"
expect_match "The parent counts what its children have done." "^# 2 done, 1 failed," \
    "# 2 done, 1 failed, ..."
expect_status "A page that failed makes the exit status 1." 1

STUCK="The server answers when all three pages have been asked for. So all must be started before one \
is waited for."
for order in "1 2 3" "2 3 1" "3 2 1" "3 1 2"; do
    # shellcheck disable=SC2086 # three words
    set -- $order
    run_program "$URL/turn/$1/3/$group" "$URL/turn/$2/3/$group" "$URL/turn/$3/3/$group"
    by_turn=$(printf '%s 1\n%s 2\n%s 3\n' "$1" "$2" "$3" | sort | sed 's/. //' | tr '\n' ' ')
    # shellcheck disable=SC2086 # three words
    expect_order "They are done in the order in which the server answers." $by_turn
    expect_match "The summary stands once." "^# 3 done, 0 failed," "# 3 done, 0 failed, ..."
    expect_count "The summary stands once." "$(grep -c '^#' "$WORK/out")" 1 1 "summaries"
    expect_status "All pages are done: the exit status is 0." 0
done
