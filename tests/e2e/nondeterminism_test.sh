#!/bin/bash
# What the code under test takes from outside its heap and globals is found out, and is no finding of its own.
# timeout: 120
# Not about the engine's own determinism (determinism_test.sh). The target counts its executions where snag
# puts nothing back, and fails in every other one; its twin fails in each.
. "$(dirname "$0")/lib.sh"

# explored NAME FLAVOUR
explored() {
    "$SNAG" explore "escapes/$1" --flavour "$2" --schedules 50 --json --corpus "$T/none" --out "$T/out" \
        --targets "$SNAG_BUILD/tests/targets"
}

for flavour in fast tsan asan; do
    check "$flavour: what differs in the second run is a finding" expect_status 1 explored does $flavour
    check "$flavour: of this kind only" expect_json '[.findings[].kind] == ["nondeterminism"]'
    check "$flavour: and on disk" test -s "$(jq -r '.findings[0].repro' "$OUT")"
    check "$flavour: the twin fails, too" expect_status 1 explored not $flavour
    check "$flavour: but always" expect_json '[.findings[].kind] == ["assertion"]'
done
