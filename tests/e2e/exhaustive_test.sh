#!/bin/bash
# `snag explore --exhaustive`: proves the fixed twins of small programs, finds each bug, and says what that rests on.
# timeout: 600
# Not about the tree of schedules itself (tests/unit/tree). The rule: every claim of completeness is checked against
# plain depth-first search, or the bug that it must find. SNAG_LONG=1: all programs but polite-diners, whose schedules with
# the bug have no end.
. "$(dirname "$0")/lib.sh"

programs=$SNAG_ROOT/tests/programs
corpus=$SNAG_ROOT/corpus
names="bank-transfer lost-notify philosophers bounded-buffer two-waiters work-stealing sequence-lock"
[ "${SNAG_LONG:-0}" = 1 ] && names=$(sed -n 's/^SNAG_PROGRAM("\([^"]*\)".*/\1/p' "$programs/expected.def" |
    grep -vx polite-diners)

# expected NAME FIELD: of expected.def: 1 options, 2 kinds in fast.
expected() {
    sed -n "s/^SNAG_PROGRAM(\"$1\", \"\([^\"]*\)\", \"\([^\"]*\)\".*/\\$2/p" "$programs/expected.def"
}

# explored STATUS PROGRAM OPTION…
explored() {
    expect_status "$1" "$SNAG" explore "$2" -f fast --exhaustive --json --no-shrink --corpus none --out out \
        --fail-on finding,hazard "${@:3}"
}

# proved PROGRAM OPTION…: every schedule explored, and none fails.
proved() {
    explored 0 "$@" && expect_json '.exhaustive.complete and .exhaustive.gaps == [] and .findings == []'
}

# found KINDS PROGRAM OPTION…: every schedule explored, and just these kinds found.
found() {
    explored 1 "${@:2}" && expect_json '.exhaustive.complete' || return 1
    expect_json "([.findings[].kind] | unique) == (\"$1\" / \" \" | map(select(. != \"\")) | sort)"
}

mkdir broken fixed
for name in $names; do
    read -r -a options <<<"$(expected "$name" 1)"
    kinds=$(expected "$name" 2)
    for side in broken fixed; do
        check "$side/$name builds" "$SNAG_BUILD/snag-cc" "$programs/$side/$name.c" -o "$side/$name" -lpthread
    done
    check "fixed/$name: no schedule fails" proved "./fixed/$name" "${options[@]}"
    if [ -z "$kinds" ]; then
        check "broken/$name: nothing to be seen in fast" proved "./broken/$name" "${options[@]}"
    else
        check "broken/$name: $kinds" found "$kinds" "./broken/$name" "${options[@]}"
    fi
done

# managers BUGGY HEALTHY REPRO KINDS: the program of the repro, on both.
managers() {
    check "$1: ${4}" found "$4" "$1" --program "$corpus/$1/regress/$3"
    check "$2: no schedule of that program fails" proved "$2" --program "$corpus/$1/regress/$3"
}
managers channel/lost-wakeup channel/condvar lost-wakeup-b4bbbb9f.repro lost-wakeup
managers kv/lost-update kv/mutex non-linearizable-bbf19827.repro non-linearizable
managers kv/await-holding-mutex kv/async-mutex suspended-owner-69e1c7cb.repro "suspend-holding-lock suspended-owner"
managers registry/non-atomic-count registry/refcounted "$(cd "$corpus/registry/non-atomic-count/regress" && ls double-free-*.repro | head -1)" double-free
check "where memory is never twice at the same place nothing is proved" expect_status 1 "$SNAG" explore kv/lost-update -f asan \
    --exhaustive --json --no-shrink --corpus none --out out --program "$corpus/kv/lost-update/regress/non-linearizable-bbf19827.repro"
check "which is said" expect_json '(.exhaustive.complete | not) and (.exhaustive.gaps[0] | test("addresses"))'
check "without --program the seed draws one" explored 0 kv/mutex --preemptions 1 --seed 3

# ---- reduction ----

# ten_times PROGRAM BOUND: as many preemptions, a tenth of the schedules.
ten_times() {
    local plain
    explored 0 "$1" --preemptions "$2" --reduction none && expect_json '.exhaustive.complete' || return 1
    plain=$(jq .exhaustive.schedules "$OUT")
    explored 0 "$1" --preemptions "$2" && expect_json ".exhaustive.complete and .exhaustive.schedules * 10 <= $plain"
}
check "philosophers, 3 preemptions: a tenth of the schedules" ten_times ./fixed/philosophers 3
check "two-waiters, 2 preemptions: a tenth of the schedules" ten_times ./fixed/two-waiters 2
check "work-stealing, 3 preemptions: a tenth of the schedules" ten_times ./fixed/work-stealing 3

# bounds_add_up: each bound has those of the one before, and some more.
bounds_add_up() {
    explored 0 ./fixed/bounded-buffer --preemptions 3 --reduction none || return 1
    expect_json '[.exhaustive.bounds[].preemptions] == [0, 1, 2, 3]' || return 1
    expect_json '.exhaustive.bounds as $b | [range(1; 4)] | all(. as $i | $b[$i].schedules == $b[$i - 1].schedules + $b[$i].exactly)' ||
        return 1
    expect_json '.exhaustive.schedules == .exhaustive.bounds[3].schedules and (.exhaustive.whole | not)'
}
check "bounds are told one by one, and count each schedule once" bounds_add_up
check "an estimate comes before" expect_json '.exhaustive.estimate > 100 and .exhaustive.estimate < 100000 and .exhaustive.probes == 256'
check "in words" expect_status 0 "$SNAG" explore ./fixed/bank-transfer -f fast --exhaustive --corpus none --out out
check "what is proved is said" expect_out 'exhaustive: no schedule fails: [0-9]+ explored, which is all there are'
check "with bounds" expect_status 0 "$SNAG" explore ./fixed/bounded-buffer -f fast --exhaustive --preemptions 1 --reduction none --corpus none --out out
check "they are said" expect_out 'no schedule with up to 1 preemption fails: [0-9]+ explored$'
check "and what is not is said as well" expect_status 0 "$SNAG" explore ./fixed/two-waiters -f fast --exhaustive --preemptions 2 --reduction none -n 2000 --corpus none --out out
check "with how far it came" expect_out 'not complete: [0-9,]+ schedules with up to [0-9] preemptions? of about'

# ---- checkpoints ----

# continued PROGRAM OPTION…: stopped and continued again and again, it comes to the same.
continued() {
    local whole n
    rm -f check.point
    explored "$@" || return 1
    whole=$(jq -c '[.exhaustive, .schedules, [.findings[].key]]' "$OUT")
    for n in 100 300 500 100000000; do
        explored 0 "${@:2}" --checkpoint check.point -n $n || explored 1 "${@:2}" --checkpoint check.point -n $n || return 1
    done
    why="$whole is not $(jq -c '[.exhaustive, .schedules, [.findings[].key]]' "$OUT")"
    [ "$whole" = "$(jq -c '[.exhaustive, .schedules, [.findings[].key]]' "$OUT")" ]
}
check "continued, a proof is the same" continued 0 ./fixed/bounded-buffer --preemptions 2 --reduction none
check "and so are findings" continued 1 ./broken/bounded-buffer
check "a whole one is told again" explored 1 ./broken/bounded-buffer --checkpoint check.point
check "with its finding" expect_json '.exhaustive.complete and (.findings | length == 1)'
refused() {
    expect_status 2 "$SNAG" explore ./broken/bounded-buffer -f fast --exhaustive --corpus none --out out --checkpoint "$@" &&
        expect_lines "$ERR" 1
}
check "another exploration's checkpoint is refused" refused check.point --preemptions 1
check "and it is said why" expect_err 'another exploration'
head -c 1000 check.point >short.point
check "half a checkpoint is refused" refused short.point
echo "not one" >no.point
check "and what is none" refused no.point
check "in clear words" expect_err 'no.point: this is no checkpoint'
printf x | dd of=check.point bs=1 seek=200 conv=notrunc status=none
check "and a damaged one" refused check.point
check "which is said" expect_err 'damaged'

# interrupted: Ctrl-C writes it, and says how far it was.
interrupted() {
    rm -f c.point
    expect_status 0 timeout --foreground -s INT --preserve-status 2 "$SNAG" explore ./fixed/two-waiters -f fast --exhaustive \
        --preemptions 5 --reduction none --json --corpus none --out out --checkpoint c.point || return 1
    [ -s c.point ] && expect_json '.exhaustive.gaps == ["it was stopped"]'
}
check "Ctrl-C leaves a checkpoint" interrupted

# ---- bad input ----

one_line() {
    expect_status 2 "$SNAG" explore "$@" && expect_lines "$ERR" 1
}
for option in "--preemptions 2" "--reduction none" "--checkpoint x" "--program x" "--faults-max 1"; do
    # shellcheck disable=SC2086 # two words
    check "${option%% *} alone" one_line kv/mutex $option
done
check "a strategy beside it" one_line kv/mutex --exhaustive --strategy random
check "a program for a scenario" one_line ./fixed/bank-transfer --exhaustive --program "$corpus/kv/lost-update/regress/non-linearizable-bbf19827.repro"
check "a program that is not there" one_line kv/mutex --exhaustive --program no.repro
check "a program of another spec" one_line kv/mutex --exhaustive --program "$corpus/channel/lost-wakeup/regress/lost-wakeup-b4bbbb9f.repro"
