/* executor.c: W workers that run T tasks: which task, on which worker, and when. See snag/task.h.
 *
 * Workers are vthreads; each takes a ready task (which one is a choice), runs it until it awaits,
 * and takes the next. The queues are the harness's own: they are not themselves under test. What a
 * task does while it has a worker stands in task.c and park.c. The rule: a switch between a worker
 * and a task orders them (one OS thread would), and a task that is ready is counted in its lane.
 */
#include <string.h>

#include "base/assert.h"
#include "exec/parts.h"
#include "exec/rt.h"
#include "program/program.h"
#include "sched/fault.h"
#include "sched/sched.h"
#include "sched/schedule.h"
#include "task/coroutine.h"
#include "task/pool.h"
#include "task/task_internal.h"

enum { TURNS_UNTIL_DUE = 64 /* turns of busy workers before they look at the clock */ };

/* Ready tasks, and who takes them. */
struct lane {
    struct snag__object *queue; /* idle workers wait on it; NULL: there are none yet */
    uint32_t ready;             /* tasks in state READY */
};

_Static_assert(SNAG__LANE_POOL == SNAG__WORKERS_MAX, "one lane for each worker, and the pool's");

static struct snag__task tasks[SNAG__ASYNC_TASKS_MAX];
static uint32_t tasks_count;
static uint32_t roots;                         /* tasks spawned from outside any task */
static struct lane lanes[SNAG__LANE_POOL + 1]; /* the last: jobs */
static uint32_t lanes_used; /* 1: any worker takes any task; else one for each worker */
static uint32_t workers;
static uint64_t turns; /* order of becoming ready */
static uint32_t taken; /* turns taken since somebody's time came */

void snag__tasks_begin(void) {
    snag__pool_begin();
    snag__coroutines_begin();
    tasks_count = roots = taken = workers = 0;
    turns = 0;
    memset(lanes, 0, sizeof(lanes));
    lanes_used = 1;
}

void snag__workers_plan(uint32_t n, bool pinned) {
    snag__assert(n > 0 && n <= SNAG__WORKERS_MAX);
    snag__part_use(SNAG__PART_TASKS);
    lanes_used = pinned ? n : 1;
}

void snag__tasks_finish(void) {
    for (uint32_t i = 0; i < tasks_count; i++) {
        if (tasks[i].declared) {
            snag__coroutine_finish(&tasks[i]);
        } else if (tasks[i].fiber != NULL &&
                   (tasks[i].state != SNAG__TASK_ENDED || tasks[i].dropped)) {
            snag__rt_fiber_abandon(tasks[i].fiber);
        }
    }
    tasks_count = 0;
}

uint32_t snag__task_count(void) {
    return tasks_count;
}

struct snag__task *snag__task_at(uint32_t index) {
    return &tasks[index];
}

const struct snag_actor *snag__runs_as(const struct snag__vthread *v) {
    return v->task_number != 0 ? &tasks[v->task_number - 1].actor : &v->actor;
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

bool snag__tasks_share_worker(const struct snag__task *a, const struct snag__task *b) {
    return workers == lanes_used && a->lane == b->lane;
}

bool snag__task_suspended(uint32_t index) {
    return index < tasks_count &&
           (tasks[index].state == SNAG__TASK_SUSPENDED || tasks[index].state == SNAG__TASK_READY);
}

bool snag__task_lacks_worker(const struct snag__task *t, uint32_t since) {
    if (t->lane == SNAG__LANE_POOL) {
        return false;
    }
    return t->state == SNAG__TASK_READY ? t->readied_at <= since
                                        : t->state == SNAG__TASK_SUSPENDED &&
                                              t->ready_at != UINT64_MAX && t->suspended_at <= since;
}

/* ---- becoming ready ---- */

void snag__task_ready(struct snag__task *t) {
    struct lane *lane = &lanes[t->lane];
    t->state = SNAG__TASK_READY;
    t->ready_at = UINT64_MAX;
    t->awaits = 0;
    t->parked = false;
    t->sleeps = false;
    t->turn = turns++;
    t->readied_at = snag__sched.points;
    lane->ready++;
    if (lane->ready == 1 && lane->queue != NULL) {
        snag__waiters_set(lane->queue, true);
    }
}

void snag__task_ready_at(struct snag__task *t, uint64_t due) {
    t->ready_at = due;
    for (uint32_t i = 0; i < lanes_used; i++) {
        snag__waiters_deadline(lanes[i].queue, due);
    }
}

/* Times at which tasks that wait for them become ready; UINT64_MAX: none does. */
struct due {
    uint64_t first;
    bool any_sleeps; /* one of them by a timer of its own, not by a request */
};

/* Moves tasks whose time has come to READY; returns what is left. */
static struct due collect_due(void) {
    struct due due = {.first = UINT64_MAX};
    for (uint32_t i = 0; i < tasks_count; i++) {
        struct snag__task *t = &tasks[i];
        if (t->state != SNAG__TASK_SUSPENDED || t->ready_at == UINT64_MAX) {
            continue;
        }
        if (t->ready_at <= snag__sched.now) {
            snag__task_ready(t);
            t->expired = true;
            taken = 0;
            continue;
        }
        due.first = t->ready_at < due.first ? t->ready_at : due.first;
        due.any_sleeps |= t->sleeps;
    }
    return due;
}

/* Does time go on although there is something to do? Timers promise nothing: what a task computes
 * may take longer than another one's deadline. And where tasks keep workers busy for ever, time
 * must not stand still. */
static bool time_passes(struct due due) {
    return due.first != UINT64_MAX &&
           (taken >= TURNS_UNTIL_DUE || (due.any_sleeps && !snag__sched.no_timeouts &&
                                         snag__fault(SNAG_FAULT_TIMEOUT, SNAG__FAULT_HERE)));
}

void snag__task_taken(struct snag__task *t, enum snag__task_state state) {
    struct lane *lane = &lanes[t->lane];
    snag__assert(t->state == SNAG__TASK_READY);
    t->state = (uint8_t)state;
    if (--lane->ready == 0 && lane->queue != NULL) {
        snag__waiters_set(lane->queue, false);
    }
}

uint32_t snag__lane_ready(uint32_t lane) {
    return lanes[lane].ready;
}

struct snag__object *snag__lane_open(uint32_t lane) {
    struct lane *l = &lanes[lane];
    if (l->queue == NULL) {
        snag__part_use(SNAG__PART_TASKS);
        l->queue = snag__object_new(l, SNAG__OBJECT_TASK);
    }
    return l->queue;
}

void snag__task_ended(struct snag__task *t) {
    t->state = SNAG__TASK_ENDED;
    snag__waiters_set(snag__object_get(t->object), true);
    for (uint32_t i = 0; i < tasks_count; i++) {
        if (tasks[i].state == SNAG__TASK_SUSPENDED && tasks[i].awaits == t->object) {
            snag__rt_release(&tasks[i]);
            snag__task_ready(&tasks[i]);
        }
    }
    snag__task_tell_selects(t);
}

/* ---- workers ---- */

static struct snag__task *take_ready(uint32_t from) {
    uint64_t set[SNAG__SET_WORDS] = {0};
    const struct lane *lane = &lanes[from];
    struct snag__task *oldest = NULL;
    for (uint32_t i = 0; i < tasks_count; i++) {
        if (tasks[i].state == SNAG__TASK_READY && tasks[i].lane == from) {
            set[i / 64] |= UINT64_C(1) << (i % 64);
            if (oldest == NULL || tasks[i].turn < oldest->turn) {
                oldest = &tasks[i];
            }
        }
    }
    struct snag__task *t = oldest;
    if (lane->ready > 1) {
        struct snag_choice c = {.kind = SNAG_CHOOSE_TASK,
                                .n = lane->ready,
                                .def = oldest->index,
                                .current = snag__self->index,
                                .words = (tasks_count + 63) / 64,
                                .set = set,
                                .step = snag__sched.points};
        t = &tasks[snag__choose(&c)];
    }
    snag__task_taken(t, SNAG__TASK_RUNNING);
    return t;
}

static void run_task(struct snag__vthread *worker, struct snag__task *t) {
    worker->task = t;
    snag__vthread_runs(worker, t->index + 1);
    worker->place = &t->place;
    worker->runs = t->fiber;
    snag__recorder->current_task = worker->task_number;
    snag__recorder->current_op = t->place.op;
    taken++;
    snag__carried_return(worker, t);
    snag__rt_switch_ordered(worker->runs);
    snag__fiber_switch(worker->fiber, worker->runs);
}

void snag__task_leave_worker(struct snag__task *t) {
    struct snag__vthread *worker = snag__self;
    struct snag__fiber *from = worker->runs;
    snag__fiber_note_depth(from, __builtin_frame_address(0));
    snag__carried_leave(worker, t);
    worker->task = NULL;
    snag__vthread_runs(worker, 0);
    worker->place = &worker->own_place;
    worker->runs = worker->fiber;
    snag__recorder->current_task = 0;
    snag__rt_switch_ordered(worker->fiber);
    snag__fiber_switch(from, worker->fiber);
}

static void *worker_main(void *argument) {
    struct snag__vthread *self = snag__self;
    uint32_t at = (uint32_t)((struct lane *)argument - lanes);
    const struct lane *lane = &lanes[at];
    for (;;) {
        struct due due = collect_due();
        (void)snag__point_wait(SNAG_EV_IDLE, lane->queue, 0, lane->ready > 0, due.first);
        due = collect_due();
        if (lane->ready > 0 && time_passes(due)) {
            snag__time_advance(due.first);
            (void)collect_due();
        }
        if (lane->ready > 0) {
            run_task(self, take_ready(at));
        }
    }
    return NULL;
}

void snag__workers_name(uint32_t n) {
    snag__self->children = (uint16_t)n;
}

bool snag__workers_start(uint32_t n) {
    uint16_t children = snag__self->children;
    for (uint32_t i = 0; i < lanes_used; i++) {
        if (snag__lane_open(i) == NULL) {
            return false;
        }
    }
    snag__self->children = 0;
    workers = n;
    for (uint32_t i = 0; i < n; i++) {
        struct snag__vthread *v =
            snag__vthread_spawn(snag__self, worker_main, &lanes[i % lanes_used], 0);
        if (v == NULL) {
            return false;
        }
        v->worker = true;
    }
    snag__self->children = children;
    return true;
}

/* ---- the table ---- */

static void record(const struct snag__task *t) {
    snag__part_use(SNAG__PART_TASKS);
    snag__recorder->tasks[tasks_count++] = t->actor;
    snag__recorder->tasks_count = tasks_count;
}

struct snag__task *snag__task_declare(struct snag__object *o, const struct snag_actor *actor,
                                      uint32_t site) {
    if (tasks_count == SNAG__ASYNC_TASKS_MAX) {
        return NULL;
    }
    struct snag__task *t = &tasks[tasks_count];
    o->index = (uint16_t)tasks_count;
    *t = (struct snag__task){.state = SNAG__TASK_SUSPENDED,
                             .declared = true,
                             .actor = *actor,
                             .index = (uint16_t)tasks_count,
                             .object = o->number,
                             .spawn_site = site,
                             .suspend_site = site,
                             .suspended_at = snag__sched.points,
                             .ready_at = UINT64_MAX};
    record(t);
    return t;
}

/* The next one, ready in `lane` but for its fiber; not counted yet. NULL: too many. */
static struct snag__task *add(void (*run)(void *), void *argument, uint32_t site) {
    if (tasks_count == SNAG__ASYNC_TASKS_MAX) {
        return NULL;
    }
    struct snag__task *t = &tasks[tasks_count];
    struct snag__object *o = snag__object_new(t, SNAG__OBJECT_TASK);
    if (o == NULL) {
        return NULL;
    }
    o->index = (uint16_t)tasks_count;
    *t = (struct snag__task){.index = (uint16_t)tasks_count,
                             .object = o->number,
                             .spawn_site = site,
                             .ready_at = UINT64_MAX,
                             .run = run,
                             .argument = argument};
    struct snag__task *parent = snag__spawner();
    if (parent == NULL) {
        static const struct snag_actor top = {.is_task = 1};
        t->lane = (uint8_t)(roots % lanes_used);
        t->actor = snag__actor_below(&top, ++roots);
    } else {
        t->lane = parent->lane < lanes_used ? parent->lane : (uint8_t)(t->index % lanes_used);
        t->actor = snag__actor_below(&parent->actor, ++parent->children);
    }
    record(t);
    return t;
}

struct snag__task *snag__task_new(void (*run)(void *), void *argument, uint32_t site) {
    struct snag__task *t = add(run, argument, site);
    if (t == NULL) {
        return NULL;
    }
    t->fiber = snag__fiber_take();
    if (t->fiber == NULL) {
        tasks_count--;
        return NULL;
    }
    snag__fiber_prepare(t->fiber, snag__task_main);
    snag__rt_fiber_start(t->fiber);
    snag__task_ready(t);
    return t;
}

struct snag__task *snag__job_new(void (*run)(void *), void *argument, uint32_t site) {
    struct snag__task *t = add(run, argument, site);
    if (t != NULL) {
        t->lane = SNAG__LANE_POOL;
        snag__rt_release(t);
        snag__task_ready(t);
    }
    return t;
}
