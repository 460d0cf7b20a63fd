#!/bin/bash
# A spin that nobody can end is found at once, the same in every flavour; one that somebody ends is silent.
# Not the kinds of what never ends (tests/unit/oracle/endless_test.c). The rule: no bound on steps is ever hit.
. "$(dirname "$0")/lib.sh"
cd "$T" || exit 3

explore() { "$SNAG" explore "$1" --flavour "$2" --targets "$SNAG_BUILD/tests/targets" --schedules 2000 --json --out "out.$2"; }
for flavour in fast tsan asan; do
    check "$flavour: it is found" expect_status 1 explore endless/spin $flavour
    check "$flavour: as a livelock, in the first schedule" \
        expect_json '[.findings[] | "\(.kind) \(.schedule)"] == ["livelock 1"]'
    check "$flavour: by its functions" expect_json '.findings[0].key == "livelock: looks / looks_and_yields"'
    check "$flavour: before the bound" expect_json '.limits == {} and .points_per_schedule < 5000'
    check "$flavour: and its twin ends" expect_status 0 explore endless/raised $flavour
    check "$flavour: always" expect_json '.limits == {} and .findings == []'
    check "$flavour: the repro replays" expect_status 1 "$SNAG" replay --targets "$SNAG_BUILD/tests/targets" \
        "$(find "out.$flavour" -name '*.repro')"
done
digests() { find out.* -name '*.repro' -exec sed -n 's/^expect [a-z]* sync \([0-9a-f]*\) .*/\1/p' {} + | sort -u; }
one() { why=$(digests); [ "$(digests | wc -l)" = 1 ]; }
check "one log of synchronisation in all of them" one
