/* pass_aborts.c: operations that are cancelled: not at all, or sooner. */
#include "shrink/pass.h"

static void set_abort(struct snag__shrink_case *c, const void *where, int64_t turns) {
    c->program.ops[*(const uint32_t *)where].abort = (uint8_t)turns;
}

bool snag__shrink_aborts(struct snag__shrinker *s) {
    bool improved = false;
    if (!snag__shrink_best(s)->has_program)
        return false;
    for (uint32_t i = 0;
         i < snag__shrink_best(s)->program.first[snag__shrink_best(s)->program.tasks]; i++)
        improved |=
            snag__shrink_towards(s, set_abort, &i, snag__shrink_best(s)->program.ops[i].abort, 0);
    return improved;
}
