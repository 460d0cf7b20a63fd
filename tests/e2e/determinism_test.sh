#!/bin/bash
# A repro gives the same event log, byte for byte: in fresh processes whatever their surroundings, after a million
# other executions in one process, and, as to synchronisation, in every flavour.
# needs: corpus
# timeout: 2400
# Not a test that the finding is the right one (regress is). The rule: what is compared is the output of
# `replay --log`, which holds every event and no verdict, and the exit status, which is the verdict. The first
# target of each spec gets all of it, the others a tenth, unless SNAG_LONG=1.
. "$(dirname "$0")/lib.sh"

fresh_runs=100  # of the first repro of a target, in each flavour
further_runs=3  # of its others
unshrunk_runs=2 # of each unshrunk one: these have long programs and schedules
[ "${SNAG_LONG:-0}" = 0 ] || unshrunk_runs=5
after_fast=1000000
after_tsan=100000
after_asan=100000

mkdir -p "$T/logs" "$T/some where/deep/down" "$T/home"
folders=(/ "$T" "$T/some where/deep/down" /usr)
languages=(C C.UTF-8 de_DE.UTF-8 tr_TR)
zones=(UTC Asia/Kathmandu America/St_Johns)

# in_place N CMD…: runs it in surroundings that differ with N: folder, environment (and its size), stack limit.
in_place() {
    local n=$1 pad
    shift
    printf -v pad '%*s' $((n * 211 % 6000)) ''
    (
        cd "${folders[n % ${#folders[@]}]}" || exit 99
        ulimit -S -s $((2048 + n % 7 * 1024)) 2>/dev/null
        exec env -i PATH="$PATH" HOME="$T/home" LC_ALL="${languages[n % ${#languages[@]}]}" \
            TZ="${zones[n % ${#zones[@]}]}" COLUMNS=$((20 + n)) TERM=xterm PAD="$pad" "$@"
    )
}

# expect_same_runs N FLAVOUR FILE: N fresh replays, one log and one status; the log stays in $T/logs/log.FLAVOUR
expect_same_runs() {
    local n=$1 flavour=$2 file=$3 i status want differ=0
    "$SNAG" replay --flavour "$flavour" --log all "$file" >"$T/logs/log.$flavour" 2>"$ERR" </dev/null
    want=$?
    why="a replay in $flavour ended with status $want"
    [ $want -le 1 ] && [ -s "$T/logs/log.$flavour" ] || return 1
    for ((i = 1; i <= n; i++)); do
        status=0
        in_place $i "$SNAG" replay --flavour "$flavour" --log all "$file" >"$OUT" 2>"$ERR" </dev/null || status=$?
        [ $status -eq $want ] && cmp -s "$OUT" "$T/logs/log.$flavour" || differ=$((differ + 1))
    done
    why="$differ of $n replays differ"
    [ $differ -eq 0 ]
}

# expect_same_after N FLAVOUR TARGET FILE: the log again, in a process that ran N others first
expect_same_after() {
    run "$SNAG_BUILD/targets/$3.$2" replay --after "$1" --log all "$4"
    why="after $1 other executions the log is another one"
    cmp -s "$OUT" "$T/logs/log.$2"
}

# flavours_of TARGET
flavours_of() { jq -r --arg t "$1" '.targets[] | select(.name == $t) | .flavours[]' "$T/list"; }

# agreed_lines FILE: how many lines of its synchronisation log every flavour must have: all; or, where asan ends the
# execution at a memory error, those until there: what the others do after it depends on what the memory holds by then.
agreed_lines() {
    "$SNAG" replay --flavour asan --json "$1" 2>"$ERR" </dev/null |
        jq -e '[.findings[].kind] | any(IN("use-after-free", "double-free", "memory-error"))' >"$OUT" || {
        echo all
        return
    }
    "$SNAG" replay --flavour asan --log sync "$1" 2>"$ERR" </dev/null | wc -l
}

# expect_same_sync TARGET FILE: against the first of its flavours
expect_same_sync() {
    local flavour first= agreed=all
    [[ " $(flavours_of "$1" | xargs) " != *" asan "* ]] || agreed=$(agreed_lines "$2")
    rm -f "$T"/logs/sync.*
    for flavour in $(flavours_of "$1"); do
        "$SNAG" replay --flavour $flavour --log sync "$2" 2>"$ERR" </dev/null >"$T/logs/whole"
        if [ "$agreed" = all ]; then
            cp "$T/logs/whole" "$T/logs/sync.$flavour"
        else
            head -n "$agreed" "$T/logs/whole" >"$T/logs/sync.$flavour"
        fi
        first=${first:-$flavour}
        why="the synchronisation logs of $first and $flavour differ, or are empty (of $agreed lines)"
        cmp -s "$T/logs/sync.$first" "$T/logs/sync.$flavour" || return 1
    done
    [ -s "$T/logs/sync.$first" ]
}
"$SNAG" list --json >"$T/list"

last=
while IFS= read -r file; do
    name=${file#"$SNAG_ROOT/corpus/"}
    target=$(sed -n 's/^target //p' "$file")
    part=10 # a tenth
    [ "${target%%/*}" = "${last%%/*}" ] && [ "${SNAG_LONG:-0}" = 0 ] || part=1
    [[ $target != handoff/* ]] || part=10 # they run in the kernel, most of the time
    runs=$further_runs
    [ "$target" = "$last" ] || runs=$((fresh_runs / part))
    for flavour in $(flavours_of "$target"); do
        after=after_$flavour after=$((${!after} / part))
        check "$name: $runs fresh processes ($flavour)" expect_same_runs $runs $flavour "$file"
        [ "$target" = "$last" ] || check "$name: after $after executions ($flavour)" \
            expect_same_after $after $flavour "$target" "$file"
    done
    check "$name: synchronisation in every flavour" expect_same_sync "$target" "$file"
    last=$target
done < <(find "$SNAG_ROOT/corpus" -name '*.repro' | sort)

# As they were found: whole programs, every choice of the strategy.
"$SNAG" list --json | jq -r '.targets[] | .name as $n | .expects | to_entries[] |
    select(.value | length > 0) | [$n, .key] | @tsv' >"$T/planted"
while IFS=$'\t' read -r target flavour; do
    "$SNAG" explore "$target" --flavour "$flavour" --seed 7 --no-shrink --json \
        --corpus "$T/none" --out "$T/out" >"$OUT" 2>"$ERR" </dev/null
    jq -r '.findings[].repro' "$OUT" >"$T/unshrunk"
    check "$target: unshrunk repros ($flavour)" test -s "$T/unshrunk"
    while IFS= read -r file; do
        check "${file##*/}: as found in $flavour" expect_same_runs $unshrunk_runs "$flavour" "$file"
        check "${file##*/}: synchronisation in every flavour" expect_same_sync "$target" "$file"
    done <"$T/unshrunk"
done <"$T/planted"
