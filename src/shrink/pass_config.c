/* pass_config.c: configuration values towards their targets: all at once, then each by bisection;
 * at last, by one and together with one operation, where a limit and what fills it must go down as
 * one.
 */
#include "shrink/edit.h"
#include "shrink/pass.h"

static void set_one(struct snag__shrink_case *c, const void *where, int64_t value) {
    c->program.config.values[*(const int *)where] = value;
}

static bool all_at_once(struct snag__shrinker *s) {
    const struct snag_spec *spec = snag__shrink_impl(s)->spec;
    struct snag__shrink_case *c = snag__shrink_candidate(s);
    if (c == NULL)
        return false;
    for (int i = 0; i < SNAG_CONFIG_MAX && spec->config[i].name != NULL; i++)
        c->program.config.values[i] = snag__shrink_target(spec->config[i].min, spec->config[i].max);
    return snag__shrink_offer(s);
}

/* Value `i` one step nearer to its target, and without operation `op`. */
static bool step_without(struct snag__shrinker *s, int i, int64_t target, uint32_t op) {
    struct snag__shrink_case *c = snag__shrink_candidate(s);
    if (c == NULL)
        return false;
    bool keep[SNAG__PROGRAM_OPS_MAX];
    uint32_t count = c->program.first[c->program.tasks];
    for (uint32_t k = 0; k < count; k++)
        keep[k] = k != op;
    int64_t *value = &c->program.config.values[i];
    *value += *value < target ? 1 : -1;
    return snag__edit_keep(c, snag__shrink_impl(s), keep, SNAG__EDIT_REANCHOR) &&
           snag__shrink_offer(s);
}

static bool with_one_less(struct snag__shrinker *s, int i, int64_t target) {
    bool improved = false;
    uint32_t op = 0;
    while (op < snag__shrink_best(s)->program.first[snag__shrink_best(s)->program.tasks] &&
           snag__shrink_best(s)->program.config.values[i] != target && !snag__shrink_over(s)) {
        bool kept = step_without(s, i, target, op);
        improved |= kept;
        op = kept ? 0 : op + 1;
    }
    return improved;
}

bool snag__shrink_config(struct snag__shrinker *s) {
    if (!snag__shrink_best(s)->has_program)
        return false;
    bool improved = all_at_once(s);
    const struct snag_spec *spec = snag__shrink_impl(s)->spec;
    for (int i = 0; i < SNAG_CONFIG_MAX && spec->config[i].name != NULL; i++)
        improved |=
            snag__shrink_towards(s, set_one, &i, snag__shrink_best(s)->program.config.values[i],
                                 snag__shrink_target(spec->config[i].min, spec->config[i].max));
    for (int i = 0; i < SNAG_CONFIG_MAX && spec->config[i].name != NULL; i++)
        improved |=
            with_one_less(s, i, snag__shrink_target(spec->config[i].min, spec->config[i].max));
    return improved;
}
