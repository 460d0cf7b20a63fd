/* hang.c: finds in the wait-for graph (graph.h) why nobody can go on. See hang.h.
 *
 * Seven cores, in this order: an owner whose operation returned with the lock, wherever it is by
 * now; one that is a suspended task; a cycle; an owner that has ended; a worker blocked by code
 * that waits for an async lock (blocked.h); a circle of full channels (full.h); somebody who waits
 * for what has no owner.
 */
#include "oracle/hang.h"

#include <string.h>

#include "oracle/blocked.h"
#include "oracle/counterfactual.h"
#include "oracle/full.h"
#include "oracle/graph.h"
#include "oracle/left.h"
#include "oracle/raise.h"

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
        snag__raise_holds(p, h);
    }
    return p;
}

/* Is it a task that no worker has run since `since` points? Where others go on, one suspended just
 * now may be resumed next; one that a whole fair continuation has left alone will not. */
static bool owner_suspended(const struct snag__hold *h, uint32_t since) {
    return h->task != 0 && snag__task_suspended(h->task - 1U) &&
           snag__task_at(h->task - 1U)->suspended_at <= since;
}

static bool owner_ended(const struct snag__hold *h, uint32_t since) {
    (void)since;
    return h->task != 0 ? snag__task_at(h->task - 1U)->state == SNAG__TASK_ENDED
                        : snag__vthreads[h->vthread].state == SNAG__VTHREAD_ENDED;
}

/* `node` is who `p` is about. */
static void set_party(struct snag_party *p, uint32_t node) {
    if (node >= SNAG__NODE_TASKS) {
        p->vthread = 0;
        p->task = (uint16_t)(node - SNAG__NODE_TASKS + 1);
        p->suspended = true;
    } else {
        p->vthread = (uint16_t)node;
        p->task = snag__vthreads[node].task_number;
    }
}

static void add_waiting(struct snag_finding *f, uint32_t node, const struct snag__edge *e) {
    struct snag_party *p = snag__raise_party(f, e->object->number, e->site);
    if (p != NULL) {
        set_party(p, node);
    }
}

/* Where the owner is by now: `owner`. */
static void set_owner(struct snag_party *p, const struct snag__hold *h, uint16_t owner) {
    p->ended = owner_ended(h, 0);
    if (owner >= SNAG__NODE_TASKS && !p->ended) {
        const struct snag__task *t = snag__task_at(owner - (uint32_t)SNAG__NODE_TASKS);
        p->suspended = true;
        p->object = t->awaits;
        p->at_site = t->suspend_site;
    } else if (!p->ended) {
        p->object = snag__vthreads[owner].waits_for;
        p->at_site = snag__vthreads[owner].pend.site;
    }
}

static bool is_left(const struct snag__hold *h, uint32_t since) {
    (void)since;
    return snag__left_by(h) != 0;
}

/* Somebody waits for a lock whose owner's operation has returned with it, whatever keeps the owner
 * now. */
static void raise_left(uint32_t node, const struct snag__edge *e) {
    struct snag_finding *f = snag__raise(SNAG_HANG);
    struct snag_party *p = add_owner(f, e->hold);
    if (p != NULL) {
        set_owner(p, e->hold, e->to);
        add_waiting(f, node, e);
    }
    snag__raise_done(f);
}

/* Who else waits for `o`, while there is room: with each of them another worker. */
static void add_others_on(struct snag_finding *f, uint32_t but, const struct snag__object *o) {
    for (uint32_t i = 0; snag__graph_has(i); i = snag__graph_next(i)) {
        struct snag__edge e;
        if (i != but && snag__graph_edge(i, 0, &e) && e.object == o) {
            add_waiting(f, i, &e);
        }
    }
}

/* Somebody waits for a lock whose owner is a suspended task. */
static void raise_suspended(uint32_t node, const struct snag__edge *e) {
    const struct snag__hold *h = e->hold;
    struct snag_finding *f = snag__raise(SNAG_SUSPENDED_OWNER);
    struct snag_party *p = add_owner(f, h);
    if (p != NULL) {
        p->suspended = true;
        p->at_site = snag__task_at(h->task - 1U)->suspend_site;
        add_waiting(f, node, e);
        add_others_on(f, node, e->object);
    }
    if (h->guard) {
        snag__raise_rule(f, "R7");
    }
    snag__raise_done(f);
}

/* Somebody waits for a lock whose owner has ended without giving it up. */
static void raise_ended(uint32_t node, const struct snag__edge *e) {
    struct snag_finding *f = snag__raise(SNAG_HANG);
    struct snag_party *p = add_owner(f, e->hold);
    if (p != NULL) {
        p->ended = true;
        add_waiting(f, node, e);
    }
    snag__raise_done(f);
}

typedef bool hold_test(const struct snag__hold *h, uint32_t since);
typedef void edge_raise(uint32_t node, const struct snag__edge *e);

/* Raises the first wait for what is held so; `async`: async mutexes, too. */
static bool find_owner(hold_test *is_so, uint32_t since, bool async, edge_raise *raise) {
    for (uint32_t i = 0; snag__graph_has(i); i = snag__graph_next(i)) {
        struct snag__edge e;
        for (uint32_t n = 0; snag__graph_edge(i, n, &e); n++) {
            if (e.hold != NULL && (async || !snag__graph_is_async(e.object)) &&
                is_so(e.hold, since)) {
                (is_left(e.hold, 0) ? raise_left : raise)(i, &e);
                return true;
            }
        }
    }
    return false;
}

static bool find_suspended_owner(uint32_t since) {
    return find_owner(owner_suspended, since, false, raise_suspended);
}

static bool find_ended_owner(void) {
    return find_owner(owner_ended, 0, true, raise_ended);
}

/* ---- cycles ---- */

/* A path through the graph: the edge that was taken from each node of it. */
static struct snag__edge path[SNAG__NODES_MAX];
static uint16_t path_edges[SNAG__NODES_MAX]; /* edges looked at, of each node of the path */
static uint16_t path_nodes[SNAG__NODES_MAX];
static bool seen[SNAG__NODES_MAX], on_path[SNAG__NODES_MAX];

/* `path[first..end)` leads back to where it starts. Each party says what it holds, that its
 * predecessor waits for, and what it waits for itself. */
static void raise_cycle(uint32_t first, uint32_t end) {
    for (uint32_t i = first; i < end; i++) {
        if (path[i].hold != NULL && is_left(path[i].hold, 0)) {
            raise_left(path_nodes[i], &path[i]);
            return;
        }
    }
    bool alone = end == first + 1 && path[first].hold != NULL;
    struct snag_finding *f = snag__raise(alone ? SNAG_SELF_DEADLOCK : SNAG_DEADLOCK);
    bool locks_only = true, again = false;
    for (uint32_t i = first; i < end; i++) {
        const struct snag__hold *h = path[i].hold;
        const struct snag__edge *next = &path[i + 1 < end ? i + 1 : first]; /* out of the owner */
        struct snag_party *p = snag__raise_party(f, next->object->number, next->site);
        if (p != NULL) {
            set_party(p, path[i].to);
        }
        if (h != NULL) {
            snag__raise_holds(p, h);
        }
        locks_only &= path[i].object->kind != SNAG__OBJECT_THREAD;
        again |= h != NULL && h->object == next->object->number;
    }
    if (f != NULL && !locks_only) {
        f->rule[0] = '\0'; /* no order of locks would mend it */
    } else if (f != NULL && again) {
        static const char text[] = "a reader asks once more, and queues behind a writer";
        snag__raise_rule(f, "R5");
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
        if (!snag__graph_edge(at, path_edges[depth]++, &path[depth])) {
            on_path[at] = false;
            if (depth == 0) {
                return false;
            }
            depth--;
            continue;
        }
        uint16_t to = path[depth].to;
        if (on_path[to]) {
            uint32_t first = depth;
            while (path_nodes[first] != to) {
                first--;
            }
            raise_cycle(first, depth + 1);
            return true;
        }
        if (!seen[to]) {
            seen[to] = on_path[to] = true;
            path_nodes[++depth] = to;
            path_edges[depth] = 0;
        }
    }
}

static bool find_cycle(void) {
    memset(seen, 0, sizeof(seen));
    memset(on_path, 0, sizeof(on_path));
    for (uint32_t i = 0; snag__graph_has(i); i = snag__graph_next(i)) {
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

/* What the task `p` holds that another one waits for: it is the one to look at. */
static void add_wanted(struct snag_party *p) {
    for (uint32_t i = 0; snag__graph_has(i); i = snag__graph_next(i)) {
        struct snag__edge e;
        for (uint32_t n = 0; p->holds == 0 && snag__graph_edge(i, n, &e); n++) {
            if (e.hold != NULL && e.hold->task == p->task) {
                p->holds = e.hold->object;
                p->holds_site = e.hold->site;
            }
        }
    }
}

static uint32_t rightful; /* clients that have no part in it: a bit for each */

static bool waits_rightly(bool client, uint16_t number) {
    return client && (rightful >> number & 1) != 0;
}

/* `again` false: each place once, for these make the key, which is one however many queue there.
 * True: those who queue, too, while there is room: one of them may be the one who waits wrongly. */
static void add_waiters(struct snag_finding *f, bool again) {
    for (uint32_t i = 0; f != NULL && i < snag__sched.vthreads; i++) {
        const struct snag__vthread *v = &snag__vthreads[i];
        bool waits = v->state == SNAG__VTHREAD_LIVE && !snag__enabled(v) && !is_bystander(v);
        waits &= !waits_rightly(v->client, v->client_number);
        if (waits && stands_at(f, v->pend.site) == again &&
            !is_party(f, v->index, v->task_number)) {
            add_waiter(f, v);
        }
    }
    for (uint32_t i = 0; f != NULL && i < snag__task_count(); i++) {
        const struct snag__task *t = snag__task_at(i);
        bool waits = t->state == SNAG__TASK_SUSPENDED && stands_at(f, t->suspend_site) == again &&
                     !waits_rightly(t->client, t->client_number) &&
                     !is_party(f, 0, (uint16_t)(i + 1));
        struct snag_party *p = waits ? snag__raise_party(f, t->awaits, t->suspend_site) : NULL;
        if (p != NULL) {
            set_party(p, SNAG__NODE_TASKS + i);
            add_wanted(p);
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
                       (snag__enabled(v) || v->deadline != UINT64_MAX);
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
    rightful = 0;
    uint32_t since = snag__left_alone_since();
    return find_suspended_owner(since) || find_cycle() || find_ended_owner() ||
           snag__blocked_explain(since) || find_declared_waits();
}

/* A task that could go on and does not, because every worker sits in a wait that blocks it: what is
 * waited for may well be up to that task. One stands for all. True: there is one. */
static bool add_ready(struct snag_finding *f) {
    for (uint32_t i = 0; f != NULL && i < snag__task_count(); i++) {
        const struct snag__task *t = snag__task_at(i);
        if (t->state != SNAG__TASK_READY && !snag__task_lacks_worker(t, UINT32_MAX)) {
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
    bool any = false;
    for (uint32_t i = 0; i < snag__sched.vthreads; i++) {
        const struct snag__vthread *v = &snag__vthreads[i];
        const struct snag__object *o = snag__graph_wanted(v);
        if (v->task_number != 0 && (o == NULL || !snag__graph_is_woken(o))) {
            return false;
        }
        any |= v->task_number != 0;
    }
    return any;
}

void snag__hang_try_wakeup(struct snag_finding *f) {
    if (f == NULL) {
        return;
    }
    struct snag__wakeup w = snag__counterfactual_wakeup();
    if (!w.helps) {
        return;
    }
    snag__raise_as(f, SNAG_LOST_WAKEUP);
    /* First, whether it was among them or not. */
    uint32_t at = 0;
    while (at < f->parties_count && (f->parties[at].vthread != w.vthread ||
                                     f->parties[at].task != w.task || f->parties[at].ready)) {
        at++;
    }
    if (at == f->parties_count && at == SNAG_PARTIES_MAX) {
        at--;
    }
    f->parties_count = at < f->parties_count ? f->parties_count : at + 1;
    f->parties[at] = f->parties[0];
    f->parties[0] = (struct snag_party){.vthread = w.vthread,
                                        .task = w.task,
                                        .suspended = w.suspended,
                                        .object = w.object,
                                        .at_site = w.site};
}

void snag__hang_explain(uint32_t who_may) {
    rightful = who_may;
    if (find_owner(is_left, 0, true, raise_left) || find_suspended_owner(UINT32_MAX) ||
        find_cycle() || find_ended_owner() || snag__blocked_explain(UINT32_MAX) ||
        snag__full_explain()) {
        return;
    }
    struct snag_finding *f = snag__raise(SNAG_HANG);
    add_waiters(f, false);
    if (add_ready(f) && workers_await_conditions()) {
        snag__raise_rule(f, "R2"); /* an async wait would have left the worker free */
    }
    add_waiters(f, true);
    if (f != NULL && f->parties_count == 0) {
        add_waiter(f, &snag__vthreads[0]);
    }
    snag__hang_try_wakeup(f);
    snag__raise_done(f);
}
