/* pass_kinds.c: simpler operations: one that is declared earlier does where a later one stood, or
 * any where one stood that gives a handle, and for all that use it.
 *
 * A spec declares the plain ones first; one that waits, say, costs choices that are not about the
 * bug. What is taken only to be given back has an effect that a plain operation may have as well.
 * Only what has plain arguments and gives no handle stands in for another. Arguments of the same
 * type keep their value, as far as it is in the new domain. */
#include "shrink/pass.h"

#include <string.h>

#include "shrink/edit.h"

static bool is_plain(const struct snag_op_decl *decl) {
    for (int a = 0; a < SNAG_ARGS_MAX && decl->args[a].type != SNAG_NONE; a++)
        if (decl->args[a].type == SNAG_HANDLE || decl->args[a].type == SNAG_PROGRAM)
            return false;
    return decl->result != SNAG_RESULT_HANDLE;
}

static int64_t clamp(int64_t value, int64_t min, int64_t max) {
    return value < min ? min : value > max ? max : value;
}

/* The first domain's value as one of the second's. */
static struct snag_value fit(const struct snag_value *v, const struct snag_arg_decl *from,
                             const struct snag_arg_decl *to) {
    struct snag_value out = {0};
    bool same = from->type == to->type;
    if (to->type == SNAG_BYTES) {
        out.bytes_count = (uint8_t)clamp(same ? v->bytes_count : 0, to->min, to->max);
        memset(out.bytes, 'a', out.bytes_count);
        if (same)
            memcpy(out.bytes, v->bytes,
                   v->bytes_count < out.bytes_count ? v->bytes_count : out.bytes_count);
    } else {
        out.i = same ? clamp(v->i, to->min, to->max) : snag__shrink_target(to->min, to->max);
    }
    return out;
}

/* The operation `at` of the candidate becomes one of another kind. */
static void become(struct snag__shrink_case *c, const struct snag_op_decl *ops, uint32_t at,
                   uint16_t kind) {
    struct snag__op *op = &c->program.ops[at], old = *op;
    memset(op->args, 0, sizeof op->args);
    op->op = kind;
    for (int a = 0; a < SNAG_ARGS_MAX && ops[kind].args[a].type != SNAG_NONE; a++)
        op->args[a] = fit(&old.args[a], &ops[old.op].args[a], &ops[kind].args[a]);
}

static bool replace(struct snag__shrinker *s, uint32_t at, uint16_t kind) {
    struct snag__shrink_case *c = snag__shrink_candidate(s);
    if (c == NULL)
        return false;
    become(c, snag__shrink_impl(s)->spec->ops, at, kind);
    return snag__shrink_offer(s);
}

static bool uses(const struct snag__op *op, const struct snag_op_decl *decl, int64_t number) {
    for (int a = 0; a < SNAG_ARGS_MAX && decl->args[a].type != SNAG_NONE; a++)
        if (decl->args[a].type == SNAG_HANDLE && op->args[a].i == number)
            return true;
    return false;
}

/* One that gives a handle, and all that use it. */
static bool replace_all(struct snag__shrinker *s, uint32_t at, uint16_t kind) {
    const struct snag_op_decl *ops = snag__shrink_impl(s)->spec->ops;
    struct snag__shrink_case *c = snag__shrink_candidate(s);
    if (c == NULL)
        return false;
    const struct snag_program *p = &c->program;
    uint16_t task = 0;
    while (p->first[task + 1] <= at)
        task++;
    bool keep[SNAG__PROGRAM_OPS_MAX];
    for (uint32_t i = 0; i < p->first[p->tasks]; i++)
        keep[i] = i <= at || i >= p->first[task + 1] ||
                  !uses(&p->ops[i], &ops[p->ops[i].op], (int64_t)(at - p->first[task]) + 1);
    become(c, ops, at, kind);
    return snag__edit_keep(c, snag__shrink_impl(s), keep, 0) && snag__shrink_offer(s);
}

/* By the first kind that does. What it nests would be left over. */
static bool simplify(struct snag__shrinker *s, uint32_t at) {
    const struct snag_spec *spec = snag__shrink_impl(s)->spec;
    const struct snag__op *op = &snag__shrink_best(s)->program.ops[at];
    bool gives = spec->ops[op->op].result == SNAG_RESULT_HANDLE;
    uint16_t kinds = gives ? SNAG_OPS_MAX : op->op;
    for (uint16_t kind = 0; op->nested == 0 && kind < kinds && spec->ops[kind].name != NULL; kind++)
        if (is_plain(&spec->ops[kind]) && (gives ? replace_all(s, at, kind) : replace(s, at, kind)))
            return true;
    return false;
}

bool snag__shrink_kinds(struct snag__shrinker *s) {
    const struct snag__shrink_case *best = snag__shrink_best(s);
    bool improved = false;
    for (uint32_t at = 0; best->has_program && at < best->program.first[best->program.tasks]; at++)
        improved |= simplify(s, at);
    return improved;
}
