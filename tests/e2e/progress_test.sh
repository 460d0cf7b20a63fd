#!/bin/bash
# What a long run says meanwhile: plain lines where there is no terminal, one live line on a terminal, nothing for JSON.
# needs: targets
# Not about figures. The rule: standard output never gets a word of it.
. "$(dirname "$0")/lib.sh"

# for_seconds N CMD…: as run, but ended after N seconds as by Ctrl-C (timeout's child does not ignore it).
for_seconds() {
    local seconds=$1
    shift
    run timeout --signal=INT "$seconds" "$@"
}
line='^fast: 0 found, [0-9.]+[kM]? of 1\.00G schedules \([0-9.]+[kM]?/s\), [0-9.]+[kM]? programs, [0-9.]+[kM]? traces$'
long=(explore kv/mutex --schedules=1000000000)
for_seconds 6 "$SNAG" "${long[@]}"
check "a line every five seconds" expect_lines "$ERR" 1
check "of this form" expect_err "$line"
check "and the summary at the end" expect_out '^kv/mutex \(fast\): no finding in [0-9,]+ schedules'
for_seconds 6 "$SNAG" "${long[@]}" --json
check "none with --json" expect_lines "$ERR" 0
check "where there is one object" expect_json '.schedules > 0'
check "a short run says nothing" expect_status 0 "$SNAG" explore kv/mutex --schedules=100
check "indeed" expect_lines "$ERR" 0

run script -qec "timeout --foreground --signal=INT 2 '$SNAG' ${long[*]}" /dev/null
tr '\r' '\n' <"$OUT" >"$T/screen"
check "a live line on a terminal" grep -qE $'^\e\\[Kfast: 0 found, ' "$T/screen"
check "more than once" test "$(grep -c 'found,' "$T/screen")" -gt 2
check "taken off before the summary" grep -qE $'^\e\\[K\e\\[1mkv/mutex' "$T/screen"
check "never past the last column but two" test "$(grep 'found,' "$T/screen" | wc -L)" -le $((77 + 2)) # "[K", as wc counts

# Snag's processes are in groups of their own, which such a terminal takes for the background.
run timeout -k 1 30 script -qec "stty tostop; '$SNAG' explore kv/mutex --schedules=1000" /dev/null
check "a terminal that stops who writes from the background" expect_out 'no finding in 1,000 schedules'
