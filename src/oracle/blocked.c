/* blocked.c: workers blocked by code that waits for an async lock. See blocked.h. */
#include "oracle/blocked.h"

#include "oracle/graph.h"
#include "oracle/raise.h"

/* A task that has such a lock, or to which it was given while it waits, and that lacks nothing but
 * a worker. `h`: by which hold; NULL: it has not taken it yet. NULL: there is none. */
static const struct snag__task *keeper_of(const struct snag__object *o, uint32_t since,
                                          const struct snag__hold **h) {
    for (*h = snag__hold_first(o); *h != NULL; *h = snag__hold_next(*h)) {
        const struct snag__task *t = (*h)->task != 0 ? snag__task_at((*h)->task - 1U) : NULL;
        if (t != NULL && snag__task_lacks_worker(t, since)) {
            return t;
        }
    }
    for (uint32_t i = 0; i < snag__task_count(); i++) {
        const struct snag__task *t = snag__task_at(i);
        if (t->woken_from == o->number && snag__task_lacks_worker(t, since)) {
            return t;
        }
    }
    return NULL;
}

static void add_waiter(struct snag_finding *f, const struct snag__vthread *v) {
    struct snag_party *p = snag__raise_party(f, v->waits_for, v->pend.site);
    p->vthread = v->index;
    p->task = v->task_number;
}

/* `v` waits for what the task has, and keeps `worker`, if only from joining it. Its name is that of
 * the bug, whoever has the lock. */
static void raise_blocked(const struct snag__vthread *v, const struct snag__task *keeper,
                          const struct snag__hold *h, const struct snag__vthread *worker) {
    struct snag_finding *f = snag__raise(SNAG_SUSPENDED_OWNER);
    if (f == NULL) {
        return;
    }
    snag__raise_rule(f, "R2");
    add_waiter(f, v);
    struct snag_party *p = snag__raise_party(f, 0, keeper->suspend_site);
    p->vthread = 0;
    p->task = (uint16_t)(keeper->index + 1);
    p->suspended = true;
    if (h != NULL) {
        snag__raise_holds(p, h);
    }
    if (worker != v) {
        add_waiter(f, worker);
    }
    snag__raise_done(f);
}

/* A blocked worker, from one wait to the next. */
static bool blocks_worker(const struct snag__vthread *worker, uint32_t since) {
    const struct snag__vthread *v = worker;
    struct snag__edge e;
    for (uint32_t steps = 0; steps < snag__sched.vthreads; steps++) {
        const struct snag__object *o = snag__graph_wanted(v);
        const struct snag__hold *h;
        const struct snag__task *keeper =
            o != NULL && snag__graph_is_async(o) ? keeper_of(o, since, &h) : NULL;
        if (keeper != NULL) {
            raise_blocked(v, keeper, h, worker);
            return true;
        }
        if (!snag__graph_edge(v->index, 0, &e) || e.to >= SNAG__NODE_TASKS) {
            return false;
        }
        v = &snag__vthreads[e.to];
    }
    return false;
}

bool snag__blocked_explain(uint32_t since) {
    for (uint32_t i = 0; i < snag__sched.vthreads; i++) {
        const struct snag__vthread *v = &snag__vthreads[i];
        if (v->worker && v->task != NULL && blocks_worker(v, since)) {
            return true;
        }
    }
    return false;
}
