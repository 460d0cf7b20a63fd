#!/bin/bash
# `snag check-spec`: every mistake a spec can have is named, a right spec passes, and so do all that ship.
# timeout: 300
# Not about explore's own findings, but for one: what the model gets wrong is no bug of concurrency.
. "$(dirname "$0")/lib.sh"
cd "$T" || exit 3
targets=$SNAG_BUILD/tests/targets
kinds() { jq -r '[.problems[].kind] | unique | join(" ")' "$OUT"; }
expect_kinds() { why="kinds: $(kinds)"; [ "$(kinds)" = "$1" ]; }
expect_first() { why="$(cat "$OUT")"; [ "$(jq -r '.problems[0].kind' "$OUT")" = "$1" ]; }
expect_true() { why="not true: $1 of $(cat "$OUT")"; jq -e "$1" "$OUT" >/dev/null; }

check "a right spec passes" expect_status 0 "$SNAG" check-spec spec/right --targets "$targets"
check "and it says what was exercised" expect_out 'operations accepted'
check "as JSON" expect_json '.problems == [] and .programs == 1000 and .calls > 1000 and .pairs_swapped > 1000
    and .operations_accepted == 6' "$SNAG" check-spec spec/right --targets "$targets" --json
check "more programs, another seed: it passes still" expect_status 0 \
    "$SNAG" check-spec spec/right --targets "$targets" --programs 20000 --seed 7
check "what it says is a function of its options" expect_status 1 "$SNAG" check-spec spec/result --targets "$targets"
cp "$OUT" first.txt
"$SNAG" check-spec spec/result --targets "$targets" >again.txt
check "byte for byte" cmp first.txt again.txt
fits() { why="a line is wider than 80"; ! grep -qE '^.{81,}' first.txt; }
check "in 80 columns" fits
shows() { why="$(cat first.txt)"; grep -q "$1" first.txt; }
check "with the call" shows 'wrong-result: a task alone called peek(slot=0) = 3, and step does not accept'
check "the state" shows ' 03000000'
check "and the configuration" shows 'limit='

while read -r name status kinds; do
    check "$name: status" expect_status "$status" "$SNAG" check-spec "spec/$name" --targets "$targets" --json
    check "$name: is $kinds" expect_kinds "$kinds"
done <<'LIST'
result 1 wrong-result
waits 1 blocked-undeclared waits
pointer 1 unequal-states
padding 1 unequal-states
outside 1 writes-outside
globals 1 writes-globals
apart 1 writes-globals
endless 1 endless-effects
missing-effect 1 missing-effect
undeclared 1 blocked-undeclared
never-blocked 1 waits
never-accepted 1 never-accepted wrong-result
no-producer 1 no-producer unused-handle
never-taken 0 never-taken
nothing-nests 1 nothing-nests
never-run 1 never-run
argument 0 unused-argument
config 0 unused-config
partition 1 partition wrong-result
LIST
# These have consequences, which may be told after them.
while read -r name kind; do
    check "$name: status" expect_status 1 "$SNAG" check-spec "spec/$name" --targets "$targets" --json
    check "$name: first of all, $kind" expect_first "$kind"
done <<'LIST'
impure writes-globals
pending-result reads-pending-result
partition partition
partition-of-result partition-of-result
LIST
"$SNAG" check-spec spec/impure --targets "$targets" --json >"$OUT"
check "impure: and impure" expect_true '[.problems[].kind] | index("impure") != null'
"$SNAG" check-spec spec/arguments --targets "$targets" --json >"$OUT"
check "arguments: changed" expect_true '[.problems[].kind] | index("writes-arguments") != null'

for target in "$SNAG_BUILD"/targets/*/*.fast; do
    folder=$(basename "$(dirname "$target")")
    [ -e "$SNAG_ROOT/targets/$folder/spec.c" ] || continue # a scenario has none
    check "it ships and passes: ${target#"$SNAG_BUILD"/targets/}" expect_status 0 "$SNAG" check-spec "$target"
done
check "with tsan, too" expect_status 0 "$SNAG" check-spec kv/mutex -f tsan --targets "$SNAG_BUILD/targets"

check "a scenario has no spec" expect_status 2 "$SNAG" check-spec escapes/not --targets "$targets"
check "and is told so" expect_err 'is a scenario: it has no spec$'
check "no target, one line" expect_status 2 "$SNAG" check-spec no/such
check "help" expect_status 0 "$SNAG" check-spec --help

# A wrong model is not told as a bug of concurrency.
check "explore: a wrong model is a finding" expect_status 1 "$SNAG" explore spec/result --targets "$targets" --corpus none
check "of its own kind" expect_out '^ 1 sequential '
check "and no other" expect_out '1 finding in'
check "not a bug of concurrency" expect_no_out 'non-linearizable'
repro=$(find snag-out/spec/result -name 'sequential*.repro')
check "it is replayed" expect_status 1 "$SNAG" replay "$repro" --targets "$targets"
check "and explained" expect_out 'snag check-spec'
one_task() { why="$(cat "$repro")"; [ "$(grep -c '^task ' "$repro")" -eq 1 ]; }
check "its repro has one task" one_task
check "the right one is silent" expect_status 0 "$SNAG" explore spec/right --targets "$targets" --corpus none
check "nor where an operation was cancelled" expect_status 1 "$SNAG" explore cancelled/does --targets "$targets" --corpus none
check "of one task" expect_out '^ 1 sequential '
check "whoever cancels" expect_no_out 'non-linearizable'
check "its right one is silent" expect_status 0 "$SNAG" explore cancelled/not --targets "$targets" --corpus none
check "a race stays what it is" expect_status 1 "$SNAG" explore kv/lost-update --targets "$SNAG_BUILD/targets" --corpus none
check "non-linearizable" expect_out '^ 1 non-linearizable'
check "explore: a wait that the spec does not declare" expect_status 1 "$SNAG" explore spec/waits --targets "$targets" --corpus none
check "is replayed" expect_status 1 "$SNAG" replay "$(find snag-out/spec/waits -name '*.repro' | head -n 1)" --targets "$targets"
check "and says that one task alone is enough" expect_out "One task alone is enough for it"
