#!/bin/bash
# The same seeds leave the same synchronisation log in every flavour.
# needs: nothing
# Not a test of what the flavours find. The rule: all executables are built from the same code under test.
. "$(dirname "$0")/lib.sh"

for flavour in fast tsan asan; do
    check "$flavour is the same whenever it runs" run "$SNAG_BUILD/tests/unit/exec/digest_$flavour"
    grep '^digest [0-9a-f]*$' "$OUT" >"$T/$flavour"
    check "$flavour says so" test -s "$T/$flavour"
done
for flavour in tsan asan; do
    check "fast and $flavour synchronise alike" diff "$T/fast" "$T/$flavour"
done
