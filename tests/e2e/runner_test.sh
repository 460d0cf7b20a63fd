#!/bin/bash
# The unit test runner and this library themselves: a failure must show, count, and set the status.
# needs: nothing
# Not about snag. The rule: each test here is a small program or script that is wrong on purpose.
. "$(dirname "$0")/lib.sh"

# build_unit NAME: compiles the test file on standard input with the runner into $T/NAME.
build_unit() {
    mkdir -p "$T/tests/unit/room"
    cat >"$T/tests/unit/room/$1_test.c"
    "$SNAG_CC" -g -I "$SNAG_ROOT/tests/unit" -o "$T/$1" \
        "$T/tests/unit/room/$1_test.c" "$SNAG_ROOT/tests/unit/test.c"
}

build_unit mixed <<'C'
#include "test.h"
TEST(good) { CHECK(1 + 1 == 2); CHECK_EQ_STR("a", "a"); CHECK_EQ_MEM("abc", "abd", 2); }
TEST(number) { CHECK_EQ_INT(2 - 3, 4); CHECK(0); }
TEST(text) { CHECK_EQ_STR("ok x\nok y", NULL); }
TEST(memory) { CHECK_EQ_MEM("abc", "abd", 3); }
TEST(twice) { EXPECT(0); EXPECT_EQ_U64(1, 2); }
C
check "a failure exits 1" expect_status 1 "$T/mixed"
check "passing test has its line" expect_out '^ok room/mixed/good$'
check "both numbers are shown" expect_out '^FAIL room/mixed/number .*room/mixed_test.c:3: .* \(a=-1, b=4\)$'
check "a newline in a value stays on the line" expect_out '^FAIL room/mixed/text .*\(a="ok x\\nok y", b=NULL\)$'
check "memory says where" expect_out '^FAIL room/mixed/memory .*at byte 2: a=0x63, b=0x64'
check "a second failure is no second FAIL line" expect_out '^  also .*1 == 2'
check "a failed CHECK ends its test" expect_no_out 'also .*CHECK\(0\)|also .*:3: 0$'
check "the closing line" expect_out '^1 passed, 4 failed$'
check "a filter picks" expect_status 0 "$T/mixed" --filter good
check "and only that" expect_out '^1 passed, 0 failed$'
check "a filter that matches nothing fails" expect_status 1 "$T/mixed" --filter nothing
check "an unknown option is usage" expect_status 2 "$T/mixed" --bogus

build_unit dies <<'C'
#include "test.h"
#include <stdlib.h>
TEST(first) { CHECK(1); }
TEST(second) { abort(); }
C
run bash -c '"$1"; exit $?' - "$T/dies"
check "a crash names its test" expect_out '^FAIL room/dies/second died of a signal$'
check "and there is no closing line" expect_no_out 'passed'

cat >"$T/script_test.sh" <<SH
. "$SNAG_ROOT/tests/e2e/lib.sh"
check "status as wanted" expect_status 3 bash -c 'exit 3'
check "status not as wanted" expect_status 3 bash -c 'echo some output; exit 4'
check "json" expect_json '.a == 1' echo '{"a": 1}'
check "not json" expect_json '.a == 1' echo 'nonsense'
exit 7
SH
check "a script that breaks off fails" expect_status 1 bash "$T/script_test.sh"
check "ok lines" expect_out '^ok e2e/script/status as wanted$'
check "FAIL lines" expect_out '^FAIL e2e/script/status not as wanted: status 4, not 3'
check "what the command printed" expect_out '^    \| some output$'
check "breaking off is counted" expect_out '^2 passed, 3 failed$'
