/* tired_tsan_test.c: what waits for a plain variable gives way under ThreadSanitizer too, at the
 * same places, and is a race besides.
 *
 * link: rt_tsan bodies: tired
 */
#define DRIVE_STEPS 20000
#include "../exec/drive.h"

void case_looks(void);
void case_looks_and_pauses(void);
void both_look(void);
void much_to_do(void);

TEST(it_ends_and_is_a_race) {
    static void (*const bodies[])(void) = {case_looks, case_looks_and_pauses};
    for (int i = 0; i < 2; i++) {
        for (uint64_t seed = 0; seed < 20; seed++) {
            const struct snag_verdict *v = drive_seed(bodies[i], "random", seed);
            CHECK_EQ_INT(v->end, SNAG_END_DONE);
            CHECK_EQ_INT(v->findings_count == 0 || has(v, SNAG_RACE), 1);
        }
    }
    (void)drive_case(case_looks);
    CHECK(has(&verdict, SNAG_RACE));
}

TEST(nobody_ends_it_and_it_is_a_livelock) {
    CHECK_EQ_INT(drive_case(both_look)->end, SNAG_END_LIVELOCK);
    CHECK(has(&verdict, SNAG_LIVELOCK));
}

TEST(who_computes_comes_to_an_end) {
    CHECK_EQ_INT(drive_case(much_to_do)->end, SNAG_END_DONE);
}
