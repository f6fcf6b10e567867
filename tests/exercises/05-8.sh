# shellcheck shell=sh disable=SC1010,SC2015,SC2016,SC2034,SC2154
# 05-8: tasks without stacks. The calls tell who waits: select() alone, for all chains.

# Not traced: where there are no other stacks, this exercise can be done all the same.
came=$(grep -n -E '(swap|make)context *\(|^ *# *include *".*"' "$SOURCE" | head -n 1)
[ -z "$came" ] || fail "There is no other stack: what a task needs later stands in its struct." \
    "no switch to another stack, and no header but the system's" "line $came"

trace_calls fork connect send recv read write select pselect poll close nanosleep usleep sleep

# run_chains PATH...: a chain for each.
run_chains() {
    chains=$#
    run_traced "${URL##*:}" "$@"
}

# expect_chains RULE LINE...: these lines, in any order. And what holds for each run, holds.
expect_chains() {
    rule=$1
    shift
    printf '%s\n' "$@" | sort >"$WORK/right"
    sort "$WORK/out" | cmp -s - "$WORK/right" ||
        fail "$rule" "$(printf '%s\n' "$@")" "$(cat "$WORK/out")"
    expect_status "When all is done, main() returns 0." 0
    expect_awaiting
    left=$(awk '$1 == "connect" { open[$7] = 1 } $1 == "close" { delete open[$7] }
                END { for (fd in open) n++; print n + 0 }' "$WORK/trace")
    expect_count "Each socket is closed when its page is over." "$left" 0 0 "sockets left open"
}

# expect_awaiting: main() waits, in select(), and nobody else.
expect_awaiting() {
    expect_no_call "Only select() waits, in main()." \
        '/^(poll|nanosleep|usleep|sleep) / || $1 ~ /^(recv|send|connect)$/ && $3 == "0" && $6 != 0' \
        "no other call that may wait"
    expect_calls "recv() is called when select() has said that there is something." \
        '$1 == "recv" && $3 == "EAGAIN"' 0 3 'times "not yet" from recv()'
    came=$(awk -v n=$chains '$1 == "select" { if ($7 + 0 < n) print $7 + 0 " of " n; exit }' "$WORK/trace")
    [ -z "$came" ] || fail "Nobody but main() waits: whoever has to wait returns PENDING, all the way up. \
So all chains have begun before the first select(), which is told of all of them." \
        "the first select() watches one socket for each chain: $chains of $chains" "it watches $came"
}

n=$(($$ % 900 + 100))
run_chains "/links?to=/bytes/$n"
expect_chains "When A is here, B is fetched: the first link in A." \
    "1 has A, which says /bytes/$n" "1 has B, $n bytes"
expect_requests "A is asked for first, then B, whose path A has said." "/links?to=/bytes/$n" "/bytes/$n"

run_chains /bytes/9
expect_chains "If A says no link, there is no B." '1 has A, which says no link'
expect_requests "If A says no link, there is no B." "/links?to=/bytes/$n" "/bytes/$n" /bytes/9

STUCK="Each chain has its own pages."
run_chains "/links?to=/delay/100/$n" "/links?to=/bytes/5" /bytes/9
expect_chains "$STUCK" "1 has A, which says /delay/100/$n" '2 has A, which says /bytes/5' \
    '3 has A, which says no link' '2 has B, 5 bytes' "1 has B, $n bytes"

# All B must stand before the server at once; then they are answered in the order of K, each when the
# one before it was closed.
STUCK="No chain waits for another: all three B are asked for, and then the server answers."
for order in '2 3 1' '3 1 2'; do
    # shellcheck disable=SC2086 # this is a list of words
    set -- $order
    g=await$1$2$3
    run_chains "/turn/$3/3/a$g?links=/turn/$1/3/$g" "/turn/$1/3/a$g?links=/turn/$2/3/$g" \
        "/turn/$2/3/a$g?links=/turn/$3/3/$g,/bytes/1"
    expect_chains "Each chain keeps what it needs of its own A." "1 has A, which says /turn/$1/3/$g" \
        "2 has A, which says /turn/$2/3/$g" "3 has A, which says /turn/$3/3/$g" \
        '1 has B, 7 bytes' '2 has B, 7 bytes' '3 has B, 7 bytes'
    expected=$(printf '%s\n' "$1 1" "$2 2" "$3 3" | sort | cut -c3 | tr '\n' ' ')
    came=$(sed -n 's/^\(.\) has B.*/\1/p' "$WORK/out" | tr '\n' ' ')
    [ "$came" = "$expected" ] ||
        fail "No chain waits for another: each has its B when the server answers it." \
            "has B, in this order: $expected" "has B, in this order: $came"
done
