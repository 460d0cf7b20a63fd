/* held_test.c: locks that are held where somebody begins to wait for something else.
 *
 * link: rt_fast
 * bodies: lasting
 */
#include "lasting_drive.h"

enum { SEEDS = 300 };

TEST(a_lock_around_a_sleep) {
    TASKS(1, 1, NAP_HOLDING);
    const struct snag_verdict *v = run_default();
    CHECK_EQ_INT(v->findings_count, 1);
    CHECK_EQ_STR(v->findings[0].key, "lock-around-io: nap holding nap_holding's lock");
    CHECK_EQ_STR(v->findings[0].rule, "R2");
    CHECK_EQ_INT(v->findings[0].grade, SNAG_GRADE_HINT);
}

TEST(a_lock_around_a_request_of_a_thread) {
    TASKS(1, 1, REQUEST_IN_POOL);
    CHECK_EQ_INT(found("lock-around-io: request_holding holding request_holding's lock", SEEDS),
                 SEEDS);
}

TEST(no_lock_in_hand_no_hint) {
    static const uint16_t how[] = {NAP_BETWEEN, NAP_ASYNC, NAP_IN_POOL, REQUEST, NAP_ONCE};
    for (int i = 0; i < 5; i++) {
        TASKS(2, 5, how[i], WANTS);
        CHECK_EQ_INT(found("", SEEDS), 0);
    }
    TASKS(1, 0, NO_NAP);
    CHECK_EQ_INT(found("", SEEDS), 0);
}

/* However long: it is one bug. */
TEST(it_is_told_once) {
    TASKS(1, 1000, NAP_HOLDING);
    CHECK_EQ_INT(found("lock-around-io: nap holding nap_holding's lock", SEEDS), SEEDS);
    TASKS(1, 40, SUSPENDS);
    CHECK_EQ_INT(found("suspend-holding-lock: suspends suspended holding suspends's lock", SEEDS),
                 SEEDS);
}
