/* endless.c: tells starvation, hangs of some beside others who run, and livelock apart. See
 * endless.h. */
#include "oracle/endless.h"

#include "oracle/hang.h"
#include "oracle/raise.h"
#include "sched/sched.h"
#include "task/task_internal.h"

/* One that does something for ever, if only to wait for a while again and again. */
static bool goes_on(const struct snag__vthread *v) {
    return v->state == SNAG__VTHREAD_LIVE && v->pend.kind != SNAG_EV_IDLE &&
           (snag__enabled(v) || v->deadline != UINT64_MAX);
}

static bool waits_for_good(const struct snag__vthread *v) {
    return v->state == SNAG__VTHREAD_LIVE && !snag__enabled(v) && v->waits_for != 0 &&
           v->deadline == UINT64_MAX && snag__stands_since_bound(v);
}

/* ---- starvation ---- */

/* Somebody holds `o` who took it while others were served fairly, or it is free at this moment. */
static bool changed_hands(const struct snag__object *o) {
    const struct snag__hold *h = snag__hold_first(o);
    return h == NULL || h->event > snag__sched.bound_event;
}

static bool is_lock(const struct snag__object *o) {
    return o->kind == SNAG__OBJECT_MUTEX || o->kind == SNAG__OBJECT_RWLOCK ||
           o->kind == SNAG__OBJECT_SPIN;
}

static bool waits_in_vain(const struct snag__vthread *v) {
    if (!waits_for_good(v)) {
        return false;
    }
    const struct snag__object *o = snag__object_get(v->waits_for);
    return is_lock(o) && changed_hands(o);
}

/* It only looked, or tried and failed. */
static bool is_vain(const struct snag_event *e) {
    return e->kind == SNAG_EV_LOAD || e->kind == SNAG_EV_YIELD || e->kind == SNAG_EV_SPIN ||
           e->kind == SNAG_EV_READ || (e->flags & SNAG_EVF_FAILED) != 0;
}

static bool is_by(const struct snag_event *e, const struct snag__vthread *v) {
    return e->vthread == v->index && e->task == v->task_number;
}

/* A lock of the code's own, waited for by trying: since the bound it did nothing else, and what it
 * tries last others have changed meanwhile. */
static bool tries_in_vain(const struct snag__vthread *v) {
    const struct snag__recorder *r = snag__recorder;
    uint32_t tried = 0;
    bool changed = false;
    for (uint32_t i = r->events_count; i-- > snag__sched.bound_event;) {
        const struct snag_event *e = &r->events[i];
        if (is_by(e, v)) {
            tried = tried == 0 ? e->object : tried;
            if (!is_vain(e)) {
                return false;
            }
        } else if (tried != 0 && e->object == tried && !is_vain(e)) {
            changed = true;
        }
    }
    return changed;
}

static bool starves(const struct snag__vthread *v) {
    return snag__sched.end == SNAG_END_STEPS && v->state == SNAG__VTHREAD_LIVE &&
           (waits_in_vain(v) || tries_in_vain(v));
}

/* A task that has been able to run for as long as everybody had many turns, or would have been if
 * time had passed: nobody runs it. */
static bool starves_of_worker(const struct snag__task *t) {
    return snag__task_lacks_worker(t, snag__left_alone_since());
}

/* What whoever runs on `v` looked at last: it may stand in a yield now, and is called the same. */
static void set_looked_at(struct snag_party *p, const struct snag__vthread *v) {
    const struct snag__recorder *r = snag__recorder;
    for (uint32_t i = r->events_count; i-- > 0;) {
        const struct snag_event *e = &r->events[i];
        if (is_by(e, v) && e->kind != SNAG_EV_YIELD) {
            p->object = e->object;
            p->at_site = e->site;
            return;
        }
    }
}

/* Those who keep all workers that could run it, and go on; then it. False: nobody keeps them so. */
static bool add_keepers(struct snag_finding *f, const struct snag__task *starving) {
    for (uint32_t i = 0; i < snag__sched.vthreads; i++) {
        const struct snag__vthread *v = &snag__vthreads[i];
        if (v->task == NULL || v->task->lane != starving->lane || !goes_on(v)) {
            continue;
        }
        struct snag_party *p = snag__raise_party(f, v->pend.object, v->pend.site);
        if (p != NULL) {
            p->vthread = v->index;
            p->task = v->task_number;
            set_looked_at(p, v);
        }
    }
    if (f == NULL || f->parties_count == 0) {
        return false;
    }
    if (f->parties_count == SNAG_PARTIES_MAX) {
        f->parties_count--;
    }
    struct snag_party *p = snag__raise_party(f, 0, 0);
    p->vthread = 0;
    p->task = (uint16_t)(starving->index + 1);
    p->ready = true;
    return true;
}

/* One task stands for all that starve. */
static bool find_starving_task(void) {
    for (uint32_t i = 0; i < snag__task_count(); i++) {
        const struct snag__task *t = snag__task_at(i);
        struct snag_finding *f = starves_of_worker(t) ? snag__raise(SNAG_STARVATION) : NULL;
        if (!add_keepers(f, t)) {
            continue;
        }
        if (snag__sched.end == SNAG_END_LIVELOCK) {
            snag__raise_rule(f, "R2"); /* they only wait; an await would free the worker */
        }
        snag__raise_done(f);
        return true;
    }
    return false;
}

/* ---- who goes on, who waits ---- */

/* Whose end is waited for: the clients of a program; of a scenario, whom its root joins in the end.
 */
static bool is_wanted(const struct snag__vthread *v) {
    if (snag__sched.request->program != NULL) {
        return v->client || (v->task != NULL && v->task->client);
    }
    const struct snag__vthread *last = &snag__vthreads[0];
    for (uint32_t steps = 0; steps < snag__sched.vthreads; steps++) {
        if (last->pend.kind != SNAG_EV_JOIN || last->waits_for == 0) {
            break;
        }
        last = &snag__vthreads[snag__object_get(last->waits_for)->index];
    }
    return last == v;
}

typedef bool test(const struct snag__vthread *v);

static bool wanted_waits(const struct snag__vthread *v) {
    return is_wanted(v) && waits_for_good(v);
}

static bool wanted_goes_on(const struct snag__vthread *v) {
    return is_wanted(v) && goes_on(v);
}

static bool anybody(test *applies) {
    for (uint32_t i = 0; i < snag__sched.vthreads; i++) {
        if (applies(&snag__vthreads[i])) {
            return true;
        }
    }
    return false;
}

/* Raises `kind` with all to whom the test applies; with the root, if there is none but it. */
static void raise_of(enum snag_finding_kind kind, test *applies) {
    struct snag_finding *f = snag__raise(kind);
    for (uint32_t i = 1; f != NULL && i < snag__sched.vthreads; i++) {
        const struct snag__vthread *v = &snag__vthreads[i];
        struct snag_party *p =
            applies(v) ? snag__raise_party(f, v->pend.object, v->pend.site) : NULL;
        if (p != NULL) {
            p->vthread = v->index;
            p->task = v->task_number;
        }
    }
    if (f != NULL && f->parties_count == 0) {
        const struct snag_pending *p = &snag__vthreads[0].pend;
        (void)snag__raise_party(f, p->object, p->site);
    }
    snag__hang_try_wakeup(f);
    snag__raise_done(f);
}

void snag__endless_explain(void) {
    if (snag__hang_partial() || find_starving_task()) {
        return;
    }
    if (anybody(starves)) {
        raise_of(SNAG_STARVATION, starves);
    } else if (anybody(wanted_waits) && !anybody(wanted_goes_on)) {
        raise_of(SNAG_HANG, wanted_waits);
    } else {
        raise_of(SNAG_LIVELOCK, goes_on);
    }
}
