/* model_test.c: the spec check on histories written by hand: what a right model never gets told,
 * and the words for what a wrong one does. The other mistakes are tests/targets/spec.c's.
 */
#include "test.h"

#include "oracle/model.h"

#include <string.h>

enum { ADD, TWICE };

static int wrong_by; /* what the model adds too much */

static enum snag_step step(const struct snag_config *config, void *state,
                           const struct snag_call *call) {
    int64_t *sum = state;
    (void)config;
    if (call->pending && call->variant > 0)
        return SNAG_REJECT;
    if (call->op == ADD)
        *sum += call->args[0].i + wrong_by;
    return call->op == ADD && !call->pending && call->result.i != *sum ? SNAG_REJECT : SNAG_ACCEPT;
}

static void run(void *shared, void *local, const struct snag_call *call, struct snag_result *result,
                struct snag_scope *scope) {
    (void)shared, (void)local, (void)call, (void)result, (void)scope;
}

static const struct snag_spec spec = {
    .name = "sum",
    .ops = {[ADD] = {.name = "add",
                     .args = {{.name = "by", .type = SNAG_INT, .max = 9}},
                     .flags = SNAG_OP_NESTS},
            [TWICE] = {.name = "twice",
                       .args = {{.name = "program", .type = SNAG_PROGRAM, .max = 2}},
                       .result = SNAG_RESULT_NONE}},
    .config = {{"size", 1, 4}},
    .state_bytes = sizeof(int64_t),
    .step = step};
static const struct snag_impl impl = {.name = "sum/any", .spec = &spec, .run = run};
static const struct snag_config config = {{2}};

static struct snag_history_op op(uint16_t kind, uint32_t invoked, uint32_t returned, int64_t by,
                                 int64_t result) {
    struct snag_history_op h = {.invoked = invoked, .returned = returned, .call = {.op = kind}};
    h.call.pending = returned == 0;
    h.call.args[0].i = by;
    h.call.result.i = result;
    return h;
}

/* A check that has seen these operations, and is over. */
static struct snag__model *check_of(struct snag_history_op *ops, uint32_t count, bool waits) {
    struct snag__model *m = snag__model_new(&impl);
    struct snag_history h = {.count = count, .ops = ops};
    snag__model_declared(m);
    snag__model_saw(m, &config, &h, waits);
    snag__model_saw(m, &config, &h, waits);
    snag__model_end(m);
    return m;
}

static bool has(const struct snag__model *m, enum snag__model_problem_kind kind, const char *text) {
    uint32_t count, times = 0;
    const struct snag__model_problem *p = snag__model_problems(m, &count);
    for (uint32_t i = 0; i < count; i++)
        times += p[i].kind == kind && strstr(p[i].text, text) != NULL;
    return times == 1;
}

TEST(a_right_model_gets_a_note_on_what_it_ignores_and_nothing_else) {
    struct snag_history_op ops[] = {op(ADD, 1, 2, 3, 3), op(TWICE, 3, 8, 0, 0), op(ADD, 4, 5, 1, 4),
                                    op(ADD, 6, 7, 2, 6)};
    struct snag__model *m = check_of(ops, 4, false);
    uint32_t count;
    (void)snag__model_problems(m, &count);
    EXPECT_EQ_U64(count, 1);
    EXPECT(has(m, SNAG__MODEL_UNUSED_CONFIG, "size"));
    EXPECT(!snag__model_problem_is_grave(SNAG__MODEL_UNUSED_CONFIG));
    EXPECT_EQ_U64(snag__model_figures(m).ops, 2);
    EXPECT_EQ_U64(snag__model_figures(m).calls, 8);
    snag__model_free(m);
}

TEST(a_wrong_result_is_told_once_with_call_state_and_configuration) {
    struct snag_history_op ops[] = {op(ADD, 1, 2, 3, 3), op(ADD, 3, 4, 1, 5)};
    struct snag__model *m = check_of(ops, 2, false);
    EXPECT(has(m, SNAG__MODEL_WRONG_RESULT,
               "called add(by=1) = 5, and step does not accept it in state 03000000 00000000, with "
               "size=2"));
    snag__model_free(m);
}

TEST(the_call_that_is_wrong_inside_another_is_named) {
    struct snag_history_op ops[] = {op(TWICE, 1, 4, 0, 0), op(ADD, 2, 3, 1, 2)};
    struct snag__model *m = check_of(ops, 2, false);
    EXPECT(has(m, SNAG__MODEL_WRONG_RESULT, "called add(by=1) = 2"));
    snag__model_free(m);
}

TEST(a_model_that_never_accepts_says_so_too) {
    wrong_by = 1;
    struct snag_history_op ops[] = {op(ADD, 1, 2, 3, 3)};
    struct snag__model *m = check_of(ops, 1, false);
    wrong_by = 0;
    EXPECT(has(m, SNAG__MODEL_NEVER_ACCEPTED, "add returned 2 times"));
    EXPECT(has(m, SNAG__MODEL_NEVER_RUN, "twice was never run"));
    snag__model_free(m);
}

TEST(a_wait_is_told_only_if_nothing_else_explains_it) {
    struct snag_history_op ops[] = {op(ADD, 1, 2, 3, 3), op(ADD, 3, 0, 1, 0)};
    struct snag__model *m = check_of(ops, 2, true);
    EXPECT(has(m, SNAG__MODEL_WAITS, "waits for ever in add(by=1), pending, which has no"));
    snag__model_free(m);
    m = check_of(ops, 2, false);
    EXPECT(!has(m, SNAG__MODEL_WAITS, ""));
    snag__model_free(m);
}

TEST(what_the_implementation_shows_is_a_note) {
    struct snag__model *m = snag__model_new(&impl);
    snag__model_note_finding(m, "leak: add");
    snag__model_note_finding(m, "leak: add");
    snag__model_note_finding(m, "crash: add");
    uint32_t count;
    const struct snag__model_problem *p = snag__model_problems(m, &count);
    EXPECT_EQ_U64(count, 2);
    EXPECT(!snag__model_problem_is_grave(p[0].kind));
    snag__model_free(m);
}
