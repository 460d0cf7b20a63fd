#!/bin/bash
# Waits that last: what --block-max and --held-max-ops call long, and what is told of them in a repro and its replay;
# async locks that nobody holds across a wait; tasks that starve of a worker. Not which waits count
# (tests/unit/oracle/lasting_test.c, lasting_ops_test.c). The rule: a bound is one of virtual time, or of operations.
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

# A lock that is kept while its owner waits for another one's operation, and those of others begin and end.
kept() { "$SNAG" explore kept/"$1" --targets "$SNAG_BUILD/tests/targets" --json --corpus "$T/none" --out "$T/kept" "${@:2}"; }
check "a lock is kept while others come and go" expect_status 0 kept does
check "which is a hint" expect_json '[.findings[] | "\(.grade) \(.rule) \(.key)"] ==
    ["hint R2 lock-held-long: gate_wait holding gate_enter'"'"'s lock"]'
repro=$(find "$T/kept" -name '*.repro')
look() { "$SNAG" replay --targets "$SNAG_BUILD/tests/targets" --fail-on hint "$repro" "$@"; }
check "its replay shows it" expect_status 1 look
check "with how many of them" expect_out 'waits while 5$'
check "and what they are" expect_out 'operations of others come and go'
check "up to the bound nothing is told" expect_status 0 look --held-max-ops 5
check "more of them are" expect_status 1 look --held-max-ops 1
check "none is no such bound" expect_status 2 kept does --held-max-ops 0
check "more than there are in a program" expect_status 0 kept does --held-max-ops 100 --fail-on hint
check "given up before the wait, nothing is kept" expect_status 0 kept not --held-max-ops 1 --fail-on hint

# A hint that no single execution shows: told at the end of a campaign, when there were enough.
needless() { "$SNAG" explore needless/"$1" --targets "$SNAG_BUILD/tests/targets" --json --out "$T/out" "${@:2}"; }
check "an async lock that nobody holds across a wait" expect_status 0 needless does
check "is a hint, once" expect_json '[.findings[] | "\(.grade) \(.rule) \(.key)"] ==
    ["hint R2 needless-async-lock: counter_create"]'
check "without a repro" expect_json '.findings[0].repro == ""'
check "not after a few" expect_status 0 needless does --schedules 900 --fail-on hint
check "which can fail the campaign" expect_status 1 needless does --fail-on hint
check "where it is static, those who take it are named" expect_status 0 needless static
check "all of them" expect_json '[.findings[].key] == ["needless-async-lock: counter_add / counter_reset"]'
check "held across one, in one of them, it is not needless" expect_status 0 needless not --fail-on hint

# A ready task whose workers are all kept by tasks that look again and again.
spins() { "$SNAG" explore spins/"$1" --targets "$SNAG_BUILD/tests/targets" --schedules 2000 --json --out "$T/spins"; }
check "a task that spins starves another" expect_status 1 spins does
check "by one name" expect_json '[.findings[] | "\(.rule) \(.key)"] ==
    ["R2 starvation: await_answer / a ready task without a worker"]'
check "its report" expect_status 1 "$SNAG" replay --targets "$SNAG_BUILD/tests/targets" \
    "$(find "$T/spins" -name '*.repro')"
check "says who keeps the worker" expect_out 'task 1 .*waits for atomic [0-9]+ in await_answer'
check "and who needs it" expect_out 'task t1\.1 +is ready, but every worker is kept by others'
check "one that awaits its turn starves nobody" expect_status 0 spins yields
