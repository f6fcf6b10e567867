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
@test "04: the sketch asks for all pages, and takes them as they come" {
    sketch 04-callbacks /turn/2/3 /turn/3/3 /turn/1/3
    expect_lines "/turn/2/3 sent" \
        "/turn/3/3 sent" \
        "/turn/1/3 sent" \
        "/turn/1/3 done" \
        "/turn/2/3 done" \
        "/turn/3/3 done"
}

@test "04: pages are done in the order of the answers, not of the questions" {
    check_order_of_answers 04-callbacks
}

@test "04: all pages are connecting before any is done" {
    check_all_start_first 04-callbacks
}

@test "04: -j limits the connections" {
    check_connection_limit 04-callbacks
}

@test "04: event_loop.h knows nothing of HTTP: it works in a program of its own" {
    cat >"$BATS_TEST_TMPDIR/timers.c" <<'END'
#include "event_loop.h"
#include <stdio.h>

static void say(void *text)
{
    puts(text);
}

int main(void)
{
    static struct event_loop loop;
    struct timer late = {say, "late", 0, NULL, NULL}, soon = {say, "soon", 0, NULL, NULL};
    struct timer never = {say, "never", 0, NULL, NULL};
    loop_init(&loop);
    loop_start_timer(&loop, &late, 0.02);
    loop_start_timer(&loop, &never, 0.01);
    loop_start_timer(&loop, &soon, 0);
    loop_stop_timer(&never);
    loop_run(&loop);
    return 0;
}
END
    cc -I "$BATS_TEST_DIRNAME/../04-callbacks" -o "$BATS_TEST_TMPDIR/timers" "$BATS_TEST_TMPDIR/timers.c"
    run timeout 20 "$BATS_TEST_TMPDIR/timers"
    [ "$output" = $'soon\nlate' ] || broken "timers run in the order in which they are due" \
        "expected: soon late" "came: $output"
}

@test "04: a page that fails says why, and disturbs no other" {
    check_failures 04-callbacks
}

@test "04: bad usage is told, and nothing is fetched" {
    check_usage 04-callbacks
}

@test "04: who was unwatched by an earlier callback is not called" {
    cat >"$BATS_TEST_TMPDIR/unwatch.c" <<'END'
#include "event_loop.h"
#include <stdio.h>
#include <unistd.h>

static struct event_loop loop;
static int first[2], second[2], third[2];

static void on_first(void *unused)
{
    (void)unused;
    puts("first");
    loop_unwatch(&loop, first[0]);
    loop_unwatch(&loop, second[0]);
}

static void on_second(void *unused)
{
    (void)unused;
    puts("second");
    loop_unwatch(&loop, second[0]);
}

static void on_third(void *unused)
{
    (void)unused;
    puts("third");
    loop_unwatch(&loop, third[0]);
}

int main(void)
{
    loop_init(&loop);
    if (pipe(first) == -1 || pipe(second) == -1 || pipe(third) == -1 ||
        write(first[1], "x", 1) != 1 || write(second[1], "x", 1) != 1 ||
        write(third[1], "x", 1) != 1)
        return 1;
    loop_watch(&loop, first[0], on_first, NULL, NULL);
    loop_watch(&loop, second[0], on_second, NULL, NULL);
    loop_watch(&loop, third[0], on_third, NULL, NULL);
    loop_run(&loop);
    return 0;
}
END
    cc -I "$BATS_TEST_DIRNAME/../04-callbacks" -o "$BATS_TEST_TMPDIR/unwatch" "$BATS_TEST_TMPDIR/unwatch.c"
    run timeout 20 "$BATS_TEST_TMPDIR/unwatch"
    [ "$output" = $'first\nthird' ] || broken "an event found before is not delivered after loop_unwatch()" \
        "expected: first third" "came: $output"
}
