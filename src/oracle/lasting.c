/* lasting.c: waits that last. See lasting.h. */
#include "oracle/lasting.h"

#include "exec/parts.h"
#include "oracle/held.h"
#include "oracle/raise.h"
#include "sched/sched.h"
#include "task/task_internal.h"

#define NS_PER_MS UINT64_C(1000000)

/* How long somebody has waited so far; begun anew when it is another wait, or does harm to another
 * one. */
struct lasting {
    uint64_t run;       /* execution that it is of */
    uint64_t what, who; /* the wait, or what is held; who is kept waiting */
    uint64_t sum;       /* ns, or operations */
};

static struct lasting blocked[SNAG__VTHREADS_MAX];    /* ns */
static struct lasting keeping[SNAG__VTHREADS_MAX];    /* ns */
static struct lasting keeping_by[SNAG__VTHREADS_MAX]; /* operations */
static uint64_t run, bound;
static uint32_t bound_ops;

void snag__lasting_begin(uint64_t time_ns, uint32_t ops) {
    run++;
    bound = time_ns;
    bound_ops = ops;
}

/* `more` of it; in all. */
static uint64_t lasts(struct lasting *l, uint64_t what, uint64_t who, uint64_t more) {
    if (l->run != run || l->what != what || l->who != who) {
        snag__part_use(SNAG__PART_LASTING);
        *l = (struct lasting){.run = run, .what = what, .who = who};
    }
    l->sum += more;
    return l->sum;
}

static void set_lasted(struct snag_party *p, uint64_t ns) {
    if (p != NULL) {
        uint64_t ms = ns / NS_PER_MS;
        p->lasted_ms = ms < UINT32_MAX ? (uint32_t)ms : UINT32_MAX;
    }
}

static bool waits(const struct snag__vthread *v) {
    return v->state == SNAG__VTHREAD_LIVE && !snag__enabled(v);
}

/* Until when did it wait for that? Past its deadline it has the mutex of its condition to wait for.
 */
static uint64_t until(const struct snag__vthread *v) {
    return v->deadline < snag__sched.now ? v->deadline : snag__sched.now;
}

/* ---- workers ---- */

/* Since when has it been able to run, and no worker has come? Its time may have come without
 * anybody to see it. UINT64_MAX: it is not. */
static uint64_t ready_since(const struct snag__task *t, uint64_t from) {
    if (t->state == SNAG__TASK_READY) {
        return from;
    }
    if (t->state != SNAG__TASK_SUSPENDED || t->ready_at > snag__sched.now) {
        return UINT64_MAX;
    }
    return t->ready_at > from ? t->ready_at : from;
}

/* The task of `lane` that has been ready longest. NULL: none is. */
static const struct snag__task *longest_ready(uint32_t lane, uint64_t from) {
    const struct snag__task *first = NULL;
    for (uint32_t i = 0; i < snag__task_count(); i++) {
        const struct snag__task *t = snag__task_at(i);
        if (t->lane != lane || ready_since(t, from) == UINT64_MAX) {
            continue;
        }
        if (first == NULL || ready_since(t, from) < ready_since(first, from) ||
            (ready_since(t, from) == ready_since(first, from) && t->turn < first->turn)) {
            first = t;
        }
    }
    return first;
}

/* Who holds what `v` waits for. NULL: nobody, it is no lock. */
static const struct snag__hold *waits_for_hold(const struct snag__vthread *v) {
    return v->waits_for != 0 ? snag__hold_first(snag__object_get(v->waits_for)) : NULL;
}

static void raise_blocking(const struct snag__vthread *v, const struct snag__hold *owner,
                           const struct snag__task *ready, uint64_t ns) {
    struct snag_finding *f = snag__raise(SNAG_BLOCKING_IN_ASYNC);
    struct snag_party *p = snag__raise_party(f, v->pend.object, v->pend.site);
    if (p == NULL) {
        return;
    }
    p->vthread = v->index;
    p->task = v->task_number;
    set_lasted(p, ns);
    if (owner != NULL && (p = snag__raise_party(f, 0, 0)) != NULL) {
        p->vthread = owner->vthread;
        p->task = 0;
        p->at_site = snag__vthreads[owner->vthread].pend.site;
        snag__raise_holds(p, owner);
    }
    if ((p = snag__raise_party(f, 0, 0)) != NULL) {
        p->vthread = 0;
        p->task = (uint16_t)(ready->index + 1);
        p->ready = true;
    }
    snag__raise_done(f);
}

/* A worker without a task would have taken who is ready: somebody could have run. */
static void check_worker(const struct snag__vthread *v, uint64_t from) {
    const struct snag__hold *owner = waits_for_hold(v);
    const struct snag__task *ready = longest_ready(v->task->lane, from);
    if (ready == NULL || ready_since(ready, from) > until(v) ||
        (owner != NULL && owner->task != 0)) {
        blocked[v->index].run = 0;
        return;
    }
    uint64_t ns = lasts(
        &blocked[v->index],
        (uint64_t)v->task_number << 48 | (uint64_t)v->place->op << 32 | v->place->ordinal,
        (uint64_t)ready->index << 32 | ready->suspended_at, until(v) - ready_since(ready, from));
    if (ns >= bound) {
        raise_blocking(v, owner, ready, ns);
    }
}

/* ---- owners ---- */

/* Does it wait for a lock? Then it is that one's owner who is slow. */
static bool waits_for_lock(const struct snag__vthread *v) {
    return v->place->wants != 0 || waits_for_hold(v) != NULL;
}

/* The blocking lock that whoever runs on `v` has held longest. NULL: none. */
static const struct snag__hold *oldest_hold(const struct snag__vthread *v) {
    const struct snag__hold *oldest = NULL;
    for (uint32_t id = v->held_first; id != 0; id = snag__hold_get(id)->next_held) {
        const struct snag__hold *h = snag__hold_get(id);
        if (h->task == v->task_number && snag__held_may_be_short(h)) {
            oldest = h; /* the newest comes first */
        }
    }
    return oldest;
}

/* `ns`: 0 if it is told by `ops`. */
static void raise_kept(const struct snag__vthread *v, const struct snag__hold *h, uint64_t ns,
                       uint32_t ops) {
    struct snag_finding *f = snag__raise(SNAG_LOCK_HELD_LONG);
    struct snag_party *p = snag__raise_party(f, v->pend.object, v->pend.site);
    if (p != NULL) {
        p->vthread = v->index;
        p->task = v->task_number;
        snag__raise_holds(p, h);
        p->lasted_ops = ops;
        set_lasted(p, ns);
    }
    snag__raise_done(f);
}

static void check_owner(const struct snag__vthread *v, uint64_t from) {
    const struct snag__hold *h = oldest_hold(v);
    if (h == NULL || waits_for_lock(v)) {
        return;
    }
    uint64_t ns = lasts(&keeping[v->index], h->object, h->event, until(v) - from);
    if (ns >= bound && !snag__held_told_at_io(h)) {
        raise_kept(v, h, ns, 0);
    }
}

void snag__lasting_passed(uint64_t from) {
    for (uint32_t i = 0; i < snag__sched.vthreads; i++) {
        const struct snag__vthread *v = &snag__vthreads[i];
        if (!waits(v)) {
            continue;
        }
        if (v->worker && v->task != NULL) {
            check_worker(v, from);
        }
        if (v->held_first != 0) {
            check_owner(v, from);
        }
    }
}

/* ---- operations of others ---- */

/* Has it done anything since event `from`? */
static bool acted_since(const struct snag__vthread *v, uint32_t from) {
    const struct snag__recorder *rec = snag__recorder;
    for (uint32_t i = rec->events_count; i > from; i--) {
        if (rec->events[i - 1].vthread == v->index) {
            return true;
        }
    }
    return false;
}

static __attribute__((noinline)) void count_operation(const struct snag__vthread *v,
                                                      uint32_t began) {
    const struct snag__hold *h = oldest_hold(v);
    if (h == NULL || v->deadline != UINT64_MAX || waits_for_lock(v) || acted_since(v, began)) {
        return;
    }
    uint64_t ops = lasts(&keeping_by[v->index], h->object, h->event, 1);
    if (ops > bound_ops && !snag__held_told_at_io(h)) {
        raise_kept(v, h, 0, (uint32_t)ops);
    }
}

void snag__lasting_operation(uint32_t began) {
    uint32_t count = snag__sched.vthreads;
    for (uint32_t i = 0; i < count; i++) {
        const struct snag__vthread *v = &snag__vthreads[i];
        if (v->held_first != 0 && waits(v)) {
            count_operation(v, began);
        }
    }
}

/* ---- hangs ---- */

/* Whose wait it is that `f` tells of, has it still the lock? */
static bool still_kept(const struct snag_finding *f) {
    const struct snag_party *p = &f->parties[0];
    const struct snag__vthread *v = &snag__vthreads[p->vthread];
    const struct snag__hold *h = waits(v) ? oldest_hold(v) : NULL;
    return h != NULL && v->task_number == p->task && h->object == p->holds &&
           h->site == p->holds_site;
}

void snag__lasting_for_ever(void) {
    uint32_t n;
    struct snag_finding *raised = snag__raised(&n);
    for (uint32_t i = n; i > 0; i--) {
        if (raised[i - 1].kind == SNAG_LOCK_HELD_LONG && still_kept(&raised[i - 1])) {
            snag__raise_drop(&raised[i - 1]);
        }
    }
}
