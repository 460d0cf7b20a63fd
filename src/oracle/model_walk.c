/* model_walk.c: what must hold of a model in every state that a history went through.
 *
 * The states were reached by the calls of one history; each call is tried in each of them. The
 * rule: what is checked follows from spec.h alone, and a right model passes whatever the states
 * are.
 */
#include "oracle/model_parts.h"

#include <string.h>

/* Effects of a pending call are numbered without a gap; so many are too many for any search. */
enum { VARIANTS_MAX = 1024 };

/* The call as if it had not returned. */
static struct snag_call pending_of(const struct snag_call *call, uint16_t variant) {
    struct snag_call p = *call;
    p.pending = true;
    p.variant = variant;
    memset(&p.result, 0, sizeof p.result);
    return p;
}

/* ---- pending calls ---- */

static void check_reads_no_result(struct snag__model *m, const struct snag__model_state *state,
                                  const struct snag_call *call) {
    char text[SNAG__MODEL_TEXT], hex[SNAG__MODEL_TEXT];
    struct snag_call zero = pending_of(call, 0), other = zero;
    struct snag__model_state a, b;
    other.result.i = 0x5a5a5a5a;
    other.result.bytes_count = SNAG_BYTES_MAX;
    memset(other.result.bytes, 0x5a, sizeof other.result.bytes);
    enum snag_step answer = snag__model_step(m, state, &zero, &a);
    enum snag_step again = snag__model_try(m, m->config, state, &other, &b);
    if (answer != again || (answer == SNAG_ACCEPT && !snag__model_same(m, &a, &b)))
        snag__model_tell(m, SNAG__MODEL_READS_PENDING_RESULT, call->op, -1,
                         "step looks at the result of %s, in state %s",
                         snag__model_call_text(m, &zero, text),
                         snag__model_state_text(m, state, hex));
}

/* Notes where it may wait, and whether that was declared. */
static void check_blocked(struct snag__model *m, const struct snag__model_state *state,
                          const struct snag_call *call) {
    char text[SNAG__MODEL_TEXT], hex[SNAG__MODEL_TEXT];
    struct snag_call zero = pending_of(call, 0);
    struct snag__model_state out;
    if (snag__model_try(m, m->config, state, &zero, &out) != SNAG_BLOCKED)
        return;
    m->may_block |= UINT32_C(1) << call->op;
    if ((m->spec->ops[call->op].flags & SNAG_OP_MAY_WAIT) == 0)
        snag__model_tell(m, SNAG__MODEL_BLOCKED_UNDECLARED, call->op, -1,
                         "step answers SNAG_BLOCKED for %s, in state %s, and %s has no "
                         "SNAG_OP_MAY_WAIT",
                         snag__model_call_text(m, &zero, text),
                         snag__model_state_text(m, state, hex), m->spec->ops[call->op].name);
}

/* The effect of the call that returned must be one that the pending call can have, or none. */
static void check_effects(struct snag__model *m, const struct snag__model_state *state,
                          const struct snag_call *call, const struct snag__model_state *after) {
    char text[SNAG__MODEL_TEXT], hex[SNAG__MODEL_TEXT];
    bool found = snag__model_same(m, state, after);
    unsigned variant = 0;
    for (; variant < VARIANTS_MAX; variant++) {
        struct snag_call p = pending_of(call, (uint16_t)variant);
        struct snag__model_state out;
        enum snag_step answer = snag__model_try(m, m->config, state, &p, &out);
        if (answer != SNAG_ACCEPT && variant > 0)
            break;
        found |= answer == SNAG_ACCEPT && snag__model_same(m, &out, after);
    }
    if (variant == VARIANTS_MAX)
        snag__model_tell(m, SNAG__MODEL_ENDLESS_EFFECTS, call->op, -1,
                         "step still accepts effect number %d of the pending %s", VARIANTS_MAX - 1,
                         m->spec->ops[call->op].name);
    else if (!found)
        snag__model_tell(
            m, SNAG__MODEL_MISSING_EFFECT, call->op, -1,
            "%s is accepted in state %s, and no effect of the pending call is the same",
            snag__model_call_text(m, call, text), snag__model_state_text(m, state, hex));
}

void snag__model_check_pending(struct snag__model *m) {
    for (uint32_t i = 0; i < m->calls_count; i++) {
        check_reads_no_result(m, &m->states[i], m->calls[i]);
        check_effects(m, &m->states[i], m->calls[i], &m->states[i + 1]);
        for (uint32_t s = 0; s <= m->calls_count; s++)
            check_blocked(m, &m->states[s], m->calls[i]);
    }
}

/* ---- arguments and configuration that make no difference ---- */

/* Another value of the domain: number k of those worth trying. False: there is none. */
static bool other_value(const struct snag_arg_decl *d, struct snag_value *v, unsigned k) {
    if (d->type == SNAG_BYTES) {
        if (d->max == 0)
            return false;
        if (k == 0)
            v->bytes_count = (uint8_t)(v->bytes_count > d->min ? d->min : d->max);
        else if (v->bytes_count > 0)
            v->bytes[k % v->bytes_count] ^= 0xff;
        return true;
    }
    int64_t next = v->i < d->max ? v->i + 1 : d->min;
    v->i = k == 0 ? next : k == 1 ? d->min : d->max;
    return true;
}

enum { OTHERS = 3 };

static void try_others(struct snag__model *m, uint32_t i, unsigned arg) {
    const struct snag_arg_decl *d = &m->spec->ops[m->calls[i]->op].args[arg];
    for (unsigned k = 0; k < OTHERS; k++) {
        struct snag_call other = *m->calls[i];
        if (!other_value(d, &other.args[arg], k))
            return;
        for (uint32_t s = 0; s <= m->calls_count; s++) {
            struct snag__model_state a, b;
            enum snag_step one = snag__model_try(m, m->config, &m->states[s], m->calls[i], &a);
            enum snag_step two = snag__model_try(m, m->config, &m->states[s], &other, &b);
            if (one != two || (one == SNAG_ACCEPT && !snag__model_same(m, &a, &b))) {
                m->args_used[other.op] |= UINT32_C(1) << arg;
                return;
            }
        }
    }
}

/* Does the same history go another way under this configuration? */
static bool goes_otherwise(struct snag__model *m, const struct snag_config *config) {
    struct snag__model_state state;
    memset(&state, 0, sizeof state);
    if (m->spec->init != NULL)
        m->spec->init(config, state.bytes);
    for (uint32_t i = 0; i < m->calls_count; i++) {
        if (!snag__model_same(m, &state, &m->states[i]))
            return true;
        enum snag_step answer = snag__model_try(m, config, &state, m->calls[i], &state);
        if (answer != SNAG_ACCEPT)
            return true;
    }
    return !snag__model_same(m, &state, &m->states[m->calls_count]);
}

void snag__model_check_uses(struct snag__model *m) {
    for (uint32_t i = 0; i < m->calls_count; i++) {
        unsigned op = m->calls[i]->op;
        for (unsigned a = 0; a < m->menu.args[op]; a++) {
            enum snag_arg_type type = m->spec->ops[op].args[a].type;
            bool is_value = type == SNAG_INT || type == SNAG_KEY || type == SNAG_BYTES;
            if (is_value && (m->args_used[op] >> a & 1) == 0)
                try_others(m, i, a);
        }
    }
    for (unsigned k = 0; k < m->menu.config; k++) {
        const struct snag_config_decl *d = &m->spec->config[k];
        for (unsigned n = 0; n < OTHERS && (m->config_used >> k & 1) == 0; n++) {
            struct snag_config other = *m->config;
            int64_t v = other.values[k];
            other.values[k] = n == 0 ? (v < d->max ? v + 1 : d->min) : n == 1 ? d->min : d->max;
            m->config_used |= (uint32_t)goes_otherwise(m, &other) << k;
        }
    }
}

/* ---- partitions ---- */

/* First `a`, then `b`, with what they return fixed. */
struct both {
    enum snag_step a, b;
    struct snag__model_state state;
};

static struct both in_order(struct snag__model *m, const struct snag__model_state *from,
                            const struct snag_call *first, const struct snag_call *second) {
    struct both r;
    struct snag__model_state between;
    r.a = snag__model_try(m, m->config, from, first, &between);
    r.b = snag__model_try(m, m->config, r.a == SNAG_ACCEPT ? &between : from, second, &r.state);
    return r;
}

static void check_pair(struct snag__model *m, uint32_t i, uint32_t j) {
    char one[SNAG__MODEL_TEXT], two[SNAG__MODEL_TEXT], hex[SNAG__MODEL_TEXT];
    for (uint32_t s = 0; s <= m->calls_count; s++) {
        const struct snag__model_state *from = &m->states[s];
        struct both ij = in_order(m, from, m->calls[i], m->calls[j]);
        struct both ji = in_order(m, from, m->calls[j], m->calls[i]);
        m->figures.pairs++;
        bool accepted = ij.a == SNAG_ACCEPT && ij.b == SNAG_ACCEPT;
        if (ij.a == ji.b && ij.b == ji.a &&
            (!accepted || snag__model_same(m, &ij.state, &ji.state)))
            continue;
        int a = m->calls[i]->op, b = m->calls[j]->op;
        snag__model_tell(m, SNAG__MODEL_PARTITION, a < b ? a : b, a < b ? b : a,
                         "%s and %s are in different partitions, and do not commute in state %s",
                         snag__model_call_text(m, m->calls[i], one),
                         snag__model_call_text(m, m->calls[j], two),
                         snag__model_state_text(m, from, hex));
        return;
    }
}

void snag__model_check_partition(struct snag__model *m) {
    int64_t parts[SNAG__MODEL_CALLS_MAX];
    char text[SNAG__MODEL_TEXT];
    if (m->spec->partition == NULL)
        return;
    for (uint32_t i = 0; i < m->calls_count; i++) {
        struct snag_call p = pending_of(m->calls[i], 0);
        parts[i] = snag__model_partition(m, m->calls[i]);
        int64_t pending = m->spec->partition(m->config, &p);
        if (pending != parts[i])
            snag__model_tell(m, SNAG__MODEL_PARTITION_OF_RESULT, p.op, -1,
                             "partition answers %lld for %s and %lld for the same call, pending",
                             (long long)parts[i], snag__model_call_text(m, m->calls[i], text),
                             (long long)pending);
    }
    for (uint32_t i = 0; i < m->calls_count; i++)
        for (uint32_t j = 0; j < i; j++)
            if (parts[i] >= 0 && parts[j] >= 0 && parts[i] != parts[j])
                check_pair(m, i, j);
}
