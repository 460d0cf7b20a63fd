/* lock_order_tasks_drive.h: how lock_order_tasks_test.c and lock_order_pinned_test.c run programs.
 */
#ifndef TESTS_ORACLE_LOCK_ORDER_TASKS_DRIVE_H
#define TESTS_ORACLE_LOCK_ORDER_TASKS_DRIVE_H

#include "lock_order_tasks_cases.h"
#define OPS_IMPL order_impl
#include "../task/ops_drive.h"

const struct snag_spec order_spec = {
    .name = "order",
    .ops = {PLAIN(A_B, "a_b"), PLAIN(B_A, "b_a"), PLAIN(ONE_TWO, "one_two"),
            PLAIN(TWO_ONE, "two_one"), PLAIN(ONE_AWAIT, "one_await"), PLAIN(TWO_AWAIT, "two_await"),
            PLAIN(MIGRATES, "migrates"), PLAIN(A_ONE, "a_one"), PLAIN(LOCK_NOTHING, "lock_nothing"),
            WITH(FAMILY, "family", 0, 9)},
};

/* Of 400 runs: how many passed, how many of these showed the cycle; all others hung by it. */
struct tally {
    unsigned passed, seen;
};

static inline struct tally runs(const char *tail) {
    struct tally t = {0, 0};
    for (uint64_t seed = 0; seed < 400; seed++) {
        const struct snag_verdict *v = run_seed(seed);
        bool passed = v->end == SNAG_END_DONE;
        t.passed += passed;
        for (uint32_t i = 0; i < v->findings_count; i++) {
            const struct snag_finding *f = &v->findings[i];
            if (f->kind == SNAG_SUSPEND_HOLDING_LOCK || f->kind == SNAG_SUSPENDED_OWNER)
                continue; /* tested elsewhere */
            EXPECT(f->kind == (passed ? SNAG_LOCK_ORDER : SNAG_DEADLOCK));
            EXPECT_EQ_STR(strchr(f->key, ':'), tail);
            t.seen += passed;
        }
    }
    return t;
}

#define BLOCKING ": a_then_b holding a_then_b's lock / b_then_a holding b_then_a's lock"

#endif
