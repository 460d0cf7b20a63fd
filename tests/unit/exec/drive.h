/* drive.h: how the tests of the execution core run cases (cases.h) and look at what they left.
 *
 * For one test file per executable: it defines the globals of cases.h. The rule: nothing here
 * checks more than that the core answers; what an execution ought to be stands in the tests.
 */
#ifndef TESTS_EXEC_DRIVE_H
#define TESTS_EXEC_DRIVE_H

#include "cases.h"
#include "exec/exec.h"
#include "sched/schedule.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void (*case_body)(void);
int64_t case_in;
int64_t case_out[CASE_OUT];
int case_outs;

static struct snag_verdict verdict;

/* The step bound, unless the test file has set its own: small, so that running into it is quick. */
#if !defined(DRIVE_STEPS)
#define DRIVE_STEPS 2000
#endif

static inline void drive_init(const struct snag__bounds *bounds) {
    static bool done;
    struct snag_error e = {0};
    if (done)
        return;
    done = true;
    if (!EXPECT(snag__exec_init(bounds, &e) == SNAG_ERR_OK)) {
        printf("%s\n", e.line);
        exit(1);
    }
}

static inline const struct snag_verdict *drive(const struct snag__request *r) {
    static const struct snag__bounds usual = {.steps_max = DRIVE_STEPS};
    drive_init(&usual);
    case_outs = 0;
    memset(case_out, 0, sizeof(case_out));
    snag__exec_run(r, &verdict);
    return &verdict;
}

/* Under the default policy. */
static inline const struct snag_verdict *drive_case(void (*body)(void)) {
    struct snag__request r = {0};
    case_body = body;
    return drive(&r);
}

/* A strategy's own memory; one of each is enough. */
static inline void *drive_state(const struct snag_strategy *s) {
    static void *states[64];
    for (size_t i = 0; i < 64; i++) {
        if (snag_strategy_at(i) != s)
            continue;
        if (states[i] == NULL)
            states[i] = calloc(1, s->state_bytes);
        return states[i];
    }
    return NULL;
}

/* Of an execution among others of the same program, from which the strategy has learned. */
static inline struct snag__request drive_next_request(const char *strategy, uint64_t seed) {
    static const struct snag_strategy_hint hint = {.points = 40, .vthreads = 4, .depth = 3};
    const struct snag_strategy *s = snag_strategy_find(strategy);
    return (struct snag__request){
        .strategy = s, .strategy_state = drive_state(s), .seed = seed, .hint = &hint};
}

/* By itself: what the strategy learned of earlier cases is forgotten. */
static inline struct snag__request drive_request(const char *strategy, uint64_t seed) {
    struct snag__request r = drive_next_request(strategy, seed);
    if (r.strategy != NULL && r.strategy->renew != NULL)
        r.strategy->renew(r.strategy_state);
    return r;
}

static inline const struct snag_verdict *drive_seed(void (*body)(void), const char *strategy,
                                                    uint64_t seed) {
    struct snag__request r = drive_request(strategy, seed);
    case_body = body;
    return drive(&r);
}

/* "kind" of the worst finding, "" if there is none but hints: to make others wait, many a case
 * sleeps with a lock in hand. */
static inline const char *worst(const struct snag_verdict *v) {
    bool any = v->findings_count > 0 && v->findings[0].grade != SNAG_GRADE_HINT;
    return any ? snag_finding_name(v->findings[0].kind) : "";
}

/* Nothing was found, but that the locks were taken in orders that may hang other runs. */
static inline bool only_orders(const struct snag_verdict *v) {
    for (uint32_t i = 0; i < v->findings_count; i++)
        if (v->findings[i].kind != SNAG_LOCK_ORDER)
            return false;
    return true;
}

static inline bool has(const struct snag_verdict *v, enum snag_finding_kind kind) {
    for (uint32_t i = 0; i < v->findings_count; i++)
        if (v->findings[i].kind == kind)
            return true;
    return false;
}

#endif
