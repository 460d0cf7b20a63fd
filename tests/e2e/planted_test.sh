#!/bin/bash
# Every planted bug is found by explore with default flags at each of seeds 1 to 20, and shrinks to a few lines.
# timeout: 3000
# Not a test of speed: the times are printed, and only a hopeless one fails. The rule: the targets, their flavours
# and what they must show come from `snag list`, the figures from tests/bench/planted; none is named here. A
# flavour that shows nothing new walks the same schedules: a few seeds tell, unless SNAG_LONG=1.
. "$(dirname "$0")/lib.sh"

seeds=20
[ "${SNAG_LONG:-0}" = 1 ] && fewer=$seeds || fewer=2
table=$T/table
check "the bench runs" "$SNAG_ROOT/tests/bench/planted" "$SNAG_BUILD" $seeds $fewer
cp "$OUT" "$table"

# word NAME LINE: the value of NAME=… in it
word() { sed -nE "s/^(.* )?$1=([^ ]*).*/\2/p" <<<"$2"; }
# expect_is EXPRESSION: arithmetic
expect_is() {
    why="not so: $1"
    (($1))
}
expect_word() {
    why="$1 is '$(word "$1" "$3")', not '$2'"
    [ "$(word "$1" "$3")" = "$2" ]
}

printf '%-24s %-5s %-21s %7s %6s   %s\n' target '' kind median worst 'shrunk to'
kinds=0
while read -r line; do
    name="$(word target "$line") $(word flavour "$line")"
    if [[ $line != *" kind="* ]]; then
        check "$name shows nothing else" expect_word unexpected - "$line"
        slowest=$(word seconds_worst "$line")
        printf '%-24s %-5s the slowest run took %s s, shrinking included\n' ${name% *} ${name#* } "$slowest"
        check "$name is quick" expect_is "${slowest%.*} < 30"
        continue
    fi
    kinds=$((kinds + 1))
    kind=$(word kind "$line") tasks=$(word tasks "$line") workers=$(word workers "$line")
    operations=$(word operations "$line") choices=$(word choices "$line")
    printf '%-24s %-5s %-21s %7s %6s   %s tasks, %s operations, %s choices\n' ${name% *} ${name#* } "$kind" \
        "$(word median "$line")" "$(word worst "$line")" "$tasks" "$operations" "$choices"
    ran=$(word seeds "$line")
    check "$name: $kind at every seed" expect_word found "$ran" "$line"
    check "$name: $kind was looked for at some seeds" expect_is "ran == seeds || ran == fewer"
    [ "$(word found "$line")" = 0 ] && continue
    check "$name: $kind: tasks" expect_is "$tasks <= (workers > 2 ? workers + 1 : 3)"
    check "$name: $kind: operations" expect_is "$operations <= 4"
    check "$name: $kind: choices" expect_is "$choices <= 3"
done <"$table"
expects=$(jq '[.targets[].expects[][]] | length' <<<"$("$SNAG" list --json)")
check "all $expects that are expected were looked for" expect_is "kinds == expects && expects > 0"

# The other strategy meets other cases of the same bugs; nothing of it may fail to be kept.
last=
while IFS=$'\t' read -r target flavour kinds; do
    [ "$target" != "$last" ] || [ "${SNAG_LONG:-0}" = 1 ] && pct_seeds="1 2 3" || pct_seeds=1
    last=$target
    for seed in $pct_seeds; do
        check "$target $flavour: pct, seed $seed" expect_status 1 "$SNAG" explore "$target" --flavour "$flavour" \
            --strategy pct --seed $seed --fail-on finding,hazard --json --corpus "$T/none" --out "$T/out"
        check "$target $flavour: pct, seed $seed: $kinds, and no more" \
            expect_json "([.findings[].kind] | unique) == (\"$kinds\" / \",\" | sort)"
    done
done < <("$SNAG" list --json | jq -r '.targets[] | .name as $n | .expects | to_entries[] |
    select(.value != []) | [$n, .key, (.value | join(","))] | @tsv')
