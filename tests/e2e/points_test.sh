#!/bin/bash
# Plain accesses as scheduling points: found by their effect, at accesses that race and nowhere else.
# needs: targets
# Not a test of what is learned (tests/unit/sched/plain_cases.h). The rule: what a search finds, both flavours replay.
. "$(dirname "$0")/lib.sh"
targets=$SNAG_BUILD/tests/targets

# explored STATUS TARGET FLAVOUR SEED OPTION…: into $OUT, as JSON
explored() {
    local status=$1 target=$2 flavour=$3 seed=$4
    shift 4
    expect_status "$status" "$SNAG" explore "$target" -f "$flavour" --targets "$targets" -s "$seed" --json \
        --corpus "$T/none" --out "$T/out-$flavour" "$@"
}
points() { jq .points_per_schedule "$OUT"; }

for seed in 1 2 3 4 5; do
    check "seed $seed: a torn pair is found by default" explored 1 torn/does fast $seed -n 500
    cp "$OUT" "$T/found"
    check "seed $seed: by its effect" expect_json '[.findings[].kind] == ["assertion"]' cat "$T/found"
    check "seed $seed: by the other strategy" explored 1 torn/does fast $seed -n 500 --strategy pct
    check "seed $seed: not with atomics alone" explored 0 torn/does fast $seed -n 500 --points atomic
    check "seed $seed: one schedule at a time" explored 1 torn/does fast $seed -n 500 --batch 1
done

repro=$(echo "$T"/out-fast/torn/does/assertion-*.repro)
check "its schedule has one choice" test "$(grep -c ' event ' "$repro")" -le 2
check "at an access" grep -qE '^    preempt 0\.[12] op 0 event [0-9]+\.[0-9]+ -> 0\.[12]$' "$repro"
for flavour in fast tsan; do
    check "$flavour: it replays" expect_status 0 "$SNAG" replay -f $flavour --targets "$targets" --expect --json "$repro"
    run "$SNAG" replay -f $flavour --targets "$targets" "$repro"
    check "$flavour: and shows who read and wrote" expect_out '\| read +.*torn.c:'
    check "$flavour: who wrote as well" expect_out '\| write +.*torn.c:'
    run "$SNAG" replay -f $flavour --targets "$targets" --log all "$repro"
    cp "$OUT" "$T/log-$flavour"
    # --after is the executable's own
    run "$targets/torn/does.$flavour" replay --log all --after 300 "$repro"
    cp "$OUT" "$T/again"
    check "$flavour: the same log after other executions" cmp "$T/again" "$T/log-$flavour"
done
check "the same log in both flavours" cmp "$T/log-fast" "$T/log-tsan"
check "tsan finds it, too" explored 1 torn/does tsan 1 -n 500
cp "$OUT" "$T/found"
check "by its effect and as races" expect_json '[.findings[].kind] | index("assertion") != null and index("race") != null' \
    cat "$T/found"

for how in copy move set; do
    for flavour in fast tsan asan; do
        check "$flavour: a torn record is found: $how" explored 1 copies/$how $flavour 1 -n 1000
        cp "$OUT" "$T/found"
        check "$flavour: by its effect: $how" expect_json '[.findings[].kind] | index("assertion") != null' cat "$T/found"
    done
    check "tsan: its copies race: $how" expect_json '[.findings[].key] | index("race: read in reader / write in replace") != null' \
        "$SNAG" explore copies/$how -f tsan --targets "$targets" -n 1000 --json --corpus "$T/none" --out "$T/out-race"
    repro=$(echo "$T"/out-fast/copies/$how/assertion-*.repro)
    for flavour in fast tsan asan; do
        check "$flavour: it replays: $how" expect_status 0 "$SNAG" replay -f $flavour --targets "$targets" --expect --json "$repro"
        run "$SNAG" replay -f $flavour --targets "$targets" --log all "$repro"
        cp "$OUT" "$T/log-$flavour"
    done
    check "the same log in all: $how" cmp "$T/log-fast" "$T/log-tsan"
    check "the same log in asan: $how" cmp "$T/log-fast" "$T/log-asan"
done
for flavour in fast tsan asan; do
    check "$flavour: under a lock it is silent" explored 0 copies/not $flavour 1 -n 2000
done

explored 0 torn/not fast 1 -n 2000
default=$(points)
explored 0 torn/not fast 1 -n 2000 --points atomic
check "a locked reader has no point more" test "$default" = "$(points)"
explored 0 torn/not fast 1 -n 2000 --points all
check "but where all accesses are" test "$default" != "$(points)"
check "--points takes known words only" expect_status 2 "$SNAG" explore torn/does --targets "$targets" --points some
check "fuzz finds it" expect_status 1 "$SNAG" fuzz torn/does -f fast --targets "$targets" --seconds 3 --corpus "$T/none" \
    --out "$T/fuzzed"

# An invariant for "always" holds where locks are taken and given back, not in the middle of what a lock guards.
for flavour in fast tsan; do
    check "$flavour: an invariant is not asked for between two accesses" expect_status 0 "$SNAG" explore kv/free-list \
        -f $flavour --points all -n 3000 --json --corpus "$T/none" --out "$T/out-between"
done
