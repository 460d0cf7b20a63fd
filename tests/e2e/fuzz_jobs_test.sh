#!/bin/bash
# The fuzzer in several processes: what they run and find, whoever is faster, and where their inputs are put.
# timeout: 300
# Not about jobs of explore (jobs_test.sh). The rule: what must not depend on time is run twice and compared to the byte.
. "$(dirname "$0")/lib.sh"
cd "$T" || exit 3
shipped=$SNAG_BUILD/targets
scattered=kv/scattered-locks

fuzz() { "$SNAG" fuzz --corpus none --targets "$shipped" "$@"; }
inputs() { ls "$1/$scattered/inputs"; }

# A pure function of the options, the number of jobs among them.
few=(-f fast --jobs 2 --no-shrink)
run fuzz $scattered "${few[@]}" --out a -- -runs=600
cp "$OUT" a.txt
check "one of them says what is found" expect_err '^new finding \(fast, schedule [0-9]+\): deadlock'
check "nobody else does" expect_lines "$ERR" "$(sort -u "$ERR" | wc -l)"
check "all are told together" expect_out '^schedules: [0-9,]+ run by 2 jobs, about [0-9,]+ different traces'
expect_fits() { why="a line is wider than 80"; ! grep -vE "/snag'? replay " "$OUT" | grep -qE '^.{81,}'; }
check "in 80 columns" expect_fits
fuzz $scattered "${few[@]}" --out b -- -runs=600 >b.txt 2>/dev/null
check "the same options, the same words" cmp a.txt <(sed 's|b/kv/|a/kv/|g' b.txt)
check "and the same inputs and repros" diff -r a b
check "which replay" expect_status 1 "$SNAG" replay "$(find a -name 'deadlock-*.repro' | head -1)" --targets "$shipped"
check "no job leaves a folder" test -z "$(find a b -name 'job-*')"

# What one alone does, its first job does; the second does something else.
fuzz $scattered -f fast --no-shrink --out one --json -- -runs=600 >one.json 2>/dev/null
fuzz $scattered "${few[@]}" --out two --json -- -runs=600 >two.json 2>/dev/null
check "who works alone is the first of them" test -z "$(comm -23 <(inputs one) <(inputs two))"
check "the second has inputs of its own" test "$(inputs two | wc -l)" -gt "$(inputs one | wc -l)"
jq -s . one.json two.json >"$OUT"
check "twice as many are run" expect_json '.[1].jobs == 2 and .[1].schedules > 1.5 * .[0].schedules'
check "and counted as if each ran one in turn" expect_json '. as [$one, $two] |
    [$one.findings[] as $f | $two.findings[] | select(.key == $f.key) |
     .schedule == 2 * $f.schedule - 1 or (.schedule % 2 == 0 and .schedule < 2 * $f.schedule)] | length > 2 and all'

# Those of an earlier run are where all of them begin: nothing new is run here, and each runs all.
known=$(inputs a | wc -l)
inputs a >before
check "each begins with the inputs that there are" expect_json ".jobs == 2 and .programs > 20 and .schedules >= 2 * $known" \
    fuzz $scattered "${few[@]}" --out a --json -- -runs=0
check "and has no other" cmp before <(inputs a)
# What others left below --out, or are writing there, is theirs.
mkdir -p left/job-0 left/job-1/$scattered/inputs "left/$scattered/inputs"
touch left/job-0/mine.repro "left/job-1/$scattered/inputs/mine" "left/$scattered/inputs/mine"
(cd left && find . -type f | sort) >before
fuzz kv/mutex -f fast --jobs 2 --out left -- -runs=20 >/dev/null 2>&1
check "what lies below --out stays" test -z "$(comm -23 before <(cd left && find . -type f | sort))"
fuzz $scattered -f fast --jobs 2 --no-shrink --out left --seconds 2 >first.txt 2>&1 &
sleep 0.7
fuzz kv/mutex -f fast --jobs 2 --out left -- -runs=20 >/dev/null 2>&1
wait $!
check "also of another one that runs" test $? -eq 1
check "whose repros are where it says" test -z "$(grep -o 'left/kv/[^ ]*[.]repro' first.txt | sort -u | xargs ls 2>&1 >/dev/null)"
check "and job folders are nobody's" test "$(find left -maxdepth 1 -name 'job-*' | wc -l)" = 2

# By turns, each of them.
check "all flavours take turns in each" expect_json '.flavour == "fast, tsan, asan" and .jobs == 2 and
    .schedules == ([.schedules_by_flavour[]] | add) and (.schedules_by_flavour | all(.[]; . > 0)) and
    ([.discovery[].flavour] == ["fast", "tsan", "asan"]) and
    ([.discovery[].schedules] | add) == .schedules and .findings[0].flavour == "tsan"' \
    fuzz kv/racy-len --jobs 2 --seconds 9 --json --out turns

# Code that takes its process down, in each of them.
die() { "$SNAG" fuzz stuck/die --targets "$SNAG_BUILD/tests/targets" --corpus none -f fast --jobs 2 "$@"; }
check "deaths in several jobs are found" expect_json '[.findings[].kind] | index("child-died") != null' \
    die --restarts-max 2 --json --out deaths -- -runs=300
expect_status 1 die --restarts-max 2 --out deaths2 -- -runs=300
check "and told once" test "$(grep -c '^new finding' "$ERR")" = 1
check "schedules that ended a process count" expect_json '.first_finding <= .schedules + 1 and .ended < .schedules' \
    die --on-finding abort --json --out deaths3
cat >spin.c <<'C'
int main(void) {
    for (;;)
        __asm__ volatile("");
}
C
"$SNAG_BUILD/snag-cc" --flavour fast spin.c -o spin || exit 3
check "also if all of them did" expect_json '.findings[0].kind == "infinite-loop" and .schedules == 4' \
    "$SNAG" fuzz ./spin -f fast --corpus none --timeout-ms 200 --restarts-max 1 --jobs 2 --json --out spins
# Asked to end while what went wrong is looked into.
ends_soon() {
    "$SNAG" fuzz ./spin -f fast --corpus none --timeout-ms 600 --restarts-max 1000 --jobs 2 --out asked >"$OUT" 2>"$ERR" &
    local snag=$! ms
    for ((ms = 0; ms < 30000; ms += 20)); do
        expect_err 'is stuck' && break
        sleep 0.02
    done
    sleep 0.2
    kill -TERM $snag
    for ((ms = 0; ms < 30000; ms += 20)); do
        kill -0 $snag 2>/dev/null || break
        sleep 0.02
    done
    kill -KILL $snag 2>/dev/null
    wait $snag
    [ $? -lt 128 ] && expect_out 'infinite-loop'
}
check "asked to end while a hang is looked into, they do" ends_soon

# What is wrong with the command line is said once.
check "a wrong strategy" expect_status 2 fuzz kv/mutex --jobs 4 --strategy no-such -f fast
check "is one line" expect_lines "$ERR" 1
check "a place that cannot be written" expect_status 3 fuzz kv/mutex --jobs 2 --out /proc/no -f fast
check "is one line" expect_lines "$ERR" 1
check "a seed for all of them" expect_status 2 fuzz kv/mutex --jobs 2 -- -seed=5
check "is one line" expect_lines "$ERR" 1
check "a folder of inputs is ours to name" expect_status 2 fuzz kv/mutex --jobs 2 -- more

# Ends before the end.
run timeout 60 "$SNAG" fuzz $scattered --targets "$shipped" --corpus none --jobs 2 --on-finding abort --out abort
check "a finding ends them all" expect_out 'finding'
run timeout --signal=INT 3 "$SNAG" fuzz kv/mutex --targets "$shipped" --corpus none --jobs 2 --out interrupted
check "Ctrl-C ends them all, and all is told" expect_out '^schedules: [0-9,]+ run by 2 jobs'
check "and inputs are kept" test -n "$(ls interrupted/kv/mutex/inputs)"
