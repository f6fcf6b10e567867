# shellcheck shell=sh disable=SC1010,SC2015,SC2034,SC2154
# 04-3: nothing is used after free(). The sanitizers tell; without them, a page that ends twice or a
# program that does not end.

trace_calls -DCALLS_LOOP -DCALLS_HTTP select close fork

# run_pages ARGUMENT...: it waits in the loop alone, and gives back whatever it has allocated.
run_pages() {
    run_loop "$@"
    expect_unwatched
    came=$(awk '$1 == "own_allocate" { held[$4] = 1; n++ } $1 == "own_free" { delete held[$4] }
                END { for (p in held) left++; print (n ? left + 0 : "none, for nothing was allocated") }' \
        "$WORK/trace")
    [ "$came" = 0 ] || fail "Each request is a piece of memory of its own, which is freed when it has ended." \
        "pieces not freed: 0" "pieces not freed: $came"
}

# ends_once ID EVENT: the page has ended like this, and only once.
ends_once() {
    came=$(awk -v id="$1" '$1 != "#" && $2 == id && ($3 == "done" || $3 == "failed") {
        printf "%s%s", s, $3; s = " " }' "$WORK/out")
    [ "$came" = "$2" ] ||
        fail "Each page ends once; then nobody knows it any more, neither the loop nor its timer." \
            "end of page $1: $2" "end of page $1: ${came:-none}"
}

run_pages -t 5 "$URL/bytes/5"
ends_once 1 'done'
expect_status "If every page is done, the exit status is 0." 0

run_pages -t 0.5 "$URL/silent" "$URL/stall/100/50"
ends_once 1 failed
ends_once 2 failed

run_pages -t 5 "$URL/bytes/1000" "$URL/close" "$URL/drip/150/1" "$URL/reset" "$URL/no-length/640" \
    "$(refused_url)/" "$URL/truncate/900" "$URL/garbage"
for id in 2 4 6 7 8; do
    ends_once $id failed
done
for id in 1 3 5; do
    ends_once $id 'done'
done
expect_match "Each page is received whole." '^ *[0-9.]+ +1  done +200, 1000 bytes'
expect_match "Each page is received whole." '^ *[0-9.]+ +3  done +200, 150 bytes'
expect_match "Each page is received whole." '^ *[0-9.]+ +5  done +200, 640 bytes'
expect_status "If a page has failed, the exit status is 1." 1

expect_match "Each request is freed when it has ended." ', 0 requests not freed$' "0 requests not freed"

# The socket of 1 is closed; a loop that still has it in its set cannot wait for the others.
run_pages -t 5 "$URL/bytes/5" "$URL/turn/2/2/a" "$URL/turn/1/2/a"
expect_order "What has ended does not disturb the others (the server answers 1, then 3, then 2)." 1 3 2
