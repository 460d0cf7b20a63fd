/* pass_pairs.c: drops two operations at once, of two tasks: what one sends, the other one receives,
 * so that neither can go alone. For small programs, where the pairs are few. */
#include "shrink/edit.h"
#include "shrink/pass.h"

enum { OPS_MAX = 12 };

static bool drop_pair(struct snag__shrinker *s, uint32_t a, uint32_t b, unsigned flags) {
    struct snag__shrink_case *c = snag__shrink_candidate(s);
    if (c == NULL)
        return false;
    bool keep[SNAG__PROGRAM_OPS_MAX];
    for (uint32_t i = 0; i < c->program.first[c->program.tasks]; i++)
        keep[i] = i != a && i != b;
    return snag__edit_keep(c, snag__shrink_impl(s), keep, flags) && snag__shrink_offer(s);
}

/* `a` is of a task before that of `b`. */
static bool drop_any_pair(struct snag__shrinker *s) {
    const struct snag_program *p = &snag__shrink_best(s)->program;
    for (uint16_t t = 1; t < p->tasks; t++)
        for (uint32_t a = p->first[t - 1]; a < p->first[t]; a++)
            for (uint32_t b = p->first[t]; b < p->first[p->tasks]; b++)
                if (drop_pair(s, a, b, 0) || drop_pair(s, a, b, SNAG__EDIT_REANCHOR))
                    return true;
    return false;
}

bool snag__shrink_pairs(struct snag__shrinker *s) {
    bool any = false;
    while (snag__shrink_best(s)->has_program &&
           snag__shrink_best(s)->program.first[snag__shrink_best(s)->program.tasks] <= OPS_MAX &&
           !snag__shrink_over(s) && drop_any_pair(s))
        any = true;
    return any;
}
