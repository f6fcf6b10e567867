# shellcheck shell=sh disable=SC1010,SC2015,SC2016,SC2034,SC2154
# 03-2: the nearest deadline is select()'s timeout. Judged by the number of selects and by the time
# that each was told to wait, never by the time that it took.
trace_all

# waits SECONDS URL ...: it waits in select(), which it can use.
waits()
{
    run_fetch "$@"
    expect_no_call "select() gets a time it can use: not below 0, and less than 1,000,000 microseconds." \
        '$1 == "select" && $3 == "EINVAL"' "no select() that fails with EINVAL"
    expect_selecting "select|poll"
}

# expect_selects MOST RULE: so many calls at most.
expect_selects()
{
    expect_calls "$2" '$1 ~ /^(select|poll)$/' 1 "$1" "selects"
}

silent=$URL/silent
waits 0.3 "$silent" 0.6 "$silent" 0.9 "$silent"
for id in 1 2 3; do
    expect_given_up $id "A page that is not answered in its time is given up, once."
done
expect_not_before 1 0.3
expect_not_before 2 0.6
expect_not_before 3 0.9
expect_selects 9 "select() sleeps until something happens. A fixed timeout wakes it for nothing, and so \
does one that is a little too short. (There are three limits.)"

# A select() that has found nobody has slept as long as it was told.
waits 0.3 "$silent" 0.4 "$silent"
expect_count "select() sleeps until the nearest limit that is left, from now on. Not counted: a limit that is \
over, and the time that is over. (There are two limits, 0.3 and 0.4 s after the start.)" \
    "$(awk '$1 ~ /^(select|poll)$/ && $2 == 0 { sum += $6 } END { print sum + 0 }' "$WORK/trace")" 0 450 \
    "ms, which all selects together have slept"

# The nearest limit is 30 s away, also for a machine that takes its time; whoever is woken earlier has
# been woken by an answer.
waits 40 "$URL/delay/200" 30 "$URL/delay/400" 50 "$URL/delay/600"
expect_patient "select() may sleep until the nearest limit, and no less (here 30 s, and then 50 s)." 10000
expect_no_call "select() may sleep until the nearest limit, and no longer (here 30 s, and then 50 s)." \
    '$1 ~ /^(select|poll)$/ && ($6 == -1 || $6 > 50010)' "no select() that may wait longer than 50 s"
for id in 1 2 3; do
    expect_events $id "A page that is answered in its time is done." connecting connected sent receiving 'done'
done

waits 60 "$URL/delay/600" 0.4 "$silent" 60 "$URL/delay/600"
expect_count "select() sleeps until the nearest limit, whoever has it (here the second: 60, 0.4, 60 s)." \
    "$(awk '$1 ~ /^(select|poll)$/ { print $6 < 0 ? 1000000 : $6; exit }' "$WORK/trace")" 0 450 \
    "ms, which the first select is told to wait"
expect_given_up 2 "A page that is not answered in its time is given up."
expect_not_before 2 0.4
expect_events 1 "A page that is answered in its time is done." connecting connected sent receiving 'done'
expect_events 3 "A page that is answered in its time is done." connecting connected sent receiving 'done'
expect_status "If a page has failed, the exit status is 1." 1

waits 1.5 "$URL/bytes/5" 2 "$silent"
expect_events 1 "A page that is answered in its time is done." connecting connected sent receiving 'done'
expect_selects 9 "A page that is over has no deadline. If you still count it, you find it passed, and do not \
sleep at all."

waits 0.000001 "$silent"
expect_given_up 1 "A limit may be over before select() is called. Then it does not sleep."

waits 20 "$URL/turn/2/3/d" 30 "$URL/turn/1/3/d" 40 "$URL/turn/3/3/d"
expect_order "select() still tells who is ready (the server answers 2, then 1, then 3)." 2 1 3
expect_status "If every page is done, the exit status is 0." 0
