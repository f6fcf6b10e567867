# shellcheck shell=sh disable=SC1010,SC2015,SC2034,SC2154
# 04-4: A, and then the B that A names. How long A is, the server is asked.

trace_calls -DCALLS_LOOP -DCALLS_FETCH select fork

# run_fetches ARGUMENT...: it waits in the loop alone; after the first pages, it is callbacks that fetch.
run_fetches() {
    run_loop "$@"
    late=$(sed '/^loop_end /,$d' "$WORK/trace" | sed '1,/^loop_run /d' | grep -c '^own_fetch ')
    all=$(grep -c '^own_fetch ' "$WORK/trace")
    expect_count "A next page is fetched by a callback, with fetch() of given.h, while the loop runs." \
        "$((all - late))" 1 $# "pages fetched outside the loop"
}

# size PATH: how many bytes the body has.
size() {
    "$FETCH" "$URL$1" |
        sed -n 's/^.* done *200, \([0-9]*\) bytes$/\1/p'
}

short=$(size '/links?to=/bytes/5')
long=$(size '/links?to=/bytes/12345,/bytes/6')
run_fetches "$URL/links?to=/bytes/5"
expect_lines "When A is here, B is fetched: the first link in A." "1: $short bytes, then 5 bytes"
run_fetches "$URL/links?to=/bytes/12345,/bytes/6"
expect_lines "When A is here, B is fetched: the first link in A." "1: $long bytes, then 12345 bytes"

# The two A are answered in the order 1 2, the two B in the order 2 1: neither chain waits for the
# other, and each has to remember its own A.
first=$(size '/turn/1/1/x?links=/turn/2/2/b')
second=$(size '/turn/1/1/x?links=/turn/1/2/b,/bytes/3,/close')
run_fetches "$URL/turn/1/2/a?links=/turn/2/2/b" "$URL/turn/2/2/a?links=/turn/1/2/b,/bytes/3,/close"
expect_lines "Each chain keeps what it needs of its own A, and no chain waits for another." \
    "2: $second bytes, then 7 bytes" "1: $first bytes, then 7 bytes"

first=$(size '/turn/1/1/x?links=/turn/1/3/d')
second=$(size '/turn/1/1/x?links=/turn/3/3/d,/')
third=$(size '/turn/1/1/x?links=/turn/2/3/d,/bytes/1')
run_fetches "$URL/turn/3/3/c?links=/turn/1/3/d" "$URL/turn/1/3/c?links=/turn/3/3/d,/" \
    "$URL/turn/2/3/c?links=/turn/2/3/d,/bytes/1"
expect_lines "Each chain keeps what it needs of its own A, and no chain waits for another." \
    "1: $first bytes, then 7 bytes" "3: $third bytes, then 7 bytes" "2: $second bytes, then 7 bytes"

run_fetches "$URL/close"
expect_lines "If A has failed, there is no B to ask for." "1: first failed: empty response"
run_fetches "$URL/bytes/9"
expect_lines "If A names no B, that is the end." "1: no link"
run_fetches "$URL/links?to=/truncate/100"
expect_lines "B can fail, too." "1: second failed: response cut short: 50 of 100 bytes"
