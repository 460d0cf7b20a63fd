/* counterfactual.c: tries wakeups on a hung state. See counterfactual.h. */
#include "oracle/counterfactual.h"

#include "base/event_class.h"
#include "exec/body.h"
#include "oracle/graph.h"
#include "oracle/judge.h"
#include "oracle/raise.h"
#include "task/park.h"

/* After one wakeup what can end at all has time to; of so many, the last are not the first that was
 * lost. */
enum { POINTS_MAX = 20000, WAKEUPS_MAX = 64 };

/* What `node` (graph.h) waits for that a wakeup might have been lost of. False: nothing such. */
static bool awaits_wakeup(uint32_t node, struct snag__wakeup *w) {
    if (node >= SNAG__NODE_TASKS) {
        uint32_t index = node - SNAG__NODE_TASKS;
        const struct snag__task *t = snag__task_at(index);
        *w = (struct snag__wakeup){.suspended = true,
                                   .task = (uint16_t)(index + 1),
                                   .object = t->awaits,
                                   .site = t->suspend_site};
        return t->state == SNAG__TASK_SUSPENDED && t->parked;
    }
    const struct snag__vthread *v = &snag__vthreads[node];
    const struct snag__object *o = snag__graph_wanted(v);
    *w = (struct snag__wakeup){
        .vthread = v->index, .task = v->task_number, .object = v->waits_for, .site = v->pend.site};
    return o != NULL && (snag__graph_is_woken(o) || snag__is_parked(v));
}

static void wake(uint32_t node) {
    if (node >= SNAG__NODE_TASKS) {
        snag__wake_task(snag__task_at(node - SNAG__NODE_TASKS));
        return;
    }
    struct snag__vthread *v = &snag__vthreads[node];
    if (snag__is_parked(v)) {
        snag__wake_vthread(v);
    } else if (snag__object_get(v->waits_for)->kind == SNAG__OBJECT_FUTEX) {
        snag__waiter_free(v);
    } else {
        snag__waiter_move(v);
    }
}

/* Everybody who can still be waited for has come to an end, or may rightly wait. */
static bool completes(enum snag_end end) {
    return end == SNAG_END_DONE || end == SNAG_END_UNSETTLED ||
           (end == SNAG_END_STUCK && snag__judge_waits_rightly());
}

/* Who was parked takes its lock again, looks, and gives it up. */
static bool looks_again(uint8_t kind) {
    return snag__is_park(kind) || kind == SNAG_EV_UNPARK || kind == SNAG_EV_RESUME ||
           kind == SNAG_EV_LOCK || kind == SNAG_EV_UNLOCK;
}

/* The same of a futex, whose word is taken by any operation there is: more has changed, since there
 * were so many changes, than who waits. */
static bool moved_on_from_futex(uint32_t from, uint64_t changes) {
    for (uint32_t i = from; i < snag__recorder->events_count; i++) {
        const struct snag_event *e = &snag__recorder->events[i];
        changes += e->kind == SNAG_EV_FUTEX_RETURN ||
                   (e->kind == SNAG_EV_FUTEX_WAIT && (e->flags & SNAG_EVF_FAILED) == 0);
    }
    return snag__sched.changes > changes;
}

/* Since event `from`, somebody did more than find that he has to wait again. */
static bool moved_on(uint32_t from, bool parked) {
    for (uint32_t i = from; i < snag__recorder->events_count; i++) {
        switch (snag__recorder->events[i].kind) {
        case SNAG_EV_COND_RELOCK:
        case SNAG_EV_COND_WAIT:
        case SNAG_EV_LOAD:
        case SNAG_EV_READ:
            break;
        default:
            if (!parked || !looks_again(snag__recorder->events[i].kind)) {
                return true;
            }
        }
    }
    return false;
}

struct trial {
    struct snag__wakeup first; /* of use */
    bool complete;             /* it has come to an end that is as it should be */
    uint32_t wakeups;
};

/* Wakes each of those who wait, once. False: it went on to an end of whatever kind, or to nothing.
 */
static bool one_round(struct trial *t, const struct snag__sched_mark *here) {
    bool any = false;
    for (uint32_t i = 0; snag__graph_has(i) && t->wakeups < WAKEUPS_MAX; i = snag__graph_next(i)) {
        struct snag__wakeup w;
        bool old = i < SNAG__NODE_TASKS ? i < here->vthreads : i - SNAG__NODE_TASKS < here->tasks;
        if (!old || !awaits_wakeup(i, &w)) {
            continue;
        }
        uint32_t from = snag__recorder->events_count;
        uint64_t changes = snag__sched.changes;
        t->wakeups++;
        wake(i);
        enum snag_end end = snag__sched_resume(POINTS_MAX);
        uint8_t kind = snag__object_get(w.object)->kind;
        bool moved = kind == SNAG__OBJECT_FUTEX ? moved_on_from_futex(from, changes)
                                                : moved_on(from, kind != SNAG__OBJECT_COND);
        if (moved && !t->first.helps) {
            t->first = w;
            t->first.helps = true;
        }
        any |= moved;
        t->complete = completes(end);
        if (t->complete || (end != SNAG_END_STUCK && end != SNAG_END_LIVELOCK)) {
            return false;
        }
    }
    return any;
}

struct snag__wakeup snag__counterfactual_wakeup(void) {
    struct snag__sched_mark here = snag__sched_here();
    snag__body_try();
    snag__raise_mute(true);
    struct trial t = {.complete = false};
    while (one_round(&t, &here)) {
    }
    snag__raise_mute(false);
    snag__body_back();
    snag__sched_back_to(&here);
    return t.complete ? t.first : (struct snag__wakeup){.helps = false};
}
