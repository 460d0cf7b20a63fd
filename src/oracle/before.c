/* before.c: order by starting and joining. See before.h.
 *
 * The events are gone through, with the set of those who come after the earlier moment: from then
 * on its own actor, then whoever one of them starts, and whoever joins one of them.
 */
#include "oracle/before.h"

#include <string.h>

#include "exec/recorder.h"
#include "sched/sched.h"
#include "task/task_internal.h"

/* Who comes after the moment, so far. */
static bool vthreads[SNAG__VTHREADS_MAX], tasks[SNAG__ASYNC_TASKS_MAX];
static bool ended[SNAG__ASYNC_TASKS_MAX];
static uint16_t joining[SNAG__ASYNC_TASKS_MAX]; /* what a task awaits the end of, + 1; 0: nothing */

static bool *place_of(uint16_t vthread, uint16_t task) {
    return task != 0 ? &tasks[task - 1] : &vthreads[vthread];
}

/* Clients and workers are started by the root, all at once, before it does anything else; it then
 * waits for the clients. */
static bool is_clients(uint16_t vthread, uint16_t task) {
    return task != 0 ? snag__task_at(task - 1U)->client : snag__vthreads[vthread].client;
}

static bool started_by_root(uint16_t vthread, uint16_t task) {
    return is_clients(vthread, task) || (task == 0 && snag__vthreads[vthread].worker);
}

/* The root has gone on after its clients. */
static bool any_client(void) {
    bool any = false;
    for (uint32_t i = 0; i < snag__sched.vthreads; i++) {
        any |= vthreads[i] && snag__vthreads[i].client;
    }
    for (uint32_t i = 0; i < snag__task_count(); i++) {
        any |= tasks[i] && snag__task_at(i)->client;
    }
    return any;
}

/* A task that awaited the end of another goes on: it has ended, unless the wait was given up. */
static void settle_join(const struct snag_event *e) {
    uint16_t of = joining[e->task - 1];
    joining[e->task - 1] = 0;
    if (of != 0 && ended[of - 1] && tasks[of - 1] && (e->flags & SNAG_EVF_TIMEOUT) == 0) {
        tasks[e->task - 1] = true;
    }
}

static void join_task(const struct snag_event *e) {
    uint16_t of = snag__object_get(e->object)->index;
    if (e->task != 0) {
        joining[e->task - 1] = (uint16_t)(of + 1);
    } else if (ended[of] && tasks[of]) {
        vthreads[e->vthread] = true;
    }
}

static void pass(const struct snag_event *e) {
    bool *here = place_of(e->vthread, e->task);
    if (e->task != 0 && joining[e->task - 1] != 0) {
        settle_join(e);
    }
    switch (e->kind) {
    case SNAG_EV_SPAWN:
        vthreads[e->value] |= *here && (e->flags & SNAG_EVF_FAILED) == 0;
        break;
    case SNAG_EV_TASK_SPAWN:
    case SNAG_EV_CO_CREATED:
        tasks[e->value] |= *here;
        break;
    case SNAG_EV_START:
    case SNAG_EV_TASK_START:
        *here |= vthreads[0] && started_by_root(e->vthread, e->task);
        break;
    case SNAG_EV_JOIN:
    case SNAG_EV_TIMEDJOIN:
        *here |= vthreads[e->value] && (e->flags & (SNAG_EVF_TIMEOUT | SNAG_EVF_FAILED)) == 0;
        break;
    case SNAG_EV_TASK_END:
        ended[snag__object_get(e->object)->index] = true;
        break;
    case SNAG_EV_JOB_START:
        *here |= tasks[snag__object_get(e->object)->index];
        break;
    case SNAG_EV_JOB_END:
        ended[snag__object_get(e->object)->index] = true;
        tasks[snag__object_get(e->object)->index] |= *here;
        break;
    case SNAG_EV_TASK_JOIN:
        join_task(e);
        break;
    default:
        break;
    }
}

bool snag__before(const struct snag__moment *a, const struct snag__moment *b) {
    if (a->event >= b->event) {
        return false;
    }
    memset(vthreads, 0, sizeof(vthreads));
    memset(tasks, 0, sizeof(tasks));
    memset(ended, 0, sizeof(ended));
    memset(joining, 0, sizeof(joining));
    for (uint32_t i = 0; i < b->event; i++) {
        *place_of(a->vthread, a->task) |= i == a->event;
        pass(&snag__recorder->events[i]);
    }
    bool root = b->vthread == 0 && b->task == 0;
    return *place_of(b->vthread, b->task) || (root && any_client());
}
