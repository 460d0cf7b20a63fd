/* cancel_test.c: operations of programs that run as tasks of their own, and are aborted.
 *
 * link: rt_fast
 */
#include "cancel_cases.h"
#define OPS_IMPL cancel_impl
#include "ops_drive.h"

/* What is dropped must have had no effect on the count; a call without one may always be. */
static enum snag_step step(const struct snag_config *config, void *state,
                           const struct snag_call *call) {
    int64_t *n = state;
    (void)config;
    if (call->pending)
        return call->dropped ? SNAG_REJECT : SNAG_BLOCKED;
    *n += call->op == COUNTS;
    return call->op != COUNTS || call->result.i == *n ? SNAG_ACCEPT : SNAG_REJECT;
}

const struct snag_spec cancel_spec = {
    .name = "cancel",
    .ops = {PLAIN(COUNTS, "counts"), PLAIN(STEPS, "steps"), PLAIN(HOLDS, "holds"),
            PLAIN(CLEANS, "cleans"), [WAITS] = {.name = "waits", .flags = SNAG_OP_MAY_WAIT},
            PLAIN(RETURNS_HOLDING, "returns_holding")},
    .state_bytes = sizeof(int64_t),
    .step = step,
};

/* The first operation of client `i` is cancelled after so many turns. */
static void cancel(unsigned i, unsigned turns) {
    program.ops[program.first[i]].abort = (uint8_t)turns;
}

static const struct snag_history_op *call_of(unsigned client) {
    const struct snag_history *h = snag__exec_history();
    for (uint32_t i = 0; i < h->count; i++)
        if (h->ops[i].client == client)
            return &h->ops[i];
    abort();
}

TEST(it_goes_as_far_as_its_caller_waits) {
    MAKE(1, STEPS);
    for (unsigned turns = 1; turns <= SNAG__ABORT_MAX; turns++) {
        cancel(0, turns);
        CHECK_EQ_STR(worst(run_default()), "");
        CHECK_EQ_INT(verdict.end, SNAG_END_DONE);
        CHECK_EQ_INT(case_outs, (int)turns - 1);
        CHECK_EQ_U64(call_of(0)->returned, 0);
        CHECK(call_of(0)->dropped > call_of(0)->invoked);
        CHECK(call_of(0)->call.pending && call_of(0)->call.dropped);
    }
}

TEST(what_has_returned_by_then_has) {
    unsigned never = 0;
    MAKE(2, COUNTS, COUNTS, COUNTS);
    cancel(0, 1);
    CHECK_EQ_STR(worst(run_default()), "");
    CHECK(call_of(0)->returned != 0 && call_of(0)->dropped == 0);
    for (uint64_t seed = 0; seed < 1000; seed++) {
        CHECK_EQ_STR(worst(run_seed(seed)), "");
        CHECK_EQ_INT(verdict.end, SNAG_END_DONE);
        never += call_of(0)->dropped != 0; /* before it began */
    }
    CHECK(never > 20 && never < 980);
}

TEST(a_dropped_wait_is_over_and_another_one_is_not) {
    MAKE(2, WAITS, COUNTS);
    cancel(0, 2);
    CHECK_EQ_INT(found("", 300), 0);
    MAKE(2, WAITS, WAITS);
    cancel(0, 2);
    for (uint64_t seed = 0; seed < 300; seed++) {
        CHECK_EQ_INT(run_seed(seed)->end, SNAG_END_STUCK);
        CHECK_EQ_STR(worst(&verdict), ""); /* the other one may */
    }
}

TEST(a_lock_is_left_to_nobody) {
    MAKE(2, HOLDS, CLEANS, CLEANS);
    cancel(0, 2);
    unsigned n = found("hang: ended holding holds's lock", 1000);
    CHECK(n > 50 && n < 1000);
    MAKE(2, CLEANS, CLEANS, HOLDS);
    cancel(0, 2);
    cancel(1, 1);
    CHECK_EQ_INT(found("", 1000), 0);
}

TEST(what_it_returns_with_is_told) {
    MAKE(1, RETURNS_HOLDING);
    cancel(0, 3);
    CHECK_EQ_STR(run_default()->findings[0].key,
                 "misuse: run: an operation returned holding a lock");
}

TEST(executions_follow_their_sparse_schedule) {
    struct snag_schedule s = {0};
    MAKE(2, STEPS, CLEANS, HOLDS, COUNTS);
    for (unsigned i = 0; i < 4; i++)
        cancel(i, 1 + i % SNAG__ABORT_MAX);
    for (uint64_t seed = 0; seed < 500; seed++) {
        struct snag_verdict first = *run_seed(seed);
        CHECK(snag__exec_schedule(&s));
        struct snag__request r = {.program = &program, .schedule = &s};
        CHECK_EQ_U64(drive(&r)->digest, first.digest);
        CHECK(!snag__exec_divergence()->diverged);
    }
    snag__schedule_free(&s);
}
