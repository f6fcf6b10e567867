# shellcheck shell=sh disable=SC1010,SC2015,SC2016,SC2034,SC2154
# 03-3: more descriptors than an fd_set has bits. Of 1,100 sockets that are open at once, 80 lie
# beyond 1,023. The trace says that it is poll() that waits, and for whom.
trace_all
pages=1100
rule="With poll() the number of a descriptor does not matter: $pages pages at once are all done"

# run_poll ARGUMENT...: it waits in poll(), for all, without looking up in between.
run_poll()
{
    run_fetch "$@"
    expect_selecting poll
    expect_patient "poll() waits until somebody is ready: it has nothing else to wait for." 100
}

# A few first: what is wrong with them is told sooner.
STUCK="The server answers one only when all are there, and the one before has been closed."
run_poll "$URL/turn/3/3/a" "$URL/turn/1/3/a" "$URL/turn/2/3/a"
expect_order "poll() tells who is ready (the server answers 2, then 3, then 1)." 2 3 1

# count_done: how many pages were done in the last run.
count_done()
{
    awk '$3 == "done"' "$WORK/out" | wc -l | tr -d ' '
}

# shuffled: the URLs of 100 pages at once, and of 1,000 that are answered one after the other.
# order: their IDs in that order.
shuffled()
{
    awk -v url="$URL" 'BEGIN {
        for (id = 1; id <= 100; id++) print url "/bytes/5"
        for (i = 0; i < 1000; i++) print url "/turn/" (i * 387) % 1000 + 1 "/1000/big" }'
}
order()
{
    awk 'BEGIN { for (i = 0; i < 1000; i++) id[(i * 387) % 1000] = i + 101
                 for (turn = 0; turn < 1000; turn++) print id[turn] }'
}

many_descriptors()
{
    # shellcheck disable=SC2046 # one word a URL
    run_poll $(awk -v url="$URL" -v n=$pages 'BEGIN { while (n-- > 0) print url "/bytes/5" }')
    [ "$(count_done)" -eq $pages ] ||
        fail "$rule." "$pages done" "$(count_done) done
$(grep ' failed ' "$WORK/out" | head -n 3)"

    # shellcheck disable=SC2046
    run_poll $(shuffled)
    [ "$(count_done)" -eq $pages ] ||
        fail "$rule, also those that have to wait for one another." "$pages done" "$(count_done) done
$(grep ' failed ' "$WORK/out" | head -n 3)"
    awk '$3 == "done" && $2 > 100 { print $2 }' "$WORK/out" >"$WORK/came"
    order >"$WORK/order"
    cmp -s "$WORK/came" "$WORK/order" ||
        fail "A page is done when the server has answered it, and before the next one is answered." \
            "done in this order: $(head -n 20 "$WORK/order" | tr '\n' ' ')..." \
            "done in this order: $(head -n 20 "$WORK/came" | tr '\n' ' ')..."
    expect_status "If every page is done, the exit status is 0." 0
}

# shellcheck disable=SC3045 # -H and -S: POSIX since 2024, and in all shells before
hard=$(ulimit -H -n)
if [ "$hard" != unlimited ] && [ "$hard" -lt $((pages + 100)) ]; then
    show note "More than 1,024 descriptors were not tried: this system allows $hard only."
else
    # shellcheck disable=SC3045
    ulimit -S -n $((pages + 100))
    many_descriptors
fi

run_poll "$URL/reset" "$URL/close" "$URL/drip/9/1" "$(refused_url)/"
expect_events 1 "Also a connection that was reset is reported ready; recv() says why." \
    connecting connected sent failed
expect_events 2 "Also the end of a connection is reported ready." connecting connected sent failed
expect_done "An answer that comes in pieces is received whole." 3 9
expect_events 4 "A page to which no connection was made is not waited for." connecting failed
