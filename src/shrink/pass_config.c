/* pass_config.c: configuration values towards their targets: all at once, then each by bisection.
 */
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

bool snag__shrink_config(struct snag__shrinker *s) {
    if (!snag__shrink_best(s)->has_program)
        return false;
    bool improved = all_at_once(s);
    const struct snag_spec *spec = snag__shrink_impl(s)->spec;
    for (int i = 0; i < SNAG_CONFIG_MAX && spec->config[i].name != NULL; i++)
        improved |=
            snag__shrink_towards(s, set_one, &i, snag__shrink_best(s)->program.config.values[i],
                                 snag__shrink_target(spec->config[i].min, spec->config[i].max));
    return improved;
}
