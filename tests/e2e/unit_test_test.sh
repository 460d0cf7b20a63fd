#!/bin/bash
# snag_check() in somebody's unit test: it returns, and what it prints, pasted into a shell, replays the finding.
# Not about what a schedule finds. The rule: the project has what snag installs and nothing else.
. "$(dirname "$0")/lib.sh"

cp -r "$SNAG_ROOT/tests/e2e/unit_test" "$T/project" && cd "$T/project" || exit 3
check "snag installs" cmake --install "$SNAG_BUILD" --prefix "$T/prefix"
check "the project configures" cmake -G Ninja -B build -DCMAKE_PREFIX_PATH="$T/prefix" -DCMAKE_C_COMPILER="$SNAG_CC"
check "and builds" cmake --build build -j 2
check "its tests are tests of CTest" ctest --test-dir build --output-on-failure

for flavour in fast tsan asan; do
    test=$PWD/build/account_test.$flavour
    rm -rf "$T/run" && mkdir "$T/run" && cd "$T/run" || exit 3
    check "$flavour: the test passes" expect_status 0 "$test" "every test"
    check "$flavour: every expectation held" expect_no_out '^bad'
    check "$flavour: all of them" expect_lines "$OUT" 13
    cp "$ERR" said
    check "$flavour: a bad name is told" expect_err "snag_check\(not a name\): give it a .name"
    check "$flavour: an unknown strategy too" expect_err "account_test/ordered: no strategy 'magic'"
    check "$flavour: the finding is told" expect_err '^snag: account_test/crossing: deadlock: '
    sed -n '/crossing: deadlock/,/SNAG_REPLAY/{s/^    SNAG_REPLAY/SNAG_REPLAY/p}' said | head -n 1 >command
    cd / || exit 3
    check "$flavour: what it prints replays it, from anywhere" expect_status 1 bash "$T/run/command"
    check "$flavour: in lanes" expect_out 'lock mutex'
    check "$flavour: to the end" expect_out '\*\*\* \[1\] deadlock \*\*\*'
    check "$flavour: and nothing else of the test" expect_no_out '^(good|bad): an invariant'
    cp "$OUT" "$T/first"
    run bash "$T/run/command"
    cp "$OUT" "$T/second"
    check "$flavour: the same, each time" cmp "$T/first" "$T/second"
    sed -n '/poor: invariant/,/SNAG_REPLAY/{s/^    SNAG_REPLAY/SNAG_REPLAY/p}' "$T/run/said" | head -n 1 >"$T/run/command"
    check "$flavour: an invariant's, after other checks" expect_status 1 bash "$T/run/command"
    check "$flavour: in its words" expect_out 'fewer than 80 left'
    repro=$(find "$T/run/snag-out" -path '*crossing*.repro' | head -n 1)
    says() { why="$(cat "$repro")"; grep -q '^# Of a unit test: .*SNAG_REPLAY' "$repro"; }
    check "$flavour: the file itself says how" says
    sed 's/^target .*/target account_test\/gone/' "$repro" >"$T/run/gone.repro"
    check "$flavour: a repro of no check of it" expect_status 1 env SNAG_REPLAY="$T/run/gone.repro" "$test" "every test"
    check "$flavour: is told" expect_err 'no check of this run is the one that it is of'
    check "$flavour: a file that is not there" expect_status 3 env SNAG_REPLAY="$T/run/none" "$test" "every test"

    # A body that gets stuck, or ends its process, neither hangs the test nor ends it.
    stuck=$T/project/build/stuck_test.$flavour
    cd "$T/run" || exit 3
    check "$flavour: stuck bodies are found" expect_status 0 timeout 120 "$stuck" "every one"
    check "$flavour: all of what is expected" expect_lines "$OUT" 13
    check "$flavour: without an exception" expect_no_out '^bad'
    cp "$ERR" stuck-said
    check "$flavour: a loop is told" expect_err '^snag: stuck_test/loops: infinite-loop in spin$'
    for what in loops:spin blocks:block; do
        sed -n "/${what%:*}: /,/SNAG_REPLAY/{s/^    SNAG_REPLAY/SNAG_REPLAY/p}" stuck-said | head -n 1 >command
        check "$flavour: what ${what%:*} prints replays it" expect_status 1 timeout 60 bash command
        check "$flavour: it says that ${what%:*} is stuck" expect_out "the process is stuck in ${what#*:}"
        check "$flavour: and where" expect_out "${what#*:} .*stuck_test.c:"
    done
    sed -n '/dies: /,/SNAG_REPLAY/{s/^    SNAG_REPLAY/SNAG_REPLAY/p}' stuck-said | head -n 1 >command
    check "$flavour: a death is replayed" expect_status 1 timeout 60 bash command
    check "$flavour: and told" expect_out 'the process was killed by signal 9'
    cd "$T/project" || exit 3
done
