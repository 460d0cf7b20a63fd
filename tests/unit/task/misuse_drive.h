/* misuse_drive.h: how the tests of misuse_body.c run programs of misuse_cases.h. */
#ifndef TESTS_TASK_MISUSE_DRIVE_H
#define TESTS_TASK_MISUSE_DRIVE_H

#include "misuse_cases.h"
#define OPS_IMPL misuse_impl
#include "ops_drive.h"

const struct snag_spec misuse_spec = {
    .name = "misuse",
    .ops = {WITH(INTERVAL, "interval", 0, 1), WITH(SELECTS, "selects", 0, 1),
            WITH(SELECTS_ALL, "selects_all", 0, 1), WITH(WAKES, "wakes", 0, 1),
            WITH(READS, "reads", 0, 1), WITH(POPS, "pops", 0, 1), WITH(POOL, "pool", 0, 1),
            WITH(SPAWNS, "spawns", 0, 1), WITH(SPAWNS_JOB, "spawns_job", 0, 1),
            WITH(TIMES_OUT, "times_out", 0, 1), WITH(EXITS, "exits", 0, 1)},
};

/* Done wrong, beside one who does it right, it ends as `end` and shows `key`, and nothing else. */
static inline void expect_misuse(uint16_t op, enum snag_end end, const char *key) {
    const uint16_t ops[] = {INTERVAL, op};
    make(2, ops, 2, (const int64_t[]){1, 0});
    for (uint64_t seed = 0; seed < 100; seed++) {
        const struct snag_verdict *v = run_seed(seed);
        if (!EXPECT_EQ_INT(v->end, end) || !EXPECT_EQ_U64(v->findings_count, 1) ||
            !EXPECT_EQ_STR(v->findings[0].key, key))
            break;
    }
}

/* Done right, it is silent. */
static inline void expect_silent(uint16_t op) {
    const uint16_t ops[] = {op, op};
    make(2, ops, 2, (const int64_t[]){1, 1});
    for (uint64_t seed = 0; seed < 100; seed++)
        if (!EXPECT_EQ_STR(worst(run_seed(seed)), "") || !EXPECT_EQ_INT(verdict.end, SNAG_END_DONE))
            break;
}

#endif
