#!/bin/bash
# A repro of 8 tasks and 40 operations, with all of a random walk's choices, shrinks to a few lines in seconds.
# needs: targets
# Not a test of the passes (tests/unit/shrink). The rule: every planted kind, from several large repros, made by
# tests/big; the time is that of the whole command.
. "$(dirname "$0")/lib.sh"

variants=5
seconds_max=5

# expect_shrunk FLAVOUR FILE: within bounds and time; the result replays to the same key
expect_shrunk() {
    local start ms
    start=$(date +%s%N)
    expect_status 0 "$SNAG" shrink --flavour "$1" --out "$T/out" --json "$2" || return 1
    ms=$((($(date +%s%N) - start) / 1000000))
    result=$(jq -r '"\(.tasks) tasks, \(.operations) operations, \(.choices) choices; \(.executions) executions"' "$OUT")
    result="$result, $ms ms"
    repro=$(jq -r .repro "$OUT")
    local workers tasks_max=3
    workers=$(sed -n 's/^workers //p' "$repro")
    [ "${workers:-0}" -le 2 ] || tasks_max=$((workers + 1))
    why="too large: $result"
    expect_quietly ".tasks <= $tasks_max and .operations <= 4 and .choices <= 3" || return 1
    why="too slow: $result"
    [ $ms -lt $((seconds_max * 1000)) ] || return 1
    why="the key is another one"
    [ "$(sed -n 's/^key //p' "$repro")" = "$(sed -n 's/^key //p' "$2")" ] || return 1
    expect_status 0 "$SNAG" replay --flavour "$1" --expect --json "$repro"
}
expect_quietly() { [ "$(jq -r "$1" <"$OUT")" = true ]; }

"$SNAG" list --json | jq -r '.targets[] | .name as $n | .expects | to_entries[] | .key as $f | .value[] | [$n, $f, .] | @tsv' \
    >"$T/expected"
made=0
while IFS=$'\t' read -r target flavour kind; do
    # Made in the first flavour that shows the kind; the others shrink the same files, but for uses of freed
    # memory, of which sanitizers think differently (tests/big).
    generator=$SNAG_BUILD/tests/big/$target.$flavour
    maker=
    [ "$kind" != use-after-free ] || maker=-$flavour
    for ((variant = 1; variant <= variants; variant++)); do
        file=$T/$(tr / - <<<"$target")-$kind$maker-$variant.repro
        name="$target $flavour $kind, variant $variant"
        if [ ! -e "$file" ]; then
            check "$name: is made" "$generator" "$kind" $variant "$file"
            check "$name: is large" test "$(grep -c '^task ' "$file") $(grep -cE '^ +[a-z_]+\(' "$file")" = "8 40"
        fi
        cp "$file" "$T/given"
        result=nothing
        check "$name: shrinks" expect_shrunk "$flavour" "$file"
        echo "    $name: $(grep -cE '^    .* op .* event ' "$file") choices -> $result"
        check "$name: the file given is as it was" cmp "$file" "$T/given"
        made=$((made + 1))
    done
done <"$T/expected"
check "every expected kind was shrunk" test $made -eq $(($(wc -l <"$T/expected") * variants)) -a $made -gt 0
