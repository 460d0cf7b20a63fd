/* gate_spec.c: plugs the gate into snag, by the public headers alone. */
#include "gate.h"
#include <snag/spec.h>

enum { ENTER, TRY, LEAVE };
struct model {
    int64_t permits;
};

static void init(const struct snag_config *config, void *state) {
    ((struct model *)state)->permits = config->values[0];
}

static enum snag_step step(const struct snag_config *config, void *state,
                           const struct snag_call *call) {
    struct model *m = state;
    int64_t n = call->args[0].i;
    (void)config;
    if (call->pending && call->variant > 0)
        return SNAG_REJECT;
    switch (call->op) {
    case ENTER:
        if (m->permits < n)
            return SNAG_BLOCKED;
        m->permits -= n;
        return SNAG_ACCEPT;
    case TRY:
        if (!call->pending && call->result.i != (m->permits >= n))
            return SNAG_REJECT;
        if (m->permits >= n)
            m->permits -= n;
        return SNAG_ACCEPT;
    default:
        m->permits += n;
        return SNAG_ACCEPT;
    }
}

static void *create(const struct snag_config *config) {
    return gate_new((int)config->values[0]);
}
static void destroy(void *g) {
    gate_free(g);
}
static void run(void *g, void *local, const struct snag_call *call, struct snag_result *result,
                struct snag_scope *scope) {
    int n = (int)call->args[0].i;
    (void)local, (void)scope;
    switch (call->op) {
    case ENTER:
        gate_enter(g, n);
        break;
    case TRY:
        result->i = gate_try(g, n);
        break;
    default:
        gate_leave(g, n);
    }
}

static const struct snag_spec spec = {
    .name = "gate",
    .ops =
        {[ENTER] = {"enter", {{"n", SNAG_INT, 1, 2}}, SNAG_RESULT_NONE, .flags = SNAG_OP_MAY_WAIT},
         [TRY] = {"try", {{"n", SNAG_INT, 1, 2}}},
         [LEAVE] = {"leave", {{"n", SNAG_INT, 1, 2}}, SNAG_RESULT_NONE}},
    .config = {{"permits", 0, 2}},
    .state_bytes = sizeof(struct model),
    .init = init,
    .step = step,
};
static const struct snag_impl gate = {
    .name = "gate/cond", .spec = &spec, .create = create, .destroy = destroy, .run = run};
SNAG_TARGET(gate);
