/* select.c: where a fair select begins to look, and the end of a task as a source. See
 * task/select.h.
 */
#include "task/select.h"

#include "snag/select.h"

#include "base/assert.h"
#include "sched/sched.h"
#include "task/park.h"
#include "task/primitives/waiters.h"

static uint32_t site_of(const void *caller) {
    return (uint32_t)((uintptr_t)caller - snag__sched.image);
}

void snag__select_count(uint32_t n, void *caller) {
    snag__assert(snag__self != NULL);
    if (n == 0) {
        snag__task_misused("a select of no sources", site_of(caller));
    }
    if (n > SNAG_SOURCES_MAX) {
        snag__task_misused("a select of more sources than SNAG_SOURCES_MAX", site_of(caller));
    }
}

uint32_t snag__select_first(uint32_t n, void *caller) {
    uint32_t site = site_of(caller);
    snag__point(SNAG_EV_SELECT, NULL, site);
    struct snag_choice c = {.kind = SNAG_CHOOSE_SELECT,
                            .n = n,
                            .current = snag__self->index,
                            .step = snag__sched.points};
    uint32_t first = n > 1 ? snag__choose(&c) : 0;
    snag__log(SNAG_EV_SELECT, NULL, site)->value = first;
    return first;
}

bool snag__task_awaits_end(struct snag_task *task, struct snag__waiter *w) {
    struct snag__task *t = (struct snag__task *)task;
    bool ended = t->state == SNAG__TASK_ENDED;
    if (!ended) {
        snag__waiters_append(&t->selects, w);
    }
    return ended;
}

void snag__task_forgets_end(struct snag_task *task, const struct snag__waiter *w) {
    if (w->queued) {
        snag__waiters_remove(&((struct snag__task *)task)->selects, w);
    }
}

void snag__task_tell_selects(struct snag__task *t) {
    for (struct snag__waiter *w; (w = snag__waiters_take(&t->selects)) != NULL;) {
        snag__wake_quietly(w->waker);
    }
}
