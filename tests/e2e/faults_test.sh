#!/bin/bash
# Code that copes with everything but one fault is found out with that fault on, not with it off.
# timeout: 300
# Not about how often faults are injected (unit tests of src/sched). The rule: the faults and which of them
# are on by default come from `snag explore --help`; each has a target faults/NAME and a twin that copes.
. "$(dirname "$0")/lib.sh"

targets=$SNAG_BUILD/tests/targets

# explored TARGET FLAVOUR FAULTS SEED [OPTION…]
explored() {
    local target=$1 flavour=$2 faults=$3 seed=$4
    shift 4
    "$SNAG" explore "faults/$target" --flavour "$flavour" --faults "$faults" --seed "$seed" --schedules 5000 --json \
        --corpus "$T/none" --out "$T/out" --targets "$targets" "$@"
}
# expect_choices N FILE: the repro's schedule has at most so many entries
expect_choices() {
    local got
    got=$(sed -n '/^schedule {$/,/^}$/p' "$2" | sed '1d;$d' | wc -l)
    why="$got choices in $2"
    [ "$got" -le "$1" ]
}

help=$("$SNAG" explore --help | tr -d '\n' | tr -s ' ' | sed 's/| /|/g')
words=$(sed -nE 's/.*--faults ([a-z|-]+)\|default\|all\|none .*/\1/p' <<<"$help")
on=" $(sed -nE 's/.*default stands for ([a-z -]+) \(default default\).*/\1/p' <<<"$help") "
check "the help names the faults" test -n "$words" -a "$on" != "  "

IFS='|' read -ra faults <<<"$words"
for fault in "${faults[@]}"; do
    others=$(printf '%s\n' "${faults[@]}" | grep -vx -- "$fault" | paste -sd,)
    for flavour in fast tsan; do
        check "$fault, $flavour: not without it" expect_status 0 explored "$fault" $flavour "${others:-none}" 1
        check "$fault, $flavour: the twin copes with all" expect_status 0 explored "$fault-right" $flavour all 1
        for seed in 1 2 3; do
            check "$fault, $flavour, seed $seed: with it" expect_status 1 explored "$fault" $flavour "$fault" $seed
            repro=$(jq -r '.findings[0].repro' "$OUT")
            check "$fault, $flavour, seed $seed: one finding" expect_json '.findings | length == 1'
            check "$fault, $flavour, seed $seed: few choices" expect_choices 3 "$repro"
            check "$fault, $flavour, seed $seed: replays" "$SNAG" replay --expect --targets "$targets" "$repro"
        done
    done
    if [[ $on == *" $fault "* ]]; then
        check "$fault: on by default" expect_status 1 explored "$fault" fast default 1
    else
        check "$fault: off by default" expect_status 0 explored "$fault" fast default 1
    fi
    check "$fault: the other strategy" expect_status 1 explored "$fault" fast "default,$fault" 1 --strategy pct
    check "$fault: none at all" expect_status 0 explored "$fault" fast none 1
    rm -rf "$T/out"
    check "$fault: the fuzzer" expect_status 1 "$SNAG" fuzz "faults/$fault" --faults "$fault" --seconds 20 \
        --flavour fast --on-finding abort --corpus "$T/none" --out "$T/out" --targets "$targets"
    check "$fault: what the fuzzer kept of it does nothing without it" expect_status 0 "$SNAG" fuzz "faults/$fault" \
        --faults "${others:-none}" --seconds 1 --flavour fast --corpus "$T/none" --out "$T/out" --targets "$targets"
done

check "an unknown fault is refused" expect_status 2 "$SNAG" explore kv/mutex --faults spurius
check "in one line" expect_lines "$ERR" 1
check "that names them all" expect_err "$words"
check "healthy with all of them: kv/mutex" expect_status 0 "$SNAG" explore kv/mutex --faults all \
    --fail-on finding,hazard --corpus "$T/none"
check "healthy with all of them: kv/mutex-async" expect_status 0 "$SNAG" explore kv/mutex-async --faults all \
    --fail-on finding,hazard --corpus "$T/none"
