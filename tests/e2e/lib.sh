# lib.sh: what every end-to-end test starts with: `. "$(dirname "$0")/lib.sh"`.
#
# Given by CTest: $SNAG (the command), $SNAG_BUILD (the build folder), $SNAG_ROOT, $SNAG_CC, and $SNAG_OTHER_CC, if
# there is another. Run by hand, a test finds the default build by itself. $T is an empty folder of the test's own, with a space in its
# name; the test starts in it. Not a place for helpers that one test needs. The rule that keeps it right: exactly one `ok NAME`
# or `FAIL NAME` line per check, and the closing line even when the script breaks off.
#
#     check "unknown target is one clear line" expect_status 2 "$SNAG" explore no/such
#     check "and it is named"                  expect_out 'no/such'
#     check "list is json"                     expect_json '.targets | length > 0' "$SNAG" list --json
set -u
SNAG_ROOT=${SNAG_ROOT:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
SNAG_BUILD=${SNAG_BUILD:-$SNAG_ROOT/build}
SNAG=${SNAG:-$SNAG_BUILD/snag}
SNAG_CC=${SNAG_CC:-clang}
T=$(mktemp -d "${TMPDIR:-/tmp}/snag e2e.XXXXXX") || exit 3
cd "$T" || exit 3
OUT=$T/.out # the last command's standard output
ERR=$T/.err # and its standard error
e2e_name=e2e/$(basename "$0" _test.sh)
e2e_passed=0
e2e_failed=0
why=        # set by an expect_… that failed

e2e_close() {
    local status=$?
    if [ $status -ne 0 ]; then
        echo "FAIL $e2e_name/script broke off with status $status"
        e2e_failed=$((e2e_failed + 1))
    fi
    cd / && rm -rf "$T"
    echo "$e2e_passed passed, $e2e_failed failed"
    [ $e2e_failed -eq 0 ] && [ $e2e_passed -gt 0 ] && exit 0
    exit 1
}
trap e2e_close EXIT
trap 'exit 130' INT TERM

# run CMD…: runs it with its output kept in $OUT and $ERR; returns its status.
run() {
    "$@" >"$OUT" 2>"$ERR" </dev/null
}

# expect_status N CMD…: it ends with exactly that status.
expect_status() {
    local want=$1 got=0
    shift
    run "$@" || got=$?
    why="status $got, not $want, of: $*"
    [ "$got" -eq "$want" ]
}

# expect_out PATTERN / expect_err PATTERN / expect_no_out PATTERN: about the last command's output
# (extended regular expression).
expect_out() {
    why="standard output has no: $1"
    grep -qE -e "$1" "$OUT"
}
expect_err() {
    why="standard error has no: $1"
    grep -qE -e "$1" "$ERR"
}
expect_no_out() {
    why="standard output has: $1"
    ! grep -qE -e "$1" "$OUT"
}

# expect_lines FILE N: the file has exactly N lines. ("$ERR" 1: one clear line of complaint.)
expect_lines() {
    local got
    got=$(wc -l <"$1")
    why="$got lines, not $2, in $1"
    [ "$got" -eq "$2" ]
}

# expect_json FILTER [CMD…]: the jq filter gives true on the last command's output, or on CMD's.
expect_json() {
    local filter=$1
    shift
    if [ $# -gt 0 ]; then
        run "$@" || true
    fi
    why="not true of the JSON on standard output: $filter"
    [ "$(jq -r "$filter" <"$OUT" 2>>"$ERR")" = true ]
}

# check NAME CMD…: one result line. CMD is a command that must succeed, or one of the expect_ functions.
check() {
    local name=$1 held=0
    shift
    why=
    case $1 in
    expect_*) "$@" || held=1 ;;
    *) expect_status 0 "$@" || held=1 ;;
    esac
    if [ $held -eq 0 ]; then
        echo "ok $e2e_name/$name"
        e2e_passed=$((e2e_passed + 1))
        return 0
    fi
    echo "FAIL $e2e_name/$name: $why"
    e2e_failed=$((e2e_failed + 1))
    for stream in "$OUT" "$ERR"; do
        [ -s "$stream" ] && sed -n '1,60s/^/    | /p' "$stream"
    done
    return 0
}
