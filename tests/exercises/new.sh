# shellcheck shell=sh disable=SC2154 # used over several files
# new.sh: part of tests/tools/exercise. Lays out a new exercise, for those who write one.

# new_program ID WORDS: a program to begin with.
new_program()
{
    cat <<END
/*
 * Exercise $1: A title of at most 47 letters.
 *
 * $2
 */
#include <stdio.h>

int main(void)
{
    puts("hello");
    return 0;
}
END
}

new_check()
{
    cat <<END
# shellcheck shell=sh disable=SC1010,SC2015,SC2034,SC2154
# $1: what it checks, and by what. The words are those of tests/exercises/lib.sh.
# points: 1

run_program "\$URL/bytes/5"
expect_lines "One sentence that is true of a right program." "what it prints"
END
}

new_hints()
{
    cat <<END
Where to look.
---
What to do there.
=== after
What one has learnt by it.

What the usual mistake leads to.

Compare: what the solution does in another way.
END
}

# new_line ID NAME: as the worksheet's list of exercises has it, after the last line of that list.
new_line()
{
    awk -v id="$1" -v name="$2" '
        { line[NR] = $0 }
        /^- `make exercise-/ { last = NR; inside = 1; next }
        inside && /^  / { last = NR; next }
        { inside = 0 }
        END { for (i = 1; i <= NR; i++) {
                  print line[i]
                  if (i == last)
                      print "- `make exercise-" id "`, [" name ".c](exercises/" name ".c): what it is\n  about."
              } }' "$STEP/README.md"
}

# new ID NAME: writes the six files of an exercise, or of the worksheet its line.
new()
{
    STEP=$(echo "${1%-*}"-*) NAME=${1#*-}-$2
    case $1 in
    [0-9][0-9]-[1-9]) [ -d "$STEP" ] || die "there is no step ${1%-*}" ;;
    *) die "a number such as 03-5, not $1" ;;
    esac
    # shellcheck disable=SC2015 # as meant: if any of them fails
    ! ids | grep -q -x -e "$1" || die "there is an exercise $1 already"
    exercises=$STEP/exercises
    new_program "$1" "TODO: what it does wrong, and what it should do." >"$exercises/$NAME.c" &&
        new_program "$1" "The solution." >"$exercises/solutions/$NAME.c" &&
        new_program "$1" "Another one, as different as can be." >"tests/exercises/other/$1.c" &&
        new_check "$1" >"$CHECKS/$1.sh" &&
        new_hints >"$exercises/hints/$NAME.txt" &&
        new_line "$1" "$NAME" >"$STEP/README.new" &&
        mv "$STEP/README.new" "$STEP/README.md" || exit 2
    cat <<END
Now write what it is to be, in these files:
  $exercises/$NAME.c
  $exercises/solutions/$NAME.c
  tests/exercises/other/$1.c
  tests/exercises/$1.sh
  $exercises/hints/$NAME.txt
  $STEP/README.md   (its line in the list)
and see what is missing: tests/tools/exercise prove $1
END
}
