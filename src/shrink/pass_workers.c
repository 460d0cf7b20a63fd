/* pass_workers.c: fewer workers: one, then half, then one less. */
#include "shrink/edit.h"
#include "shrink/pass.h"

static bool set(struct snag__shrinker *s, uint16_t workers, unsigned flags) {
    struct snag__shrink_case *c = snag__shrink_candidate(s);
    if (c == NULL || workers == 0 || workers >= c->program.workers)
        return false;
    snag__edit_workers(c, workers, flags);
    return snag__shrink_offer(s);
}

bool snag__shrink_workers(struct snag__shrinker *s) {
    bool improved = false;
    if (!snag__shrink_best(s)->has_program)
        return false;
    for (uint16_t w = snag__shrink_best(s)->program.workers; w > 1;
         w = snag__shrink_best(s)->program.workers) {
        const uint16_t wanted[] = {1, (uint16_t)(w / 2), (uint16_t)(w - 1)};
        bool fewer = false;
        for (int i = 0; i < 3 && !fewer; i++)
            fewer = set(s, wanted[i], 0) || set(s, wanted[i], SNAG__EDIT_REANCHOR);
        if (!fewer)
            break;
        improved = true;
    }
    return improved;
}
