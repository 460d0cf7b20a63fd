/* lasting_drive.h: how lasting_test.c, held_test.c and blocked_test.c run programs of
 * lasting_cases.h. */
#ifndef TESTS_ORACLE_LASTING_DRIVE_H
#define TESTS_ORACLE_LASTING_DRIVE_H

#include "lasting_cases.h"
#define OPS_IMPL lasting_impl
#include "../task/ops_drive.h"

#define FOR(id, text) WITH(id, text, 0, 1000)

const struct snag_spec lasting_spec = {
    .name = "lasting",
    .ops = {PLAIN(REQUEST, "request"),
            FOR(NAP, "nap"),
            FOR(TWO_NAPS, "two_naps"),
            FOR(COND, "cond"),
            FOR(JOIN, "join"),
            FOR(BEHIND_THREAD, "behind_thread"),
            FOR(BEHIND_BUSY, "behind_busy"),
            FOR(SUSPENDS, "suspends"),
            PLAIN(WANTS, "wants"),
            FOR(NAP_HOLDING, "nap_holding"),
            FOR(NAP_BETWEEN, "nap_between"),
            FOR(NAP_ASYNC, "nap_async"),
            PLAIN(REQUEST_IN_POOL, "request_in_pool"),
            FOR(NAP_IN_POOL, "nap_in_pool"),
            FOR(COND_HOLDING, "cond_holding"),
            FOR(NAP_ONCE, "nap_once"),
            PLAIN(HOLD_ASYNC, "hold_async"),
            PLAIN(ASYNC_IN_THREAD, "async_in_thread"),
            PLAIN(ASYNC_IN_POOL, "async_in_pool"),
            FOR(READ_GUARD, "read_guard"),
            FOR(READ_GIVEN_BACK, "read_given_back"),
            PLAIN(WRITE, "write"),
            PLAIN(TWICE, "twice"),
            FOR(PERMIT, "permit"),
            FOR(PERMIT_UNMARKED, "permit_unmarked"),
            FOR(PERMIT_OVER, "permit_over"),
            PLAIN(WANTS_PERMIT, "wants_permit"),
            FOR(ASYNC_PERMIT, "async_permit"),
            FOR(ASYNC_GUARD, "async_guard"),
            PLAIN(NOT_HELD, "not_held"),
            FOR(READ_HOLDING, "read_holding"),
            FOR(READ_PLAIN, "read_plain")},
};

/* Tasks that do `ops` for `ms` each. */
#define TASKS(workers, ms, ...)                                                                    \
    do {                                                                                           \
        const uint16_t made_ops[] = {__VA_ARGS__};                                                 \
        enum { MADE = sizeof(made_ops) / sizeof(made_ops[0]) };                                    \
        int64_t made_ms[MADE];                                                                     \
        for (int made = 0; made < MADE; made++)                                                    \
            made_ms[made] = (ms);                                                                  \
        make(workers, made_ops, MADE, made_ms);                                                    \
    } while (0)

/* The finding of that kind in the last execution; NULL: there is none. */
static inline const struct snag_finding *the(enum snag_finding_kind kind) {
    for (uint32_t i = 0; i < verdict.findings_count; i++)
        if (verdict.findings[i].kind == kind)
            return &verdict.findings[i];
    return NULL;
}

/* How many of the seeds show `kind`. */
static inline unsigned shown(enum snag_finding_kind kind, unsigned seeds) {
    unsigned n = 0;
    for (uint64_t seed = 0; seed < seeds; seed++)
        n += has(run_seed(seed), kind);
    return n;
}

#endif
