/* linear_models.h: two small models and a way to write histories down, for the tests of the
 * checker.
 *
 * Not about any implementation. The rule: every history is written as a table of {client, op, args,
 * result, invoked, returned}, so that what a test claims can be checked by eye.
 */
#ifndef LINEAR_MODELS_H
#define LINEAR_MODELS_H

#include <string.h>

#include "snag/run.h"

/* A register. TOSS writes 0 or 1 (its result says which) and so has two effects when pending. */
enum { REG_READ, REG_WRITE, REG_TOSS, REG_OPS };

static inline enum snag_step reg_step(const struct snag_config *config, void *state,
                                      const struct snag_call *call) {
    int32_t *value = state;
    (void)config;
    switch (call->op) {
    case REG_READ:
        return !call->pending && call->result.i == *value ? SNAG_ACCEPT : SNAG_REJECT;
    case REG_WRITE:
        if (call->pending && call->variant > 0)
            return SNAG_REJECT;
        *value = (int32_t)call->args[0].i;
        return SNAG_ACCEPT;
    case REG_TOSS:
        if (call->pending && call->variant > 1)
            return SNAG_REJECT;
        *value = call->pending ? call->variant : (int32_t)call->result.i;
        return *value == 0 || *value == 1 ? SNAG_ACCEPT : SNAG_REJECT;
    default:
        return SNAG_REJECT;
    }
}

static const struct snag_spec reg_spec = {
    .name = "register",
    .ops = {{.name = "read"}, {.name = "write"}, {.name = "toss"}},
    .state_bytes = sizeof(int32_t),
    .step = reg_step,
};

/* A bounded queue, capacity config->values[0]. SEND waits while it is full, RECV while it is empty;
 * TRY_RECV answers -1 then. WRAP is an operation around others that itself does nothing. */
enum { QUEUE_SEND, QUEUE_RECV, QUEUE_TRY_RECV, QUEUE_WRAP, QUEUE_OPS, QUEUE_ROOM = 7 };

struct queue_state {
    uint8_t count, items[QUEUE_ROOM];
};

static inline enum snag_step queue_step(const struct snag_config *config, void *state,
                                        const struct snag_call *call) {
    struct queue_state *q = state;
    if (call->pending && call->variant > 0)
        return SNAG_REJECT;
    if (call->op == QUEUE_WRAP)
        return call->pending ? SNAG_REJECT : SNAG_ACCEPT;
    if (call->op == QUEUE_SEND) {
        if (q->count >= config->values[0])
            return SNAG_BLOCKED;
        q->items[q->count++] = (uint8_t)call->args[0].i;
        return SNAG_ACCEPT;
    }
    if (q->count == 0) {
        if (call->op == QUEUE_RECV)
            return SNAG_BLOCKED;
        return !call->pending && call->result.i == -1 ? SNAG_ACCEPT : SNAG_REJECT;
    }
    if (!call->pending && call->result.i != q->items[0])
        return SNAG_REJECT;
    memmove(q->items, q->items + 1, sizeof q->items - 1);
    q->items[QUEUE_ROOM - 1] = 0;
    q->count--;
    return SNAG_ACCEPT;
}

static const struct snag_spec queue_spec = {
    .name = "queue",
    .ops = {{.name = "send", .flags = SNAG_OP_MAY_WAIT},
            {.name = "recv", .flags = SNAG_OP_MAY_WAIT},
            {.name = "try_recv"},
            {.name = "wrap"}},
    .config = {{"capacity", 1, QUEUE_ROOM - 1}},
    .state_bytes = sizeof(struct queue_state),
    .step = queue_step,
};

/* One line of a hand-written history; returned 0: pending. */
struct row {
    uint16_t client, op;
    int64_t arg, result;
    uint32_t invoked, returned;
    int64_t key; /* second argument: the partition, where the spec has one */
};

static inline struct snag_history_op op_of_row(const struct row *row) {
    return (struct snag_history_op){
        .client = row->client,
        .invoked = row->invoked,
        .returned = row->returned,
        .call = {.op = row->op,
                 .pending = row->returned == 0,
                 .task = row->client,
                 .args = {{.i = row->arg}, {.i = row->key}},
                 .result = {.i = row->result}},
    };
}

#endif
