/* pass_args.c: smaller arguments: many at once first, then keys made equal, then one by one.
 *
 * Handles and nested programs are structure, not values: other passes change them. */
#include "shrink/pass.h"

#include <string.h>

/* An argument's place in the program. */
struct place {
    uint32_t op;
    int arg;
};

static const struct snag_arg_decl *decl_of(const struct snag__shrinker *s,
                                           const struct snag_program *p, struct place at) {
    return &snag__shrink_impl(s)->spec->ops[p->ops[at.op].op].args[at.arg];
}

/* The next INT, KEY or BYTES argument at or after `at`. False: none. */
static bool find_value(const struct snag__shrinker *s, const struct snag_program *p,
                       struct place *at) {
    for (; at->op < p->first[p->tasks]; at->op++, at->arg = 0) {
        for (; at->arg < SNAG_ARGS_MAX; at->arg++) {
            enum snag_arg_type type = decl_of(s, p, *at)->type;
            if (type == SNAG_NONE)
                break;
            if (type == SNAG_INT || type == SNAG_KEY || type == SNAG_BYTES)
                return true;
        }
    }
    return false;
}

static uint32_t count_ops(const struct snag__shrink_case *c) {
    return c->program.first[c->program.tasks];
}

/* The arguments of some operations to their targets; keys stay, being compared with others. */
static bool level(struct snag__shrinker *s, uint32_t first, uint32_t n) {
    struct snag__shrink_case *c = snag__shrink_candidate(s);
    if (c == NULL)
        return false;
    struct snag_program *p = &c->program;
    for (struct place at = {first, 0}; find_value(s, p, &at) && at.op < first + n; at.arg++) {
        const struct snag_arg_decl *decl = decl_of(s, p, at);
        struct snag_value *v = &p->ops[at.op].args[at.arg];
        if (decl->type == SNAG_INT) {
            v->i = snag__shrink_target(decl->min, decl->max);
        } else if (decl->type == SNAG_BYTES) {
            v->bytes_count = (uint8_t)decl->min;
            memset(v->bytes, 0, sizeof v->bytes);
            memset(v->bytes, 'a', v->bytes_count);
        }
    }
    return snag__shrink_offer(s);
}

/* Every key `from` becomes `to`. */
static bool rename_key(struct snag__shrinker *s, int64_t from, int64_t to) {
    struct snag__shrink_case *c = snag__shrink_candidate(s);
    if (c == NULL)
        return false;
    struct snag_program *p = &c->program;
    for (struct place at = {0, 0}; find_value(s, p, &at); at.arg++) {
        struct snag_value *v = &p->ops[at.op].args[at.arg];
        const struct snag_arg_decl *decl = decl_of(s, p, at);
        if (decl->type == SNAG_KEY && v->i == from && to >= decl->min && to <= decl->max)
            v->i = to;
    }
    return snag__shrink_offer(s);
}

/* Keys in use are made equal to smaller ones, or failing that take the smallest free numbers. */
static bool rename_keys(struct snag__shrinker *s) {
    bool improved = false;
    const struct snag_program *p = &snag__shrink_best(s)->program;
    for (struct place at = {0, 0}; find_value(s, p, &at); at.arg++) {
        const struct snag_arg_decl *decl = decl_of(s, p, at);
        int64_t key = p->ops[at.op].args[at.arg].i;
        if (decl->type != SNAG_KEY)
            continue;
        /* Key sets are small by contract; the bound is for a spec that ignores it. */
        for (int64_t to = decl->min; to < key && to - decl->min < 16; to++) {
            if (rename_key(s, key, to)) {
                improved = true;
                break;
            }
        }
    }
    return improved;
}

static void set_int(struct snag__shrink_case *c, const void *where, int64_t value) {
    const struct place *at = where;
    c->program.ops[at->op].args[at->arg].i = value;
}

static void set_length(struct snag__shrink_case *c, const void *where, int64_t value) {
    const struct place *at = where;
    struct snag_value *v = &c->program.ops[at->op].args[at->arg];
    memset(v->bytes + value, 0, sizeof v->bytes - (size_t)value);
    v->bytes_count = (uint8_t)value;
}

static bool plain_bytes(struct snag__shrinker *s, struct place at) {
    struct snag__shrink_case *c = snag__shrink_candidate(s);
    if (c == NULL)
        return false;
    struct snag_value *v = &c->program.ops[at.op].args[at.arg];
    memset(v->bytes, 'a', v->bytes_count);
    return snag__shrink_offer(s);
}

bool snag__shrink_args(struct snag__shrinker *s) {
    if (!snag__shrink_best(s)->has_program)
        return false;
    bool improved = snag__shrink_chop(s, count_ops(snag__shrink_best(s)), count_ops, level);
    improved |= rename_keys(s);
    const struct snag_program *p = &snag__shrink_best(s)->program;
    for (struct place at = {0, 0}; find_value(s, p, &at) && !snag__shrink_over(s); at.arg++) {
        const struct snag_arg_decl *decl = decl_of(s, p, at);
        const struct snag_value *v = &p->ops[at.op].args[at.arg];
        if (decl->type == SNAG_INT)
            improved |= snag__shrink_towards(s, set_int, &at, v->i,
                                             snag__shrink_target(decl->min, decl->max));
        else if (decl->type == SNAG_KEY)
            improved |= snag__shrink_towards(s, set_int, &at, v->i, decl->min);
        else {
            improved |= snag__shrink_towards(s, set_length, &at, v->bytes_count, decl->min);
            improved |= plain_bytes(s, at);
        }
    }
    return improved;
}
