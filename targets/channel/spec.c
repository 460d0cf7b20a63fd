/* spec.c: the specification of a channel: a queue, of bounded capacity or not, that can be closed.
 *
 * Knows nothing of implementations. The rule: a call waits only where it rightly may, a send while
 * the channel is full and open, a recv while it is empty and open, whoever waits for the end while
 * it is open; and what was sent before it closed is received.
 */
#include <string.h>

#include "channel.h"

enum { QUEUE_MAX = 256 };

/* The oldest value first, zeroes behind the last one: equal contents are equal bytes. */
struct model {
    uint16_t closed, count;
    uint8_t queue[];
};

/* May it return `expected`? A pending call may have done its work. */
static enum snag_step returns(const struct snag_call *call, int64_t expected) {
    return call->pending || call->result.i == expected ? SNAG_ACCEPT : SNAG_REJECT;
}

/* A capacity of 0 is none. */
static enum snag_step send_value(struct model *m, const struct snag_call *call, int64_t capacity) {
    if (!call->pending && call->result.i == CHANNEL_NOMEM)
        return SNAG_ACCEPT;
    if (m->closed)
        return returns(call, CHANNEL_CLOSED);
    if (m->count == (capacity != 0 ? capacity : QUEUE_MAX))
        return call->op == CHANNEL_SEND ? SNAG_BLOCKED : returns(call, CHANNEL_FULL);
    m->queue[m->count++] = (uint8_t)call->args[0].i;
    return returns(call, CHANNEL_OK);
}

static enum snag_step receive_value(struct model *m, const struct snag_call *call) {
    if (m->count == 0 && m->closed)
        return returns(call, CHANNEL_CLOSED);
    if (m->count == 0)
        return call->op == CHANNEL_RECV ? SNAG_BLOCKED : returns(call, CHANNEL_EMPTY);
    int64_t value = m->queue[0];
    m->count--;
    memmove(m->queue, m->queue + 1, m->count);
    m->queue[m->count] = 0;
    return returns(call, value);
}

static enum snag_step step(const struct snag_config *config, void *state,
                           const struct snag_call *call) {
    struct model *m = state;
    if (call->pending && call->variant > 0)
        return SNAG_REJECT;
    switch ((enum channel_op)call->op) {
    case CHANNEL_SEND:
    case CHANNEL_TRY_SEND:
        return send_value(m, call, config->values[CHANNEL_CONFIG_CAPACITY]);
    case CHANNEL_RECV:
    case CHANNEL_TRY_RECV:
        return receive_value(m, call);
    case CHANNEL_CLOSE: {
        enum snag_step s = returns(call, m->closed ? CHANNEL_CLOSED : CHANNEL_OK);
        m->closed = 1;
        return s;
    }
    case CHANNEL_AWAIT_END:
        return m->closed ? SNAG_ACCEPT : SNAG_BLOCKED;
    }
    return SNAG_REJECT;
}

/* What the versions of clang-format differ about; once closed, a channel shows little: seldom. */
/* clang-format off */
#define VALUE {.name = "value", .type = SNAG_INT, .min = 1, .max = CHANNEL_VALUES}
#define OPS(send_flags)                                                                            \
    {                                                                                              \
        [CHANNEL_SEND] = {.name = "send", .args = {VALUE}, .flags = send_flags},                   \
        [CHANNEL_RECV] = {.name = "recv", .flags = SNAG_OP_MAY_WAIT},                              \
        [CHANNEL_TRY_SEND] = {.name = "try_send", .args = {VALUE}, .weight = 4},                   \
        [CHANNEL_TRY_RECV] = {.name = "try_recv", .weight = 4},                                    \
        [CHANNEL_CLOSE] = {.name = "close", .weight = 2},                                          \
        [CHANNEL_AWAIT_END] = {.name = "closed", .result = SNAG_RESULT_NONE,                       \
                               .flags = SNAG_OP_MAY_WAIT, .weight = 2},                            \
    }
/* clang-format on */

const struct snag_spec channel_spec = {
    .name = "channel",
    .ops = OPS(SNAG_OP_MAY_WAIT),
    .config = {{"capacity", 1, CHANNEL_CAPACITY_MAX}},
    .state_bytes = sizeof(struct model) + CHANNEL_CAPACITY_MAX,
    .step = step,
};

const struct snag_spec channel_unbounded_spec = {
    .name = "channel",
    .ops = OPS(0),
    .state_bytes = sizeof(struct model) + QUEUE_MAX,
    .step = step,
};
