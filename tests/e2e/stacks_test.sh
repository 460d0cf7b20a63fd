#!/bin/bash
# A lock that its holder asks for again is shown with both stacks, in every flavour, through a callback too.
# needs: corpus
# Not a test of the layout (tests/unit/report/calls_test.c). The rule: what is told is the same in all flavours.
. "$(dirname "$0")/lib.sh"

# replay NAME FLAVOUR OPTION…: the first kept self-deadlock of kv/NAME
replay() {
    local files=("$SNAG_ROOT/corpus/kv/$1"/regress/self-deadlock-*.repro) flavour=$2
    shift 2
    "$SNAG" replay -f "$flavour" "$@" "${files[0]}"
}
# expect_stacks NAME FLAVOUR: the paragraph of both stacks stays in $T/stacks.FLAVOUR
expect_stacks() {
    replay "$1" "$2" | sed -n '/ was taken /,/^$/p' >"$T/stacks.$2" || true
    why="no stacks"
    [ -s "$T/stacks.$2" ] && grep -q '^    and asked for again in ' "$T/stacks.$2"
}
for name in callback-under-lock reentrant; do
    for flavour in fast tsan asan; do
        check "$name in $flavour" expect_stacks $name $flavour
    done
    check "$name: the same in tsan" diff "$T/stacks.fast" "$T/stacks.tsan"
    check "$name: the same in asan" diff "$T/stacks.fast" "$T/stacks.asan"
done
check "through the callback" expect_stacks callback-under-lock fast
check "that is called under the lock" test "$(sed -nE 's/^ *(called |and asked for again |.*was taken )?in ([a-z_]+) .*/\2/p' "$T/stacks.fast" |
    paste -sd ' ')" = "kv_visit run kv_get run run_nested kv_visit run"
check "the JSON has the outer one" expect_json \
    '[.findings[0].parties[0].taken_callers[].function] == ["run"]' replay callback-under-lock fast --json
check "and the inner one" expect_json \
    '[.findings[0].parties[0].callers[].function] == ["run", "run_nested", "kv_visit", "run"]'
check "with lines" expect_json '[.findings[0].parties[0].callers[].line > 0] | all'
check "a small stack leaves no room for it" expect_status 1 replay callback-under-lock fast --stack-bytes 16384
check "and it is left out" expect_no_out ' was taken '
check "an await two calls down is told with them" expect_status 1 \
    "$SNAG" replay -f fast "$SNAG_ROOT"/corpus/kv/await-in-helper/regress/suspended-owner-19c7ce63.repro
check "from the inside outwards" expect_out 'called in record_locked'
