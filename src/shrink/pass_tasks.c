/* pass_tasks.c: drops whole client tasks, in chunks, then singly. */
#include "shrink/edit.h"
#include "shrink/pass.h"

static uint32_t count(const struct snag__shrink_case *c) {
    return c->has_program ? c->program.tasks : 0;
}

static bool drop(struct snag__shrinker *s, uint32_t first, uint32_t n) {
    struct snag__shrink_case *c = snag__shrink_candidate(s);
    if (c == NULL)
        return false;
    bool keep[SNAG__PROGRAM_OPS_MAX];
    for (uint32_t i = 0; i < c->program.first[c->program.tasks]; i++)
        keep[i] = i < c->program.first[first] || i >= c->program.first[first + n];
    return snag__edit_keep(c, snag__shrink_impl(s), keep, 0) && snag__shrink_offer(s);
}

bool snag__shrink_tasks(struct snag__shrinker *s) {
    return snag__shrink_chop(s, count(snag__shrink_best(s)) / 2, count, drop);
}
