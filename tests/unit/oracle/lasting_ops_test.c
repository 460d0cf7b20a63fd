/* lasting_ops_test.c: locks kept by who waits while the operations of others begin and end.
 *
 * link: rt_fast
 */
#include "lasting_ops_cases.h"
#define OPS_IMPL lasting_ops_impl
#include "../task/ops_drive.h"

enum { SEEDS = 300 };

#define KEPT_KEY "lock-held-long: await holding told_holding's lock"

const struct snag_spec lasting_ops_spec = {
    .name = "lasting_ops",
    .ops = {PLAIN(TOLD_HOLDING, "told_holding"), PLAIN(TOLD_BETWEEN, "told_between"),
            PLAIN(TELL, "tell"), PLAIN(PASS, "pass"), PLAIN(BUSY_HOLDING, "busy_holding"),
            PLAIN(TIMED_HOLDING, "timed_holding"), PLAIN(SUSPENDS, "suspends"),
            PLAIN(READ_HOLDING, "read_holding"), PLAIN(WRITE, "write"),
            PLAIN(TELL_LATE, "tell_late"), PLAIN(WANTS_HOLDING, "wants_holding"),
            PLAIN(AFTER_BEGUN, "after_begun"), PLAIN(BEGUN, "begun")},
};

/* The finding of that kind in the last execution; NULL: there is none. */
static const struct snag_finding *the(enum snag_finding_kind kind) {
    for (uint32_t i = 0; i < verdict.findings_count; i++)
        if (verdict.findings[i].kind == kind)
            return &verdict.findings[i];
    return NULL;
}

/* How many of the seeds show `kind`. */
static unsigned shown(enum snag_finding_kind kind, unsigned seeds) {
    unsigned n = 0;
    for (uint64_t seed = 0; seed < seeds; seed++)
        n += has(run_seed(seed), kind);
    return n;
}

TEST(a_lock_kept_while_others_come_and_go) {
    MAKE(2, TOLD_HOLDING, PASS, PASS, PASS, PASS, PASS, PASS, TELL);
    unsigned n = found(KEPT_KEY, 10 * SEEDS);
    CHECK(n > SEEDS / 10);
    CHECK(n < 10 * SEEDS);
    const struct snag_finding *f = NULL;
    for (uint64_t seed = 0; f == NULL; seed++) {
        (void)run_seed(seed);
        f = the(SNAG_LOCK_HELD_LONG);
    }
    CHECK_EQ_INT(f->grade, SNAG_GRADE_HINT);
    CHECK_EQ_STR(f->rule, "R2");
    CHECK_EQ_INT(f->parties[0].task, 1);
    CHECK_EQ_INT(f->parties[0].lasted_ms, 0);
    CHECK_EQ_INT(f->parties[0].lasted_ops, 5);
}

TEST(by_more_than_four_of_them) {
    MAKE(2, TOLD_HOLDING, PASS, PASS, PASS, PASS, TELL);
    CHECK_EQ_INT(found("", 10 * SEEDS), 0);
    MAKE(2, TOLD_HOLDING, PASS, PASS, PASS, PASS, PASS, TELL);
    CHECK(found(KEPT_KEY, SEEDS) > 0);
}

TEST(that_began_and_ended_while_it_waited) {
    MAKE(8, AFTER_BEGUN, BEGUN, BEGUN, BEGUN, BEGUN, BEGUN, BEGUN, TELL);
    CHECK_EQ_INT(found("", 10 * SEEDS), 0);
    MAKE(8, AFTER_BEGUN, BEGUN, BEGUN, BEGUN, BEGUN, BEGUN, BEGUN, TELL_LATE); /* it does wait */
    CHECK(found("lock-held-long: await holding after_begun's lock", 10 * SEEDS) > 0);
}

/* Time moves where nothing else goes on. */
TEST(by_time_it_is_told_under_the_same_key) {
    MAKE(3, TOLD_HOLDING, PASS, PASS, PASS, PASS, PASS, TELL_LATE);
    unsigned by_time = 0, by_ops = 0;
    for (uint64_t seed = 0; seed < UINT64_C(20) * SEEDS; seed++) {
        const struct snag_verdict *v = run_seed(seed);
        const struct snag_finding *f = the(SNAG_LOCK_HELD_LONG);
        if (f == NULL)
            continue;
        CHECK_EQ_STR(f->key, KEPT_KEY);
        CHECK(f == &v->findings[v->findings_count - 1]); /* the only hint: they come last */
        by_time += f->parties[0].lasted_ms != 0;
        by_ops += f->parties[0].lasted_ops != 0;
    }
    CHECK(by_time > 0);
    CHECK(by_ops > 0);
}

/* Nothing is held there, or its owner does not wait. */
TEST(others_may_come_and_go_otherwise) {
    static const uint16_t how[] = {TOLD_BETWEEN, BUSY_HOLDING};
    for (int i = 0; i < 2; i++) {
        const uint16_t ops[] = {how[i], PASS, PASS, PASS, PASS, PASS, PASS, TELL};
        make(2, ops, 8, NULL);
        CHECK_EQ_INT(found("", 10 * SEEDS), 0);
    }
}

/* It is the one who has the lock that is told, not who waits for that with another in hand. */
TEST(who_waits_for_a_lock_keeps_none) {
    MAKE(3, TOLD_HOLDING, WANTS_HOLDING, PASS, PASS, PASS, PASS, PASS, TELL);
    CHECK(found(KEPT_KEY, 10 * SEEDS) > 0);
}

TEST(a_wait_with_a_deadline_is_measured_by_time) {
    MAKE(2, TIMED_HOLDING, PASS, PASS, PASS, PASS, PASS, PASS);
    CHECK_EQ_INT(found("", 10 * SEEDS), 0);
}

TEST(what_another_kind_tells_is_told_once) {
    MAKE(2, SUSPENDS, PASS, PASS, PASS, PASS, PASS, PASS);
    CHECK_EQ_INT(found("suspend-holding-lock: suspends suspended holding suspends's lock", SEEDS),
                 SEEDS);
    MAKE(2, READ_HOLDING, PASS, PASS, PASS, PASS, PASS, PASS, WRITE);
    CHECK(shown(SNAG_LOCK_AROUND_IO, SEEDS) > SEEDS / 4);
    CHECK_EQ_INT(shown(SNAG_LOCK_HELD_LONG, 10 * SEEDS), 0);
}

/* It does not last: it never ends. */
TEST(nor_is_a_hang_told_as_a_long_wait) {
    MAKE(2, TOLD_HOLDING, PASS, PASS, PASS, PASS, PASS, PASS);
    CHECK_EQ_INT(found("hang: await", SEEDS), SEEDS);
}
