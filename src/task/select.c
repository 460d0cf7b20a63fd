/* select.c: where a fair select begins to look. See task/select.h. */
#include "task/select.h"

#include "base/assert.h"
#include "sched/sched.h"

uint32_t snag__select_first(uint32_t n, void *caller) {
    uint32_t site = (uint32_t)((uintptr_t)caller - snag__sched.image);
    snag__assert(snag__self != NULL && n > 0);
    snag__point(SNAG_EV_SELECT, NULL, site);
    struct snag_choice c = {.kind = SNAG_CHOOSE_SELECT,
                            .n = n,
                            .current = snag__self->index,
                            .step = snag__sched.points};
    uint32_t first = n > 1 ? snag__choose(&c) : 0;
    snag__log(SNAG_EV_SELECT, NULL, site)->value = first;
    return first;
}
