#!/bin/bash
# The detection benchmark measures every strategy that there is, and its lines become the README's table.
# timeout: 120
# Not a measurement: two small programs, a few seeds. The rule: what is asserted is the form of the lines, and that
# bugs this near are found.
. "$(dirname "$0")/lib.sh"

bench=$SNAG_ROOT/tests/bench
programs=(reorder-3 account)
known=$({ "$SNAG_BUILD/tests/targets/bench/account.fast" explore --strategy '?' 2>&1 || true; } | sed -n 's/.*there are://p')

expect_lines() {
    why="not $1 lines: $(cat "$OUT")"
    [ "$(wc -l <"$OUT")" -eq "$1" ]
}
check "there are strategies" [ -n "$known" ]
check "the bench runs" "$bench/detection" -s 3 -n 5000 "$SNAG_BUILD" "${programs[@]}"
cp "$OUT" lines
check "a line for each program and strategy" expect_lines $((${#programs[@]} * $(wc -w <<<"$known")))
for program in "${programs[@]}"; do
    for strategy in $known; do
        check "$program under $strategy is solved, and its line whole" expect_out "^program=$program strategy=$strategy \
seeds=3 solved=3 mean=[0-9.]+ low=[0-9.]+ high=[0-9.]+ median=[0-9.]+ worst=[0-9]+ schedules_per_s=[0-9]+ \
seconds_mean=[0-9.]+ seconds_worst=[0-9.]+ kinds=(assertion|invariant)$"
    done
done
check "what is not found is told as such" "$bench/detection" -s 2 -n 1 -S random "$SNAG_BUILD" reorder-3
check "by no mean and no median" expect_out "seeds=2 solved=0 mean=- low=- high=- median=- worst=- .* kinds=-$"
check "a program that is not built is one clear line" expect_status 2 "$bench/detection" "$SNAG_BUILD" no-such
check "that says what builds it" expect_err "--target bench-detection"

cat lines - >more <<'LINES'
program=reorder-3 strategy=portfolio seeds=20 solved=19 mean=40.0 low=30.0 high=150.4 median=9 worst=- schedules_per_s=9 seconds_mean=0.5 seconds_worst=60.01 kinds=assertion
program=safe-stack strategy=surw seeds=20 solved=20 mean=100.0 low=50.0 high=200 median=9 worst=900 schedules_per_s=9 seconds_mean=0.5 seconds_worst=1.00 kinds=assertion
program=safe-stack strategy=pct seeds=40 solved=22 mean=90.0 low=50.0 high=200 median=9 worst=- schedules_per_s=9 seconds_mean=0.5 seconds_worst=1.00 kinds=assertion
program=safe-stack strategy=portfolio seeds=20 solved=20 mean=250 low=150 high=350 median=9 worst=900 schedules_per_s=9 seconds_mean=0.5 seconds_worst=1.00 kinds=assertion
LINES
check "the table is made" bash -c '"$0" <more' "$bench/detection_table"
check "of every program" expect_lines $((2 + ${#programs[@]} + 1))
check "the portfolio's failures are in it" expect_out '^\| reorder-3 \| 40.0 \(19 of 20\) \| 30.0–150 \| 60.01 \| '
check "the best strategy is one that solved all seeds" expect_out \
    '^\| safe-stack \| 250 \| 150–350 \| 1.00 \| surw \| 100 \| 2.5 \| 370,000 \|$'
