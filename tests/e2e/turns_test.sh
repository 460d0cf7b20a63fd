#!/bin/bash
# `snag fuzz` by turns: its end is one account of all flavours. Not about what an engine finds.
. "$(dirname "$0")/lib.sh"
cd "$T" || exit 3

check "turns end with one account" expect_json '.flavour == "fast, tsan, asan" and .seed == 1 and
    .schedules == ([.schedules_by_flavour[]] | add) and
    (.schedules_by_flavour | keys == ["asan", "fast", "tsan"] and all(.[]; . > 0))' \
    "$SNAG" fuzz kv/racy-len --targets "$SNAG_BUILD/targets" --seconds 12 -o turns --corpus none --json
check "of the first finding, too" expect_json '.first_finding > 0 and .first_finding_flavour == "tsan" and
    .first_finding == .findings[0].schedule'
check "and of what they covered together" expect_json '.programs > 0 and .overlaps.pairs_seen > 0 and
    ([.discovery[].flavour] | sort) == ["asan", "fast", "tsan"] and
    ([.discovery[].schedules] | add) == .schedules and
    .traces >= ([.discovery[].traces[3]] | max) and .traces <= ([.discovery[].traces[3]] | add) + 2'

# --on-finding=abort: the first finding ends all turns, not the one that it was found in.
check "a finding ends the turns of the others, too" expect_json '.flavour == "fast" and
    ([.findings[] | select(.grade == "finding")] | length) == 1' \
    "$SNAG" fuzz kv/scattered-locks --targets "$SNAG_BUILD/targets" --seconds 60 -o first --corpus none --json \
    --on-finding abort
