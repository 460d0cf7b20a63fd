#!/bin/bash
# A scenario's own invariant, asked always and at its end. Not about bodies in unit tests (unit_test_test.sh).
. "$(dirname "$0")/lib.sh"
cd "$T" || exit 3
targets=$SNAG_BUILD/tests/targets

for flavour in fast tsan; do
    check "$flavour: one that holds is silent" expect_status 0 \
        "$SNAG" explore invariant/holds --targets "$targets" -f $flavour --schedules 2000
    for wrong in meanwhile at-the-end; do
        check "$flavour: one that does not hold $wrong" expect_status 1 \
            "$SNAG" explore invariant/$wrong --targets "$targets" -f $flavour --schedules 200 --out $flavour
        check "$flavour: is an invariant, in its words" expect_out '^    the value is lost, or there are two$'
        repro=$(find $flavour/invariant/$wrong -name 'invariant-*.repro')
        check "$flavour: it is replayed" expect_status 1 "$SNAG" replay "$repro" --targets "$targets"
        check "$flavour: and shown" expect_out 'the value is lost, or there are two'
    done
done
