/* spec.c: the specification of a key-value store of bounded capacity.
 *
 * Knows nothing of implementations. The rule: FULL is accepted only in a state that is full, so
 * whenever the capacity can be reached the calls do not commute and the history is one partition.
 */
#include "kv.h"

/* A key's value is 0 when it is absent, so that equal contents are equal bytes. */
struct model {
    int32_t value[KV_KEYS];
    uint8_t present[KV_KEYS];
};

static int64_t count_of(const struct model *m) {
    int64_t count = 0;
    for (int key = 0; key < KV_KEYS; key++)
        count += m->present[key];
    return count;
}

/* What writing `value` under `key` returns, given what it returns when it succeeds. */
static enum snag_step write_value(const struct snag_config *config, struct model *m,
                                  const struct snag_call *call, int64_t value, int64_t success) {
    int64_t key = call->args[0].i;
    bool full = !m->present[key] && count_of(m) >= config->values[KV_CONFIG_CAPACITY];
    if (call->pending) {
        if (full)
            return SNAG_REJECT;
    } else {
        if (call->result.i == KV_NOMEM)
            return SNAG_ACCEPT;
        if (call->result.i != (full ? KV_FULL : success))
            return SNAG_REJECT;
        if (full)
            return SNAG_ACCEPT;
    }
    m->present[key] = 1;
    m->value[key] = (int32_t)value;
    return SNAG_ACCEPT;
}

static enum snag_step step(const struct snag_config *config, void *state,
                           const struct snag_call *call) {
    struct model *m = state;
    int64_t key = call->args[0].i;
    if (call->pending && call->variant > 0)
        return SNAG_REJECT;
    if (call->op == KV_LEN)
        return !call->pending && call->result.i == count_of(m) ? SNAG_ACCEPT : SNAG_REJECT;
    int64_t held = m->present[key] ? m->value[key] : KV_ABSENT;
    switch ((enum kv_op)call->op) {
    case KV_GET:
    case KV_VISIT:
        return !call->pending && call->result.i == held ? SNAG_ACCEPT : SNAG_REJECT;
    case KV_REMOVE:
        if (!call->pending && call->result.i != held)
            return SNAG_REJECT;
        m->present[key] = 0;
        m->value[key] = 0;
        return SNAG_ACCEPT;
    case KV_PUT:
        return write_value(config, m, call, call->args[1].i, KV_OK);
    case KV_ADD: {
        int64_t sum = m->value[key] + call->args[1].i;
        return write_value(config, m, call, sum, sum);
    }
    case KV_FETCH_PUT:
        return write_value(config, m, call, snag_io_answer(kv_request(key, call->args[1].i)),
                           KV_OK);
    case KV_LEN:
        break;
    }
    return SNAG_REJECT;
}

/* A capacity that all keys fit into never matters: then each key is a register of its own. */
static int64_t partition(const struct snag_config *config, const struct snag_call *call) {
    if (call->op == KV_LEN || config->values[KV_CONFIG_CAPACITY] < KV_KEYS)
        return -1;
    return call->args[0].i;
}

/* What the versions of clang-format differ about. */
/* clang-format off */
#define KEY {.name = "key", .type = SNAG_KEY, .max = KV_KEYS - 1}
#define SMALL(n, least) {.name = n, .type = SNAG_INT, .min = least, .max = 9}
#define PROGRAM {.name = "program", .type = SNAG_PROGRAM, .max = 3}
/* clang-format on */

const struct snag_spec kv_spec = {
    .name = "kv",
    .ops =
        {
            [KV_GET] = {.name = "get", .args = {KEY}, .flags = SNAG_OP_NESTS},
            [KV_PUT] = {.name = "put", .args = {KEY, SMALL("value", 0)}, .flags = SNAG_OP_NESTS},
            [KV_ADD] = {.name = "add", .args = {KEY, SMALL("delta", 1)}, .flags = SNAG_OP_NESTS},
            [KV_REMOVE] = {.name = "remove", .args = {KEY}, .flags = SNAG_OP_NESTS},
            [KV_LEN] = {.name = "len", .flags = SNAG_OP_NESTS},
            [KV_VISIT] = {.name = "visit", .args = {KEY, PROGRAM}},
            [KV_FETCH_PUT] = {.name = "fetch_put",
                              .args = {KEY, SMALL("arg", 0)},
                              .flags = SNAG_OP_NESTS},
        },
    .config = {{"capacity", 1, KV_KEYS + 2}},
    .state_bytes = sizeof(struct model),
    .step = step,
    .partition = partition,
};
