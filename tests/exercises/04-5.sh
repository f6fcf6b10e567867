# shellcheck shell=sh disable=SC1010,SC2015,SC2034,SC2154
# 04-5: walks from link to link.

trace_calls -DCALLS_LOOP -DCALLS_FETCH select fork

# run_fetches ARGUMENT...: it waits in the loop alone; after the first pages, it is callbacks that fetch.
run_fetches() {
    run_loop "$@"
    late=$(sed '/^loop_end /,$d' "$WORK/trace" | sed '1,/^loop_run /d' | grep -c '^own_fetch ')
    all=$(grep -c '^own_fetch ' "$WORK/trace")
    expect_count "A next page is fetched by a callback, with fetch() of given.h, while the loop runs." \
        "$((all - late))" 1 $(($# - 1)) "pages fetched outside the loop"
}

# size PATH: how many bytes the body has.
size() {
    "$FETCH" "$URL$1" |
        sed -n 's/^.* done *200, \([0-9]*\) bytes$/\1/p'
}

# to PATH: a page with one link, to PATH. link PATH: PATH as it stands in such a query.
link() {
    printf '%s\n' "$1" | sed 's/%/%25/g; s/?/%3F/g; s/=/%3D/g; s/,/%2C/g'
}
to() {
    printf '/links?to=%s\n' "$(link "$1")"
}

one=$(to /bytes/50)
two=$(to "$one")
three=$(to "$two")
size_1=$(size "$one") size_2=$(size "$two") size_3=$(size "$three")

rule="A walk goes on as long as there is a link, and counts what it has seen."
run_fetches 100 "$URL$two"
expect_lines "$rule" "1: 3 pages, $((size_2 + size_1 + 50)) bytes"
run_fetches 100 "$URL$three"
expect_lines "$rule" "1: 4 pages, $((size_3 + size_2 + size_1 + 50)) bytes"
run_fetches 100 "$URL/bytes/50"
expect_lines "A page without a link is the last one." "1: 1 pages, 50 bytes"

# The first pages are answered in the order 1 2, the second pages in the order 2 1; then 1 has one more
# page to go. So 2 is at its end while 1 still waits.
rule="Walks go on side by side; each has its own count."
first=$(size "/turn/1/1/x?links=$(link "/turn/2/2/b?links=/bytes/50")")
middle=$(size '/turn/1/1/x?links=/bytes/50')
second=$(size '/turn/1/1/x?links=/turn/1/2/b')
run_fetches 100 "$URL/turn/1/2/a?links=$(link "/turn/2/2/b?links=/bytes/50")" \
    "$URL/turn/2/2/a?links=/turn/1/2/b"
expect_lines "$rule" "2: 2 pages, $((second + 7)) bytes" "1: 3 pages, $((first + middle + 50)) bytes"

first=$(size '/turn/1/1/x?links=/turn/1/2/d')
second=$(size '/turn/1/1/x?links=/turn/2/2/d')
run_fetches 100 "$URL/turn/2/2/c?links=/turn/1/2/d" "$URL/turn/1/2/c?links=/turn/2/2/d"
expect_lines "$rule" "1: 2 pages, $((first + 7)) bytes" "2: 2 pages, $((second + 7)) bytes"

run_fetches 2 "$URL$three"
expect_lines "A walk ends after MOST pages (here 2)." "1: 2 pages, $((size_3 + size_2)) bytes"
run_fetches 60 "$URL/site-loop/?n=1"
expect_match "A walk ends after MOST pages (here 60)." '^1: 60 pages, [0-9]+ bytes$' "1: 60 pages, ..."
asked=$(grep -c '^GET /site-loop/' "$SERVER_LOG")
expect_count "A walk that has seen MOST pages asks for no further one." "$asked" 60 60 \
    "requests for 60 pages"

before=$(to /close)
first=$(to "$before")
run_fetches 100 "$URL$first"
expect_lines "A page that has failed ends the walk; what was before it counts." \
    "1: 2 pages, $(($(size "$first") + $(size "$before"))) bytes, then failed: empty response"
run_fetches 100 "$URL/close"
expect_lines "A page that has failed ends the walk." \
    "1: 0 pages, 0 bytes, then failed: empty response"
