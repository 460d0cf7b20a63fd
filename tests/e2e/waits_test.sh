#!/bin/bash
# Waits that last: what --block-max calls long, and what is told of them in a repro and its replay.
# Not which waits count (tests/unit/oracle/lasting_test.c). The rule: the bound is one of virtual time.
. "$(dirname "$0")/lib.sh"

target=kv/blocking-mutex-around-io
explore() { "$SNAG" explore $target --schedules 500 --json --corpus "$T/none" --out "$T/out" "$@"; }
expect_kinds() { expect_json "([.findings[].kind] | sort) == (\"$1\" / \",\")"; }

check "a worker is blocked for long" expect_status 1 explore
check "and a lock is held around it" expect_kinds blocking-in-async,lock-around-io
repro=$(find "$T/out" -name 'blocking-in-async-*.repro')
check "its replay says for how long, and who was ready" expect_status 1 "$SNAG" replay "$repro"
check "in ms" expect_out 'blocks its worker for 40 ms'
check "and who" expect_out 'is ready, but every worker is blocked'
check "the hint says what harm it did" expect_out 'lock-around-io \(a hint: its harm is \[1\]\)'
check "a bound beyond it: nothing happened" expect_status 0 explore --block-max 41
check "but a hint" expect_kinds lock-around-io
check "nor in the replay" expect_status 0 "$SNAG" replay --block-max 41 "$repro"
check "the very bound: it did" expect_status 1 explore --block-max 40
check "none is no bound" expect_status 2 explore --block-max 0
