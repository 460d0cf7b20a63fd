#!/bin/bash
# An event loop as Debian ships it, under snag: requests are tasks, whose locks are known from callback to callback.
# needs: libev
# timeout: 1200
# Not about libev itself. The rule: the sound store and the one that breaks R1 differ in when a lock is given up.
# SNAG_LONG=1: as long as other healthy targets.
. "$(dirname "$0")/lib.sh"

targets=$SNAG_BUILD/tests/targets
long() { [ "${SNAG_LONG:-0}" = 1 ]; }
# explore NAME FLAVOUR SCHEDULES OPTION…
explore() {
    "$SNAG" explore --targets "$targets" "libev/$1" -f "$2" -n "$3" --out "$T/out" --corpus "$T/none" --json "${@:4}"
}
for flavour in fast tsan asan; do
    long && n=200000 || n=10000
    check "sound: $n schedules find nothing ($flavour)" expect_status 0 explore kv $flavour $n --fail-on finding,hazard,hint
    check "all of them ran, to their ends" expect_json ".schedules == $n and .findings == [] and .limits == {}"
    check "every pair of operations overlapped" expect_json '.overlaps | .missing == [] and .pairs_seen == .pairs_possible'
    check "what was not controlled is named, and none of it happened" \
        expect_json '.not_modelled | map(select(.count > 0)) == []'
done

for seed in 1 2 3 4 5; do
    check "a lock held from callback to callback is found (seed $seed)" expect_status 1 explore kv-holds fast 500 --seed $seed
    check "as the hang, and the hazard that led there" expect_json \
        '[.findings[] | "\(.kind) \(.rule)"] | sort == ["suspend-holding-lock R1", "suspended-owner R1"]'
    check "by who holds it" expect_json '[.findings[].key | test(": fetch suspended holding fetch.s lock$")] | all'
done
check "the race detector finds the same" expect_status 1 explore kv-holds tsan 500
check "and nothing else" expect_json '[.findings[].kind] | sort == ["suspend-holding-lock", "suspended-owner"]'

repro=$(find "$T/out/libev/kv-holds" -name 'suspended-owner-*.repro')
operations() { [ "$(grep -cE '^    [a-z_]+\(' "$repro")" -le 2 ]; }
check "it shrinks to two operations" operations
check "and to no choice at all" test "$(sed -n '/^schedule {/,/^}/p' "$repro" | wc -l)" = 2
for flavour in fast tsan asan; do
    check "the repro does the same ($flavour)" expect_status 1 "$SNAG" replay --targets "$targets" -f $flavour "$repro"
    check "in the same events" expect_no_out 'another one'
done
tr -s ' \n' ' ' <"$OUT" >flat && mv flat "$OUT" # however the lines are wrapped
check "requests have names" expect_out ' task t0\.1\.1 "fetch_put 0" holds mutex table, taken in fetch \(libev.c:[0-9]+\)'
check "who waits, too" expect_out ' task t0\.1\.2 "[a-z_]+ [02]" waits for mutex table in on_request \(libev.c:[0-9]+\)'
check "and what for" expect_out ' awaiting event backend in fetch'
