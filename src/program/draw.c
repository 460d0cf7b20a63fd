/* draw.c: see draw.h. The distributions stand here, each with its reason; generate.c sums them up.
 */
#include "program/draw.h"

#include <string.h>

/* Index drawn by weight; the weights sum up to 100. */
static unsigned draw_percent(struct snag__draw *d, const uint8_t *weights) {
    unsigned r = snag__prng_below(&d->rng, 100), i = 0;
    while (r >= weights[i]) {
        r -= weights[i++];
    }
    return i;
}

/* What needs a handle can stand only now and then: drawn five times as often where it can. */
static uint32_t weight(const struct snag__menu *m, unsigned op) {
    uint32_t w = m->spec->ops[op].weight == 0 ? 8 : m->spec->ops[op].weight;
    return snag__menu_has(m->uses, op) ? 5 * w : w;
}

void snag__draw_begin(struct snag__draw *d, const struct snag__menu *menu, uint64_t seed) {
    static const uint8_t hot_weights[SNAG__HOT_MAX] = {30, 45, 25};
    snag__prng_seed(&d->rng, seed);
    /* Swarm testing (Groce, Zhang, Eide, Chen, Regehr: ISSTA 2012): every other program leaves out
     * about half of the operations, so that those left meet more often. */
    d->allowed = menu->usable;
    uint64_t r = snag__prng_next(&d->rng);
    if (r & 1) {
        d->allowed &= (uint32_t)(r >> 32);
    }
    d->hot_count = (uint8_t)(1 + draw_percent(d, hot_weights));
    bool small = (r >> 1 & 1) != 0; /* the domain's first keys, or any */
    for (unsigned i = 0; i < SNAG__HOT_MAX; i++) {
        d->hot[i] = small ? i : snag__prng_next(&d->rng) >> 1;
    }
}

/* Small and extreme values find more than uniform ones: empty, single, full, off by one. */
static int64_t draw_number(struct snag__draw *d, int64_t min, int64_t max) {
    static const uint8_t weights[] = {15, 10, 35, 40};
    int64_t zero = min <= 0 && max >= 0 ? 0 : min;
    switch (draw_percent(d, weights)) {
    case 0:
        return min;
    case 1:
        return max;
    case 2: {
        uint64_t room = (uint64_t)max - (uint64_t)zero;
        return zero + (int64_t)snag__prng_below(&d->rng, room < 4 ? (uint32_t)room + 1 : 4);
    }
    default:
        return snag__prng_between(&d->rng, min, max);
    }
}

static int64_t draw_key(struct snag__draw *d, int64_t min, int64_t max) {
    if (snag__prng_chance(&d->rng, 1, 10)) {
        return snag__prng_between(&d->rng, min, max);
    }
    uint64_t span = (uint64_t)max - (uint64_t)min + 1;
    uint64_t k = d->hot[snag__prng_below(&d->rng, d->hot_count)];
    return (int64_t)((uint64_t)min + (span == 0 ? k : k % span));
}

static void draw_bytes(struct snag__draw *d, const struct snag_arg_decl *decl,
                       struct snag_value *value) {
    value->i = 0;
    value->bytes_count = (uint8_t)draw_number(d, decl->min, decl->max);
    bool readable = snag__prng_chance(&d->rng, 3, 4);
    for (unsigned i = 0; i < value->bytes_count; i++) {
        uint32_t r = snag__prng_below(&d->rng, readable ? 4 : 256);
        value->bytes[i] = (uint8_t)(readable ? 'a' + r : r);
    }
}

void snag__draw_value(struct snag__draw *d, const struct snag_arg_decl *decl,
                      struct snag_value *value) {
    if (decl->type == SNAG_BYTES) {
        draw_bytes(d, decl, value);
        return;
    }
    value->bytes_count = 0;
    value->i = decl->type == SNAG_KEY ? draw_key(d, decl->min, decl->max)
                                      : draw_number(d, decl->min, decl->max);
}

/* One operation in eight, or what comes behind it would seldom be seen. */
uint8_t snag__draw_abort(struct snag__draw *d, const struct snag__menu *m, unsigned op) {
    return snag__menu_has(m->cancellable, op) && snag__prng_chance(&d->rng, 1, 8)
               ? (uint8_t)(1 + snag__prng_below(&d->rng, SNAG__ABORT_MAX))
               : 0;
}

void snag__draw_config(struct snag__draw *d, const struct snag__menu *menu,
                       struct snag_config *config) {
    for (unsigned i = 0; i < SNAG_CONFIG_MAX; i++) {
        const struct snag_config_decl *c = &menu->spec->config[i];
        config->values[i] = i < menu->config ? draw_number(d, c->min, c->max) : 0;
    }
}

/* One worker makes tasks wait for each other's worker, two make them race; more add little. */
unsigned snag__draw_workers(struct snag__draw *d, unsigned tasks) {
    static const uint8_t weights[] = {45, 40, 10, 5};
    unsigned n = 1 + draw_percent(d, weights);
    return n > tasks ? tasks : n;
}

unsigned snag__draw_length(struct snag__draw *d) {
    static const uint8_t weights[] = {8, 20, 26, 22, 14, 10};
    return 1 + draw_percent(d, weights);
}

/* What the task grows by, at least, if `op` is appended: with the debts it makes and pays. */
static unsigned cost(const struct snag__menu *m, unsigned op) {
    unsigned grows = 1 + snag__menu_owes(m, op);
    grows += m->block[op] >= 0 ? snag__menu_block_min(m, op) : 0;
    for (unsigned a = 0; a < m->args[op]; a++) {
        unsigned tag = snag__menu_arg(m, op, a)->takes ? m->tags[op][a] : 0;
        grows -= tag != 0 && grows > 0 && snag__menu_owes(m, tag - 1);
    }
    return grows;
}

static bool can_stand(const struct snag__builder *b, unsigned op, bool nested, unsigned room) {
    return cost(b->menu, op) <= room && snag__build_fits(b, op, nested);
}

/* An operation out of `set` that can stand here and costs at most `room`, by weight; -1: none. */
static int draw_kind(struct snag__draw *d, const struct snag__builder *b, uint32_t set, bool nested,
                     unsigned room) {
    uint8_t fitting[SNAG_OPS_MAX];
    unsigned count = 0;
    uint32_t sum = 0, plain = set & b->menu->plain;
    /* Of the plain ones all can, or none. */
    if (plain != 0 && !can_stand(b, (unsigned)__builtin_ctz(plain), nested, room)) {
        set &= ~plain;
    }
    for (; set != 0; set &= set - 1) {
        unsigned op = (unsigned)__builtin_ctz(set);
        if (snag__menu_has(plain, op) || can_stand(b, op, nested, room)) {
            fitting[count++] = (uint8_t)op;
            sum += weight(b->menu, op);
        }
    }
    uint32_t r = snag__prng_below(&d->rng, sum);
    for (unsigned i = 0; i < count; i++) {
        uint32_t w = weight(b->menu, fitting[i]);
        if (r < w) {
            return fitting[i];
        }
        r -= w;
    }
    return -1;
}

static void draw_args(struct snag__draw *d, const struct snag__builder *b, struct snag__op *op) {
    for (unsigned a = 0; a < b->menu->args[op->op]; a++) {
        const struct snag_arg_decl *decl = snag__menu_arg(b->menu, op->op, a);
        if (decl->type == SNAG_HANDLE) {
            /* Mostly the newest; now and then an older one (guards released out of order). */
            unsigned nth = snag__prng_chance(&d->rng, 1, 3) ? snag__prng_below(&d->rng, 4) : 0;
            op->args[a].i = snag__build_handle(b, op->op, a, op->depth != 0, nth);
        } else if (decl->type != SNAG_PROGRAM) {
            snag__draw_value(d, decl, &op->args[a]);
        }
    }
}

/* What the current task has come to, debts included. */
static unsigned spent(const struct snag__builder *b) {
    return snag__build_number(b) + b->owed;
}

/* Fills the nested program just opened by an operation of this kind, as far as `room` goes. */
static void draw_block(struct snag__draw *d, struct snag__builder *b, unsigned kind,
                       unsigned room) {
    const struct snag__menu *m = b->menu;
    unsigned min = snag__menu_block_min(m, kind), max = snag__menu_block_max(m, kind);
    unsigned low = min > 0 ? min : max > 0, high = max < low + 2 ? max : low + 2;
    unsigned want = (unsigned)snag__prng_between(&d->rng, low, high);
    unsigned limit = spent(b) + room;
    for (unsigned got = 0; got < want && spent(b) < limit; got++) {
        if (!snag__draw_op(d, b, true, limit - spent(b))) {
            break;
        }
    }
}

bool snag__draw_op(struct snag__draw *d, struct snag__builder *b, bool nested, unsigned room) {
    const struct snag__menu *m = b->menu;
    uint32_t set = nested ? m->nestable : m->usable;
    int kind = draw_kind(d, b, set & d->allowed, nested, room);
    if (kind < 0) {
        kind = draw_kind(d, b, set, nested, room);
    }
    if (kind < 0) {
        return false;
    }
    unsigned before = spent(b);
    struct snag__op op; /* the builder reads only what draw_args writes */
    op.op = (uint16_t)kind;
    op.depth = nested;
    op.abort = nested ? 0 : snag__draw_abort(d, m, op.op);
    draw_args(d, b, &op);
    if (!snag__build_op(b, &op)) {
        return false;
    }
    unsigned grown = spent(b) - before;
    if (!nested && m->block[kind] >= 0 && grown < room) {
        draw_block(d, b, (unsigned)kind, room - grown);
    }
    return true;
}

void snag__draw_task(struct snag__draw *d, struct snag__builder *b, unsigned length) {
    while (spent(b) < length && snag__draw_op(d, b, false, length - spent(b))) {
    }
    /* What is still owed is given back at the end; now and then by something else than the plain
     * closers, and in another order. */
    while (b->owed > 0 && snag__prng_chance(&d->rng, 1, 2) && snag__draw_op(d, b, false, 0)) {
    }
    if (snag__build_number(b) == 0) {
        snag__draw_op(d, b, false, SNAG__TASK_OPS_MAX); /* every operation costs more than that */
    }
}
