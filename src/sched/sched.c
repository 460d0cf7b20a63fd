/* sched.c: the one scheduling loop. See sched.h.
 *
 * The loop has no fiber of its own: whoever stands at a scheduling point decides, on its own stack,
 * who goes on, and switches there directly. The driver's stack is entered again only when the
 * execution ends.
 */
#include "sched/sched.h"

#include <errno.h>

#include "base/assert.h"
#include "exec/rt.h"
#include "sched/log.h"
#include "sched/pick.h"
#include "sched/plain.h"
#include "sched/wait.h"
#include "shim/signal/signal.h"
#include "shim/thread.h"
#include "task/coroutine.h"

struct snag__sched snag__sched __attribute__((aligned(64)));
_Thread_local struct snag__vthread *snag__self __attribute__((tls_model("local-exec")));

extern const char __executable_start[]; /* made by the linker */

/* ---- to the driver ---- */

static inline __attribute__((always_inline)) void stop_running(struct snag__vthread *self) {
    self->saved_errno = *snag__sched.errno_place;
    snag__fiber_note_depth(self->runs, snag__stack_pointer());
    snag__self = NULL;
    snag__rt_switch(&snag__sched.driver);
}

static void switch_to_driver(struct snag__vthread *self) {
    stop_running(self);
    snag__fiber_switch(self->runs, &snag__sched.driver);
}

void snag__sched_pause(enum snag_end end) {
    snag__sched.end = end;
    switch_to_driver(snag__self);
}

_Noreturn void snag__sched_limit(enum snag_limit limit) {
    snag__sched.limit = limit;
    snag__sched_stop(SNAG_END_LIMIT);
}

_Noreturn void snag__sched_stop(enum snag_end end) {
    snag__sched.end = end;
    switch_to_driver(snag__self);
    snag__panic("a stopped vthread was resumed", __FILE__, __LINE__);
}

__attribute__((always_inline)) _Noreturn void snag__sched_done(void) {
    struct snag__vthread *self = snag__self;
    snag__sched.end = snag__sched.fair ? SNAG_END_UNSETTLED : SNAG_END_DONE;
    stop_running(self);
    snag__fiber_leave(self->runs, &snag__sched.driver);
}

/* ---- scheduling points ---- */

static inline __attribute__((always_inline)) void
give_way_before(struct snag__vthread *self, enum snag_event_kind kind, bool enabled) {
    switch (snag__stance(kind, enabled)) {
    case SNAG__BLOCKED:
        snag__give_way_blocked(self);
        break;
    case SNAG__YIELDS:
        snag__give_way_yielding(self);
        break;
    case SNAG__READY:
        snag__give_way_ready(self, NULL);
        break;
    }
}

__attribute__((always_inline)) void
snag__point_unsignalled(enum snag_event_kind kind, const struct snag__object *o, uint32_t site) {
    struct snag__vthread *self = snag__self;
    (void)snag__stand_before(self, kind, o, site);
    give_way_before(self, kind, true);
}

__attribute__((always_inline)) void snag__point(enum snag_event_kind kind,
                                                const struct snag__object *o, uint32_t site) {
    if (snag__unlikely(snag__self->signalled)) {
        (void)snag__signals_deliver();
    }
    snag__point_unsignalled(kind, o, site);
}

/* An atomic that is no point as long as there are steps, or a signal comes first. It stands before
 * it already. */
static __attribute__((noinline)) void point_atomic_unusual(struct snag__vthread *self) {
    if (snag__sched.atomics_pass && !snag__sched.fair &&
        snag__sched.points + 1 < snag__sched.points_limit) {
        snag__sched.points++;
        return;
    }
    if (self->signalled) {
        struct snag_pending e = self->pend;
        (void)snag__signals_deliver();
        (void)snag__stand_before(self, e.kind, e.object != 0 ? snag__object_get(e.object) : NULL,
                                 e.site);
    }
    snag__give_way_ready(self, NULL);
}

__attribute__((always_inline)) void
snag__point_atomic(enum snag_event_kind kind, const struct snag__object *o, uint32_t site) {
    struct snag__vthread *self = snag__self;
    (void)snag__stand_before(self, kind, o, site);
    if (snag__unlikely(snag__sched.atomics_pass | self->signalled)) {
        point_atomic_unusual(self);
    } else {
        snag__give_way(self, SNAG__READY, NULL);
    }
}

/* Lets others run. Nobody watches here, or elsewhere before this vthread goes on: an invariant need
 * not hold between two accesses. False: none did. */
static bool between_accesses(struct snag__vthread *self) {
    struct snag__vthread *next = snag__pick(self);
    if (next == self) {
        return false;
    }
    snag__sched.between++;
    snag__plain_rested();
    snag__switch_to(self, next);
    snag__sched.between--;
    return true;
}

/* It does not count against steps_max: a replay comes by fewer of them than a search. */
bool snag__point_access(enum snag_event_kind kind, const volatile void *at, uint32_t site) {
    struct snag__vthread *self = snag__self;
    const struct snag__place *p = self->place;
    self->pend = (struct snag_pending){.kind = (uint8_t)kind,
                                       .op = p->op,
                                       .sub = p->accesses,
                                       .offset = (uint16_t)((uintptr_t)at % 8),
                                       .ordinal = p->ordinal,
                                       .object = snag__pending_memory((uintptr_t)at),
                                       .site = site};
    snag__sched.points_limit++;
    snag__pick_settle();
    return between_accesses(self);
}

void snag__point_tired(uint32_t site) {
    struct snag__vthread *self = snag__self;
    (void)snag__stand_before(self, SNAG_EV_SPIN, NULL, site);
    (void)between_accesses(self);
    if (snag__unlikely(self->signalled)) {
        (void)snag__signals_deliver();
    }
}

static inline void begin_waiting(struct snag__vthread *self) {
    snag__disable(self);
    if (snag__unlikely(self->signalled)) {
        snag__signal_ends_wait(self);
    }
}

__attribute__((always_inline)) bool snag__point_wait(enum snag_event_kind kind,
                                                     struct snag__object *o, uint32_t site,
                                                     bool enabled, uint64_t deadline) {
    struct snag__vthread *self = snag__self;
    (void)snag__stand_before(self, kind, o, site);
    if (enabled && o != NULL && deadline == UINT64_MAX) {
        self->ending = SNAG__WAIT_MET;
        snag__give_way_ready(self, o);
        return self->ending == SNAG__WAIT_MET;
    }
    if (o != NULL) {
        snag__wait_link(self, o);
    }
    snag__wait_until(self, deadline);
    if (!enabled) {
        begin_waiting(self);
    }
    give_way_before(self, kind, snag__enabled(self));
    return snag__wait_over(self);
}

__attribute__((always_inline)) bool snag__point_wait_alone(struct snag__vthread *self,
                                                           enum snag_event_kind kind,
                                                           struct snag__object *o, uint32_t site) {
    (void)snag__stand_before(self, kind, o, site);
    snag__wait_link_first(self, o);
    self->ending = SNAG__WAIT_MET;
    self->expired = false;
    snag__disable(self);
    snag__give_way_blocked(self);
    return snag__wait_alone_over(self, o);
}

bool snag__point_cond(struct snag__object *o, struct snag__object *relock, uint32_t site,
                      uint64_t deadline) {
    struct snag__vthread *self = snag__self;
    (void)snag__stand_before(self, SNAG_EV_COND_RELOCK, o, site);
    snag__wait_link(self, o);
    self->waits_with = relock->number;
    snag__wait_until(self, deadline);
    begin_waiting(self);
    give_way_before(self, SNAG_EV_COND_RELOCK, snag__enabled(self));
    return snag__wait_over(self);
}

/* ---- vthreads ---- */

__attribute__((always_inline)) _Noreturn void snag__vthread_end(void *result, bool returned) {
    struct snag__vthread *self = snag__self;
    bool is_root = self->index == 0 && returned;
    if (!is_root) {
        snag__thread_ends();
    }
    while (snag__unlikely(self->signalled)) { /* it was there when that was sent */
        (void)snag__signals_deliver();
    }
    struct snag__object *o = snag__object_get(self->object);
    struct snag__stood at = snag__stand_before(self, SNAG_EV_END, o, 0);
    (void)snag__log_stood(self, at, self->object, 0);
    snag__sched.changes++;
    self->result = result;
    self->state = SNAG__VTHREAD_ENDED;
    snag__disable(self);
    snag__waiters_set(o, true);
    snag__carries_nobody();
    snag__rt_fiber_end(self->fiber);
    snag__sched.live--;
    if (is_root || (snag__sched.live == 0 && snag__sched.daemons != 0)) {
        snag__sched_done();
    }
    snag__give_way_blocked(self);
    snag__panic("an ended vthread was resumed", __FILE__, __LINE__);
}

/* ---- the driver's side ---- */

void snag__sched_init(void) {
    snag__sched.errno_place = &errno;
    snag__sched.image = (uintptr_t)__executable_start;
}

/* From the driver, until the execution comes to an end. */
static void run_from(struct snag__vthread *v) {
    int kept = *snag__sched.errno_place;
    snag__plain_rested();
    snag__enter(v);
    snag__rt_switch(v->runs);
    snag__fiber_enter(&snag__sched.driver, v->runs);
    *snag__sched.errno_place = kept;
}

enum snag_end snag__sched_resume(uint32_t points) {
    static const struct snag__request unasked;
    struct snag__sched *s = &snag__sched;
    s->request = &unasked;
    snag__choose_begin(&unasked);
    s->fair = s->special = true;
    s->points_limit = s->points + points;
    snag__pick_settle();
    struct snag__vthread *next = snag__pick(&snag__vthreads[snag__recorder->current]);
    if (next == NULL) {
        return SNAG_END_STUCK;
    }
    snag__recorder->running = 1;
    run_from(next);
    snag__recorder->running = 0;
    return s->end;
}

/* In place, like what it is called by: a return between here and there is one more that the
 * processor expects elsewhere, for it was a vthread that returned last. */
__attribute__((always_inline)) enum snag_end snag__sched_run(void *(*root)(void *),
                                                             void *argument) {
    struct snag__vthread *v = snag__vthread_spawn(NULL, root, argument, 0);
    snag__assert(v != NULL);
    run_from(v);
    const struct snag__request *r = snag__sched.request;
    uint32_t made = snag__recorder->choices_count;
    if (r->repeat == NULL) {
        snag__sched.divergence.unused = snag__sched.schedule_left;
    } else if (made < r->repeat_count) {
        snag__sched.divergence.unused = r->repeat_count - made;
    }
    return snag__sched.end;
}

void snag__sched_finish(void) {
    bool abandons = snag__sched.live + snag__sched.daemons != 0;
    for (uint32_t i = 0; abandons && i < snag__sched.vthreads; i++) {
        if (snag__vthreads[i].state == SNAG__VTHREAD_LIVE) {
            snag__rt_fiber_abandon(snag__vthreads[i].fiber);
        }
    }
    snag__fibers_give();
}
