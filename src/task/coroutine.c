/* coroutine.c: what <snag/coroutine.h> calls when it is there. See coroutine.h.
 *
 * A task with a stack of its own has a fiber (sched/fiber.h) whose stack is borrowed from the code
 * under test: whoever switches vthreads saves the stack pointer there, and the sanitizers are told
 * of the library's switches as of snag's own. One without runs on the fiber of whoever carries it.
 * The rule: nothing here is a scheduling point, allocates, or orders anything that the library's
 * own switches do not.
 */
#include "task/coroutine.h"

#include "snag/coroutine.h"

#include "base/assert.h"
#include "exec/marker.h"
#include "exec/rt.h"
#include "oracle/held.h"
#include "oracle/raise.h"
#include "sched/sched.h"
#include "sched/schedule.h"

static struct snag__fiber stacks[SNAG__ASYNC_TASKS_MAX];
static uint32_t stacks_used; /* in this execution */

void snag__coroutines_begin(void) {
    stacks_used = 0;
}

void snag__coroutine_finish(struct snag__task *t) {
    if (t->fiber != NULL) {
        if (t->state != SNAG__TASK_ENDED) {
            snag__rt_fiber_abandon(t->fiber);
        }
        t->fiber->stack_bytes = 0;
    }
}

/* ---- who carries whom ---- */

static struct snag__fiber *fiber_under(const struct snag__vthread *v) {
    for (const struct snag__task *t = v->carries; t != NULL; t = t->under) {
        if (t->fiber != NULL) {
            return t->fiber;
        }
    }
    return v->task != NULL ? v->task->fiber : v->fiber;
}

/* What runs on `v` follows from whom it carries. */
static void carries_on(struct snag__vthread *v) {
    struct snag__task *t = v->carries != NULL ? v->carries : v->task;
    snag__vthread_runs(v, t != NULL ? t->index + 1 : 0);
    v->place = t != NULL ? &t->place : &v->own_place;
    v->runs = fiber_under(v);
    for (t = v->carries; t != NULL; t = t->under) {
        t->on = v->index;
        t->state = SNAG__TASK_RUNNING;
    }
    snag__recorder->current_task = v->task_number;
    snag__recorder->current_op = v->place->op;
}

void snag__carries_leave(struct snag__vthread *worker, struct snag__task *t) {
    t->carries = worker->carries;
    worker->carries = NULL;
    for (struct snag__task *c = t->carries; c != NULL; c = c->under) {
        c->state = SNAG__TASK_SUSPENDED;
        c->awaits = t->awaits;
        c->suspend_site = t->suspend_site;
        c->suspended_at = t->suspended_at;
    }
}

void snag__carries_return(struct snag__vthread *worker, struct snag__task *t) {
    worker->carries = t->carries;
    t->carries = NULL;
    carries_on(worker);
}

/* From now on somebody else runs here: the stack is about to be switched, if it is another one. */
static void carry(struct snag__vthread *self) {
    struct snag__fiber *from = self->runs;
    carries_on(self);
    if (self->runs != from) {
        snag__fiber_note_depth(from, __builtin_frame_address(0));
        snag__rt_switch_ordered(self->runs);
    }
}

static void put_on_top(struct snag__vthread *self, struct snag__task *t) {
    t->carried = true;
    t->under = self->carries;
    self->carries = t;
    carry(self);
}

static void take_off(struct snag__vthread *self, struct snag__task *t) {
    struct snag__task **link = &self->carries;
    while (*link != t) {
        link = &(*link)->under;
    }
    *link = t->under;
    t->carried = false;
    carry(self);
}

void snag__carried_end(void) {
    struct snag__vthread *self = snag__self;
    struct snag__task *carried = self->carries;
    self->carries = NULL;
    carry(self);
    for (; carried != NULL; carried = carried->under) {
        carried->state = SNAG__TASK_ENDED;
        carried->carried = false;
        if (carried->fiber != NULL) {
            snag__rt_fiber_abandon(carried->fiber);
        }
    }
}

static bool runs_here(const struct snag__task *t) {
    const struct snag__task *on = snag__self->carries;
    while (on != NULL && on != t) {
        on = on->under;
    }
    return on != NULL;
}

const struct snag__vthread *snag__carrier_of(uint16_t task) {
    const struct snag__task *t = snag__task_at(task - 1U);
    if (t->state != SNAG__TASK_RUNNING) {
        return NULL;
    }
    if (t->declared) {
        return &snag__vthreads[t->on];
    }
    for (uint32_t i = 0; i < snag__sched.vthreads; i++) {
        if (snag__vthreads[i].task == t) {
            return &snag__vthreads[i];
        }
    }
    return NULL;
}

bool snag__beneath(const struct snag__hold *h) {
    const struct snag__vthread *self = snag__self;
    for (const struct snag__task *t = self->carries; t != NULL; t = t->under) {
        if (h->task == t->index + 1U) {
            return true;
        }
    }
    if (self->task != NULL) {
        return h->task == self->task->index + 1U;
    }
    return h->task == 0 && h->vthread == self->index;
}

/* ---- which task an address stands for ---- */

enum { UNKNOWN, KNOWN }; /* states of its object */

/* Below whoever makes it. */
static struct snag_actor new_actor(struct snag__vthread *self) {
    struct snag__task *parent = self->carries != NULL ? self->carries : snag__spawner();
    if (parent != NULL) {
        return snag__actor_below(&parent->actor, ++parent->children);
    }
    struct snag_actor a = snag__actor_below(&self->actor, ++self->declared);
    a.is_task = 1;
    return a;
}

static struct snag__task *make(struct snag__object *o, uint32_t site) {
    struct snag_actor actor = new_actor(snag__self);
    struct snag__task *t = snag__task_declare(o, &actor, site);
    if (t == NULL) {
        snag__sched_limit(SNAG_LIMIT_TASKS);
    }
    o->state = KNOWN;
    snag__log(SNAG_EV_CO_CREATED, o, site)->value = t->index;
    return t;
}

static struct snag__task *task_at(const volatile void *address, bool anew, uint32_t site) {
    struct snag__object *o = snag__object_declared(address, SNAG__OBJECT_TASK, anew);
    if (o == NULL) {
        snag__sched_limit(SNAG_LIMIT_OBJECTS);
    }
    return o->state == KNOWN ? snag__task_at(o->index) : make(o, site);
}

/* ---- what it says ---- */

static void misuse(const char *text, const struct snag__task *t, uint32_t site) {
    snag__raise_misuse(text, t->object, site, t->suspend_site);
}

static void says_stack(struct snag__task *t, const volatile void *lowest, size_t bytes,
                       uint32_t site) {
    if (t->fiber != NULL || t->begun) {
        misuse("a task was given a stack that has one, or has begun without", t, site);
        return;
    }
    struct snag__fiber *f = &stacks[stacks_used++];
    f->borrowed = true;
    f->stack = (char *)lowest;
    f->stack_bytes = bytes;
    f->low = f->stack + bytes;
    t->fiber = f;
    snag__rt_fiber_start(f);
}

static void says_resumed(struct snag__task *t, uint32_t site) {
    if (t->carried || t->state == SNAG__TASK_ENDED) {
        misuse(t->state == SNAG__TASK_ENDED ? "a task was resumed that has ended"
                                            : "a task was resumed that runs already",
               t, site);
        return;
    }
    put_on_top(snag__self, t);
    snag__log(SNAG_EV_CO_RESUMED, snag__object_get(t->object), site)->value = t->begun;
    t->begun = true;
}

/* Held by `t`, on whichever vthread it took it. `raise` is called for each. */
static void for_each_held(const struct snag__task *t, uint32_t site,
                          void (*raise)(const struct snag__task *t, const struct snag__hold *h,
                                        uint32_t site)) {
    for (uint32_t i = 0; i < snag__sched.vthreads; i++) {
        for (uint32_t id = snag__vthreads[i].held_first; id != 0;) {
            const struct snag__hold *h = snag__hold_get(id);
            id = h->next_held;
            if (h->task == t->index + 1U && snag__held_kind(h) != SNAG_NO_FINDING) {
                raise(t, h, site);
            }
        }
    }
}

static void raise_suspended(const struct snag__task *t, const struct snag__hold *h, uint32_t site) {
    struct snag_finding *f = snag__raise(snag__held_kind(h));
    struct snag_party *p = snag__raise_party(f, t->awaits, site);
    snag__raise_holds(p, h);
    if (p != NULL) {
        p->task = (uint16_t)(t->index + 1);
        p->suspended = true;
    }
    snag__raise_done(f);
}

static void raise_ended(const struct snag__task *t, const struct snag__hold *h, uint32_t site) {
    (void)t;
    snag__raise_misuse("a task ended holding a lock", h->object, site, h->site);
}

static void says_suspended(struct snag__task *t, const volatile void *awaited, uint32_t site) {
    if (!runs_here(t)) {
        misuse("a task was suspended that does not run here", t, site);
        return;
    }
    const struct snag__object *o = NULL;
    if (awaited != NULL) {
        o = snag__object_declared(awaited, SNAG__OBJECT_AWAITED, false);
        if (o == NULL) {
            snag__sched_limit(SNAG_LIMIT_OBJECTS);
        }
    }
    t->awaits = o != NULL ? o->number : 0;
    snag__log(SNAG_EV_CO_SUSPENDED, o, site);
    snag__held_across();
    for_each_held(t, site, raise_suspended);
    t->state = SNAG__TASK_SUSPENDED;
    t->suspend_site = site;
    t->suspended_at = snag__sched.points;
    take_off(snag__self, t);
}

static void says_ended(struct snag__task *t, uint32_t site) {
    struct snag__vthread *self = snag__self;
    bool here = runs_here(t);
    if (!here && (t->carried || t->state == SNAG__TASK_ENDED)) {
        misuse(t->state == SNAG__TASK_ENDED ? "a task ended that had ended before"
                                            : "a task ended that runs on another thread",
               t, site);
        return;
    }
    snag__log(SNAG_EV_CO_ENDED, snag__object_get(t->object), site)->value = !here;
    for_each_held(t, site, raise_ended);
    t->state = SNAG__TASK_ENDED;
    t->suspend_site = site;
    if (t->fiber != NULL) {
        if (self->runs == t->fiber) {
            snag__rt_fiber_end(t->fiber);
        } else {
            snag__rt_fiber_abandon(t->fiber);
        }
    }
    if (here) {
        take_off(self, t);
    }
}

/* Who called the function of the library that says it, if that is code under test, too. */
static uint32_t site_of(const struct snag__task *t, uintptr_t caller, uint32_t here) {
    bool known = snag__in_code_under_test(caller);
    return t->fiber != NULL && known ? (uint32_t)(caller - snag__sched.image) : here;
}

void snag__task_says(enum snag__task_says what, const volatile void *task,
                     const volatile void *other, size_t bytes, void *caller) {
    if (snag__self == NULL) {
        return;
    }
    uint32_t here = SNAG__SITE();
    struct snag__task *t = task_at(task, what == SNAG__TASK_SAYS_CREATED, here);
    uint32_t site = site_of(t, (uintptr_t)caller, here);
    switch (what) {
    case SNAG__TASK_SAYS_CREATED:
        break;
    case SNAG__TASK_SAYS_STACK:
        says_stack(t, other, bytes, here);
        break;
    case SNAG__TASK_SAYS_RESUMED:
        says_resumed(t, site);
        break;
    case SNAG__TASK_SAYS_SUSPENDED:
        says_suspended(t, other, site);
        break;
    case SNAG__TASK_SAYS_ENDED:
        says_ended(t, site);
    }
}
