/* globals_test.c: large globals are as new in every execution, whoever wrote to them and however
 * long ago.
 *
 * link: rt_fast
 */
#include "drive.h"

void is_as_new(void);
void writes_some(void);
void has_some_written(void);
void writes_all(void);

enum { RUNS = 200, SOME = 20 };

/* Has anything been found as it should not be? */
static void run(void (*body)(void)) {
    CHECK_EQ_INT(drive_case(body)->end, SNAG_END_DONE);
    CHECK_EQ_INT(case_out[0], 0);
}

TEST(what_was_written_is_put_back) {
    for (int i = 0; i < RUNS; i++) {
        case_in = i % SOME;
        run(writes_some);
        case_in = SOME;
        run(is_as_new);
    }
}

/* Pages that were left alone for long are given back to the system, and found again. */
TEST(also_after_a_long_time) {
    for (int i = 0; i < RUNS; i++) {
        case_in = i % 100 == 0 ? SOME : 0;
        run(writes_some);
    }
    case_in = SOME;
    run(is_as_new);
}

TEST(and_what_the_kernel_wrote) {
    for (int i = 0; i < SOME; i++) {
        case_in = i;
        run(has_some_written);
        CHECK_EQ_INT(case_outs, 2 * i + 2);
        for (int k = 0; k < i; k++) {
            CHECK_EQ_INT(case_out[1 + 2 * k], 1);
            CHECK_EQ_INT(case_out[2 + 2 * k], 0);
        }
        CHECK_EQ_INT(case_out[2 * i + 1], 1);
        case_in = SOME;
        run(is_as_new);
    }
}

TEST(and_all_of_it) {
    case_in = SOME;
    for (int i = 0; i < 3; i++) {
        run(writes_all);
        run(is_as_new);
    }
    for (int i = 0; i < RUNS; i++)
        run(is_as_new);
}
