# shellcheck shell=sh disable=SC1010,SC2015,SC2034,SC2154
# 05-2: first A, then B with what A said.
all='connecting connected sent receiving done'

trace_calls fork
run_traced -t 8 "$URL/links?to=/bytes/7"
# shellcheck disable=SC2086 # this is a list of words
{
    expect_events 1 "A is fetched, from the connection to the last byte." $all
    expect_events 2 "When A has answered, B is fetched: its URL is what A has said." $all
}
expect_requests "A is asked for first, then B, whose URL A has said." '/links?to=/bytes/7' /bytes/7
expect_match "B is received to its last byte." '^ *[0-9.]+ +2  done +200, 7 bytes$' '2  done  200, 7 bytes'
expect_order "A is done before B begins." 1 2

run_traced -t 8 "$URL/close"
expect_events 1 "If A fails, that is said, once." connecting connected sent failed
expect_no_match "If A fails, there is no B." '^ *[0-9.]+ +2 ' 'no event of 2'
expect_requests "If A fails, there is no B." '/links?to=/bytes/7' /bytes/7 /close

run_traced -t 8 "$URL/status/404"
expect_no_match "If A says no link, there is no B." '^ *[0-9.]+ +2 ' 'no event of 2'
expect_requests "If A says no link, there is no B." '/links?to=/bytes/7' /bytes/7 /close \
    /status/404

run_traced -t 8 "$URL/truncate/900?links=/bytes/8"
expect_events 1 "An A that breaks off has failed, also if it has said a link." \
    connecting connected sent receiving failed
expect_no_match "If A fails, there is no B, also if A has said a link." '^ *[0-9.]+ +2 ' 'no event of 2'

refused=$(refused_url)
run_traced -t 8 "$URL/links?to=$refused/"
expect_events 2 "If B fails, that is said, once." connecting failed
expect_match "If B fails, the log says why." '^ *[0-9.]+ +2  failed .*Connection refused' \
    '2  failed  ...: Connection refused'
expect_status "If a page has failed, the exit status is 1." 1

# Each B is answered when all three stand there, in the order of K, and the next one only when the
# one before has been closed.
STUCK="Each chain waits in its own coroutine, so all three stand before the server at once."
for order in '2 3 1' '3 2 1' '1 2 3'; do
    # shellcheck disable=SC2086 # these are lists of words
    set -- $order
    group=chain$1$2$3
    run_traced -t 8 "$URL/links?to=/turn/$1/3/$group" "$URL/links?to=/turn/$2/3/$group" \
        "$URL/links?to=/turn/$3/3/$group"
    came=$(awk '$3 == "done" && $2 % 2 == 0 { printf "%s ", $2 }' "$WORK/out")
    expected=$(printf '%s\n' "$1 2" "$2 4" "$3 6" | sort | awk '{ printf "%s ", $2 }')
    [ "$came" = "$expected" ] || fail "No chain waits for another, and each socket is closed when \
its page is over: the next B is answered only then." "done in this order: $expected" "$(cat "$WORK/out")"
done

run_traced -t 3 "$URL/silent" "$URL/links?to=/bytes/3"
expect_order "An A that never answers keeps no other chain waiting." 3 4
expect_events 1 "An A that never answers is given up when its time is over." \
    connecting connected sent failed
