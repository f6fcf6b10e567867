# What holds for the whole house: five folders that stand alone, and agree.

load helpers

setup() {
    bats_require_minimum_version 1.5.0
    house=$BATS_TEST_DIRNAME/..
}

@test "make, typed in a step's folder, does what it does in the one above" {
    for step in "${STEPS[@]}"; do
        cmp "$house/01-blocking/Makefile" "$house/$step/Makefile" || broken "type: make copies"
        run env -u MAKEFLAGS make -n -C "$house/$step/exercises" hint-03-1
        expect_status 0
        [[ "$output" == *"tests/tools/exercise hint 03-1"* ]] || broken "it is passed on twice"
    done
    # of `make exercises` there is a folder, of `make fetch` a source
    for target in all exercises hint-03-1 3; do
        run env -u MAKEFLAGS make -n -C "$house/03-select" "$target"
        expect_status 0
        [[ "$output" == *"-C .."* ]] || broken "make $target is passed on"
    done
}

@test "http.h is the same file in all five folders" {
    for step in "${STEPS[@]}"; do
        cmp "$house/01-blocking/http.h" "$house/$step/http.h" ||
            broken "http.h is byte for byte the same" "type: make copies"
    done
}

@test "each step builds with cc and no flags, with its folder alone" {
    for step in "${STEPS[@]}"; do
        cp -R "$house/$step" "$BATS_TEST_TMPDIR/alone"
        cd "$BATS_TEST_TMPDIR/alone"
        run cc -o fetch fetch.c
        [ "$status" -eq 0 ] && [ -z "$output" ] ||
            broken "$step builds without flags, other files or warnings" "came: $output"
        cd "$house"
        rm -r "$BATS_TEST_TMPDIR/alone"
    done
}

@test "http.h does nothing that a step teaches" {
    # Comments may name these calls.
    for call in socket connect select poll recv send setsockopt getsockopt fcntl O_NONBLOCK EAGAIN \
        EINPROGRESS; do
        # stdout is no socket: that it waits is the log's business.
        run grep -nE "(^|[^a-z_])${call}[ (]" \
            <(sed 's@/\*.*@@; /^ \*/d; /STDOUT_FILENO/d; /is_time_out/,/^}/d' "$house/01-blocking/http.h")
        [ "$status" -ne 0 ] || broken "http.h holds only what no step is about" "came: $output"
    done
}

@test "lesson functions are at most 40 lines long" {
    for file in "$house"/0*/fetch.c "$house"/0*/*.h; do
        run awk '/^[a-z].*\)$/ { name = $0 } /^[{]/ { start = NR }
            /^}/ && start { if (NR - start > 41) print FILENAME ": " NR - start - 1 " lines: " name; start = 0 }' "$file"
        [ -z "$output" ] || broken "a function is read in one look" "$output"
    done
}

@test "no line of the sources is longer than 80 columns" {
    run awk 'length > 80 { print FILENAME ": " FNR ": " $0 }' "$house"/0*/*.[ch] \
        "$house"/0*/exercises/*.[ch] "$house"/tests/*.c "$house"/tests/*/*.[ch] "$house"/tests/*/*/*.[ch]
    [ -z "$output" ] || broken "a source fits into a window" "$output"
}

@test "done is logged before the socket is closed" {
    command -v strace >/dev/null && strace -o /dev/null true || skip "needs strace"
    start_server
    for step in "${STEPS[@]}"; do
        ASAN_OPTIONS=detect_leaks=0 strace -o "$BATS_TEST_TMPDIR/calls" -e trace=socket,write,close \
            "$BUILD/$step/fetch" "$url/bytes/10" >/dev/null
        # socket(...) = 3 ... write(1, "... done ...") ... close(3)
        run awk '/^socket/ { fd = $NF; closed = 0 } /^write.* done / { done = NR }
            !closed && $0 ~ "^close\\(" fd "\\)" { closed = NR } END { print (done && done < closed) }' \
            "$BATS_TEST_TMPDIR/calls"
        [ "$output" = 1 ] || broken "$step: done comes before close()" "$(cat "$BATS_TEST_TMPDIR/calls")"
    done
    stop_server
}

@test "the scripts have nothing that bash 3.2 or a BSD does not have" {
    # What is found: {fd}<, ${x[-1]}, mapfile, declare -A, ${x,,}, |&, EPOCH..., printf %(; and GNU's
    # sed -i without a suffix, grep -P, readlink -f, date +%N.
    run grep -nE '(exec|>|<) ?\{[a-z_]+\}[<>]|\[-[0-9]+\]\}|^ *(mapfile|readarray|coproc) |declare -A|(\$\{[a-z_]+)(,,|\^\^)|\|&|\$\{?EPOCH|%\([^)]*\)T|sed -i |grep -[a-zA-Z]*P|readlink -f|date \+.*%N' \
        "$house"/tests/*.bats "$house"/tests/*.bash "$house"/tests/run-bats "$house"/tests/tools/[a-z]* \
        "$house"/tests/bench/bench "$house"/tests/bench/costs "$house"/tests/exercises/*.sh
    found=$(printf '%s\n' "$output" |
        grep -vE '00-house.bats|: Is a directory|^[^:]*:[0-9]*: *#|make \[\^#' || :)
    [ -z "$found" ] || broken "bash 3.2 and BSD's tools run everything" "$found"
}
