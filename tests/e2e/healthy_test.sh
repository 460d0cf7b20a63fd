#!/bin/bash
# Healthy targets stay silent over a long run, and the run is shown to have looked: programs, traces, overlaps.
# timeout: 2400
# Not a search for what is planted (planted_test.sh). The rule: a target is healthy if `snag list` expects nothing of
# it in any flavour; silent means no finding, no hazard and no hint. SNAG_LONG=1: five million in fast, 500,000 in tsan.
. "$(dirname "$0")/lib.sh"

schedules_fast=300000
schedules_tsan=200000 # fewer leave a pair of rare operations of registry without overlap
schedules_asan=200000
[ "${SNAG_LONG:-0}" = 0 ] || { schedules_fast=5000000 schedules_tsan=500000; }

mapfile -t healthy < <("$SNAG" list --json |
    jq -r '.targets[] | select([.expects[][]] == []) | .name')
check "there are healthy targets" test ${#healthy[@]} -ge 2

for target in "${healthy[@]}"; do
    for flavour in fast tsan asan; do
        count=schedules_$flavour count=${!count}
        # What every second event of is a call of the kernel's takes twenty times as long; SQLite's operations are of
        # a hundred events, and LMDB asks for megabytes.
        case $target in
        handoff/*) count=$((count / 10)) ;;
        kv/sqlite | kv/lmdb) count=$((count / 100)) ;;
        channel/glib-*) count=$((count / 10)) ;; # there are fewer traces to be had
        uv/*) count=$((count / 20)) ;;
        esac
        name="$target $flavour"
        check "$name: $count schedules find nothing" expect_status 0 "$SNAG" explore "$target" --flavour $flavour \
            --schedules $count --fail-on finding,hazard,hint,known --json --corpus "$T/none" --out "$T/out"
        jq -r '"\(.target) \(.flavour): \(.schedules) schedules, about \(.programs) programs and \(.traces) traces; " +
            "a program: \(.mean_tasks) tasks, \(.mean_ops) operations; a schedule: \(.points_per_schedule) points, " +
            "\(.switches_per_schedule) switches; overlapped: \(.overlaps.pairs_seen) of \(.overlaps.pairs_possible)"' "$OUT"
        check "$name: all of them ran" expect_json ".schedules == $count"
        check "$name: silent" expect_json '.findings == []'
        check "$name: no bound was hit, no history left undecided" \
            expect_json '.limits == {} and .undecided_histories == 0'
        check "$name: distinct traces" expect_json ".traces > $count / 2 and .traces <= $count * 1.05"
        check "$name: and switched in" expect_json '.switches_per_schedule >= 4'
        [ -e "$SNAG_ROOT/targets/${target%%/*}/spec.c" ] || continue # a scenario has one program
        check "$name: every pair of operations overlapped" \
            expect_json '.overlaps | .missing == [] and .pairs_seen == .pairs_possible and .pairs_seen > 0'
        # 16 schedules a program. The same short program drawn twice is a birthday: the share of repeats grows with
        # the number of programs drawn (registry, which has few arguments: 4 % of 12,500, 12 % of 125,000).
        [ $count -gt 200000 ] && distinct=0.85 || distinct=0.94
        check "$name: distinct programs" \
            expect_json ".programs > $count / 16 * $distinct and .programs < $count / 16 * 1.1"
        check "$name: programs are of some size" expect_json '.mean_tasks >= 3 and .mean_ops >= 8'
    done
done
