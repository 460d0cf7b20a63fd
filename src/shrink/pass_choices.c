/* pass_choices.c: drops schedule choices: all, halves, … each; then a choice with the next one (a
 * preemption and its way back); then two switches in a row become one. */
#include "sched/schedule.h"
#include "shrink/pass.h"

static uint32_t count(const struct snag__shrink_case *c) {
    return c->schedule.count;
}

static bool drop(struct snag__shrinker *s, uint32_t first, uint32_t n) {
    struct snag__shrink_case *c = snag__shrink_candidate(s);
    if (c == NULL)
        return false;
    for (uint32_t i = 0; i < n; i++)
        snag__schedule_remove(&c->schedule, first);
    return snag__shrink_offer(s);
}

static bool drop_pairs(struct snag__shrinker *s) {
    bool improved = false;
    for (uint32_t gap = 1; gap <= 2; gap++) {
        for (uint32_t i = count(snag__shrink_best(s)); i-- > 0;) {
            struct snag__shrink_case *c = snag__shrink_candidate(s);
            if (c == NULL)
                return improved;
            if (i + gap >= c->schedule.count)
                continue;
            snag__schedule_remove(&c->schedule, i + gap);
            snag__schedule_remove(&c->schedule, i);
            improved |= snag__shrink_offer(s);
        }
    }
    return improved;
}

/* "here run B" and "there run C" become "here run C", or "there run B". */
static bool fuse(struct snag__shrinker *s, uint32_t i, bool first_place) {
    struct snag__shrink_case *c = snag__shrink_candidate(s);
    if (c == NULL || i + 1 >= c->schedule.count)
        return false;
    struct snag_switch *a = &c->schedule.list[i], *b = a + 1;
    if (a->kind != SNAG_CHOOSE_NEXT || b->kind != SNAG_CHOOSE_NEXT)
        return false;
    if (first_place) {
        a->to = b->to;
        snag__schedule_remove(&c->schedule, i + 1);
    } else {
        b->to = a->to;
        snag__schedule_remove(&c->schedule, i);
    }
    return snag__shrink_offer(s);
}

bool snag__shrink_choices(struct snag__shrinker *s) {
    bool improved = snag__shrink_chop(s, count(snag__shrink_best(s)), count, drop);
    improved |= drop_pairs(s);
    for (uint32_t i = count(snag__shrink_best(s)); i-- > 0 && !snag__shrink_over(s);)
        improved |= fuse(s, i, true) || fuse(s, i, false);
    return improved;
}
