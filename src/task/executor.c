/* executor.c: W workers that run T tasks. See snag/task.h.
 *
 * Workers are vthreads; each takes a ready task (which one is a choice), runs it until it awaits,
 * and takes the next. The queue is the harness's own: it is not itself under test. The rule: a
 * switch between a worker and a task orders them (one OS thread would), and a waker happens before
 * the woken.
 */
#include "snag/task.h"

#include <string.h>

#include "base/assert.h"
#include "exec/rt.h"
#include "oracle/left.h"
#include "oracle/raise.h"
#include "sched/sched.h"
#include "sched/schedule.h"
#include "task/task_internal.h"

enum {
    LATENCIES = 4,
    YIELDS_UNTIL_DUE = 64 /* turns that tasks give away before busy workers look at the clock */
};
#define LATENCY_UNIT_NS UINT64_C(1000000)

static struct snag__task tasks[SNAG__ASYNC_TASKS_MAX];
static uint32_t tasks_count;
static uint32_t roots;             /* tasks spawned from outside any task */
static uint32_t ready;             /* tasks in state READY */
static uint64_t turns;             /* order of becoming ready */
static uint32_t yields;            /* since a request came back */
static struct snag__object *queue; /* idle workers wait on it */

void snag__tasks_begin(void) {
    tasks_count = roots = ready = yields = 0;
    turns = 0;
    queue = NULL;
}

void snag__tasks_finish(void) {
    for (uint32_t i = 0; i < tasks_count; i++) {
        if (tasks[i].state != SNAG__TASK_ENDED) {
            snag__rt_fiber_abandon(tasks[i].fiber);
        }
        snag__fiber_give(tasks[i].fiber);
    }
    tasks_count = 0;
}

uint32_t snag__task_count(void) {
    return tasks_count;
}

struct snag__task *snag__task_at(uint32_t index) {
    return &tasks[index];
}

const struct snag_actor *snag__task_actor(const struct snag__task *t) {
    return &t->actor;
}

bool snag__task_find(const struct snag_actor *actor, uint32_t *index) {
    for (uint32_t i = 0; i < tasks_count; i++) {
        if (snag__actor_equal(&tasks[i].actor, actor)) {
            *index = i;
            return true;
        }
    }
    return false;
}

bool snag__task_suspended(uint32_t index) {
    return index < tasks_count &&
           (tasks[index].state == SNAG__TASK_SUSPENDED || tasks[index].state == SNAG__TASK_READY);
}

/* ---- becoming ready ---- */

void snag__task_ready(struct snag__task *t) {
    t->state = SNAG__TASK_READY;
    t->ready_at = UINT64_MAX;
    t->awaits = 0;
    t->turn = turns++;
    ready++;
    if (ready == 1 && queue != NULL) {
        snag__waiters_set(queue, true);
    }
}

/* Moves tasks whose time has come to READY; returns the earliest time of those that still wait. */
static uint64_t collect_due(void) {
    uint64_t next = UINT64_MAX;
    for (uint32_t i = 0; i < tasks_count; i++) {
        struct snag__task *t = &tasks[i];
        if (t->state != SNAG__TASK_SUSPENDED || t->ready_at == UINT64_MAX) {
            continue;
        }
        if (t->ready_at <= snag__sched.now) {
            snag__task_ready(t);
            yields = 0;
        } else if (t->ready_at < next) {
            next = t->ready_at;
        }
    }
    return next;
}

/* ---- workers ---- */

static struct snag__task *take_ready(void) {
    uint64_t set[SNAG__SET_WORDS] = {0};
    struct snag__task *oldest = NULL;
    for (uint32_t i = 0; i < tasks_count; i++) {
        if (tasks[i].state == SNAG__TASK_READY) {
            set[i / 64] |= UINT64_C(1) << (i % 64);
            if (oldest == NULL || tasks[i].turn < oldest->turn) {
                oldest = &tasks[i];
            }
        }
    }
    struct snag__task *t = oldest;
    if (ready > 1) {
        struct snag_choice c = {.kind = SNAG_CHOOSE_TASK,
                                .n = ready,
                                .def = oldest->index,
                                .current = snag__self->index,
                                .words = (tasks_count + 63) / 64,
                                .set = set,
                                .step = snag__sched.points};
        t = &tasks[snag__choose(&c)];
    }
    t->state = SNAG__TASK_RUNNING;
    if (--ready == 0) {
        snag__waiters_set(queue, false);
    }
    return t;
}

static void run_task(struct snag__vthread *worker, struct snag__task *t) {
    worker->task = t;
    worker->task_number = (uint16_t)(t->index + 1);
    worker->place = &t->place;
    worker->runs = t->fiber;
    snag__recorder->current_task = worker->task_number;
    snag__recorder->current_op = t->place.op;
    snag__rt_switch_ordered(t->fiber);
    snag__fiber_switch(worker->fiber, t->fiber);
}

static void *worker_main(void *unused) {
    (void)unused;
    struct snag__vthread *self = snag__self;
    for (;;) {
        uint64_t due = collect_due();
        (void)snag__point_wait(SNAG_EV_IDLE, queue, 0, ready > 0, due);
        due = collect_due();
        if (ready > 0 && due != UINT64_MAX && yields >= YIELDS_UNTIL_DUE) {
            /* Tasks that poll by yielding leave no worker idle, and time stood still for ever. */
            snag__time_advance(due);
            (void)collect_due();
        }
        if (ready > 0) {
            run_task(self, take_ready());
        }
    }
    return NULL;
}

void snag__workers_name(uint32_t n) {
    snag__self->children = (uint16_t)n;
}

bool snag__workers_start(uint32_t n) {
    uint16_t children = snag__self->children;
    queue = snag__object_new(&queue, SNAG__OBJECT_TASK);
    if (queue == NULL) {
        return false;
    }
    snag__self->children = 0;
    for (uint32_t i = 0; i < n; i++) {
        struct snag__vthread *v = snag__vthread_spawn(worker_main, NULL, 0);
        if (v == NULL) {
            return false;
        }
        v->worker = true;
    }
    snag__self->children = children;
    return true;
}

/* ---- tasks ---- */

/* Leaves the worker; returns when some worker runs this task again. */
static void leave_worker(struct snag__task *t) {
    struct snag__vthread *worker = snag__self;
    snag__fiber_note_depth(t->fiber, __builtin_frame_address(0));
    worker->task = NULL;
    worker->task_number = 0;
    worker->place = &worker->own_place;
    worker->runs = worker->fiber;
    snag__recorder->current_task = 0;
    snag__rt_switch_ordered(worker->fiber);
    snag__fiber_switch(t->fiber, worker->fiber);
}

static void task_main(void) {
    struct snag__task *t = snag__self->task;
    snag__log(SNAG_EV_TASK_START, snag__object_get(t->object), t->spawn_site);
    t->run(t->argument);
    struct snag__object *o = snag__object_get(t->object);
    snag__point(SNAG_EV_TASK_END, o, 0);
    snag__log(SNAG_EV_TASK_END, o, 0);
    t->state = SNAG__TASK_ENDED;
    for (uint32_t i = 0; i < tasks_count; i++) {
        if (tasks[i].state == SNAG__TASK_SUSPENDED && tasks[i].awaits == t->object) {
            snag__rt_release(&tasks[i]);
            snag__task_ready(&tasks[i]);
        }
    }
    snag__rt_fiber_end(t->fiber);
    leave_worker(t);
    snag__panic("an ended task was resumed", __FILE__, __LINE__);
}

struct snag__task *snag__task_new(void (*run)(void *), void *argument, uint32_t site) {
    if (tasks_count == SNAG__ASYNC_TASKS_MAX) {
        return NULL;
    }
    struct snag__task *t = &tasks[tasks_count];
    struct snag__object *o = snag__object_new(t, SNAG__OBJECT_TASK);
    struct snag__fiber *fiber = o == NULL ? NULL : snag__fiber_take();
    if (fiber == NULL) {
        return NULL;
    }
    o->index = (uint16_t)tasks_count;
    *t = (struct snag__task){.fiber = fiber,
                             .index = (uint16_t)tasks_count,
                             .object = o->number,
                             .spawn_site = site,
                             .ready_at = UINT64_MAX,
                             .run = run,
                             .argument = argument};
    struct snag__task *parent = snag__self->task;
    if (parent == NULL) {
        static const struct snag_actor top = {.is_task = 1};
        t->actor = snag__actor_below(&top, ++roots);
    } else {
        t->actor = snag__actor_below(&parent->actor, ++parent->children);
    }
    snag__recorder->tasks[tasks_count++] = t->actor;
    snag__recorder->tasks_count = tasks_count;
    snag__fiber_prepare(fiber, task_main);
    snag__rt_fiber_start(fiber);
    snag__task_ready(t);
    return t;
}

/* ---- awaiting ---- */

/* Suspended with a blocking lock in hand: rule R1. No harm yet; the hang is another finding. An
 * async mutex is there to be held across an await; what an operation left held is told already. */
static void check_held(const struct snag__task *t, uint32_t site) {
    uint32_t id = snag__self->held_first;
    while (id != 0) {
        const struct snag__hold *h = snag__hold_get(id);
        if (h->task == t->index + 1U &&
            snag__object_get(h->object)->kind != SNAG__OBJECT_ASYNC_MUTEX &&
            snag__left_by(h) == 0) {
            struct snag_finding *f = snag__raise(SNAG_SUSPEND_HOLDING_LOCK);
            struct snag_party *p = snag__raise_party(f, 0, site);
            snag__raise_holds(p, h);
            if (p != NULL) {
                p->suspended = true;
            }
            snag__raise_done(f);
        }
        id = h->next_held;
    }
}

void snag__task_suspend(struct snag__task *t, uint32_t site) {
    check_held(t, site);
    t->suspend_site = site;
    t->suspended_at = snag__sched.points;
    leave_worker(t);
    snag__rt_acquire(t);
    snag__log(SNAG_EV_RESUME, NULL, site);
}

struct snag_task *snag_task_spawn(void (*run)(void *argument), void *argument) {
    snag__assert(snag__self != NULL && snag__self->task != NULL);
    uint32_t site = SNAG__SITE();
    snag__point(SNAG_EV_TASK_SPAWN, NULL, site);
    struct snag__task *t = snag__task_new(run, argument, site);
    if (t == NULL) {
        snag__sched_limit(SNAG_LIMIT_TASKS);
    }
    struct snag_event *e = snag__log(SNAG_EV_TASK_SPAWN, snag__object_get(t->object), site);
    e->value = t->index;
    return (struct snag_task *)t;
}

void snag_task_join(struct snag_task *handle) {
    struct snag__task *self = snag__self->task;
    const struct snag__task *t = (const struct snag__task *)handle;
    snag__assert(self != NULL);
    uint32_t site = SNAG__SITE();
    struct snag__object *o = snag__object_get(t->object);
    snag__point(SNAG_EV_TASK_JOIN, o, site);
    snag__log(SNAG_EV_TASK_JOIN, o, site);
    if (t->state != SNAG__TASK_ENDED) {
        self->state = SNAG__TASK_SUSPENDED;
        self->awaits = t->object;
        snag__task_suspend(self, site);
    }
    snag__rt_joined(t->fiber);
}

void snag_task_yield(void) {
    uint32_t site = SNAG__SITE();
    struct snag__task *self = snag__self->task;
    snag__point(SNAG_EV_TASK_YIELD, NULL, site);
    snag__log(SNAG_EV_TASK_YIELD, NULL, site);
    if (self != NULL) {
        yields++;
        snag__task_ready(self);
        snag__task_suspend(self, site);
    }
}

static uint64_t choose_latency(void) {
    struct snag_choice c = {.kind = SNAG_CHOOSE_LATENCY,
                            .n = LATENCIES,
                            .def = 1,
                            .current = snag__self->index,
                            .step = snag__sched.points};
    return snag__choose(&c) * LATENCY_UNIT_NS;
}

int64_t snag_io(int64_t request) {
    uint32_t site = SNAG__SITE();
    struct snag__task *self = snag__self->task;
    if (self == NULL) {
        (void)snag__point_wait(SNAG_EV_SLEEP, NULL, site, false, snag__sched.now + LATENCY_UNIT_NS);
        snag__log(SNAG_EV_SLEEP, NULL, site);
        return snag_io_answer(request);
    }
    snag__point(SNAG_EV_SUSPEND, NULL, site);
    snag__log(SNAG_EV_SUSPEND, NULL, site);
    uint64_t latency = choose_latency();
    if (latency == 0) {
        snag__task_ready(self);
    } else {
        self->state = SNAG__TASK_SUSPENDED;
        self->ready_at = snag__sched.now + latency;
        snag__waiters_deadline(queue, self->ready_at);
    }
    snag__task_suspend(self, site);
    return snag_io_answer(request);
}
