/* linear_random_test.c: the checker against one that tries every permutation, on random histories.
 *
 * The naive checker shares nothing with the real one but the model: it lists all orders of all
 * subsets, keeps those that respect real time, and runs them. The rule: both answers of both
 * questions must occur often, or the comparison says nothing.
 */
#include "oracle/linear.h"

#include "base/prng.h"
#include "linear_models.h"
#include "test.h"

enum { OPS_MAX = 6, CASES = 20000 };

struct naive {
    const struct snag_spec *spec;
    const struct snag_config *config;
    const struct snag_history *h;
    bool all_wait;
    uint32_t order[OPS_MAX];
};

static bool innermost_pending(const struct snag_history *h, uint32_t i) {
    if (h->ops[i].returned != 0)
        return false;
    for (uint32_t j = 0; j < h->count; j++) {
        if (j != i && h->ops[j].client == h->ops[i].client && h->ops[j].returned == 0 &&
            h->ops[j].invoked > h->ops[i].invoked)
            return false;
    }
    return true;
}

/* Does the order respect real time, and hold every completed operation? */
static bool legal_order(const struct naive *n, uint32_t count) {
    const struct snag_history_op *ops = n->h->ops;
    uint32_t in = 0;
    for (uint32_t i = 0; i < count; i++) {
        in |= 1u << n->order[i];
        for (uint32_t j = i + 1; j < count; j++) {
            const struct snag_history_op *a = &ops[n->order[i]], *b = &ops[n->order[j]];
            if (b->returned != 0 && b->returned < a->invoked)
                return false;
        }
    }
    for (uint32_t i = 0; i < n->h->count; i++) {
        if (ops[i].returned != 0 && !(in >> i & 1))
            return false;
    }
    return true;
}

/* Runs order[at..count) from `state`, every effect of a pending one. */
static bool run_order(const struct naive *n, uint32_t at, uint32_t count, const void *state) {
    _Alignas(8) uint8_t next[SNAG_MODEL_BYTES_MAX];
    if (at == count) {
        for (uint32_t i = 0; n->all_wait && i < n->h->count; i++) {
            memcpy(next, state, n->spec->state_bytes);
            if (innermost_pending(n->h, i) &&
                n->spec->step(n->config, next, &n->h->ops[i].call) != SNAG_BLOCKED)
                return false;
        }
        return true;
    }
    struct snag_call call = n->h->ops[n->order[at]].call;
    for (int variant = 0; variant < (call.pending ? 3 : 1); variant++) {
        memcpy(next, state, n->spec->state_bytes);
        call.variant = (uint16_t)variant;
        if (n->spec->step(n->config, next, &call) == SNAG_ACCEPT &&
            run_order(n, at + 1, count, next))
            return true;
    }
    return false;
}

/* The answer with the full budget is the true one; with less it is that or UNKNOWN. */
static bool answers_truly(struct snag__linear_checker *full, const struct naive *n, bool truth,
                          uint32_t small_budget) {
    struct snag__linear_checker *poor = snag__linear_new(n->spec, small_budget);
    enum snag__linear want = truth ? SNAG__LINEAR_YES : SNAG__LINEAR_NO, rich, cheap;
    if (n->all_wait) {
        rich = snag__linear_may_wait(full, n->config, n->h);
        cheap = snag__linear_may_wait(poor, n->config, n->h);
    } else {
        rich = snag__linear_check(full, n->config, n->h, NULL);
        cheap = snag__linear_check(poor, n->config, n->h, NULL);
    }
    snag__linear_free(poor);
    return rich == want && (cheap == want || cheap == SNAG__LINEAR_UNKNOWN);
}

/* Every order of every subset that goes on from order[0..count). */
static bool permute(struct naive *n, uint32_t count, uint32_t used) {
    _Alignas(8) uint8_t state[SNAG_MODEL_BYTES_MAX] = {0};
    if (legal_order(n, count) && run_order(n, 0, count, state))
        return true;
    for (uint32_t i = 0; i < n->h->count; i++) {
        if (used >> i & 1 || (n->all_wait && innermost_pending(n->h, i)))
            continue;
        n->order[count] = i;
        if (permute(n, count + 1, used | 1u << i))
            return true;
    }
    return false;
}

/* A random history: clients run one operation after the other; some, at most the last of a client,
 * stay pending; a WRAP may hold the operation that follows it. */
static uint32_t random_history(struct snag__prng *r, bool queue, struct snag_history_op *ops) {
    uint32_t count = 1 + snag__prng_below(r, OPS_MAX), time = 1, made = 0;
    int32_t open[3] = {-1, -1, -1}, outer[3] = {-1, -1, -1};
    while (made < count) {
        uint16_t client = (uint16_t)snag__prng_below(r, 3);
        if (open[client] >= 0 && ops[open[client]].call.op == QUEUE_WRAP && queue &&
            outer[client] < 0 && snag__prng_chance(r, 1, 2)) {
            outer[client] = open[client];
            open[client] = -1;
        }
        if (open[client] >= 0) {
            ops[open[client]].returned = time++;
            open[client] = outer[client];
            outer[client] = -1;
            continue;
        }
        struct row row = {.client = client, .invoked = time++};
        row.op = (uint16_t)snag__prng_below(r, queue ? QUEUE_OPS : REG_OPS);
        row.arg = snag__prng_between(r, 0, 2);
        row.result = snag__prng_between(r, queue && row.op == QUEUE_TRY_RECV ? -1 : 0, 2);
        ops[made] = op_of_row(&row);
        open[client] = (int32_t)made++;
    }
    for (int client = 0; client < 3; client++) {
        bool stays = snag__prng_chance(r, 1, 2);
        if (open[client] >= 0 && !stays)
            ops[open[client]].returned = time++;
        if (outer[client] >= 0 && !stays)
            ops[outer[client]].returned = time++;
    }
    for (uint32_t i = 0; i < made; i++) {
        ops[i].call.pending = ops[i].returned == 0;
        if (ops[i].call.pending)
            ops[i].call.result.i = 0;
    }
    return made;
}

static void compare(bool queue, uint64_t seed) {
    const struct snag_spec *spec = queue ? &queue_spec : &reg_spec;
    struct snag__linear_checker *c = snag__linear_new(spec, 1 << 20);
    struct snag__prng r;
    uint32_t seen[2][2] = {{0}}; /* [question][answer] */
    snag__prng_seed(&r, seed);
    for (uint32_t k = 0; k < CASES; k++) {
        struct snag_history_op ops[OPS_MAX];
        struct snag_config config = {{1 + snag__prng_below(&r, 3)}};
        struct snag_history h = {random_history(&r, queue, ops), ops};
        struct naive n = {.spec = spec, .config = &config, .h = &h};
        bool linear = permute(&n, 0, 0);
        CHECK(answers_truly(c, &n, linear, snag__prng_below(&r, 12)));
        seen[0][linear]++;
        n.all_wait = true;
        bool may_wait = permute(&n, 0, 0);
        for (uint32_t i = 0; i < h.count; i++) {
            if (innermost_pending(&h, i) && !(spec->ops[ops[i].call.op].flags & SNAG_OP_MAY_WAIT))
                may_wait = false;
        }
        CHECK(answers_truly(c, &n, may_wait, snag__prng_below(&r, 12)));
        seen[1][may_wait]++;
    }
    for (int question = 0; question < 2; question++) {
        CHECK(seen[question][0] > CASES / 20);
        CHECK(seen[question][1] > CASES / 20);
    }
    snag__linear_free(c);
}

TEST(registers_agree_with_all_permutations) {
    compare(false, 1);
    compare(false, 2);
}

TEST(queues_agree_with_all_permutations) {
    compare(true, 3);
    compare(true, 4);
}
