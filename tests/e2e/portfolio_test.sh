#!/bin/bash
# Strategies by turns, which is the default: whose schedules they were, and what each strategy yielded.
# timeout: 120
# Not about how a turn is decided (tests/unit/base/bandit_test.c). The rule: no arm is left out, every schedule
# and every finding is somebody's, and all of it is the same again.
. "$(dirname "$0")/lib.sh"
cd "$T" || exit 3
explore() {
    case $1 in
    kv/*) "$SNAG" explore "$@" --corpus none --targets "$SNAG_BUILD/targets" ;;
    *) "$SNAG" explore "$@" --corpus none --targets "$SNAG_BUILD/tests/targets" ;;
    esac
}

sums='(.schedules as $n | [.strategies[] | select(has("share")) | .schedules] | add == $n)'
shares='([.strategies[] | select(has("share")) | .share] | add > 0.999 and add < 1.001)'
credits='([.strategies[].findings] | add) == ([.findings[] | select(.grade == "finding")] | length)'
several='([.strategies[] | select(.name != "given" and .name != "pursuit")] | length > 1)'

for target in kv/mutex kv/scattered-locks torn/does; do
    explore $target --json >json 2>"$ERR"
    cp json "$OUT"
    check "$target: that is the default" expect_json '.strategy == "portfolio"'
    check "$target: several search" expect_json "$several"
    check "$target: none of them starves" expect_json \
        '[.strategies[] | select(.name | IN("pct", "pos", "surw", "reads-from")) | .share > 0.1] | length == 4 and all'
    check "$target: each schedule is somebody's" expect_json "$sums and $shares"
    check "$target: each finding is somebody's" expect_json "$credits"
    check "$target: what was new is no more than what was seen" expect_json '. as $all | [.strategies[] | .traces // 0] |
        add <= $all.traces + 1'
    rm -rf snag-out
    explore $target --json >again 2>"$ERR"
    check "$target: the same again" cmp json again
done

check "to a person, too" expect_status 0 explore kv/mutex -n 2000
check "with a line for each" expect_out '^   reads-from +[0-9,]+ +[0-9]+% +[0-9,]+ +[0-9,]+ +0$'
check "and one for schedules that were given" expect_out '^   given +125 +6% '
expect_fits() { why="a line is wider than 80"; ! grep -qE '^.{81,}' "$OUT"; }
check "in 80 columns" expect_fits
check "a scenario takes the default schedule once" expect_json '.strategies[0] | .name == "given" and .schedules == 1' \
    explore torn/not -n 500 --points atomic --json
check "one strategy alone" expect_json '.strategy == "pct" and ([.strategies[].name] - ["given", "random"] == ["pct"])' \
    explore kv/mutex -n 2000 --strategy pct --json
check "alone it searches" expect_json '.strategies[] | select(.name == "pct") | .schedules > 1500'

# Each execution that dies is nobody's, for it is in no figure; but what it showed was found.
explore stuck/die -n 2000 --json >"$OUT" 2>"$ERR"
check "who died found something" expect_json "$credits and ([.strategies[].findings] | add > 0)"
check "and the others count on" expect_json '(.ended > 20) and ([.strategies[] | select(has("share")) | .schedules] | add) == .ended'

check "fuzz: each input has its strategy" expect_json ".strategy == null and $several" \
    "$SNAG" fuzz kv/mutex --flavour fast --seconds 2 --json --corpus none --out fuzzed -- -runs=300
check "fuzz: each schedule is somebody's" expect_json "$sums"

check "the names, with what they stand for" expect_status 0 explore kv/mutex --strategy list
check "each on a line of its own" expect_out '^random +random walk'
check "the portfolio, too" expect_out '^portfolio +'
check "an unknown name" expect_status 2 explore kv/mutex --strategy no-such
check "is told which there are" expect_err "^snag: no strategy 'no-such'; there are: portfolio random pct "
check "in one line" expect_lines "$ERR" 1
