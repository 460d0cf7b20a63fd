/* turn.c: who stands at a point lets others run. See turn.h.
 *
 * There is no stack between two vthreads: whoever gives way switches to who is next. The rule:
 * where a switch is made nothing is done after it that was kept over it, but by a function of its
 * own.
 */
#include "sched/turn.h"

#include "exec/rt.h"
#include "sched/wait.h"

/* ---- switching ---- */

__attribute__((always_inline)) void snag__enter(struct snag__vthread *next) {
    snag__self = next;
    *snag__sched.errno_place = next->saved_errno;
    snag__copy_actor(&snag__recorder->current, next);
    snag__copy_head(&snag__recorder->current_kind, &next->pend);
}

static __attribute__((noinline)) void switch_seen(struct snag__fiber *from,
                                                  struct snag__fiber *to) {
    snag__rt_switch(to);
    snag__fiber_switch(from, to);
}

/* All of it but the switch of stacks; returns what was run. */
static inline __attribute__((always_inline)) struct snag__fiber *leave(struct snag__vthread *self,
                                                                       struct snag__vthread *next) {
    struct snag__fiber *from = self->runs;
    snag__sched.switches++;
    self->saved_errno = *snag__sched.errno_place;
    snag__fiber_note_depth(from, snag__stack_pointer());
    snag__enter(next);
    return from;
}

/* Where nobody sees it the switch can be the last thing that is done here, and by who called. */
__attribute__((always_inline)) int
snag__switch_unseen(struct snag__vthread *self, struct snag__vthread *next, int (*then)(void)) {
    struct snag__fiber *from = leave(self, next);
    return snag__fiber_switch_then(from, next->runs, then);
}

__attribute__((always_inline)) void snag__switch_to(struct snag__vthread *self,
                                                    struct snag__vthread *next) {
    struct snag__fiber *from = leave(self, next);
    if (snag__rt_sees) {
        switch_seen(from, next->runs);
    } else {
        snag__fiber_switch(from, next->runs);
    }
}

/* Nobody can go on: all have ended, the root by pthread_exit, or some wait. */
static __attribute__((noinline, cold)) void nobody_left(void) {
    if (snag__sched.live == 0) {
        snag__sched_done();
    }
    snag__sched_pause(SNAG_END_STUCK);
}

/* Others run until it is this vthread's turn, `next` first. */
static __attribute__((noinline)) void hand_over(struct snag__vthread *self, uint32_t next) {
    snag__switch_to(self, &snag__vthreads[next]);
}

/* The same, and meanwhile it waits for `o`. */
static __attribute__((noinline)) void hand_over_waiting(struct snag__vthread *self, uint32_t next,
                                                        struct snag__object *o) {
    snag__wait_link(self, o);
    snag__wait_until(self, UINT64_MAX);
    snag__switch_to(self, &snag__vthreads[next]);
    (void)snag__wait_over(snag__self);
}

/* Lets others run until it is this vthread's turn. It stands so before its event, and `o` is what
 * it waits for meanwhile, or NULL: how that ended is in `ending`, if others ran.
 *
 * In several functions: where the random walk goes on, as it mostly does, none is called, and where
 * it turns, nothing has to be kept meanwhile. */
static __attribute__((noinline)) void give_way_with_care(struct snag__vthread *self,
                                                         struct snag__object *o) {
    bool waits = o != NULL && (snag__sched.candidates > 1 || snag__sched.timed_waiters != 0);
    if (waits) {
        snag__wait_link(self, o);
        snag__wait_until(self, UINT64_MAX);
    }
    if (snag__sched.watch != NULL) {
        snag__sched.watch();
    }
    struct snag__vthread *next = snag__pick(self);
    if (snag__unlikely(next == NULL)) {
        nobody_left();
    } else if (next != self) {
        snag__switch_to(self, next);
    }
    if (waits) {
        (void)snag__wait_over(self);
    }
}

/* `next` is another one. */
static inline __attribute__((always_inline)) void turn_to(struct snag__vthread *self, uint32_t next,
                                                          struct snag__object *o) {
    if (o != NULL) {
        hand_over_waiting(self, next, o);
    } else {
        hand_over(self, next);
    }
}

/* Whoever but the random walk is asked, by one who cannot go on, or others are to go first. */
static __attribute__((noinline)) void
give_way_as_asked(struct snag__vthread *self, enum snag__stance stance, struct snag__object *o) {
    uint32_t next = snag__pick_usual(self, stance);
    if (next != self->index) {
        turn_to(self, next, o);
    }
}

/* The same, by one who can go on. */
static inline __attribute__((always_inline)) void ready_as_asked(struct snag__vthread *self,
                                                                 struct snag__object *o) {
    uint32_t next = snag__pick_ready(self);
    self = snag__self;
    if (next != self->index) {
        turn_to(self, next, o);
    }
}
static __attribute__((noinline)) void give_way_ready_as_asked(struct snag__vthread *self) {
    ready_as_asked(self, NULL);
}
static __attribute__((noinline)) void wait_ready_as_asked(struct snag__vthread *self,
                                                          struct snag__object *o) {
    ready_as_asked(self, o);
}

__attribute__((always_inline)) void
snag__give_way(struct snag__vthread *self, enum snag__stance stance, struct snag__object *o) {
    if (snag__unlikely(!snag__pick_is_usual(stance))) {
        give_way_with_care(self, o);
    } else if (stance != SNAG__BLOCKED && snag__goes_on_alone()) {
        return;
    } else if (snag__unlikely(snag__spins(self)) ||
               (snag__sched.walk == NULL && stance != SNAG__READY)) {
        give_way_as_asked(self, stance, o);
    } else if (snag__sched.walk != NULL) {
        uint32_t next = snag__pick_walk(self, stance);
        if (next != self->index) {
            turn_to(self, next, o);
        }
    } else if (o != NULL) {
        wait_ready_as_asked(self, o);
    } else {
        give_way_ready_as_asked(self);
    }
}

__attribute__((noinline)) void snag__give_way_ready(struct snag__vthread *self,
                                                    struct snag__object *o) {
    snag__give_way(self, SNAG__READY, o);
}

__attribute__((noinline)) void snag__give_way_blocked(struct snag__vthread *self) {
    snag__give_way(self, SNAG__BLOCKED, NULL);
}

__attribute__((noinline)) void snag__give_way_yielding(struct snag__vthread *self) {
    snag__give_way(self, SNAG__YIELDS, NULL);
}
