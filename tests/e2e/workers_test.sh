#!/bin/bash
# A task that is suspended with a blocking lock hangs its workers: found within 200 schedules on one worker, 2,000
# on two and 20,000 on four, at each of seeds 1 to 20; and a kept number of workers is kept.
# Not a test of speed. The rule: by the walk alone (--pursue 0), so that every schedule that it took is counted.
. "$(dirname "$0")/lib.sh"

seeds=20

# expect_found TARGET WORKERS MAX: at every seed; prints the median and the worst
expect_found() {
    local seed firsts=() first
    for ((seed = 1; seed <= seeds; seed++)); do
        run "$SNAG" explore "$1" -f fast --workers "$2" --schedules "$3" --seed $seed --pursue 0 --no-shrink --json \
            --corpus none --out "$T/out" --on-finding abort
        first=$(jq '[.findings[] | select(.kind == "suspended-owner") | .schedule] | min // 0' "$OUT")
        why="not found at seed $seed"
        [ "$first" -gt 0 ] || return 1
        firsts+=("$first")
    done
    mapfile -t firsts < <(printf '%s\n' "${firsts[@]}" | sort -n)
    echo "    $1, workers $2: median ${firsts[seeds / 2]}, worst ${firsts[seeds - 1]}"
}
for target in kv/await-holding-mutex kv/await-in-helper; do
    check "$target, one worker" expect_found $target 1 200
    check "$target, two workers" expect_found $target 2 2000
    check "$target, four workers" expect_found $target 4 20000
done

# repro WORKERS: as many tasks wait for the lock of one that is suspended
repro() {
    local task
    grep -hE '^(snag repro|target|spec|finding|key) ' "$SNAG_ROOT"/corpus/kv/await-holding-mutex/regress/suspended-owner-*
    printf 'workers %s\nconfig capacity=1\ntask 1 {\n    fetch_put(key=0, arg=0)\n}\n' "$1"
    for ((task = 2; task <= $1 + 1; task++)); do
        printf 'task %s {\n    get(key=0)\n}\n' $task
    done
    printf 'schedule {\n}\nend\n'
}
for workers in 2 4; do
    repro $workers >hang-$workers.repro
    check "a hang of $workers workers" expect_status 1 "$SNAG" replay -f fast hang-$workers.repro
    check "is one" expect_out '^\[1\] suspended-owner$'
    check "the owner is seen suspended" expect_out '^    task 1  holds mutex 2, taken in kv_fetch_put .*; is$'
    check "no line is wider than 80" test "$(wc -L <"$OUT")" -le 80
    "$SNAG" replay -f fast hang-$workers.repro >lanes || true
    for ((worker = 1; worker <= workers; worker++)); do
        check "worker $worker waits" grep -q "^    task $((worker + 1))  on worker $worker, waits for mutex 2 in kv_get" lanes
    done
    check "and is seen to" grep -qE "^  #2  #3 .*WAITS FOR mutex 2" lanes
    check "the JSON says the same" expect_json \
        "[.findings[0].parties[] | .worker] == [null, $(seq -s, -f '"0.%g"' $workers)]" \
        "$SNAG" replay -f fast --json hang-$workers.repro
done

# Programs with so many, whatever is drawn; and the pursuit keeps to it.
expect_workers() { # N, in every repro below $T/kept
    why="not all repros have $1 workers"
    [ "$(cat "$T"/kept/kv/*/*.repro | sed -n 's/^workers //p' | sort -u)" = "$1" ]
}
for workers in 1 3; do
    rm -rf "$T/kept"
    check "explore with $workers" expect_status 1 "$SNAG" explore kv/await-holding-mutex -f fast --workers $workers \
        --schedules 2000 --no-shrink --corpus none --out "$T/kept"
    check "has $workers" expect_workers $workers
done
rm -rf "$T/kept"
check "fuzz with 3" expect_status 1 "$SNAG" fuzz kv/await-holding-mutex -f fast --workers 3 --seconds 20 --no-shrink \
    --on-finding abort --corpus none --out "$T/kept"
check "has 3" expect_workers 3
check "threads have none" expect_status 0 "$SNAG" explore kv/mutex -f fast --workers 2 --schedules 100 --corpus none
check "nine are too many" expect_status 2 "$SNAG" explore kv/mutex --workers 9
