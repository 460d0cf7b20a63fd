/* pass_order.c: exchanges tasks, so that a repro of the same bug looks the same whoever found it.
 *
 * It also saves choices: the default policy starts tasks in order, and "first run task 3" is not
 * needed when that one is the first. Tried only when few are left. */
#include "sched/schedule.h"
#include "shrink/edit.h"
#include "shrink/pass.h"

enum { TASKS_FEW = 5 };

/* `without_first`: what made the later one start first goes with the exchange. */
static bool swap(struct snag__shrinker *s, uint16_t a, uint16_t b, bool without_first) {
    struct snag__shrink_case *c = snag__shrink_candidate(s);
    if (c == NULL || (without_first && c->schedule.count == 0))
        return false;
    if (without_first)
        snag__schedule_remove(&c->schedule, 0);
    snag__edit_swap(c, snag__shrink_impl(s), a, b);
    return snag__shrink_offer(s);
}

bool snag__shrink_order(struct snag__shrinker *s) {
    bool improved = false;
    const struct snag__shrink_case *best = snag__shrink_best(s);
    if (!best->has_program || best->program.tasks > TASKS_FEW)
        return false;
    for (uint16_t a = 0; a < best->program.tasks; a++)
        for (uint16_t b = (uint16_t)(a + 1); b < best->program.tasks; b++)
            improved |= swap(s, a, b, false) || swap(s, a, b, true);
    return improved;
}
