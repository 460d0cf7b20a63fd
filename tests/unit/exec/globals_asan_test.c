/* globals_asan_test.c: large globals are put back as in globals_test.c, beside the sanitizer's
 * memory.
 *
 * link: rt_asan bodies: globals
 */
#include "drive.h"

void is_as_new(void);
void writes_some(void);
void writes_all(void);

TEST(what_was_written_is_put_back) {
    static void (*const bodies[])(void) = {writes_some, is_as_new, writes_all, is_as_new};
    for (int i = 0; i < 80; i++) {
        case_in = i % 20;
        const struct snag_verdict *v = drive_case(bodies[i < 8 ? i % 4 : i % 2]);
        CHECK_EQ_STR(worst(v), "");
        CHECK_EQ_INT(v->end, SNAG_END_DONE);
        CHECK_EQ_INT(case_out[0], 0);
    }
}
