/* pick.c: who goes on from a scheduling point. See pick.h. */
#include "sched/pick.h"

#include "base/assert.h"
#include "sched/wait.h"

/* Of the fair continuation, beyond twice the bound: what ends at all in a round robin has time to,
 * however tight the bound was, and is not called a livelock. */
enum { FAIR_POINTS = 20000 };

/* Points that a tick takes from the bound. */
enum { TICK_POINTS = 50 };

/* The first candidate after `v` in cyclic index order; `v` itself only if it is the last one. */
static inline uint32_t next_in_order(uint32_t v, uint32_t words) {
    uint32_t word = words == 1 ? 0 : v / 64;
    uint64_t bits = snag__sched.set[word] & (~UINT64_C(1) << (v % 64));
    if (snag__likely(words == 1)) {
        bits = bits != 0 ? bits : snag__sched.set[0];
        snag__assert(bits != 0);
        return (uint32_t)__builtin_ctzll(bits);
    }
    for (uint32_t i = 0; i <= words; i++) {
        if (bits != 0) {
            return word * 64 + (uint32_t)__builtin_ctzll(bits);
        }
        word = word + 1 < words ? word + 1 : 0;
        bits = snag__sched.set[word];
    }
    snag__panic("nobody in the set of candidates", __FILE__, __LINE__);
}

/* Out of steps: go on fairly, then stop. True: stopped, and resumed by the driver. */
static __attribute__((noinline, cold)) bool out_of_steps(void) {
    if (snag__sched.fair) {
        snag__sched_pause(SNAG_END_STEPS);
        return true;
    }
    snag__sched.fair = snag__sched.special = true;
    snag__sched.bound_event = snag__recorder->events_count;
    snag__sched.bound_point = snag__sched.points;
    for (uint32_t i = 0; i < snag__sched.vthreads; i++) {
        snag__vthreads[i].bound_place = *snag__vthreads[i].place;
        snag__vthreads[i].bound_task = (uint16_t)(snag__vthreads[i].task_number + 1);
    }
    snag__sched.limit = SNAG_LIMIT_STEPS;
    snag__sched.points_limit = snag__sched.points + 2 * snag__sched.steps_max + FAIR_POINTS;
    snag__pick_settle();
    return false;
}

uint32_t snag__left_alone_since(void) {
    const struct snag__sched *s = &snag__sched;
    if (s->end == SNAG_END_LIVELOCK) {
        return UINT32_MAX;
    }
    bool early = s->points_limit < s->bound_point + s->steps_max;
    return early ? s->bound_point : s->points_limit - s->steps_max;
}

bool snag__stands_since_bound(const struct snag__vthread *v) {
    const struct snag__place *then = &v->bound_place, *now = v->place;
    return snag__sched.end == SNAG_END_LIVELOCK ||
           (v->bound_task == v->task_number + 1 && then->op == now->op &&
            then->ordinal == now->ordinal);
}

/* Who is next? `def` is left to say. */
static inline __attribute__((always_inline)) struct snag_choice
question(const struct snag__vthread *self, bool enabled, uint16_t sub) {
    return (struct snag_choice){.kind = SNAG_CHOOSE_NEXT,
                                .n = snag__sched.candidates,
                                .current = self->index,
                                .current_enabled = enabled,
                                .sub = sub,
                                .words = snag__sched.words,
                                .set = snag__sched.set,
                                .step = snag__sched.points,
                                .pending = snag__pending_of};
}

/* A choice among all candidates; `timed` is among them by its deadline only, or NULL. (It may be
 * `self`, who then is blocked.) At a plain access, `sub`, the default is to go on, also for who
 * spins: a replay has no choice there. */
static uint32_t choose_next(const struct snag__vthread *self, enum snag__stance stance,
                            uint16_t sub, const struct snag__vthread *timed) {
    bool fair = snag__sched.fair;
    bool enabled = sub != 0 || (stance == SNAG__READY && !snag__spins(self));
    struct snag_choice c = question(self, enabled, sub);
    if (c.current_enabled && !fair) {
        c.def = self->index;
    } else {
        c.def = next_in_order(self->index, snag__sched.words);
        /* Who spins may well wait for a time to come. */
        if (timed != NULL && c.def == timed->index && !fair && !snag__spins(self)) {
            c.def = next_in_order(c.def, snag__sched.words);
        }
    }
    return snag__choose(&c);
}

/* One of the candidates, of whom there is at least one; the rest as above. */
static uint32_t one_of(const struct snag__vthread *self, enum snag__stance stance, uint16_t sub,
                       const struct snag__vthread *timed) {
    if (snag__sched.candidates > 1) {
        return choose_next(self, stance, sub, timed);
    }
    return stance != SNAG__BLOCKED ? self->index : next_in_order(self->index, snag__sched.words);
}

/* The same where there is one, and the strategy is to know. */
static uint32_t only_one(const struct snag__vthread *self, enum snag__stance stance) {
    uint16_t sub = self->pend.sub;
    struct snag_choice c = question(self, sub != 0 || stance == SNAG__READY, sub);
    c.def = one_of(self, stance, sub, NULL);
    snag__choose_only(&c);
    return c.def;
}

/* The time of `v` has come. Event loops look once in a while whether there is something to do, and
 * beside somebody who waits for good they would go on to the bound, at the cost of all of it. So
 * where nothing but time has changed since its time came last, it takes more of the bound. */
static void tick(struct snag__vthread *v) {
    uint64_t changes = snag__sched.changes - snag__sched.advances;
    if (v->ticked == changes) {
        uint32_t left = snag__sched.points_limit - snag__sched.points;
        snag__sched.points_limit -= left > TICK_POINTS ? TICK_POINTS : left;
        snag__pick_settle();
    }
    v->ticked = changes;
    snag__time_advance(v->deadline);
}

struct snag__vthread *snag__pick(struct snag__vthread *self) {
    if (snag__unlikely(++snag__sched.points >= snag__sched.points_limit) && out_of_steps()) {
        return self;
    }
    for (;;) {
        struct snag__vthread *timed = NULL;
        if (snag__sched.timed_waiters != 0) {
            bool may_expire = !snag__sched.no_timeouts || snag__sched.candidates == 0;
            timed = may_expire ? snag__wait_earliest(true) : NULL;
        }
        if (timed != NULL) {
            snag__set_add(timed->index);
            timed->pend.timed_out = 1;
        }
        if (snag__sched.candidates == 0) {
            struct snag__vthread *late = snag__wait_earliest(false);
            if (late == NULL) {
                return NULL;
            }
            tick(late);
            continue;
        }
        enum snag__stance stance =
            snag__stance(self->pend.kind, self != timed && snag__enabled(self));
        bool only = snag__sched.every && snag__sched.candidates == 1;
        uint32_t picked =
            only ? only_one(self, stance) : one_of(self, stance, self->pend.sub, timed);
        if (timed != NULL) {
            snag__set_remove(timed->index);
            timed->pend.timed_out = 0;
            if (picked == timed->index) {
                tick(timed);
            }
        }
        return &snag__vthreads[picked];
    }
}

/* In place, for the walk and for all others. */
static inline __attribute__((always_inline)) uint32_t
pick_among(const struct snag__vthread *self, enum snag__stance stance, bool walks) {
    uint32_t me = self->index, n = snag__sched.candidates;
    uint32_t words = walks ? 1 : snag__sched.words;
    snag__sched.points++;
    if (stance == SNAG__BLOCKED && n == 1) {
        return next_in_order(me, words);
    }
    bool enabled = stance == SNAG__READY && (walks || !snag__spins(self));
    uint32_t def = enabled ? me : next_in_order(me, words);
    uint32_t picked;
    if (walks) {
        picked = snag__choose_walk(self, enabled, def);
    } else {
        struct snag_choice c = question(self, enabled, 0);
        c.def = def;
        picked = snag__choose_next(self, &c);
    }
    if (enabled && picked != me) {
        snag__sched.preemptions++;
    }
    return picked;
}

__attribute__((always_inline)) uint32_t snag__pick_usual(const struct snag__vthread *self,
                                                         enum snag__stance stance) {
    return pick_among(self, stance, false);
}

__attribute__((always_inline)) uint32_t snag__pick_walk(const struct snag__vthread *self,
                                                        enum snag__stance stance) {
    return pick_among(self, stance, true);
}

__attribute__((always_inline)) uint32_t snag__pick_ready(const struct snag__vthread *self) {
    snag__sched.points++;
    return snag__choose_ready(self);
}
