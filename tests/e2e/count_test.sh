#!/bin/bash
# What ci/test makes of a CTest run: every way in which a test can go wrong must count as a failure.
# needs: nothing
# Not about snag. The rule: the log is CTest's own, written here by the CTest of this machine.
. "$(dirname "$0")/lib.sh"

mkdir "$T/good" "$T/bad"
cat >"$T/good/CTestTestfile.cmake" <<'C'
add_test(good bash "-c" "echo ok a; echo ok b; echo 2 passed, 0 failed")
add_test(no_newline bash "-c" "echo ok a; printf '1 passed, 0 failed'")
C
cat >"$T/bad/CTestTestfile.cmake" <<'C'
add_test(fails bash "-c" "echo ok a; echo FAIL b why; echo 1 passed, 1 failed; exit 1")
add_test(crashes bash "-c" "echo ok a; kill -SEGV \$\$")
add_test(leaves_early bash "-c" "echo ok a; exit 0")
add_test(says_nothing bash "-c" "exit 0")
add_test(miscounts bash "-c" "echo ok a; echo 2 passed, 0 failed")
add_test(hides_failure bash "-c" "echo ok a; echo FAIL b; echo 1 passed, 1 failed; exit 0")
add_test(hangs bash "-c" "echo ok a; exec sleep 60")
set_tests_properties(hangs PROPERTIES TIMEOUT 1)
add_test(not_there "/no/such/program")
add_test(spoofs bash "-c" "echo ok a; echo ' FAIL indented'; echo '| ok piped'; echo 1 passed, 0 failed")
C
count() {
    ctest --test-dir "$T/$1" -j4 >/dev/null 2>&1
    run awk -f "$SNAG_ROOT/ci/count_results.awk" "$T/$1/Testing/Temporary/LastTest.log"
}

count good
check "a good run is added up" expect_out '^3 0$'
count bad
# ok: fails, crashes, leaves_early, miscounts, hides_failure, hangs, spoofs
check "a bad run is added up" expect_out '^7 9$'
for name in crashes hangs; do
    check "counted as failed: $name" expect_err "^FAIL $name: ended badly"
done
check "counted as failed: not_there" expect_err "^FAIL not_there: "
check "counted as failed: leaves_early" expect_err '^FAIL leaves_early: its closing line'
check "counted as failed: says_nothing" expect_err '^FAIL says_nothing: printed no result'
check "counted as failed: miscounts" expect_err '^FAIL miscounts: its closing line'
check "counted as failed: hides_failure" expect_err '^FAIL hides_failure: printed FAIL'
check "the FAIL line of a test is passed on" expect_err '^FAIL b why$'
