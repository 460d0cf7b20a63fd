/* pass_kinds.c: simpler operations: one that is declared earlier does where a later one stood.
 *
 * A spec declares the plain ones first; one that waits, say, costs choices that are not about the
 * bug. Only what has plain arguments and gives no handle stands in for another. Arguments of the
 * same type keep their value, as far as it is in the new domain. */
#include "shrink/pass.h"

#include <string.h>

static bool is_plain(const struct snag_op_decl *decl) {
    for (int a = 0; a < SNAG_ARGS_MAX && decl->args[a].type != SNAG_NONE; a++)
        if (decl->args[a].type == SNAG_HANDLE || decl->args[a].type == SNAG_PROGRAM)
            return false;
    return decl->result != SNAG_RESULT_HANDLE;
}

/* May another one stand in for it? A consumer of its handle, or what it nests, would be left over.
 */
static bool is_replaceable(const struct snag__op *op, const struct snag_op_decl *decl) {
    return op->nested == 0 && decl->result != SNAG_RESULT_HANDLE;
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

static bool replace(struct snag__shrinker *s, uint32_t at, uint16_t kind) {
    const struct snag_op_decl *ops = snag__shrink_impl(s)->spec->ops;
    struct snag__shrink_case *c = snag__shrink_candidate(s);
    if (c == NULL)
        return false;
    struct snag__op *op = &c->program.ops[at], old = *op;
    memset(op->args, 0, sizeof op->args);
    op->op = kind;
    for (int a = 0; a < SNAG_ARGS_MAX && ops[kind].args[a].type != SNAG_NONE; a++)
        op->args[a] = fit(&old.args[a], &ops[old.op].args[a], &ops[kind].args[a]);
    return snag__shrink_offer(s);
}

bool snag__shrink_kinds(struct snag__shrinker *s) {
    const struct snag__shrink_case *best = snag__shrink_best(s);
    bool improved = false;
    if (!best->has_program)
        return false;
    const struct snag_op_decl *ops = snag__shrink_impl(s)->spec->ops;
    for (uint32_t at = 0; at < best->program.first[best->program.tasks]; at++) {
        const struct snag__op *op = &best->program.ops[at];
        if (!is_replaceable(op, &ops[op->op]))
            continue;
        for (uint16_t kind = 0; kind < op->op; kind++) {
            if (is_plain(&ops[kind]) && replace(s, at, kind)) {
                improved = true;
                break;
            }
        }
    }
    return improved;
}
