/* spec.c: the specification of a server that hands over to its next generation while it serves.
 *
 * Knows nothing of implementations. The rule: no client is to notice. Every request is answered,
 * once; a session keeps its total through every takeover; from the moment of a takeover the new
 * generation answers, and the old one no more; one that does not start changes nothing.
 */
#include "handoff.h"

struct model {
    uint16_t newest; /* generation, from 1 */
    uint16_t totals[HANDOFF_TASKS];
};

static void init(const struct snag_config *config, void *state) {
    (void)config;
    ((struct model *)state)->newest = 1;
}

/* May it return `expected`? A pending call may have done its work. */
static enum snag_step returns(const struct snag_call *call, int64_t expected) {
    return call->pending || call->result.i == expected ? SNAG_ACCEPT : SNAG_REJECT;
}

static enum snag_step step(const struct snag_config *config, void *state,
                           const struct snag_call *call) {
    struct model *m = state;
    (void)config;
    if (call->task >= HANDOFF_TASKS || (call->pending && call->variant > 0))
        return SNAG_REJECT;
    if (!call->pending && call->result.i == HANDOFF_AGAIN)
        return SNAG_ACCEPT;
    switch ((enum handoff_op)call->op) {
    case HANDOFF_ADD:
        m->totals[call->task] += (uint16_t)call->args[0].i;
        return returns(call, m->totals[call->task]);
    case HANDOFF_WHO:
        return returns(call, m->newest);
    case HANDOFF_HANG_UP:
        m->totals[call->task] = 0;
        return SNAG_ACCEPT;
    case HANDOFF_TAKEOVER:
        if (call->args[0].i != 0)
            return returns(call, HANDOFF_FAILED);
        return returns(call, ++m->newest);
    case HANDOFF_DRAIN:
        return SNAG_ACCEPT;
    }
    return SNAG_REJECT;
}

/* clang-format off */
#define VALUE {.name = "value", .type = SNAG_INT, .min = 1, .max = HANDOFF_VALUES}
#define FAILS {.name = "fails", .type = SNAG_INT, .max = 1}
/* clang-format on */

const struct snag_spec handoff_spec = {
    .name = "handoff",
    .ops =
        {
            [HANDOFF_ADD] = {.name = "add", .args = {VALUE}},
            [HANDOFF_WHO] = {.name = "who"},
            [HANDOFF_HANG_UP] = {.name = "hang_up", .result = SNAG_RESULT_NONE, .weight = 3},
            [HANDOFF_TAKEOVER] = {.name = "takeover", .args = {FAILS}, .weight = 5},
            [HANDOFF_DRAIN] = {.name = "drain", .result = SNAG_RESULT_NONE, .weight = 3},
        },
    .state_bytes = sizeof(struct model),
    .init = init,
    .step = step,
};
