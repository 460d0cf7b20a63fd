#!/bin/bash
# Fuzzing: with our own driver, and the executables as ordinary libFuzzer binaries; the front's turns.
# needs: targets
# Not a measure of how fast bugs are found (planted_test is). The rule: every run is bounded by -runs and seeded.
. "$(dirname "$0")/lib.sh"

targets=$SNAG_BUILD/targets
cd "$T" || exit 3

# expect_files N PATTERN: so many files match (a glob, relative to $T)
expect_files() {
    local got
    got=$(find . -path "./$2" -type f | wc -l)
    why="$got files, not $1, match $2"
    [ "$got" -eq "$1" ]
}
# expect_some PATTERN: at least one does
expect_some() {
    why="no file matches $1"
    [ -n "$(find . -path "./$1" -type f -print -quit)" ]
}
# expect_same FILE FILE
expect_same() {
    why="$1 and $2 differ"
    cmp -s "$1" "$2"
}
# ledger FILE CMD…: the command's findings, as the ledger that they were appended to
ledger() {
    local file=$1
    shift
    run env SNAG_LEDGER="$file" "$@" || true
    sort -o "$file" "$file"
}

# ---- the command ----
scattered=$targets/kv/scattered-locks.fast
check "a planted bug is found: status 1" expect_status 1 "$scattered" fuzz --seed=7 -o one -- -runs=500
check "the table names it" expect_out '^ +1 deadlock +R4 '
check "it is announced once" expect_err '^new finding .*: deadlock: '
check "and went on after it" expect_out '[0-9],[0-9]{3} schedules'
check "its repro is on disk" expect_some 'one/kv/scattered-locks/deadlock-*.repro'
check "libFuzzer's opening words are kept back" expect_status 1 grep -qE 'INFO|WARNING' "$ERR"
check "inputs are kept" expect_some 'one/kv/scattered-locks/inputs/*'
repro=$(find one -name 'deadlock-*.repro' | head -1)
check "the repro replays" expect_json '.status == "reproduced"' "$scattered" replay --expect --json "$repro"

check "a healthy target: status 0" expect_status 0 "$targets/kv/mutex.fast" fuzz -o healthy -- -runs=2000
check "and says how much was tried" expect_out 'no finding in [0-9]+,[0-9]{3} schedules'

ledger ledger.a "$scattered" fuzz --seed=3 -o a --no-shrink -- -runs=400
cp "$OUT" out.a
ledger ledger.b "$scattered" fuzz --seed=3 -o b --no-shrink -- -runs=400
sed 's|b/kv/|a/kv/|g' "$OUT" >out.b
sed -i 's|b/kv/|a/kv/|g' ledger.b
check "findings were made" test -s ledger.a
check "one seed, the same findings at the same schedules" expect_same ledger.a ledger.b
check "and the same figures" expect_same out.a out.b
check "and the same inputs" diff -r a/kv/scattered-locks/inputs b/kv/scattered-locks/inputs
ledger ledger.c "$scattered" fuzz --seed=4 -o c --no-shrink -- -runs=400
sed 's|c/kv/|a/kv/|g' "$OUT" >out.c
check "another seed, another run" expect_status 1 cmp -s out.a out.c

# a finding does not change what is explored: shrinking is no coverage
ledger ledger.d "$scattered" fuzz --seed=3 -o d -- -runs=400
check "nor does shrinking change the inputs" diff -r a/kv/scattered-locks/inputs d/kv/scattered-locks/inputs

check "--on-finding=abort ends at the first" expect_status 1 \
    "$scattered" fuzz --seed=3 -o abort --on-finding=abort -- -runs=100000000
check "with one finding" expect_json '[.findings[] | select(.grade == "finding")] | length == 1' \
    "$scattered" fuzz --seed=3 -o abort2 --on-finding=abort --json -- -runs=100000000
check "--json is one object" expect_lines "$OUT" 1
check "strategies of its own" expect_json '.strategy == null'

check "a folder that is not there" expect_status 3 "$scattered" fuzz -o one -- -runs=10 nosuch
check "is named" expect_err 'nosuch'
check "a place that cannot be written" expect_status 3 "$scattered" fuzz -o /proc/no -- -runs=10
check "is one clear line" expect_lines "$ERR" 1

# Ctrl-C: what was found stays, and is told
expect_interrupted() {
    "$scattered" fuzz -o ctrl >"$OUT" 2>"$ERR" </dev/null &
    local pid=$! got=0
    for _ in $(seq 100); do
        grep -q 'new finding' "$ERR" 2>/dev/null && break
        sleep 0.1
    done
    kill -INT $pid
    wait $pid || got=$?
    why="status $got, not 1, after Ctrl-C"
    [ $got -eq 1 ] && expect_out '^ +1 deadlock +R4 '
}
# A background job of a script ignores SIGINT unless it sets a handler itself, as the executable does.
check "Ctrl-C ends it with its summary" expect_interrupted

# ---- seeds and what is known ----
mkdir -p kept/kv/scattered-locks/seeds kept/kv/scattered-locks/regress
cp "$(find one/kv/scattered-locks/inputs -type f | head -1)" kept/kv/scattered-locks/seeds/first
cp one/kv/scattered-locks/*.repro kept/kv/scattered-locks/regress/
check "kept findings are known: status 0" expect_status 0 \
    "$scattered" fuzz --seed=7 -o again --corpus=kept -- -runs=500
check "and said to be" expect_out 'known'
check "unless asked for" expect_status 1 \
    "$scattered" fuzz --seed=7 -o again --corpus=kept --fail-on=finding,known -- -runs=500

# ---- an ordinary libFuzzer binary ----
check "plain: runs" expect_status 0 "$targets/kv/mutex.fast" -runs=1000 -seed=1
check "plain: is libFuzzer's" expect_err '#1000.*DONE'
check "plain: help" expect_status 0 "$targets/kv/mutex.fast" -help=1
check "plain: a finding is a crash" expect_status 77 "$scattered" -runs=1000 -seed=1
check "plain: its repro is told" expect_err '^snag: repro: .*\.repro$'
check "plain: and written" expect_some 'snag-out/kv/scattered-locks/*.repro'
check "plain: the input is saved" expect_files 1 'crash-*'
found=$(sed -n 's/^snag: found: //p' "$ERR")
check "plain: and crashes again" expect_status 77 "$scattered" crash-*
check "plain: with the same finding" test "$(sed -n 's/^snag: found: //p' "$ERR")" = "$found"
check "plain: in the other flavour, too" expect_status 77 "$targets/kv/scattered-locks.tsan" crash-*
check "plain: continue on request" expect_status 1 \
    env SNAG_ON_FINDING=continue "$scattered" -runs=1000 -seed=1
check "plain: then with a summary" expect_out '^ +1 deadlock +R4 '
check "plain: nonsense is refused" expect_status 2 env SNAG_ON_FINDING=maybe "$scattered" -runs=1
mkdir full small
check "plain: a corpus" expect_status 0 "$targets/kv/mutex.fast" -runs=500 -seed=1 full
# libFuzzer merges in a process of its own, which it starts by a shell, without quotes: no blank may be in the name.
bare=$(mktemp -d /tmp/snag-e2e.XXXXXX)
ln -s "$targets/kv/mutex.fast" "$bare/mutex.fast"
check "plain: merged" expect_status 0 "$bare/mutex.fast" -merge=1 small full
rm -r "$bare"
check "plain: into fewer" test "$(find small -type f | wc -l)" -gt 0 -a "$(find small -type f | wc -l)" -le "$(find full -type f | wc -l)"

# ---- every flavour, by turns ----
if [ -x "$SNAG" ]; then
    check "the front: found" expect_status 1 timeout 120 "$SNAG" fuzz kv/racy-len -o turns -- -runs=500
    check "the front: in tsan" expect_out 'race'
    check "the front: ends where all ended" expect_some 'turns/kv/racy-len/race-*.repro'
    check "the front: what is known in one flavour is in the table of all" expect_status 0 timeout 120 "$SNAG" \
        fuzz kv/racy-len -o turns2 --corpus "$SNAG_ROOT/corpus" --json -- -runs=500
    check "the front: as such" expect_json '.findings | length > 0 and all(.kind == "race" and .standing == "known" and .flavour == "tsan")'
    check "the front: and counts if asked for" expect_status 1 timeout 120 "$SNAG" \
        fuzz kv/racy-len -o turns3 --corpus "$SNAG_ROOT/corpus" --fail-on known -- -runs=500
    check "the front: healthy" expect_status 0 timeout 120 "$SNAG" fuzz kv/mutex -o turns -- -runs=500
fi
