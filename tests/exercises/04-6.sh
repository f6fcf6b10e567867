# shellcheck shell=sh disable=SC1010,SC2015,SC2016,SC2034,SC2154
# 04-6: the loop waits with epoll (Linux) or kqueue (BSD, macOS). The trace says what the kernel is told,
# and for how long it is asked to wait.

trace_calls -DCALLS_WAIT epoll_create1 epoll_create epoll_ctl epoll_wait epoll_pwait kqueue kevent \
    connect send recv close select pselect poll nanosleep usleep sleep fork
case $(uname) in
Linux) kernel=epoll wait_call=epoll_wait ;;
*) kernel=kqueue wait_call=kevent ;;
esac

# expect_in_trace RULE EXPECTED SCRIPT: the awk script, which reads the trace, prints nothing. It knows
# what stands in the kernel's list: told[5] is "r", "w" or "rw", or 5 is not in it.
expect_in_trace()
{
    came=$(awk '
        ($1 == "epoll_ctl" || $1 == "kevent_change") && $2 != -1 {
            fd = what = $7
            gsub(/[a-z]/, "", fd)
            gsub(/[0-9]/, "", what)
            if ($1 == "epoll_ctl" && $4 == 2 || told[fd] == what && $4 == 2) delete told[fd]
            else if ($1 == "epoll_ctl") told[fd] = what
            else if ($4 == 2) sub(what, "", told[fd])
            else if (index(told[fd], what) == 0) told[fd] = told[fd] what
        }
        '"$3" "$WORK/trace")
    [ -z "$came" ] || fail "$1" "$2" "$came"
}

# expect_time: each wait has the time that loop_wait() was given; 2 ms more is rounding, but 0 is 0.
expect_time()
{
    expect_in_trace "The loop waits as long as it may: until somebody is ready or the first timer is due. \
$wait_call() gets the time of loop_wait(), rounded up (0 stays 0); less would ask again and again." \
        "each wait as long as loop_wait() is told" '
        $1 == "loop_wait" { may = $4 }
        $1 == "'$wait_call'" && ((may < 0) != ($6 < 0) ||
            may == 0 && $6 != 0 ||
            may >= 0 && ($6 * 1000 < may - 1 || $6 * 1000 > may + 2000)) {
            print "loop_wait() may wait for " (may < 0 ? "ever" : may / 1000 " ms")
            print "'$wait_call'() is asked to wait for " ($6 < 0 ? "ever" : $6 " ms")
            exit
        }'
}

# expect_list: the kernel has a list of its own, and is told when something changes.
expect_list()
{
    expect_calls "One list in the kernel, from the beginning to the end." '$1 == "kernel_list"' 1 1 \
        "lists made"
    expect_in_trace "Whoever is watched is told level-triggered: as long as something is there, each wait \
says so. on_readable() takes a part, and counts on being called for the rest." \
        "no EPOLLET, EPOLLONESHOT, EV_CLEAR, EV_ONESHOT" '
        ($1 == "epoll_ctl" || $1 == "kevent_change") && $7 ~ /e/ { n++ }
        END { if (n) print n " descriptors whose readiness is told once only" }'
    expect_in_trace "A descriptor is taken off the list when it is not watched any more, not only by \
close(): it may stay open." "each descriptor taken off the list" '
        $1 == "close" && $7 in told { n++; delete told[$7] }
        END { if (n) print n " closed while they were in the list" }'
    expect_in_trace "All that are on their way are in the list." "all on their way in the list" '
        $1 == "connect" { open[$7] = 1 }
        $1 == "close" { delete open[$7] }
        $1 == "'$wait_call'" {
            calls++
            for (fd in open) if (!(fd in told)) missing++
            if (missing) { print "wait " calls ": " missing " not in the list"; exit }
        }'
    expect_in_trace "The kernel keeps the list: it is told what has changed, and not all again." \
        "at most 4 changes for each connection" '
        $1 == "epoll_ctl" || $1 == "kevent_change" { n++ }
        $1 == "connect" { connections++ }
        END { if (n > 4 * connections) print n " changes for " connections " connections" }'
}

# run_kernel ARGUMENT...: as run_traced, for a loop that leaves the list to the kernel.
run_kernel()
{
    run_traced "$@"
    expect_calls "It waits with $wait_call()." '$1 == "'$wait_call'"' 1 1000000 "calls of $wait_call()"
    expect_no_call "Nobody else waits." '$1 ~ /^(select|poll|nanosleep|usleep|sleep)$/' "no such call"
    expect_time
    expect_list
    expect_in_trace "Nobody is woken for nothing: after each wait that has found somebody, somebody \
connects, sends or receives. A socket that waits for an answer is not watched for writing any more." \
        "no more waits that find somebody than connect(), send() and recv()" '
        $1 == "'$wait_call'" && $2 > 0 { woken++ }
        $1 ~ /^(connect|send|recv)$/ { done++ }
        END { if (woken > done) print woken " waits that found somebody, " done " calls" }'
    grep -v '^#' "$WORK/out" >"$WORK/pages"
    mv "$WORK/pages" "$WORK/out"
}

STUCK="A timer that is due ends the wait."
run_kernel -t 0.5 "$URL/silent"
expect_lines "$STUCK" "1: failed: timed out after 0.5 s"

# This one is late as soon as it is started: loop_wait() shall only look.
run_kernel -t 0.000000001 "$URL/silent"
expect_lines "$STUCK" "1: failed: timed out after 1e-09 s"

STUCK="Whoever is ready is named to loop_found(), also after an error or at an end."
turn=$URL/turn
run_kernel -t 8 "$turn/3/3/a" "$turn/1/3/a" "$turn/2/3/a"
expect_lines "Whoever is ready is called, and nobody waits for another (the server answers 2, 3, 1)." \
    "2: 7 bytes" "3: 7 bytes" "1: 7 bytes"

run_kernel -t 8 "$URL/bytes/1000000" "$URL/drip/30/1" "$turn/2/2/b" "$turn/1/2/b"
sort "$WORK/out" >"$WORK/sorted"
mv "$WORK/sorted" "$WORK/out"
expect_lines "An answer that comes in pieces is received whole." \
    "1: 1000000 bytes" "2: 30 bytes" "3: 7 bytes" "4: 7 bytes"

run_kernel -t 8 "$(refused_url)/" "$URL/close" "$URL/bytes/5"
expect_match "A connection that was refused is told, too." '^1: failed: ' '1: failed: ...'
expect_match "The end of a connection is told, too." '^2: failed: empty response' \
    '2: failed: empty response'
expect_match "A page that fails does not touch the others." '^3: 5 bytes' '3: 5 bytes'

EXERCISE_INTERRUPT=$wait_call
export EXERCISE_INTERRUPT
run_kernel -t 8 "$turn/2/2/c" "$turn/1/2/c"
unset EXERCISE_INTERRUPT
expect_lines "After a signal (EINTR) nobody is ready; the loop waits again." "2: 7 bytes" "1: 7 bytes"

# shuffled: the URLs of 100 pages at once, and of 1,000 that are answered one after the other; order:
# their lines.
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
    run_kernel $(shuffled)
    sed -n '/: 5 bytes$/d; s/: [0-9]* bytes$//p' "$WORK/out" >"$WORK/came"
    order >"$WORK/order"
    cmp -s "$WORK/came" "$WORK/order" || fail "With $kernel the number of a descriptor does not matter: \
1,100 pages at once are all there, in the order in which the server answers." \
        "in this order: $(head -n 20 "$WORK/order" | tr '\n' ' ')..." \
        "in this order: $(head -n 20 "$WORK/came" | tr '\n' ' ')...
of $(wc -l <"$WORK/came") pages"
}

# shellcheck disable=SC3045 # -H and -S: POSIX since 2024, and in all shells before
hard=$(ulimit -H -n)
if [ "$hard" != unlimited ] && [ "$hard" -lt 1200 ]; then
    show note "More than 1,024 descriptors were not tried: this system allows $hard only."
else
    # shellcheck disable=SC3045
    ulimit -S -n 1200
    many_descriptors
fi
