/* hang.c: walks the wait-for graph. See hang.h.
 *
 * Edges: a vthread waits for a waitable; a lock is held by (vthread, task) pairs, and it is the
 * vthread on which that task is now that waits in turn; a reader may have to let writers go first;
 * a joiner waits for a vthread; who has declared a wait for a lock made by hand waits for its
 * holders, while it spins or sits in a wait of another kind. Who waits for several, waits for all
 * of them (a writer, until the last reader is gone), so a cycle through any edge is a deadlock.
 * Four cores, in this order: an owner that is a suspended task; a cycle; an owner that has ended;
 * somebody who waits for what has no owner.
 */
#include "oracle/hang.h"

#include <string.h>

#include "oracle/counterfactual.h"
#include "oracle/raise.h"
#include "sched/sched.h"
#include "task/task_internal.h"

/* What a vthread waits for, if without an end in sight; else NULL. */
static struct snag__object *wanted(const struct snag__vthread *v) {
    bool waits = v->state == SNAG__VTHREAD_LIVE && !v->enabled && v->waits_for != 0 &&
                 v->deadline == UINT64_MAX;
    return waits ? snag__object_get(v->waits_for) : NULL;
}

/* On whom it is to give up what `h` holds: the vthread that took it, or on which the task is that
 * did. NULL: that task is nowhere. */
static const struct snag__vthread *holder(const struct snag__hold *h) {
    if (h->task == 0) {
        return &snag__vthreads[h->vthread];
    }
    for (uint32_t i = 0; i < snag__sched.vthreads; i++) {
        if (snag__vthreads[i].task_number == h->task) {
            return &snag__vthreads[i];
        }
    }
    return NULL;
}

/* A reader lets a writer go first who waits for the same rwlock. */
static bool goes_first(const struct snag__vthread *w) {
    return w->queued && (w->pend.kind == SNAG_EV_WRLOCK || w->pend.kind == SNAG_EV_TIMEDWRLOCK);
}

/* One thing that a vthread waits for: all of them must come about before it can go on. */
struct edge {
    const struct snag__object *object; /* on which it waits */
    uint32_t site;                     /* where */
    const struct snag__hold *hold;     /* that this is given up; NULL: nothing that is held */
    const struct snag__vthread *to;    /* by it; NULL: by a task that is on no worker */
};

/* The `n`-th holder of e->object. `readers`: those who read count. */
static bool hold_edge(uint32_t n, bool readers, struct edge *e) {
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

static bool queue_edge(uint32_t n, struct edge *e) {
    for (uint16_t w = e->object->waiters_first; w != SNAG__NOBODY;
         w = snag__vthreads[w].wait_next) {
        if (goes_first(&snag__vthreads[w]) && n-- == 0) {
            e->to = &snag__vthreads[w];
            return true;
        }
    }
    return false;
}

static bool waits_edge(const struct snag__vthread *v, uint32_t n, struct edge *e) {
    const struct snag__object *o = wanted(v);
    if (o == NULL) {
        return false;
    }
    const struct snag__vthread *joined = &snag__vthreads[o->index];
    *e = (struct edge){.object = o, .site = v->pend.site};
    switch (o->kind) {
    case SNAG__OBJECT_MUTEX:
    case SNAG__OBJECT_SPIN:
    case SNAG__OBJECT_ONCE:
        return hold_edge(n, true, e);
    case SNAG__OBJECT_RWLOCK: /* a reader who queues does not wait for other readers */
        return v->queued && !goes_first(v) ? queue_edge(n, e) : hold_edge(n, true, e);
    case SNAG__OBJECT_THREAD:
        e->to = joined;
        return n == 0 && o->address == (uintptr_t)joined;
    default:
        return false;
    }
}

static bool declared_edge(const struct snag__vthread *v, uint32_t n, struct edge *e) {
    const struct snag__place *p = v->place;
    if (v->state != SNAG__VTHREAD_LIVE || p->wants == 0) {
        return false;
    }
    *e = (struct edge){.object = snag__object_get(p->wants), .site = p->wants_site};
    return hold_edge(n, !p->wants_shared, e);
}

/* The `n`-th edge out of `v`, from 0. False: there are no more. */
static bool edge_of(const struct snag__vthread *v, uint32_t n, struct edge *e) {
    uint32_t declared = 0;
    while (declared < n && declared_edge(v, declared, e)) {
        declared++;
    }
    return declared_edge(v, n, e) || waits_edge(v, n - declared, e);
}

static void add_waiter_on(struct snag_finding *f, const struct snag__vthread *v, uint32_t object,
                          uint32_t site) {
    struct snag_party *p = snag__raise_party(f, object, site);
    if (p != NULL) {
        p->vthread = v->index;
        p->task = v->task_number;
    }
}

static void add_waiter(struct snag_finding *f, const struct snag__vthread *v) {
    add_waiter_on(f, v, v->waits_for, v->pend.site);
}

/* Who holds what is waited for, and is not there to give it up. */
static struct snag_party *add_owner(struct snag_finding *f, const struct snag__hold *h) {
    struct snag_party *p = snag__raise_party(f, 0, 0);
    if (p != NULL) {
        p->vthread = h->vthread;
        p->task = h->task;
        p->holds = h->object;
        p->holds_site = h->site;
        p->reads = snag__hold_reads(h);
    }
    return p;
}

/* Is it a task that no worker has run since `since` points? Where others go on, one suspended just
 * now may be resumed next; one that a whole fair continuation has left alone will not. */
static bool owner_suspended(const struct snag__hold *h, uint32_t since) {
    return h->task != 0 && snag__task_suspended(h->task - 1U) &&
           snag__task_at(h->task - 1U)->suspended_at <= since;
}

static bool owner_ended(const struct snag__hold *h) {
    return h->task != 0 ? snag__task_at(h->task - 1U)->state == SNAG__TASK_ENDED
                        : snag__vthreads[h->vthread].state == SNAG__VTHREAD_ENDED;
}

/* Somebody waits for a lock whose owner is a suspended task. */
static bool raise_suspended_owner(const struct snag__vthread *v, const struct edge *e) {
    const struct snag__hold *h = e->hold;
    struct snag_finding *f = snag__raise(SNAG_SUSPENDED_OWNER);
    struct snag_party *p = add_owner(f, h);
    if (p != NULL) {
        p->suspended = true;
        p->at_site = snag__task_at(h->task - 1U)->suspend_site;
        add_waiter_on(f, v, e->object->number, e->site);
    }
    snag__raise_done(f);
    return true;
}

/* Somebody waits for a lock whose owner has ended without giving it up. */
static bool raise_ended_owner(const struct snag__vthread *v, const struct edge *e) {
    const struct snag__hold *h = e->hold;
    struct snag_finding *f = snag__raise(SNAG_HANG);
    struct snag_party *p = add_owner(f, h);
    if (p != NULL) {
        p->ended = true;
        add_waiter_on(f, v, e->object->number, e->site);
    }
    snag__raise_done(f);
    return true;
}

static bool find_suspended_owner(uint32_t since) {
    for (uint32_t i = 0; i < snag__sched.vthreads; i++) {
        struct edge e;
        for (uint32_t n = 0; edge_of(&snag__vthreads[i], n, &e); n++) {
            if (e.hold != NULL && owner_suspended(e.hold, since)) {
                return raise_suspended_owner(&snag__vthreads[i], &e);
            }
        }
    }
    return false;
}

static bool find_ended_owner(void) {
    for (uint32_t i = 0; i < snag__sched.vthreads; i++) {
        struct edge e;
        for (uint32_t n = 0; edge_of(&snag__vthreads[i], n, &e); n++) {
            if (e.hold != NULL && owner_ended(e.hold)) {
                return raise_ended_owner(&snag__vthreads[i], &e);
            }
        }
    }
    return false;
}

/* ---- cycles ---- */

/* A path through the graph: the edge that was taken from each node of it. */
static struct edge path[SNAG__VTHREADS_MAX];
static uint16_t path_edges[SNAG__VTHREADS_MAX]; /* edges looked at, of each node of the path */
static uint16_t path_nodes[SNAG__VTHREADS_MAX];
static bool seen[SNAG__VTHREADS_MAX], on_path[SNAG__VTHREADS_MAX];

/* `path[first..end)` leads back to where it starts. Each party says what it holds, that its
 * predecessor waits for, and what it waits for itself. */
static void raise_cycle(uint32_t first, uint32_t end) {
    struct snag_finding *f = snag__raise(SNAG_DEADLOCK);
    bool locks_only = true, again = false;
    for (uint32_t i = first; i < end; i++) {
        const struct snag__vthread *owner = path[i].to;
        const struct snag__hold *h = path[i].hold;
        const struct edge *next = &path[i + 1 < end ? i + 1 : first]; /* out of the owner */
        struct snag_party *p = snag__raise_party(f, next->object->number, next->site);
        if (p != NULL) {
            p->vthread = owner->index;
            p->task = owner->task_number;
        }
        if (p != NULL && h != NULL) {
            p->holds = h->object;
            p->holds_site = h->site;
            p->reads = snag__hold_reads(h);
        }
        locks_only &= path[i].object->kind != SNAG__OBJECT_THREAD;
        again |= h != NULL && h->object == next->object->number;
    }
    if (f != NULL && !locks_only) {
        f->rule[0] = '\0'; /* no order of locks would mend it */
    } else if (f != NULL && again) {
        static const char text[] = "a reader asks once more, and queues behind a writer";
        memcpy(f->rule, "R5", sizeof("R5"));
        memcpy(f->detail, text, sizeof(text));
    }
    snag__raise_done(f);
}

/* Depth first, each node once, so that what is found is the same whatever came before. Edges lead
 * on from a node only while it is on the path; `seen` also afterwards. */
static bool find_cycle_from(uint16_t start) {
    uint32_t depth = 0;
    path_nodes[0] = start;
    path_edges[0] = 0;
    seen[start] = on_path[start] = true;
    for (;;) {
        uint16_t at = path_nodes[depth];
        if (!edge_of(&snag__vthreads[at], path_edges[depth]++, &path[depth])) {
            on_path[at] = false;
            if (depth == 0) {
                return false;
            }
            depth--;
            continue;
        }
        const struct snag__vthread *to = path[depth].to;
        if (to != NULL && on_path[to->index]) {
            uint32_t first = depth;
            while (path_nodes[first] != to->index) {
                first--;
            }
            raise_cycle(first, depth + 1);
            return true;
        }
        if (to != NULL && !seen[to->index]) {
            seen[to->index] = on_path[to->index] = true;
            path_nodes[++depth] = to->index;
            path_edges[depth] = 0;
        }
    }
}

static bool find_cycle(void) {
    memset(seen, 0, sizeof(seen));
    memset(on_path, 0, sizeof(on_path));
    for (uint32_t i = 0; i < snag__sched.vthreads; i++) {
        if (!seen[i] && find_cycle_from((uint16_t)i)) {
            return true;
        }
    }
    return false;
}

bool snag__hang_closed(void) {
    memset(seen, 0, sizeof(seen));
    memset(on_path, 0, sizeof(on_path));
    return find_cycle_from(snag__self->index);
}

/* Whether `v`'s wait says nothing about the bug: the root waits for everybody, idle workers for
 * work. */
static bool is_bystander(const struct snag__vthread *v) {
    return v->pend.kind == SNAG_EV_IDLE || (v->index == 0 && v->pend.kind == SNAG_EV_JOIN);
}

static bool stands_at(const struct snag_finding *f, uint32_t site) {
    for (uint32_t i = 0; i < f->parties_count; i++) {
        if (f->parties[i].at_site == site) {
            return true;
        }
    }
    return false;
}

static bool is_party(const struct snag_finding *f, uint16_t vthread, uint16_t task) {
    for (uint32_t i = 0; i < f->parties_count; i++) {
        if (f->parties[i].task == task && (task != 0 || f->parties[i].vthread == vthread)) {
            return true;
        }
    }
    return false;
}

/* `again` false: each place once, for these make the key, which is one however many queue there.
 * True: those who queue, too, while there is room: one of them may be the one who waits wrongly. */
static void add_waiters(struct snag_finding *f, bool again) {
    for (uint32_t i = 0; f != NULL && i < snag__sched.vthreads; i++) {
        const struct snag__vthread *v = &snag__vthreads[i];
        bool waits = v->state == SNAG__VTHREAD_LIVE && !v->enabled && !is_bystander(v);
        if (waits && stands_at(f, v->pend.site) == again &&
            !is_party(f, v->index, v->task_number)) {
            add_waiter(f, v);
        }
    }
    for (uint32_t i = 0; f != NULL && i < snag__task_count(); i++) {
        const struct snag__task *t = snag__task_at(i);
        bool waits = t->state == SNAG__TASK_SUSPENDED && stands_at(f, t->suspend_site) == again &&
                     !is_party(f, 0, (uint16_t)(i + 1));
        struct snag_party *p = waits ? snag__raise_party(f, t->awaits, t->suspend_site) : NULL;
        if (p != NULL) {
            p->task = (uint16_t)(i + 1);
            p->suspended = true;
        }
    }
}

/* Whoever goes on does so only in a wait that it has declared, so that nobody does anything for
 * anybody: a hang, although there is spinning. */
static bool find_declared_waits(void) {
    uint32_t waits = 0;
    for (uint32_t i = 0; i < snag__sched.vthreads; i++) {
        const struct snag__vthread *v = &snag__vthreads[i];
        bool goes_on = v->state == SNAG__VTHREAD_LIVE && !is_bystander(v) &&
                       (v->enabled || v->deadline != UINT64_MAX);
        if (goes_on && v->place->wants == 0) {
            return false;
        }
        waits += goes_on;
    }
    struct snag_finding *f = waits > 0 ? snag__raise(SNAG_HANG) : NULL;
    for (uint32_t i = 0; f != NULL && i < snag__sched.vthreads; i++) {
        const struct snag__vthread *v = &snag__vthreads[i];
        if (v->state == SNAG__VTHREAD_LIVE && v->place->wants != 0) {
            add_waiter_on(f, v, v->place->wants, v->place->wants_site);
        }
    }
    add_waiters(f, false);
    snag__raise_done(f);
    return waits > 0;
}

bool snag__hang_partial(void) {
    /* Where all who run repeat themselves, no worker is going to run anybody else. */
    uint32_t since = snag__sched.end == SNAG_END_LIVELOCK
                         ? UINT32_MAX
                         : snag__sched.points_limit - snag__sched.steps_max;
    return find_suspended_owner(since) || find_cycle() || find_ended_owner() ||
           find_declared_waits();
}

/* A task that could go on and does not, because every worker sits in a wait that blocks it: what is
 * waited for may well be up to that task. One stands for all. True: there is one. */
static bool add_ready(struct snag_finding *f) {
    for (uint32_t i = 0; f != NULL && i < snag__task_count(); i++) {
        if (snag__task_at(i)->state != SNAG__TASK_READY) {
            continue;
        }
        if (f->parties_count == SNAG_PARTIES_MAX) {
            f->parties_count--; /* one of many who queue; this says more */
        }
        struct snag_party *p = snag__raise_party(f, 0, 0);
        p->vthread = 0;
        p->task = (uint16_t)(i + 1);
        p->ready = true;
        return true;
    }
    return false;
}

/* Does every task that holds a worker wait for a condition? */
static bool workers_await_conditions(void) {
    for (uint32_t i = 0; i < snag__sched.vthreads; i++) {
        const struct snag__vthread *v = &snag__vthreads[i];
        const struct snag__object *o = wanted(v);
        if (v->task_number != 0 && (o == NULL || o->kind != SNAG__OBJECT_COND)) {
            return false;
        }
    }
    return true;
}

void snag__hang_try_wakeup(struct snag_finding *f) {
    if (f == NULL) {
        return;
    }
    struct snag__wakeup w = snag__counterfactual_wakeup();
    if (w.of == NULL) {
        return;
    }
    snag__raise_as(f, SNAG_LOST_WAKEUP);
    /* First, whether it was among them or not. */
    uint32_t at = 0;
    while (at < f->parties_count &&
           (f->parties[at].vthread != w.of->index || f->parties[at].ready)) {
        at++;
    }
    if (at == f->parties_count && at == SNAG_PARTIES_MAX) {
        at--;
    }
    f->parties_count = at < f->parties_count ? f->parties_count : at + 1;
    f->parties[at] = f->parties[0];
    f->parties[0] = (struct snag_party){
        .vthread = w.of->index, .task = w.task, .object = w.object, .at_site = w.site};
}

void snag__hang_explain(void) {
    if (find_suspended_owner(UINT32_MAX) || find_cycle() || find_ended_owner()) {
        return;
    }
    struct snag_finding *f = snag__raise(SNAG_HANG);
    add_waiters(f, false);
    if (add_ready(f) && workers_await_conditions()) {
        memcpy(f->rule, "R2", sizeof("R2")); /* an async wait would have left the worker free */
    }
    add_waiters(f, true);
    if (f != NULL && f->parties_count == 0) {
        add_waiter(f, &snag__vthreads[0]);
    }
    snag__hang_try_wakeup(f);
    snag__raise_done(f);
}
