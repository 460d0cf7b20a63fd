/* pass_order.c: exchanges tasks, so that a repro of the same bug looks the same whoever found it.
 *
 * It also saves choices: the default policy starts tasks in order, and "first run task 3" is not
 * needed when that one is the first. Tried only when few are left. */
#include "shrink/edit.h"
#include "shrink/pass.h"

enum { TASKS_FEW = 5 };

bool snag__shrink_order(struct snag__shrinker *s) {
    bool improved = false;
    const struct snag__shrink_case *best = snag__shrink_best(s);
    if (!best->has_program || best->program.tasks > TASKS_FEW)
        return false;
    for (uint16_t a = 0; a < best->program.tasks; a++) {
        for (uint16_t b = (uint16_t)(a + 1); b < best->program.tasks; b++) {
            struct snag__shrink_case *c = snag__shrink_candidate(s);
            if (c == NULL)
                return improved;
            snag__edit_swap(c, snag__shrink_impl(s), a, b);
            improved |= snag__shrink_offer(s);
        }
    }
    return improved;
}
