/* run_many.h: runs the target under the random strategy, seed by seed. */
#ifndef RUN_MANY_H
#define RUN_MANY_H

#include "test.h"

#include <stdlib.h>

#include "exec/exec.h"

static const struct snag_strategy *strategy;
static void *strategy_state;

static void set_up(void) {
    if (strategy != NULL)
        return;
    struct snag_error e;
    struct snag__bounds bounds = {0};
    EXPECT_EQ_INT(snag__exec_init(&bounds, &e), SNAG_ERR_OK);
    strategy = snag_strategy_find("random");
    strategy_state = calloc(1, strategy->state_bytes);
}

static void run_seed(uint64_t seed, const struct snag_program *program, struct snag_verdict *v) {
    static const struct snag_strategy_hint hint = {.points = 20, .vthreads = 3, .depth = 2};
    set_up();
    struct snag__request r = {.program = program,
                              .strategy = strategy,
                              .strategy_state = strategy_state,
                              .seed = seed,
                              .hint = &hint};
    snag__exec_run(&r, v);
}

static inline uint32_t count_kind(const struct snag_verdict *v, enum snag_finding_kind kind) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < v->findings_count; i++)
        n += v->findings[i].kind == kind;
    return n;
}

#endif
