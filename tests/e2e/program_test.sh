#!/bin/bash
# A program with a main of its own: run as it is, explored, replayed, shrunk and fuzzed by its path.
. "$(dirname "$0")/lib.sh"

programs=$SNAG_BUILD/tests/targets/programs
cp "$programs"/deadlock "$programs"/deadlock.tsan "$programs"/deadlock.asan . || exit 3

for program in deadlock deadlock.tsan deadlock.asan; do
    check "$program run as it is" expect_status 0 "./$program" 100 safe
    check "$program prints what it prints, and nothing else" expect_lines "$OUT" 1
    check "$program indeed" expect_out '^sum 100$'
    check "$program is quiet elsewhere" expect_lines "$ERR" 0
    check "$program ends with its own status" expect_status 2 "./$program"
    check "$program says so itself" expect_err "^usage: ./$program ROUNDS"
done

check "explored, with arguments" expect_status 1 "$SNAG" explore ./deadlock -n 1000 -- 2
check "it is found" expect_out '^ 1 deadlock +R4 '
repro=$(echo snag-out/deadlock/deadlock-*.repro)
check "the repro says which program" grep -qx 'program ./deadlock' "$repro"
check "and its arguments" grep -qx 'argument 2' "$repro"
check "replayed" expect_status 1 "$SNAG" replay "$repro"
check "with lanes" expect_out '^  main thread \(0\) +thread 0.1 +thread 0.2 '
check "as expected" expect_json '.status == "reproduced"' "$SNAG" replay --json --expect "$repro"
check "in tsan, too" expect_json '.findings[0].kind == "deadlock"' "$SNAG" replay --json -f tsan "$repro"
check "shrunk" expect_status 0 "$SNAG" shrink "$repro"
check "to one choice" expect_out ' -> 0 tasks, 0 operations, 1 choice '
check "the other flavour" expect_status 1 "$SNAG" explore ./deadlock -f tsan -n 200 --out out2 -- 2
check "by its own name" expect_status 1 "$SNAG" explore ./deadlock.tsan -n 200 --out out3 -- 2
check "calls it by the same name" grep -qxr 'program ./deadlock' out3
check "other arguments, another result" expect_status 0 "$SNAG" explore ./deadlock -n 300 -- 2 safe
check "without arguments" expect_status 0 "$SNAG" explore ./deadlock -n 20
check "fuzzed" expect_status 1 "$SNAG" fuzz ./deadlock -f fast --on-finding=abort --out out4 -- 2

check "a program that is gone" expect_status 2 env -C / "$SNAG" replay "$T/$repro"
check "is named" expect_err "its program './deadlock' is not here, or was not built by snag-cc; --program PATH says where"
check "and found where it is said to be" expect_status 1 env -C / "$SNAG" replay --program "$T/deadlock" "$T/$repro"
check "without a slash" expect_status 2 "$SNAG" explore deadlock -- 2
check "it is told how" expect_err "the program in this directory is './deadlock'"
check "what snag did not link is not run" expect_status 2 "$SNAG" explore /bin/true
check "and named" expect_err "programs are built with snag-cc"
check "arguments for what is no program" expect_status 2 "$SNAG" explore "$SNAG_BUILD/targets/kv/mutex" -- x
check "are too many" expect_err "'x' is one argument too many"
check "a variable without a value" expect_status 2 "$SNAG" explore ./deadlock --env A -- 2
check "is named, too" expect_err "wants NAME=VALUE"
