load helpers

setup_file() {
    bats_require_minimum_version 1.5.0
    start_server
}

teardown_file() {
    stop_server
}

# The server answers no page before all three have asked for theirs; then it
# answers /turn/1 first, /turn/2 when that is closed, and /turn/3 last.
@test "05: the sketch asks for all pages, and takes them as they come" {
    sketch 05-coroutines /turn/2/3 /turn/3/3 /turn/1/3
    expect_lines "/turn/2/3 sent" \
        "/turn/3/3 sent" \
        "/turn/1/3 sent" \
        "/turn/1/3 done" \
        "/turn/2/3 done" \
        "/turn/3/3 done"
}

@test "05: pages are done in the order of the answers, not of the questions" {
    check_order_of_answers 05-coroutines
}

@test "05: all pages are connecting before any is done" {
    check_all_start_first 05-coroutines
}

@test "05: -j limits the connections" {
    check_connection_limit 05-coroutines
}

@test "05: pingpong prints 12 56 34 78, one a line" {
    # shellcheck disable=SC2086 # a command and its options
    run --separate-stderr timeout 60 ${WRAP:-} "$BUILD/05-coroutines/pingpong"
    expect_status 0
    [ "$output" = $'12\n56\n34\n78' ] || broken "each switch goes on where the other stopped" \
        "expected: 12 56 34 78" "came: $output"
}

@test "05: pingpong without its last switch never prints 78" {
    grep -v "the last one" "$BATS_TEST_DIRNAME/../05-coroutines/pingpong.c" >"$BATS_TEST_TMPDIR/short.c"
    cc -o "$BATS_TEST_TMPDIR/short" "$BATS_TEST_TMPDIR/short.c"
    run timeout 20 "$BATS_TEST_TMPDIR/short"
    [ "$output" = $'12\n56\n34' ] || broken "a coroutine that nobody switches to does not go on" \
        "expected: 12 56 34" "came: $output"
}

@test "05: coroutines that yield take turns, first in, first out" {
    cat >"$BATS_TEST_TMPDIR/turns.c" <<'END'
#include "coroutine.h"
#include <stdio.h>

static void count(void *name)
{
    for (int i = 1; i <= 3; i++) {
        printf("%s%d ", (char *)name, i);
        yield();
    }
}

int main(void)
{
    coroutine_start(count, "a");
    coroutine_start(count, "b");
    coroutine_start(count, "c");
    run_scheduler();
    printf("%ld\n", switches);
    return 0;
}
END
    cc -I "$BATS_TEST_DIRNAME/../05-coroutines" -o "$BATS_TEST_TMPDIR/turns" "$BATS_TEST_TMPDIR/turns.c"
    run timeout 20 "$BATS_TEST_TMPDIR/turns"
    # Each of the three is resumed four times (the last time to end), and each time it comes back.
    [ "$output" = "a1 b1 c1 a2 b2 c2 a3 b3 c3 24" ] ||
        broken "the ready queue is first in, first out" "came: $output"
}

@test "05: an overflowing stack meets the guard page, and not another coroutine's stack" {
    cat >"$BATS_TEST_TMPDIR/deep.c" <<'END'
#include "coroutine.h"

/* Goes down in small frames, by 50 KiB more than a stack has: into what was mapped below it. */
static void dive(void *top)
{
    volatile char frame[1000];
    frame[0] = 0;
    if ((char *)top - (char *)frame < STACK_SIZE + 50 * 1024)
        dive(top);
    frame[0] = 1;
}

static void diver(void *unused)
{
    char top;
    (void)unused;
    dive(&top);
    _exit(0); /* nothing has stopped it */
}

static void neighbour(void *unused)
{
    (void)unused;
}

int main(void)
{
    coroutine_start(diver, NULL);
    coroutine_start(neighbour, NULL); /* its stack is mapped below the first */
    run_scheduler();
    return 0;
}
END
    cc -w -I "$BATS_TEST_DIRNAME/../05-coroutines" -o "$BATS_TEST_TMPDIR/deep" "$BATS_TEST_TMPDIR/deep.c"
    run timeout 20 "$BATS_TEST_TMPDIR/deep"
    # 128 + the signal's number: 11 SIGSEGV, 10 SIGBUS on some systems
    [ "$status" -eq 139 ] || [ "$status" -eq 138 ] ||
        broken "an overflow is a crash at once" "exit status $status"
}

@test "05: a coroutine that only yields does not keep others from their sockets" {
    cat >"$BATS_TEST_TMPDIR/busy.c" <<'END'
#include "coroutine.h"
#include <stdio.h>

static int ends[2];
static bool done;

static void wait_for_data(void *unused)
{
    (void)unused;
    puts(wait_readable(ends[0], 20) ? "readable" : "too late");
    done = true;
}

static void keep_busy(void *unused)
{
    (void)unused;
    while (!done)
        yield();
    puts("the busy one ends");
}

int main(void)
{
    if (pipe(ends) == -1 || write(ends[1], "x", 1) != 1)
        return 1;
    coroutine_start(wait_for_data, NULL);
    coroutine_start(keep_busy, NULL);
    run_scheduler();
    return 0;
}
END
    cc -I "$BATS_TEST_DIRNAME/../05-coroutines" -o "$BATS_TEST_TMPDIR/busy" "$BATS_TEST_TMPDIR/busy.c"
    run timeout "${LIMIT:-20}" "$BATS_TEST_TMPDIR/busy"
    [ "$output" = $'readable\nthe busy one ends' ] ||
        broken "select() has its turn in each round of the scheduler" "came: $output"
}

@test "05: a page that fails says why, and disturbs no other" {
    check_failures 05-coroutines
}

@test "05: bad usage is told, and nothing is fetched" {
    check_usage 05-coroutines
}
