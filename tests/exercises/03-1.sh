# 03-1: the sets are made anew for each select(). The server says who is answered when.
rule="Every answer is received: select() overwrites the set with what is ready now, so it is made anew \
for each call"

# turns GROUP K...: asks for the pages K of a group; the first URL is ID 1, and so on.
turns() {
    group=$1 count=$#
    shift
    urls=
    for turn in "$@"; do
        urls="$urls $URL/turn/$turn/$((count - 1))/$group"
    done
    # shellcheck disable=SC2086 # a list of words
    run_program $urls
}

turns a 3 2 1
expect_order "$rule." 3 2 1
expect_status "If every page is done, the exit status is 0." 0

turns b 2 4 1 5 3
expect_order "$rule." 3 1 5 2 4
for id in 1 2 3 4 5; do
    expect_events $id "Each page goes its way once." connecting connected sent receiving 'done'
done

run_program "$URL/turn/2/2/c" "$URL/drip/20/1" "$URL/turn/1/2/c" "$URL/port/none" "$URL/close"
expect_match "An answer that comes in pieces is received whole." '^ *[0-9.]+ +2  done +200, 20 bytes'
expect_match "$rule." '^ *[0-9.]+ +1  done '
expect_match "A page that fails ends its own request, no other." '^ *[0-9.]+ +5  failed '
expect_status "If a page has failed, the exit status is 1." 1
