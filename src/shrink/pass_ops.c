/* pass_ops.c: drops operations, in chunks, then singly: a producer of handles with its consumers,
 * an outer operation with its nested ones or, failing that, without them. */
#include "shrink/edit.h"
#include "shrink/pass.h"

static uint32_t count(const struct snag__shrink_case *c) {
    return c->has_program ? c->program.first[c->program.tasks] : 0;
}

static bool drop_as(struct snag__shrinker *s, uint32_t first, uint32_t n, unsigned flags) {
    struct snag__shrink_case *c = snag__shrink_candidate(s);
    if (c == NULL)
        return false;
    bool keep[SNAG__PROGRAM_OPS_MAX];
    for (uint32_t i = 0; i < count(c); i++)
        keep[i] = i < first || i >= first + n;
    return snag__edit_keep(c, snag__shrink_impl(s), keep, flags) && snag__shrink_offer(s);
}

static bool drop(struct snag__shrinker *s, uint32_t first, uint32_t n) {
    /* Where the schedule has nothing there, the second candidate equals the first and costs no
     * try. */
    if (drop_as(s, first, n, 0) || drop_as(s, first, n, SNAG__EDIT_REANCHOR))
        return true;
    return n == 1 && snag__shrink_best(s)->program.ops[first].nested > 0 &&
           drop_as(s, first, n, SNAG__EDIT_REANCHOR | SNAG__EDIT_HOIST);
}

bool snag__shrink_ops(struct snag__shrinker *s) {
    return snag__shrink_chop(s, count(snag__shrink_best(s)) / 2, count, drop);
}
