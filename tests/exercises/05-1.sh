# shellcheck shell=sh disable=SC1010,SC2015,SC2034,SC2154
# 05-1: generators. The lines tell who ran when, so a list that is made beforehand is seen.

trace_calls -DTRACE_OUTPUT -DTRACE_SWITCHES swapcontext setcontext fork

# run_generators TREE...: each line is printed by the one whose name it bears.
run_generators() {
    run_traced "$@"
    expect_own_lines "main() asks, and the generator runs only until it has the next value: each prints \
its own lines."
}

run_generators 2,1 9 7,8
expect_lines "A generator runs until it has a value, and goes on when it is asked for the next." \
    'a stands at 1' 'main has 1 from a' 'b stands at 9' 'main has 9 from b' \
    'c stands at 7' 'main has 7 from c' 'a stands at 2' 'main has 2 from a' \
    'c stands at 8' 'main has 8 from c' '5 values'

run_generators 40 30,10,20
expect_lines "Each generator goes on where it was left, deep in its own tree." \
    'a stands at 40' 'main has 40 from a' 'b stands at 10' 'main has 10 from b' \
    'b stands at 20' 'main has 20 from b' 'b stands at 30' 'main has 30 from b' '4 values'

# Where on its stack it stands when it is left: deeper for 20, which is below 30 and 10.
depths=$(awk 'FILENAME == ARGV[1] { if ($1 ~ /context$/) { at[++n] = $5; depth[n] = $2 } next }
              { end += length($0) + 1; while (k < n && at[k + 1] < end) k++
                if (/^b stands/) print depth[k + 1] }' "$WORK/trace" "$WORK/out" | sort -u | wc -l)
expect_count "The walk calls itself, and is left within: it is not a list that is read out." \
    "$((depths))" 3 3 "places on the stack where b, a tree of three levels, was left"

run_generators '' 6 ''
expect_lines "A generator without a value ends at once, and the others go on." \
    'b stands at 6' 'main has 6 from b' '1 values'

run_generators 5,5,-1,0 '' 4,3,2,1 0
expect_lines "Each generator gives all its values, from the smallest to the largest." \
    'a stands at -1' 'main has -1 from a' 'c stands at 1' 'main has 1 from c' \
    'd stands at 0' 'main has 0 from d' 'a stands at 0' 'main has 0 from a' \
    'c stands at 2' 'main has 2 from c' 'a stands at 5' 'main has 5 from a' \
    'c stands at 3' 'main has 3 from c' 'a stands at 5' 'main has 5 from a' \
    'c stands at 4' 'main has 4 from c' '9 values'

n=$(($$ % 90 + 10))
run_generators "$n" "$((n + 2)),$((n + 1))"
expect_lines "Each generator gives its own values, whatever they are." \
    "a stands at $n" "main has $n from a" "b stands at $((n + 1))" "main has $((n + 1)) from b" \
    "b stands at $((n + 2))" "main has $((n + 2)) from b" '3 values'
expect_status "When all is done, main() returns 0." 0
