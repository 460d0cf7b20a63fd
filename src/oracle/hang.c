/* hang.c: walks the wait-for graph. See hang.h.
 *
 * Edges: a vthread waits for a waitable; a mutex is owned by a (vthread, task), and it is the
 * vthread on which that task is now that waits in turn; a joiner waits for a vthread. Each node has
 * one edge out at most, so a walk from a node ends or repeats. Three cores, in this order: an owner
 * that is a suspended task; a cycle; somebody who waits for what has no owner.
 */
#include "oracle/hang.h"

#include <string.h>

#include "oracle/raise.h"
#include "sched/sched.h"
#include "task/task_internal.h"

/* What a vthread waits for, if without an end in sight; else NULL. */
static struct snag__object *wanted(const struct snag__vthread *v) {
    bool waits = v->state == SNAG__VTHREAD_LIVE && !v->enabled && v->waits_for != 0 &&
                 v->deadline == UINT64_MAX;
    return waits ? snag__object_get(v->waits_for) : NULL;
}

/* The mutex it waits for; NULL: none, or one that nobody holds. */
static struct snag__object *wanted_mutex(const struct snag__vthread *v) {
    struct snag__object *o = wanted(v);
    return o != NULL && o->kind == SNAG__OBJECT_MUTEX && o->owner.vthread != SNAG__NOBODY ? o
                                                                                          : NULL;
}

/* On whom it is to give up a mutex: the vthread that took it, or on which the task is that did.
 * NULL: that task is nowhere. */
static const struct snag__vthread *holder(const struct snag__object *o) {
    if (o->owner.task == 0) {
        return &snag__vthreads[o->owner.vthread];
    }
    for (uint32_t i = 0; i < snag__sched.vthreads; i++) {
        if (snag__vthreads[i].task_number == o->owner.task) {
            return &snag__vthreads[i];
        }
    }
    return NULL;
}

static void add_waiter(struct snag_finding *f, const struct snag__vthread *v) {
    struct snag_party *p = snag__raise_party(f, v->waits_for, v->pend.site);
    if (p != NULL) {
        p->vthread = v->index;
        p->task = v->task_number;
    }
}

static void add_owner(struct snag_finding *f, const struct snag__object *o) {
    struct snag_party *p = snag__raise_party(f, 0, 0);
    if (p == NULL) {
        return;
    }
    p->vthread = o->owner.vthread;
    p->task = o->owner.task;
    p->holds = o->number;
    p->holds_site = o->owner.site;
    p->suspended = true;
    p->at_site = snag__task_at(o->owner.task - 1U)->suspend_site;
}

/* Somebody waits for a lock whose owner is a task that no worker has run since `since` points.
 * Where others go on, one suspended just now may be resumed next; one that a whole fair
 * continuation has left alone will not. */
static bool find_suspended_owner(uint32_t since) {
    for (uint32_t i = 0; i < snag__sched.vthreads; i++) {
        const struct snag__vthread *v = &snag__vthreads[i];
        const struct snag__object *o = wanted_mutex(v);
        if (o == NULL || o->owner.task == 0 || !snag__task_suspended(o->owner.task - 1U) ||
            snag__task_at(o->owner.task - 1U)->suspended_at > since) {
            continue;
        }
        struct snag_finding *f = snag__raise(SNAG_SUSPENDED_OWNER);
        if (f != NULL) {
            add_owner(f, o);
            add_waiter(f, v);
        }
        snag__raise_done(f);
        return true;
    }
    return false;
}

/* The vthread after `v` in the graph; NULL: the chain ends. */
static const struct snag__vthread *after(const struct snag__vthread *v) {
    const struct snag__object *o = wanted(v);
    if (o == NULL) {
        return NULL;
    }
    if (o->kind == SNAG__OBJECT_MUTEX) {
        return o->owner.vthread != SNAG__NOBODY ? holder(o) : NULL;
    }
    const struct snag__vthread *joined = &snag__vthreads[o->index];
    return o->kind == SNAG__OBJECT_THREAD && o->address == (uintptr_t)joined ? joined : NULL;
}

static void raise_cycle(const struct snag__vthread *start) {
    struct snag_finding *f = snag__raise(SNAG_DEADLOCK);
    const struct snag__vthread *v = start;
    bool locks_only = true;
    do {
        const struct snag__object *o = wanted(v);
        const struct snag__vthread *owner = after(v);
        /* The owner holds `o` and waits for the next: one party says both. */
        struct snag_party *p = snag__raise_party(f, owner->waits_for, owner->pend.site);
        if (p != NULL) {
            p->vthread = owner->index;
            p->task = owner->task_number;
        }
        if (o->kind != SNAG__OBJECT_MUTEX) {
            locks_only = false;
        } else if (p != NULL) {
            p->holds = o->number;
            p->holds_site = o->owner.site;
        }
        v = owner;
    } while (v != start);
    if (f != NULL && !locks_only) {
        f->rule[0] = '\0'; /* no order of locks would mend it */
    }
    snag__raise_done(f);
}

static bool find_cycle(void) {
    for (uint32_t i = 0; i < snag__sched.vthreads; i++) {
        const struct snag__vthread *v = &snag__vthreads[i];
        uint32_t steps = 0;
        while (v != NULL && steps <= snag__sched.vthreads) {
            v = after(v);
            steps++;
        }
        if (v != NULL) { /* walked longer than there are vthreads: v is on a cycle */
            raise_cycle(v);
            return true;
        }
    }
    return false;
}

bool snag__hang_partial(void) {
    return find_suspended_owner(snag__sched.points_limit - snag__sched.steps_max) || find_cycle();
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

void snag__hang_explain(void) {
    if (find_suspended_owner(UINT32_MAX) || find_cycle()) {
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
    snag__raise_done(f);
}
