#!/bin/bash
# The benchmark of what guides fuzzing: a line for each target and way, and one for each way of all.
# needs: targets
# Not a measurement. The rule: what is asserted is the form of the lines, and that a bug found in a few schedules is found.
. "$(dirname "$0")/lib.sh"

bench=$SNAG_ROOT/tests/bench/ablation
figures='mean=[0-9]+ low=[0-9]+ high=[0-9]+ median=[0-9]+ worst=[0-9]+ seconds=[0-9.]+$'
check "it runs" "$bench" -s 2 -r 3000 -w everything,no-feedback,no-aim "$SNAG_BUILD" kv/scattered-locks
run "$bench" -s 2 -r 3000 -w everything,no-feedback,no-aim "$SNAG_BUILD" kv/scattered-locks
check "everything" expect_out "^target=kv/scattered-locks way=everything feedback=all aim=[0-9]+ seeds=2 solved=2 $figures"
check "without feedback" expect_out "^target=kv/scattered-locks way=no-feedback feedback=none aim=[0-9]+ seeds=2 solved=2 $figures"
check "without aiming" expect_out "^target=kv/scattered-locks way=no-aim feedback=all aim=0 seeds=2 solved=2 $figures"
check "of all" expect_out "^target=all way=everything targets=1 ratio=1.00$"
check "a way that is none" expect_status 2 "$bench" -w nonsense "$SNAG_BUILD" kv/scattered-locks
check "a target that is not built" expect_status 2 "$bench" "$SNAG_BUILD" no/such
