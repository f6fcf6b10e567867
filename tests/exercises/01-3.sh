# shellcheck shell=sh disable=SC1010,SC2015,SC2016,SC2034,SC2154
# 01-3: all are started, then all are waited for. /turn answers nobody before all have asked. The
# orders are all that matter: a page that is answered late must not hold one answered early. Which
# process does what is seen in the trace: it is in the eighth column.
group=p$$
trace_all

# run_family URL...: a process for each page, which fetches it as step 1 does; one more, which waits.
run_family()
{
    run_fetch "$@"
    expect_calls "Each page is fetched by a process of its own." '$1 == "fork"' $# $# "calls of fork()"
    asking=$(awk '$1 == "connect" && !seen[$8]++ { n++ } END { print n + 0 }' "$WORK/trace")
    expect_count "Each page is fetched by a process of its own." "$asking" $# $# "processes that connect"
    expect_no_call "Each process waits in recv(), and its parent in wait(); nobody asks again and again." \
        '$1 ~ /^(select|poll|nanosleep|usleep|sleep)$/ || $1 ~ /^(recv|wait)$/ && $6 == 0' \
        "no call but a recv() or wait() that waits"
    expect_calls "The parent waits for each of its children." '$1 == "wait" && $2 > 0' $# $# "ends of children"
    expect_count "The summary stands once." "$(grep -c '^#' "$WORK/out")" 1 1 "summaries"
    [ "$(tail -n 1 "$WORK/out" | cut -c1)" = '#' ] ||
        fail "The summary is the last line: the parent prints it when all children have ended." \
            "# ... in the last line" "$(cat "$WORK/out")"
}

run_family "$URL/bytes/12" "$URL/truncate/100/50" "$URL/bytes/13"
expect_done "Each page is reported once." 3 13
expect_match "The parent counts what its children have done." "^# 2 done, 1 failed," \
    "# 2 done, 1 failed, ..."
expect_status "A page that failed makes the exit status 1." 1

STUCK="The server answers when all three pages have been asked for. So all must be started before one \
is waited for."
for order in "1 2 3" "2 3 1" "3 2 1" "3 1 2"; do
    # shellcheck disable=SC2086 # three words
    set -- $order
    run_family "$URL/turn/$1/3/$group" "$URL/turn/$2/3/$group" "$URL/turn/$3/3/$group"
    by_turn=$(printf '%s 1\n%s 2\n%s 3\n' "$1" "$2" "$3" | sort | sed 's/. //' | tr '\n' ' ')
    # shellcheck disable=SC2086 # three words
    expect_order "They are done in the order in which the server answers." $by_turn
    expect_match "The parent counts what its children have done." "^# 3 done, 0 failed," \
        "# 3 done, 0 failed, ..."
    expect_status "All pages are done: the exit status is 0." 0
done

# The first, third, ... wait() is made to say that a signal came between.
STUCK="A signal had come between (EINTR)."
EXERCISE_INTERRUPT='wait'
export EXERCISE_INTERRUPT
run_program "$URL/bytes/12" "$URL/bytes/13"
expect_match "A signal is no end of a child: after EINTR, wait() is called again." \
    "^# 2 done, 0 failed," "# 2 done, 0 failed, ..."
unset EXERCISE_INTERRUPT

# A process that is about to ask for 14 bytes is killed.
STUCK=''
EXERCISE_KILL=/bytes/14
export EXERCISE_KILL
run_program "$URL/bytes/12" "$URL/bytes/14"
expect_match "A child that was killed has not fetched its page: without WIFEXITED(), WEXITSTATUS() means \
nothing. (The second one was killed.)" "^# 1 done, 1 failed," "# 1 done, 1 failed, ..."
expect_status "A page that failed makes the exit status 1." 1
