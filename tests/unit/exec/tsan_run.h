/* tsan_run.h: runs one body many times, for the tests of the `tsan` flavour. */
#ifndef TSAN_RUN_H
#define TSAN_RUN_H

#include "test.h"

#include <stdlib.h>

#include "exec/exec.h"

static const struct snag_strategy *tsan_strategy;
static void *tsan_strategy_state;

static void tsan_set_up(void) {
    if (tsan_strategy != NULL)
        return;
    struct snag_error e;
    struct snag__bounds bounds = {0};
    EXPECT_EQ_INT(snag__exec_init(&bounds, &e), SNAG_ERR_OK);
    tsan_strategy = snag_strategy_find("random");
    tsan_strategy_state = calloc(1, tsan_strategy->state_bytes);
}

static void tsan_run(uint64_t seed, const struct snag_program *program, struct snag_verdict *v) {
    static const struct snag_strategy_hint hint = {.points = 20, .vthreads = 3, .depth = 2};
    tsan_set_up();
    struct snag__request r = {.program = program,
                              .strategy = tsan_strategy,
                              .strategy_state = tsan_strategy_state,
                              .seed = seed,
                              .hint = &hint};
    snag__exec_run(&r, v);
}

static inline uint32_t tsan_count(const struct snag_verdict *v, enum snag_finding_kind kind) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < v->findings_count; i++)
        n += v->findings[i].kind == kind;
    return n;
}

#endif
