#!/bin/bash
# A cycle of locks that is only seen is pursued until it hangs, and one that cannot hang is not seen.
# Not a test of what counts as a cycle (tests/unit/oracle/lock_order_test.c). The rule: the same options do the
# same, and without the pursuit the walk alone does not get there.
. "$(dirname "$0")/lib.sh"
targets=$SNAG_BUILD/tests/targets

# explore STATUS NAME OPTION…: of distant/NAME
expect_explore() {
    local status=$1 name=$2
    shift 2
    expect_status "$status" "$SNAG" explore --targets "$targets" "distant/$name" --strategy random --corpus none \
        --out "$T/out" "$@"
}

check "a walk alone sees the orders" expect_explore 0 does --pursue 0 --out "$T/walk"
check "again and again" expect_out '^ 1 lock-order +R4 +1 +20,000  hazard$'
check "and nothing come of them" expect_out ': no finding, 1 hazard in 20,000 schedules'
check "as a hazard it fails if asked" expect_explore 1 does --pursue 0 --fail-on hazard --schedules 10 --out "$T/walk"
check "pursued, they are a deadlock" expect_explore 1 does --schedules 10
cp "$OUT" first
check "found at once" expect_out '^ 1 deadlock +R4 +1 +1$'
check "of the same two" expect_out '^    early holding early.s lock / late holding late.s lock$'
check "which the hazard names" expect_out '^ 2 lock-order +R4 +1 +10  hazard, see 1$'
check "and it says so" expect_out '^hazards:   [0-9]+ schedules? beside these, to bring about what they warn of: done'
check "the same once more" expect_explore 1 does --schedules 10
cp "$OUT" second
check "is the same" diff first second
check "the repro needs no pursuit" expect_status 1 "$SNAG" replay --targets "$targets" out/distant/does/deadlock-*.repro
check "and shows it" expect_out '^\[1\] deadlock$'
check "at other seeds too" expect_explore 1 does --schedules 2 --seed 77
check "a fuzzer pursues as well" expect_status 1 "$SNAG" fuzz --targets "$targets" distant/does -f fast --seconds 20 \
    --on-finding abort --corpus none --out "$T/fuzz"
check "and finds it" expect_out '^ 1 deadlock +R4'
for twin in gated ordered; do
    check "$twin it is silent" expect_explore 0 $twin --fail-on finding,hazard,hint
    check "$twin nothing is said" expect_out ': no finding in 20,000 schedules'
done
