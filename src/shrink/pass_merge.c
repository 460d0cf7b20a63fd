/* pass_merge.c: two tasks become one that does the work of both, one after the other.
 *
 * Fewer tasks are easier to follow than fewer operations each. Tried only when few are left: with
 * many, nearly every pair would be tried in vain. */
#include "shrink/edit.h"
#include "shrink/pass.h"

enum { TASKS_FEW = 5 };

static bool merge(struct snag__shrinker *s, uint16_t into, uint16_t from) {
    struct snag__shrink_case *c = snag__shrink_candidate(s);
    return c != NULL && snag__edit_merge(c, snag__shrink_impl(s), into, from) &&
           snag__shrink_offer(s);
}

static bool merge_some(struct snag__shrinker *s) {
    const struct snag__shrink_case *c = snag__shrink_best(s);
    if (!c->has_program || c->program.tasks > TASKS_FEW)
        return false;
    for (uint16_t a = 0; a < c->program.tasks; a++)
        for (uint16_t b = (uint16_t)(a + 1); b < c->program.tasks; b++)
            if (merge(s, a, b) || merge(s, b, a))
                return true;
    return false;
}

bool snag__shrink_merge(struct snag__shrinker *s) {
    bool improved = false;
    while (merge_some(s))
        improved = true;
    return improved;
}
