/* graph.c: who waits for whom. See graph.h. */
#include "oracle/graph.h"

#include "task/coroutine.h"

struct snag__object *snag__graph_wanted(const struct snag__vthread *v) {
    bool waits = v->state == SNAG__VTHREAD_LIVE && !snag__enabled(v) && v->waits_for != 0 &&
                 v->deadline == UINT64_MAX;
    return waits ? snag__object_get(v->waits_for) : NULL;
}

/* On whom it is to give up what `h` holds: the vthread that took it, or on which the task is that
 * did, or that task. */
static uint16_t holder(const struct snag__hold *h) {
    if (h->task == 0) {
        return h->vthread;
    }
    const struct snag__vthread *v = snag__carrier_of(h->task);
    return v != NULL ? v->index : (uint16_t)(SNAG__NODE_TASKS + h->task - 1);
}

/* A reader lets a writer go first who waits for the same rwlock. */
static bool goes_first(const struct snag__vthread *w) {
    return w->queued && (w->pend.kind == SNAG_EV_WRLOCK || w->pend.kind == SNAG_EV_TIMEDWRLOCK);
}

/* The `n`-th holder of e->object. `readers`: those who read count. */
static bool hold_edge(uint32_t n, bool readers, struct snag__edge *e) {
    const struct snag__hold *h = snag__hold_first(e->object);
    for (; h != NULL && n > 0; n--) {
        h = snag__hold_next(h);
    }
    if (h == NULL || (snag__hold_reads(h) && !readers)) {
        return false;
    }
    e->hold = h;
    e->to = holder(h);
    return true;
}

static bool queue_edge(uint32_t n, struct snag__edge *e) {
    for (uint16_t w = e->object->waiters_first; w != SNAG__NOBODY;
         w = snag__vthreads[w].wait_next) {
        if (goes_first(&snag__vthreads[w]) && n-- == 0) {
            e->to = w;
            return true;
        }
    }
    return false;
}

static bool waits_edge(const struct snag__vthread *v, uint32_t n, struct snag__edge *e) {
    const struct snag__object *o = snag__graph_wanted(v);
    if (o == NULL) {
        return false;
    }
    *e = (struct snag__edge){.object = o, .site = v->pend.site};
    switch (o->kind) {
    case SNAG__OBJECT_MUTEX:
    case SNAG__OBJECT_SPIN:
    case SNAG__OBJECT_ONCE:
    case SNAG__OBJECT_ASYNC_MUTEX:
    case SNAG__OBJECT_ASYNC_RWLOCK: /* fair: nobody overtakes who waits for all who hold it */
        return hold_edge(n, true, e);
    case SNAG__OBJECT_RWLOCK: /* a reader who queues does not wait for other readers */
        return v->queued && !goes_first(v) ? queue_edge(n, e) : hold_edge(n, true, e);
    case SNAG__OBJECT_SEM: /* the one who is known to have a permit; of several, any may post */
        return snag__hold_first(o) != NULL && snag__hold_next(snag__hold_first(o)) == NULL &&
               hold_edge(n, true, e);
    case SNAG__OBJECT_THREAD:
        e->to = o->index;
        return n == 0 && o->address == (uintptr_t)&snag__vthreads[o->index];
    default:
        return false;
    }
}

static bool declared_edge(const struct snag__vthread *v, uint32_t n, struct snag__edge *e) {
    const struct snag__place *p = v->place;
    if (v->state != SNAG__VTHREAD_LIVE || p->wants == 0) {
        return false;
    }
    *e = (struct snag__edge){.object = snag__object_get(p->wants), .site = p->wants_site};
    return hold_edge(n, !p->wants_shared, e);
}

/* A suspended task waits for those who hold an async lock, if without an end in sight. */
static bool task_edge(uint32_t task, uint32_t n, struct snag__edge *e) {
    const struct snag__task *t = snag__task_at(task);
    if (t->state != SNAG__TASK_SUSPENDED || t->awaits == 0 || t->ready_at != UINT64_MAX) {
        return false;
    }
    *e = (struct snag__edge){.object = snag__object_get(t->awaits), .site = t->suspend_site};
    return snag__graph_is_async(e->object) && hold_edge(n, true, e);
}

bool snag__graph_edge(uint32_t node, uint32_t n, struct snag__edge *e) {
    if (node >= SNAG__NODE_TASKS) {
        return task_edge(node - SNAG__NODE_TASKS, n, e);
    }
    const struct snag__vthread *v = &snag__vthreads[node];
    uint32_t declared = 0;
    while (declared < n && declared_edge(v, declared, e)) {
        declared++;
    }
    return declared_edge(v, n, e) || waits_edge(v, n - declared, e);
}

uint32_t snag__graph_next(uint32_t node) {
    return node + 1 == snag__sched.vthreads ? SNAG__NODE_TASKS : node + 1;
}

bool snag__graph_has(uint32_t node) {
    return node < SNAG__NODE_TASKS + snag__task_count();
}
