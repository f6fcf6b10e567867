# shellcheck shell=sh disable=SC1010,SC2015,SC2016,SC2034,SC2154
# 03-1: the sets are made anew for each select(). The server says who is answered when; the trace says
# what each select() was told.
rule="Every answer is received: select() overwrites the set with what is ready now, so it is made anew \
for each call."
STUCK="The server answers one only when all are there, and the one before has been closed."
trace_all

# run_select URL...: it waits in select(), without looking up in between.
run_select()
{
    run_fetch "$@"
    expect_selecting select
    expect_patient "select() waits until somebody is ready: it has nothing else to wait for." 100
}

# turns GROUP K...: asks for the pages K of a group; the first URL is ID 1, and so on.
turns()
{
    group=$1 count=$#
    shift
    urls=
    for turn in "$@"; do
        urls="$urls $URL/turn/$turn/$((count - 1))/$group"
    done
    # shellcheck disable=SC2086 # a list of words
    run_select $urls
}

turns a 3 2 1
expect_order "$rule" 3 2 1
expect_status "If every page is done, the exit status is 0." 0

turns b 2 4 1 5 3
expect_order "$rule" 3 1 5 2 4
for id in 1 2 3 4 5; do
    expect_events $id "Each page goes its way once." connecting connected sent receiving 'done'
done

run_select "$URL/turn/2/2/c" "$URL/drip/20/1" "$URL/turn/1/2/c" "$URL/port/none" "$URL/close"
expect_done "An answer that comes in pieces is received whole." 2 20
expect_done "$rule" 1 7
expect_failed "A page that fails ends its own request, no other." 5 "empty response"
expect_status "If a page has failed, the exit status is 1." 1
