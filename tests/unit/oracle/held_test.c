/* held_test.c: locks that are held where somebody begins to wait for something else.
 *
 * link: rt_fast
 * bodies: lasting
 */
#include "lasting_drive.h"

#include "finding/key.h"

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

TEST(a_lock_around_a_descriptor) {
    TASKS(1, 5, READ_HOLDING);
    CHECK(found("lock-around-io: read_pipe holding read_pipe's lock", SEEDS) > SEEDS / 2);
    TASKS(1, 5, READ_PLAIN);
    CHECK_EQ_INT(found("", SEEDS), 0);
}

TEST(no_lock_in_hand_no_hint) {
    static const uint16_t how[] = {NAP_BETWEEN, NAP_ASYNC, NAP_IN_POOL, REQUEST, NAP_ONCE};
    for (int i = 0; i < 5; i++) {
        TASKS(2, 5, how[i], WANTS);
        CHECK_EQ_INT(found("", SEEDS), 0);
    }
    TASKS(1, 0, NAP_HOLDING); /* no time at all */
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

/* ---- guards ---- */

TEST(a_guard_held_at_a_suspend_is_told_as_one) {
    static const struct {
        uint16_t op;
        const char *key;
    } cases[] = {
        {READ_GUARD, "guard-held: await suspended holding take_read_guard's read lock"},
        {PERMIT, "guard-held: await suspended holding permit's lock"},
        {ASYNC_PERMIT, "guard-held: await suspended holding async_permit's lock"},
        {ASYNC_GUARD, "guard-held: await suspended holding async_guard's lock"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        TASKS(1, 1, cases[i].op);
        const struct snag_verdict *v = run_default();
        CHECK_EQ_INT(v->findings_count, 1);
        CHECK_EQ_STR(v->findings[0].key, cases[i].key);
        CHECK_EQ_STR(v->findings[0].rule, "R7");
        CHECK_EQ_INT(v->findings[0].grade, SNAG_GRADE_HAZARD);
        CHECK(v->findings[0].parties[0].guard);
    }
}

TEST(one_that_was_given_back_is_not_held) {
    static const uint16_t how[] = {READ_GIVEN_BACK, PERMIT_OVER, PERMIT_UNMARKED};
    for (int i = 0; i < 3; i++) {
        TASKS(2, 1, how[i], WRITE, how[i]);
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            const struct snag_verdict *v = run_seed(seed);
            CHECK(how[i] == PERMIT_UNMARKED || v->end == SNAG_END_DONE);
            CHECK(how[i] == PERMIT_UNMARKED || v->findings_count == 0);
            CHECK(!has(v, SNAG_GUARD_HELD) && !has(v, SNAG_MISUSE));
        }
    }
}

/* How many seeds end in the hang that `key` says; it is linked to the hazard. */
static unsigned hangs(const char *key) {
    unsigned n = 0;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        (void)run_seed(seed);
        const struct snag_finding *f = the(SNAG_SUSPENDED_OWNER), *mild = the(SNAG_GUARD_HELD);
        if (f == NULL)
            continue;
        EXPECT_EQ_STR(f->key, key);
        EXPECT_EQ_STR(f->rule, "R7");
        EXPECT(mild != NULL && snag__finding_is_harm(f->kind, f->key, mild->kind, mild->key));
        n++;
    }
    return n;
}

TEST(the_hang_is_its_harm) {
    TASKS(1, 1, READ_GUARD, WRITE);
    CHECK(hangs("suspended-owner: await suspended holding take_read_guard's read lock") > 20);
    TASKS(1, 1, PERMIT, WANTS_PERMIT);
    CHECK(hangs("suspended-owner: await suspended holding permit's lock") > 20);
}

TEST(asking_again_breaks_the_same_rule) {
    TASKS(1, 0, TWICE);
    (void)run_default();
    const struct snag_finding *f = the(SNAG_SELF_DEADLOCK);
    CHECK(f != NULL);
    CHECK_EQ_STR(f->rule, "R7");
    CHECK(f->parties[0].guard);
}

TEST(the_end_of_none_is_a_misuse) {
    TASKS(1, 0, NOT_HELD);
    CHECK_EQ_STR(worst(run_default()), "misuse");
}
