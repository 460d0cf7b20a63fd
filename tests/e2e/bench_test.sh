#!/bin/bash
# The benchmarks of throughput and overhead: each section prints its lines, whole.
# timeout: 300
# Not a measurement: runs a hundredth as long. The rule: what is asserted is the form of the lines, and what does not depend
# on the machine: how many vthreads and scheduling points there were.
. "$(dirname "$0")/lib.sh"

bench=$SNAG_ROOT/tests/bench
known=$("$SNAG_BUILD/tests/targets/bench/lock2x4.fast" explore --strategy list | awk '{ print $1 }')
flavours=$(cd "$SNAG_BUILD/tests/targets/bench" && echo lock2x4.*)
flavours=${flavours//lock2x4./}
n='[0-9]+(\.[0-9]+)?'
counted="points_per_schedule=$n switches_per_schedule=$n"
check "there are strategies" [ -n "$known" ]

expect_lines() {
    why="not $1 lines: $(cat "$OUT")"
    [ "$(wc -l <"$OUT")" -eq "$1" ]
}
count() { wc -w <<<"$1"; }
# section NAME OPTION…
section() { check "$1 are measured" "$bench/throughput" -s 1 -t 1 "${@:2}" "$SNAG_BUILD" "$1"; }

section rates
for flavour in $flavours; do
    for strategy in $known; do
        check "the rate of $strategy in $flavour" expect_out "^what=rate engine=explore flavour=$flavour program=lock2x4 \
strategy=$strategy schedules_per_s=$n $counted noise=$n$"
    done
    check "that of a program in $flavour" expect_out "^what=rate engine=explore flavour=$flavour program=queue \
strategy=[a-z]+ schedules_per_s=$n $counted noise=$n$"
    check "that of $flavour under libFuzzer" expect_out "^what=rate engine=libfuzzer flavour=$flavour program=lock2x4 \
schedules_per_s=$n $counted noise=$n$"
done
check "that of real threads" expect_out "^what=rate engine=real-threads flavour=none program=lock2x4 schedules_per_s=$n \
noise=$n$"

section jobs -f fast
for jobs in 1 "$(nproc)"; do
    check "the rate of $jobs jobs" expect_out "^what=jobs engine=explore flavour=fast program=lock2x4 \
strategy=random jobs=$jobs schedules_per_s=$n noise=$n$"
    check "and under libFuzzer" expect_out "^what=jobs engine=libfuzzer flavour=fast program=lock2x4 jobs=$jobs \
schedules_per_s=$n noise=$n$"
done

section points -f fast
check "a line for each operation and strategy, and what they tell together" expect_lines \
    $((2 + 2 * ($(count "$known") + 1)))
check "a round of nothing" expect_out "^what=round flavour=fast operation=idle ns_per_round=$n noise=$n$"
check "a bare switch" expect_out "^what=bare-switch ns_per_switch=$n$"
check "points with and without a switch" expect_out "^what=points flavour=fast operation=atomics \
ns_per_point_without_switch=$n ns_per_point_with_switch=-?$n bare_switch_ns_per_switch=$n$"

section vthreads
for flavour in $flavours; do
    for vthreads in 2 10 100 1000; do # eleven points each: it begins, four times locks and unlocks, ends; is joined
        check "$vthreads vthreads in $flavour" expect_out "^what=vthreads flavour=$flavour vthreads=$vthreads \
schedules_per_s=$n ns_per_point=$n points_per_schedule=$((11 * vthreads))\.00 switches_per_schedule=$n rss_kb=$n noise=$n$"
    done
    check "the memory of one" expect_out "^what=vthread-memory flavour=$flavour vthreads=1000 bytes_per_vthread=$n$"
done

section events -f fast
for events in 10 100 1000 10000 100000 1000000; do
    check "$events scheduling points" expect_out "^what=events flavour=fast events=$events schedules_per_s=$n \
ns_per_point=$n points_per_schedule=$events\.00 switches_per_schedule=$n rss_kb=$n noise=$n$"
done
check "the memory of one" expect_out "^what=event-memory flavour=fast events=1000000 bytes_per_event=$n$"

section steady -f fast
for strategy in random portfolio; do
    check "the tenth part of a run by $strategy" expect_out "^what=steady flavour=fast program=lock2x4 strategy=$strategy \
part=10 schedules=$n ns_per_schedule=$n fresh_ns_per_schedule=$n rss_kb=$n$"
done

check "overheads are measured" "$bench/overhead" -s 1 "$SNAG_BUILD" lock turn
check "a line for each operation" expect_lines 2
words=
for flavour in $flavours; do
    words+=" snag_[a-z]+_ns=$n snag_[a-z]+_ratio=$n"
done
for operation in lock turn; do
    check "that of $operation" expect_out \
        "^operation=$operation threads=2 plain_ns=$n tsan_alone_ns=$n tsan_alone_ratio=$n$words$"
done
