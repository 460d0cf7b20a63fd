#!/bin/bash
# A search that several processes share: what they run and find, whoever is faster, and how they end.
# timeout: 300
# Not about what one process does. The rule: what must not depend on time is run twice and compared to the byte.
. "$(dirname "$0")/lib.sh"
cd "$T" || exit 3
shipped=$SNAG_BUILD/targets
targets=$SNAG_BUILD/tests/targets

explore() { "$SNAG" explore "$@" --corpus none --targets "$shipped"; }
without_jobs() { jq -S 'del(.jobs, .discovery, .strategies, .pursuits, .findings[].repro)' "$1"; }

# The same schedules as of one process, where none depends on what others have shown.
same=(kv/scattered-locks --strategy random --points atomic --pursue 0 --schedules 5000 --json)
explore "${same[@]}" --out one >one.json 2>/dev/null
explore "${same[@]}" --out three --jobs 3 >three.json 2>/dev/null
check "three jobs run the schedules of one" cmp <(without_jobs one.json) <(without_jobs three.json)
cp three.json "$OUT"
check "and say how many they are" expect_json '.jobs == 3 and .schedules == 5000'
check "and find something" expect_json '.findings | length > 3'
check "each is where one would have put it" cmp <(cd one && find . -type f | sort) <(cd three && find . -type f | sort)
check "shrunk to the same" diff -r one three

# With all that learns: a pure function of the options, the number of jobs among them.
learns=(kv/scattered-locks --schedules 20000 --jobs 2)
expect_status 1 explore "${learns[@]}" --out a
cp "$OUT" a.txt
check "one of them says what is found" expect_err '^new finding \(fast, schedule [0-9]+\): deadlock'
check "nobody else does" expect_lines "$ERR" "$(sort -u "$ERR" | wc -l)"
check "all are told together" expect_out '^schedules: 20,000 run by 2 jobs, about [0-9,]+ different traces'
check "without a curve, for there are two" expect_out '^discovery: after all of the schedules: [0-9,]+ different'
expect_fits() { why="a line is wider than 80"; ! grep -vE "/snag'? replay " "$OUT" | grep -qE '^.{81,}'; }
check "in 80 columns" expect_fits
explore "${learns[@]}" --out a >again.txt 2>/dev/null
check "the same options, the same words" cmp a.txt again.txt
explore "${learns[@]}" --out b >/dev/null 2>&1
check "and the same repros" diff -r a b
check "which replay" expect_status 1 "$SNAG" replay "$(find a -name 'deadlock-*.repro' | head -1)" --targets "$shipped"
check "no job leaves a folder" test -z "$(find a b -name 'job-*')"

# A scenario, of which each job runs the default schedule first, and more jobs than there is work for.
"$SNAG" explore bench/lock2x4 --targets "$targets" --corpus none --schedules 1000 --jobs 5 --json >"$OUT" 2>"$ERR"
check "a healthy scenario stays healthy" expect_json '.schedules == 1000 and .findings == [] and .traces > 300'
explore kv/mutex --schedules 20 --jobs 64 --json >"$OUT" 2>"$ERR"
check "more jobs than batches" expect_json '.schedules == 20 and .jobs == 64 and .discovery[0].flavour == "fast"'
check "and as many as there are processors" expect_status 0 explore kv/mutex --schedules 100 --jobs 0

# Code that takes its process down, in each of them.
run explore registry/use-after-free --schedules 3000 --jobs 2 --flavour asan --out deaths
cp "$OUT" deaths.txt
check "deaths in several jobs are found" expect_out 'finding'
check "none is counted that was not run" expect_json '.schedules < 200 and .ended < .schedules' \
    "$SNAG" explore stuck/die --targets "$targets" --corpus none --restarts-max 1 --schedules 5000 --jobs 2 --json --out few
cp deaths.txt "$OUT"
check "each once" test "$(grep -c '\.repro$' "$OUT")" = "$(grep '\.repro$' "$OUT" | sort -u | wc -l)"

# What is wrong with the command line is said once.
check "a wrong strategy" expect_status 2 explore kv/mutex --jobs 4 --strategy no-such
check "is one line" expect_lines "$ERR" 1
check "the list of strategies is one list" expect_status 0 explore kv/mutex --jobs 4 --strategy list
check "with each once" test "$(grep -c '^ *pct ' "$OUT")" = 1
check "not with --exhaustive" expect_status 2 explore kv/mutex --jobs 2 --exhaustive
check "in a line" expect_lines "$ERR" 1
check "too many" expect_status 2 explore kv/mutex --jobs 65
check "a path that is too long" expect_status 3 explore kv/mutex --jobs 2 --out "$(printf 'x%.0s' {1..510})"
check "is told in a line" expect_lines "$ERR" 1
check "a process that is told of a job that cannot be" expect_status 2 \
    env SNAG_JOB=3/2 "$shipped/kv/mutex.fast" explore --corpus none
check "says so in a line" expect_lines "$ERR" 1

# Ends before the end.
run timeout 60 "$SNAG" explore kv/scattered-locks --targets "$shipped" --corpus none --schedules 100000000 --jobs 2 \
    --on-finding abort
check "a finding ends them all" expect_out 'finding'
run timeout --signal=INT 2 "$SNAG" explore kv/mutex --targets "$shipped" --corpus none --schedules 1000000000 --jobs 2
check "Ctrl-C ends them all, and all is told" expect_out '^schedules: [0-9,]+ run by 2 jobs'
# timeout(1) tells its child, then the group: the second may come while the summary is being made. In the background of
# a shell, which has SIGINT ignored.
told_twice_all_told() {
    local apart ms
    for apart in 0.001 0.002 0.003 0.004 0.005 0.006; do
        "$SNAG" explore kv/mutex --targets "$shipped" --corpus none --schedules 1000000000 --jobs 2 --out twice \
            >"$OUT" 2>"$ERR" &
        for ((ms = 0; ms < 30000 && $(pgrep -fc 'out=twice/job-') < 2; ms += 10)); do sleep 0.01; done
        sleep 0.5
        kill -TERM $!
        sleep $apart
        kill -TERM $! 2>/dev/null
        wait $!
        expect_out '^schedules: [0-9,]+ run by 2 jobs' || return 1
    done
}
check "asked to end twice in a moment, it tells all" told_twice_all_told
run timeout --signal=KILL 1 "$SNAG" explore kv/mutex --targets "$shipped" --corpus none --schedules 1000000000 \
    --jobs 2 --out killed
sleep 0.5
check "nobody outlives the one who started them" test -z "$(pgrep -f 'out=killed/job-')"
