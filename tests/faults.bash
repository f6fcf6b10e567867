# What 08-faults.bats runs its tables with. In that file: load faults
#
# A row of a table is a fault, a path of the practice server that has it, and
# what the log says in the end:
#
#     closes without a byte       | /close            | failed: empty response
#
# `meets` reads such rows. Each is met twice in each of the five steps: alone,
# and among five good URLs, which must all come out exact. The steps run at the
# same time, since they mostly wait.
#
# `meets_together` reads such rows as well, and meets all of them in one run of
# each step, with good URLs in between: for what http.h judges, which is the
# same file in all steps.
#
# Below that, and used by itself where a row is not enough, is a case: one
# command line, and what is expected of it.
#
#     new_case NAME                      begins one; its files are in $case
#     expect URL OUTCOME [BODY]          a URL, the end of its log, what is saved
#     run_case SECONDS [PROGRAM...]      runs it in all steps
#     check_case NAME | none_broken      a line for each rule that was broken
#
# A check prints a line for each broken rule, and succeeds all the same, so that
# one run shows all that is wrong. `none_broken` turns such lines into a failed
# test. What takes time is looked at by its order, or against a limit that grows
# if the machine is slow; see `row`.
#
# FAULTS_TABLE=FILE: writes there how each row went in each step.
#
# shellcheck shell=bash disable=SC2154

# ---- What all checks need ----

# A check prints a line for each rule that was broken, and succeeds all the same. With pipefail,
# `some_checks | none_broken` shows those lines, and fails if there are any, or a check has failed.
none_broken() {
    local complaints
    complaints=$(cat)
    [ -z "$complaints" ] || {
        printf '%s\n' "$complaints"
        return 1
    }
}

# bats watches each command, to tell where a test failed; that makes loops several times slower. A
# subshell whose commands need no watching (its output tells all) calls this first.
unwatched() {
    trap - DEBUG
}

# in_all_steps FUNCTION ARGUMENT...: calls `FUNCTION STEP ARGUMENT...` for all steps at once, and
# waits for them.
in_all_steps() {
    local step pids=()
    for step in "${STEPS[@]}"; do
        { unwatched && "$1" "$step" "${@:2}"; } 3>&- &
        pids+=($!)
    done
    wait "${pids[@]}"
}

# plain_fetch STEP ARGUMENT...: runs a step's program; its status is 124 if it did not end.
plain_fetch() {
    timeout -k 1 "${LIMIT:-20}" "$BUILD/$1/fetch" "${@:2}"
}

# errors_of FILE: what a program has written on stderr. ASan does not know what makecontext() does,
# and says so.
errors_of() {
    sed '/^==.*WARNING: ASan/d' "$1"
}

# ---- A case ----

# new_case NAME: sets $case, a directory for what belongs to it.
new_case() {
    case=$BATS_TEST_TMPDIR/$1
    rm -rf "$case"
    mkdir -p "$case/expected"
    urls=()
    outcomes=()
}

# expect URL OUTCOME [BODY]: the next URL of the case. In it, /PATH is one of the practice server,
# {refused} and {full} are ports where connecting goes wrong, {100k} is a long text. OUTCOME is a
# regular expression for the end of its log: "done 200, 5 bytes" or "failed: reason"; or two of
# them, parted by "or". BODY is what is saved, as printf takes it; if it is not given, the pattern.
expect() {
    local target=$1 outcome=${2/ or failed/|failed}
    case $target in # bash 3.2 takes quotes in ${target/x/y} for a part of it
    *'{100k}'*) target=${target%%'{100k}'*}$(printf '%0100000d' 0) ;;
    '{refused}/') target=$refused ;;
    '{full}/') target=$full ;;
    esac
    [ "${target:0:1}" != / ] || target=$url$target
    urls+=("$target")
    outcomes+=("$outcome")
    [[ $outcome =~ ^done\ [0-9]+,\ ([0-9]+)\ bytes$ ]] || return 0
    if [ $# -gt 2 ]; then
        printf '%b' "$3" > "$case/expected/${#urls[@]}"
    else
        head -c "${BASH_REMATCH[1]}" "$BATS_FILE_TMPDIR/pattern" > "$case/expected/${#urls[@]}"
    fi
}

# run_case SECONDS [PROGRAM...]: runs the case in all steps, with -t SECONDS; each step's command
# line is handed to PROGRAM, if there is one.
run_case() {
    in_all_steps run_step "$@"
}

run_step() {
    local step=$1 seconds=$2 directory=$case/$1 status=0 wrap=() save=(-o "$case/$1/bodies")
    # Under valgrind only what runs without another program: that would come in between.
    [ $# -gt 2 ] || read -r -a wrap <<< "${WRAP:-}"
    rm -rf "$directory"
    mkdir -p "$directory/bodies"
    # An endless body must not fill the disk.
    if [[ "${urls[*]} " == */endless\ * ]]; then
        save=()
        rmdir "$directory/bodies"
    fi
    timeout -k 1 "${LIMIT:-20}" "${wrap[@]}" "${@:3}" "$BUILD/$step/fetch" -t "$seconds" "${save[@]}" \
        "${urls[@]}" > "$directory/log" 2> "$directory/errors" || status=$?
    echo "$status" > "$directory/status"
}

# check_case NAME: prints "STEP, NAME: rule" for each rule that a step has broken.
check_case() {
    local step complaints
    unwatched
    ! grep -l '[^[:print:]]' "$case"/*/log ||
        echo "$1: no control characters in the log"
    for step in "${STEPS[@]}"; do
        complaints=$(check_step "$step")
        [ -z "$complaints" ] || printf '%s\n' "$step, $1: ${complaints//$'\n'/$'\n'$step, $1: }"
    done
}

check_step() {
    local directory=$case/$1 status failures=0 id
    read -r status < "$directory/status"
    read_log "$directory/log"
    for id in "${!outcomes[@]}"; do
        check_outcome $((id + 1))
    done
    [[ "${outcomes[*]}" != *failed* ]] || failures=1
    [ "$status" = "$failures" ] || echo "exit status $failures expected, came $status"
    [ ! -s "$directory/errors" ] || [ -z "$(errors_of "$directory/errors")" ] ||
        echo "nothing on stderr, came: $(head -c 300 "$directory/errors")"
    [ ! -d "$directory/bodies" ] || diff -rq "$case/expected" "$directory/bodies" 2>&1 |
        sed "s|$case/||g; s|^|saved bodies are exact: |" || true
}

# read_log FILE: reads a log into came[ID], the ends; connecting_at[ID] and ended_at[ID], in
# milliseconds. Complains about what is no log.
read_log() {
    local seconds id event rest summary=
    came=() connecting_at=() ended_at=()
    while read -r seconds id event rest; do
        [ -z "$summary" ] || echo "nothing after the summary, came: $seconds $id $event"
        case $event in
        connecting) connecting_at[id]=$((10#${seconds/./})) ;;
        connected | sent | receiving) ;;
        done | failed)
            [ -z "${came[id]:-}" ] || echo "URL $id ends once, came also: $event ${rest:0:200}"
            ended_at[id]=$((10#${seconds/./}))
            came[id]="$event $rest"
            ;;
        *)
            [ "$seconds" = "#" ] || echo "only events in the log, came: $seconds $id $event"
            summary="# $id $event $rest"
            ;;
        esac
    done < "$1"
    [[ $summary =~ ^#\ [0-9]+\ done,\ [0-9]+\ failed,\  ]] || echo "a summary at the end of the log"
}

# "failed URL: reason" names the URL; what is not printable in it stands as %XX.
check_outcome() {
    local outcome=${outcomes[$1 - 1]} end=${came[$1]:-no end} name=${urls[$1 - 1]}
    local named="failed $name: "
    if [ "${end:0:${#named}}" = "$named" ]; then
        end="failed: ${end:${#named}}"
    elif [[ $end == "failed http"* && $name == *[![:graph:]]* ]]; then
        end="failed: ${end##*: }"
    fi
    [[ $end =~ ^($outcome)$ ]] ||
        echo "URL $1 (${name:0:80}) ends with \"$outcome\", came \"${end:0:200}\""
}

# Not before the limit and within a second after it. $1 is the limit in milliseconds; the case has
# one URL. now() - connecting_at would be a little less than what it took: hence ended_at.
check_time_limit() {
    local step
    for step in "${STEPS[@]}"; do
        read_log "$case/$step/log" > /dev/null
        [ "${ended_at[1]:-0}" -ge "$1" ] ||
            echo "$step, alone: fails after $1 ms, not before, came ${ended_at[1]:-0} ms"
        [ $((${ended_at[1]:-0} - ${connecting_at[1]:-0})) -le $(($1 + 1000)) ] ||
            echo "$step, alone: fails within a second after $1 ms, came ${ended_at[1]:-0} ms"
    done
}

# ---- Rows ----

# meets: reads rows of faults, "what | URL | outcome | body", as for `expect`; meets each alone,
# and among five good URLs.
meets() {
    local what target outcome content
    unwatched
    while next_row; do
        row "$what" "$target" "$outcome" ${content:+"$content"}
    done
}

# next_row: reads a row into what, target, outcome, content.
next_row() {
    IFS='|' read -r what target outcome content || return
    read -r what <<< "$what" # takes the blanks off, at both ends
    read -r target <<< "$target"
    read -r outcome <<< "$outcome"
    read -r content <<< "$content"
}

# meets_together: reads rows, as meets does.
meets_together() {
    local what target outcome content complaints lines=()
    unwatched
    new_case together
    expect /bytes/1000 "done 200, 1000 bytes"
    while next_row; do
        expect "$target" "$outcome" ${content:+"$content"}
        expect /byte-at-a-time/99 "done 200, 99 bytes"
        lines+=("$what|$target|$outcome")
    done
    run_case 10
    complaints=$(check_case "all in one run")
    [ -z "$complaints" ] || printf '%s\n' "$complaints"
    [ -n "${FAULTS_TABLE:-}" ] || return 0
    for target in "${lines[@]}"; do
        IFS='|' read -r what target outcome <<< "$target"
        table_line "$what" "$outcome" "$(grep -F "$target" <<< "$complaints" | sed 's/^/: /')"
    done >> "$FAULTS_TABLE"
}

# A row that runs into the time limit needs a short one, and its good URLs are under it too. If
# that was too short for this machine, a longer one must do.
row() {
    local limit limits=10 complaints
    [[ $3 != *"timed out"* ]] || limits="0.3 1.2 5"
    for limit in $limits; do
        complaints=$(try_row "$limit" "$@" | sed "s|^|$1: |")
        [[ $complaints == *:* && $complaints != *"came 124"* ]] || break # nothing wrong, or it hangs
    done
    [ -z "${FAULTS_TABLE:-}" ] || table_line "$1" "$3" "$complaints" >> "$FAULTS_TABLE"
    [ -z "$complaints" ] || printf '%s\n' "$complaints"
}

# table_line WHAT OUTCOME COMPLAINTS
table_line() {
    local step
    printf '%s|%s' "$1" "$2"
    for step in "${STEPS[@]}"; do
        [[ $3 == *": $step, "* ]] && printf '|WRONG' || printf '|ok'
    done
    echo
}

try_row() {
    local limit=$1 target=$3 outcome=${4/timed out/timed out after $1 s}
    new_case alone
    expect "$target" "$outcome" "${@:5}"
    run_case "$limit"
    check_case alone
    [ "$outcome" = "$4" ] || check_time_limit "$(printf %.0f "${limit}e3")"

    new_case among
    expect /bytes/1000 "done 200, 1000 bytes"
    expect /byte-at-a-time/99 "done 200, 99 bytes"
    expect "$target" "$outcome" "${@:5}"
    expect /no-length/100000 "done 200, 100000 bytes"
    expect /keep-open/2000 "done 200, 2000 bytes"
    expect /delay/20/3000 "done 200, 3000 bytes"
    run_case "$limit"
    check_case "among five good URLs"
}
