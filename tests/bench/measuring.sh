# measuring.sh: what bench and costs share: how to fetch the same pages with each program. They read
# this file with `.`, in tests/tools/with-server, which sets URL; the programs are in $BUILD.
# shellcheck shell=sh

: "${URL:?"run it by tests/tools/with-server, which starts the server"}"
# shellcheck disable=SC2034 # of these, some are for who reads this file
{
    build=${BUILD:-$(dirname "$0")/../../build}
    bench=$(dirname "$0")
    steps=$(cd "$bench/../.." && for page in 0?-*/README.md; do echo "${page%/*}"; done)
    before='' # see fetch_with
}

# progress TEXT: on a terminal, takes the place of the one before.
progress() {
    if [ -t 2 ]; then
        printf '\r%-70.70s' "$1" >&2
    else
        printf '%s\n' "$1" >&2
    fi
}

end_progress() {
    [ ! -t 2 ] || printf '\r%70s\r' '' >&2
}

can_trace() {
    strace -c -o /dev/null true 2>/dev/null
}

# Fetches pages one after the other with what Python brings.
python_program='
import sys, urllib.request
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
for url in sys.argv[1:]:
    opener.open(url).read()'

# The program itself: some installations put a shell script before it, which would count as well.
python=$(python3 -c 'import sys; print(sys.executable)' 2>/dev/null) || python=''

# True if there is such a program to measure.
is_there() {
    case $1 in
    curl-parallel) curl --help all 2>/dev/null | grep -q -e --parallel-immediate ;;
    python3) [ -n "$python" ] ;;
    *) command -v "$1" >/dev/null ;;
    esac
}

# fetch_with PROGRAM AT_ONCE PATH COUNT: fetches a page so many times. The words in $before (measure,
# strace, ...) stand before the command.
fetch_with() {
    program=$1 at_once=$2
    urls=$(awk -v url="$URL$3" -v count="$4" 'BEGIN { while (count-- > 0) print url }')
    case $program in
    01-*) set -- "$build/$program/fetch" -q ;;
    0*) set -- "$build/$program/fetch" -q -j "$at_once" ;;
    bare-*) set -- "$build/bare" "${program#bare-}" -j "$at_once" ;;
    curl*) set -- curl -q -s --noproxy '*' --http1.0 ;;
    wget) set -- wget -q --no-config --no-proxy --no-http-keep-alive -O /dev/null ;;
    python3) set -- "$python" -c "$python_program" ;;
    esac
    if [ "$program" = curl-parallel ]; then
        set -- "$@" --parallel --parallel-immediate --parallel-max "$at_once"
    fi
    # shellcheck disable=SC2086 # words of their own
    $before "$@" $urls
}
