/* task.c: what a task does: it starts, awaits, ends; it is joined and aborted. See snag/task.h.
 *
 * When it gets a worker is executor.c's. The rule: a task is dropped only by itself, at an await,
 * on its own stack, so that what its cleanups refer to is still there, and is gone after them;
 * whoever wakes or aborts it happens before what it does next.
 */
#include "snag/task.h"

#include <string.h>

#include "base/assert.h"
#include "exec/rt.h"
#include "oracle/held.h"
#include "oracle/raise.h"
#include "sched/fault.h"
#include "sched/sched.h"
#include "task/coroutine.h"
#include "task/pool.h"
#include "task/task_internal.h"

enum { LATENCIES = 4 };
#define LATENCY_UNIT_NS UINT64_C(1000000)

_Noreturn void snag__task_misused(const char *what, uint32_t site) {
    snag__raise_misuse(what, 0, site, 0);
    snag__sched_stop(SNAG_END_STOPPED);
}

/* ---- from its start to its end ---- */

static _Noreturn void end_task(struct snag__task *t) {
    struct snag__object *o = snag__object_get(t->object);
    snag__point(SNAG_EV_TASK_END, o, 0);
    snag__log(SNAG_EV_TASK_END, o, 0)->value = t->dropped;
    snag__task_ended(t);
    snag__carries_nobody();
    if (t->dropped && snag__fiber_spoil(t->fiber, __builtin_frame_address(0))) {
        snag__rt_fiber_drop(t->fiber);
    }
    snag__rt_fiber_end(t->fiber);
    snag__task_leave_worker(t);
    snag__panic("an ended task was resumed", __FILE__, __LINE__);
}

void snag__task_main(void) {
    struct snag__task *t = snag__self->task;
    snag__log(SNAG_EV_TASK_START, snag__object_get(t->object), t->spawn_site);
    if (snag__task_doomed(t)) {
        snag__task_drop(t);
    }
    t->run(t->argument);
    end_task(t);
}

_Noreturn void snag__task_drop(struct snag__task *t) {
    snag__rt_acquire(t);
    t->dropped = true;
    t->sleeps = false;
    while (t->cleanups != NULL) {
        struct snag_cleanup *c = t->cleanups;
        t->cleanups = c->outer;
        c->run(c->argument);
    }
    end_task(t);
}

/* ---- awaiting ---- */

bool snag__task_suspend(struct snag__task *t, uint32_t awaits, uint64_t until, uint32_t site) {
    snag__held_at_suspend(site);
    t->expired = until <= snag__sched.now;
    if (t->expired) {
        snag__task_ready(t);
    } else {
        t->state = SNAG__TASK_SUSPENDED;
        t->awaits = awaits;
        if (until != UINT64_MAX) {
            snag__task_ready_at(t, until);
        }
    }
    t->suspend_site = site;
    t->suspended_at = snag__sched.points;
    snag__task_leave_worker(t);
    snag__rt_acquire(t);
    bool late = t->expired && awaits != 0;
    snag__log(SNAG_EV_RESUME, NULL, site)->flags = late ? SNAG_EVF_TIMEOUT : 0;
    return !t->expired;
}

/* The same; whoever is aborted does not return from it. */
static void await(struct snag__task *t, uint32_t awaits, uint64_t until, uint32_t site) {
    if (!snag__task_doomed(t)) {
        (void)snag__task_suspend(t, awaits, until, site);
    }
    if (snag__task_doomed(t)) {
        snag__task_drop(t);
    }
}

void snag_task_yield(void) {
    uint32_t site = SNAG__SITE();
    struct snag__task *self = snag__self->task;
    snag__point(SNAG_EV_TASK_YIELD, NULL, site);
    snag__log(SNAG_EV_TASK_YIELD, NULL, site);
    if (self != NULL) {
        await(self, 0, 0, site);
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

static void await_answer(uint32_t site) {
    struct snag__task *self = snag__self->task;
    if (self == NULL) {
        snag__held_at_io(site);
        (void)snag__point_wait(SNAG_EV_SLEEP, NULL, site, false, snag__sched.now + LATENCY_UNIT_NS);
        snag__log(SNAG_EV_SLEEP, NULL, site);
        return;
    }
    snag__point(SNAG_EV_SUSPEND, NULL, site);
    snag__log(SNAG_EV_SUSPEND, NULL, site);
    await(self, 0, snag__sched.now + choose_latency(), site);
}

int64_t snag_io(int64_t request) {
    await_answer(SNAG__SITE());
    return snag_io_answer(request);
}

/* How many of `bytes` it gives; 0: it fails. */
static uint32_t choose_bytes(uint32_t bytes, uint32_t site) {
    bool fails = snag__fault(SNAG_FAULT_IO_ERROR, SNAG__FAULT_HERE);
    bool cut = !fails && bytes > 1 && snag__fault(SNAG_FAULT_SHORT_READ, SNAG__FAULT_HERE);
    struct snag_event *e = snag__log(SNAG_EV_IO_READ, NULL, site);
    e->value = fails ? 0 : cut ? bytes / 2 : bytes;
    e->flags = (uint8_t)((fails ? SNAG_EVF_FAILED : 0U) | (fails || cut ? SNAG_EVF_FAULT : 0U));
    return e->value;
}

/* The write is the caller's, and at once, as that of a system call: a race detector remembers few
 * accesses of one word. */
static void give(uint8_t *to, int64_t request, uint32_t from, uint32_t bytes, uint32_t site) {
    uint8_t part[256];
    for (uint32_t at = 0; at < bytes; at += sizeof(part)) {
        uint32_t n = bytes - at < sizeof(part) ? bytes - at : sizeof(part);
        for (uint32_t i = 0; i < n; i++) {
            part[i] = snag_io_byte(request, from + at + i);
        }
        snag__rt_call_begin(site);
        memcpy(to + at, part, n);
        snag__rt_call_end();
    }
}

enum snag_io_status snag_io_read(int64_t request, uint32_t from, void *buffer, uint32_t bytes,
                                 uint32_t *got) {
    uint32_t site = SNAG__SITE();
    if (bytes == 0) {
        snag__task_misused("a read of no bytes", site);
    }
    await_answer(site);
    *got = choose_bytes(bytes, site);
    give(buffer, request, from, *got, site);
    return *got > 0 ? SNAG_IO_DONE : SNAG_IO_FAILED;
}

/* ---- time ---- */

uint64_t snag_task_now(void) {
    return snag__sched.now;
}

static uint64_t after(uint64_t ns) {
    return ns < UINT64_MAX - snag__sched.now ? snag__sched.now + ns : UINT64_MAX;
}

static void sleep_until(uint64_t until, uint32_t site) {
    struct snag__task *self = snag__self->task;
    if (self == NULL) {
        if (until > snag__sched.now) {
            snag__held_at_io(site);
        }
        (void)snag__point_wait(SNAG_EV_SLEEP, NULL, site, until <= snag__sched.now, until);
        snag__log(SNAG_EV_SLEEP, NULL, site);
        return;
    }
    snag__point(SNAG_EV_SLEEP, NULL, site);
    snag__log(SNAG_EV_SLEEP, NULL, site);
    self->sleeps = true;
    await(self, 0, until, site);
}

void snag_task_sleep(uint64_t ns) {
    sleep_until(after(ns), SNAG__SITE());
}

struct snag_interval snag_interval_every(uint64_t ns) {
    if (ns == 0) {
        snag__task_misused("an interval of no length", SNAG__SITE());
    }
    return (struct snag_interval){.period = ns, .next = after(ns)};
}

uint64_t snag_interval_tick(struct snag_interval *i) {
    sleep_until(i->next, SNAG__SITE());
    uint64_t ticks = (snag__sched.now - i->next) / i->period + 1;
    i->next += ticks * i->period;
    return ticks;
}

/* ---- others ---- */

static void log_spawn(const struct snag__task *t, uint32_t site) {
    snag__log(SNAG_EV_TASK_SPAWN, snag__object_get(t->object), site)->value = t->index;
}

static void check_spawner(uint32_t site) {
    snag__assert(snag__self != NULL);
    if (snag__spawner() == NULL) {
        snag__task_misused("a spawn outside of tasks and jobs", site);
    }
}

static struct snag__task *spawn(void (*run)(void *argument), void *argument, uint32_t site) {
    check_spawner(site);
    snag__point(SNAG_EV_TASK_SPAWN, NULL, site);
    struct snag__task *t = snag__task_new(run, argument, site);
    if (t == NULL) {
        snag__sched_limit(SNAG_LIMIT_TASKS);
    }
    log_spawn(t, site);
    return t;
}

struct snag_task *snag_task_spawn(void (*run)(void *argument), void *argument) {
    return (struct snag_task *)spawn(run, argument, SNAG__SITE());
}

struct snag_task *snag_task_spawn_blocking(void (*run)(void *argument), void *argument) {
    uint32_t site = SNAG__SITE();
    check_spawner(site);
    snag__point(SNAG_EV_TASK_SPAWN, NULL, site);
    struct snag__task *job = snag__pool_submit(run, argument, site);
    log_spawn(job, site);
    return (struct snag_task *)job;
}

static void await_end(const struct snag__task *t, uint64_t until, uint32_t site) {
    struct snag__task *self = snag__self->task;
    struct snag__object *o = snag__object_get(t->object);
    if (self == NULL) {
        (void)snag__point_wait(SNAG_EV_TASK_JOIN, o, site, t->state == SNAG__TASK_ENDED, until);
        snag__log(SNAG_EV_TASK_JOIN, o, site);
        return;
    }
    snag__point(SNAG_EV_TASK_JOIN, o, site);
    snag__log(SNAG_EV_TASK_JOIN, o, site);
    if (t->state != SNAG__TASK_ENDED && until > snag__sched.now) {
        self->sleeps = until != UINT64_MAX;
        await(self, t->object, until, site);
    }
}

static enum snag_task_end join(const struct snag__task *t, uint64_t until, uint32_t site) {
    await_end(t, until, site);
    if (t->state != SNAG__TASK_ENDED) {
        return SNAG_TASK_LATE;
    }
    if (t->fiber != NULL) {
        snag__rt_joined(t->fiber);
    } else {
        snag__rt_acquire(t);
    }
    return t->dropped ? SNAG_TASK_ABORTED : SNAG_TASK_DONE;
}

enum snag_task_end snag_task_join(struct snag_task *t) {
    return join((const struct snag__task *)t, UINT64_MAX, SNAG__SITE());
}

enum snag_task_end snag_task_join_until(struct snag_task *t, uint64_t until) {
    return join((const struct snag__task *)t, until, SNAG__SITE());
}

static void abort_task(struct snag__task *t, uint32_t site) {
    struct snag__object *o = snag__object_get(t->object);
    snag__point(SNAG_EV_TASK_ABORT, o, site);
    snag__log(SNAG_EV_TASK_ABORT, o, site);
    if (t->fiber == NULL) {
        snag__pool_withdraw(t);
        return;
    }
    if (t->state == SNAG__TASK_ENDED) {
        return;
    }
    snag__rt_release(t);
    t->aborted = true;
    if (t->state == SNAG__TASK_SUSPENDED && !t->dropped) {
        snag__task_ready(t);
    }
}

void snag_task_abort(struct snag_task *t) {
    abort_task((struct snag__task *)t, SNAG__SITE());
}

_Noreturn void snag_task_exit(void) {
    if (snag__self->task == NULL) {
        snag__task_misused("the end of a task outside of any", SNAG__SITE());
    }
    snag__task_drop(snag__self->task);
}

/* ---- cleanups ---- */

void snag_cleanup_push(struct snag_cleanup *c, void (*run)(void *argument), void *argument) {
    struct snag__task *self = snag__self->task;
    *c = (struct snag_cleanup){.run = run, .argument = argument};
    if (self != NULL) {
        c->outer = self->cleanups;
        self->cleanups = c;
    }
}

void snag_cleanup_pop(struct snag_cleanup *c, bool run) {
    struct snag__task *self = snag__self->task;
    if (self != NULL) {
        if (self->cleanups != c) {
            snag__task_misused("a pop of what is not the newest cleanup", SNAG__SITE());
        }
        self->cleanups = c->outer;
    }
    if (run) {
        c->run(c->argument);
    }
}

/* ---- what is cancelled ---- */

bool snag__task_cancelled(uint32_t turns, void (*run)(void *argument), void *argument) {
    struct snag__task *self = snag__self->task, *inner = spawn(run, argument, 0);
    while (turns-- > 0) {
        snag__point(SNAG_EV_TASK_YIELD, NULL, 0);
        snag__log(SNAG_EV_TASK_YIELD, NULL, 0);
        await(self, 0, 0, 0);
    }
    abort_task(inner, 0);
    return join(inner, UINT64_MAX, 0) == SNAG_TASK_DONE;
}

/* ---- timeout ---- */

struct timed {
    struct snag__task *inner;
    uint32_t site;
};

/* Who had set the time is aborted: so is what it awaits. */
static void give_up_inner(void *argument) {
    struct timed *timed = argument;
    abort_task(timed->inner, timed->site);
    (void)join(timed->inner, UINT64_MAX, timed->site);
}

bool snag_task_timeout(uint64_t ns, void (*run)(void *argument), void *argument) {
    uint32_t site = SNAG__SITE();
    uint64_t until = after(ns);
    struct timed timed = {.inner = spawn(run, argument, site), .site = site};
    struct snag_cleanup c;
    snag_cleanup_push(&c, give_up_inner, &timed);
    enum snag_task_end end = join(timed.inner, until, site);
    if (end == SNAG_TASK_LATE) {
        abort_task(timed.inner, site);
        end = join(timed.inner, UINT64_MAX, site);
    }
    snag_cleanup_pop(&c, false);
    return end == SNAG_TASK_DONE;
}
