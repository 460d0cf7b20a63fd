/* counterfactual.c: tries wakeups on a hung state. See counterfactual.h. */
#include "oracle/counterfactual.h"

#include "exec/body.h"
#include "oracle/judge.h"
#include "oracle/raise.h"
#include "sched/sched.h"

/* After one wakeup what can end at all has time to; of so many, the last are not the first that was
 * lost. */
enum { POINTS_MAX = 20000, WAKEUPS_MAX = 64 };

static bool awaits_signal(const struct snag__vthread *v) {
    return v->state == SNAG__VTHREAD_LIVE && v->waits_for != 0 && v->deadline == UINT64_MAX &&
           snag__object_get(v->waits_for)->kind == SNAG__OBJECT_COND;
}

/* Everybody who can still be waited for has come to an end, or may rightly wait. */
static bool completes(enum snag_end end) {
    return end == SNAG_END_DONE || end == SNAG_END_UNSETTLED ||
           (end == SNAG_END_STUCK && snag__judge_waits_rightly());
}

/* Since event `from`, somebody did more than find that he has to wait again. */
static bool moved_on(uint32_t from) {
    for (uint32_t i = from; i < snag__recorder->events_count; i++) {
        switch (snag__recorder->events[i].kind) {
        case SNAG_EV_COND_RELOCK:
        case SNAG_EV_COND_WAIT:
        case SNAG_EV_LOAD:
        case SNAG_EV_READ:
            break;
        default:
            return true;
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
static bool one_round(struct trial *t, uint32_t vthreads) {
    bool any = false;
    for (uint32_t i = 0; i < vthreads && t->wakeups < WAKEUPS_MAX; i++) {
        struct snag__vthread *v = &snag__vthreads[i];
        if (!awaits_signal(v)) {
            continue;
        }
        uint32_t from = snag__recorder->events_count;
        struct snag__wakeup w = {v, v->task_number, v->waits_for, v->pend.site};
        t->wakeups++;
        snag__waiter_move(v);
        enum snag_end end = snag__sched_resume(POINTS_MAX);
        bool moved = moved_on(from);
        t->first = moved && t->first.of == NULL ? w : t->first;
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
    while (one_round(&t, here.vthreads)) {
    }
    snag__raise_mute(false);
    snag__body_back();
    snag__sched_back_to(&here);
    return t.complete ? t.first : (struct snag__wakeup){.of = NULL};
}
