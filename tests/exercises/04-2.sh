# 04-2: countdowns that run at the same time. All have the same pause, so they take turns, however
# slow the machine is.
rule="While one waits for its next step, the others go on: they take turns."
trace_calls nanosleep usleep

run_program apollo 3 soyuz 2
expect_lines "$rule" 'apollo 3' 'soyuz 2' 'apollo 2' 'soyuz 1' 'apollo 1' \
    'soyuz lifts off' 'apollo lifts off'

run_program a 1 b 4 c 0 d 2
expect_lines "$rule" 'a 1' 'b 4' 'c lifts off' 'd 2' 'a lifts off' 'b 3' 'd 1' 'b 2' \
    'd lifts off' 'b 1' 'b lifts off'

run_program solo 2
expect_lines "One step after the other, and then the loop has nothing left to wait for." \
    'solo 2' 'solo 1' 'solo lifts off'
expect_status "A program that has done its work exits with status 0." 0

[ ! -s "$WORK/trace" ] ||
    fail "A callback never sleeps: as long as it does, the loop cannot call anybody." \
        "no sleep but the loop's" "$(sed 's/ .*//' "$WORK/trace" | sort | uniq -c)"
