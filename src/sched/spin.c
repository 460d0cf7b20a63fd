/* spin.c: recognises spinning. See spin.h. */
#include "sched/spin.h"

#include "base/assert.h"
#include "base/coverage.h"
#include "sched/sched.h"

/* Code that was not compiled with snag may change memory unseen: a count of turns in a library's
 * heap, say. So many equal turns in a row say that there is none, or that it is a large one. */
enum { SAME_TURNS = 64 };

/* The frames of the first turns hold, in places that nobody reads, what calls before the loop left
 * there: which calls, depends on more than the code under test does (a log that is repeated, say).
 * So many turns later they hold what the loop leaves itself. A power of two. */
enum { SETTLING_TURNS = 8 };

static bool loops(const struct snag__vthread *v) {
    return v->spin.same >= SAME_TURNS && v->spin.changes == snag__sched.changes;
}

/* Everybody who can run does nothing any more that could let anybody else run. */
static bool all_loop(void) {
    for (uint32_t w = 0; w < snag__sched.words; w++) {
        for (uint64_t bits = snag__sched.set[w]; bits != 0; bits &= bits - 1) {
            if (!loops(&snag__vthreads[w * 64 + (uint32_t)__builtin_ctzll(bits)])) {
                return false;
            }
        }
    }
    return snag__sched.timed_waiters == snag__sched.every;
}

/* It came round again. A loop may take some turns to come back to where it was, so what is compared
 * with moves on at powers of two (Brent: An improved Monte Carlo factorization algorithm, BIT
 * 1980). */
static void look_closer(struct snag__vthread *v) {
    struct snag__spin *s = &v->spin;
    uint64_t state = snag__fiber_fingerprint(v->runs, snag__recorder, sizeof(*snag__recorder));
    snag__counters_calm(); /* their values pass through registers */
    if (s->state == state) {
        s->same++;
        if (loops(v) && all_loop()) {
            snag__sched_pause(SNAG_END_LIVELOCK);
        }
    } else if (s->turns >= SETTLING_TURNS && (s->turns & (s->turns - 1)) == 0) {
        s->state = state;
        s->same = 0;
    }
}

/* Of a vthread, since `changes` was that: where it came by. */
enum { PLACES = 8, WATCHED = 64 };
struct trail {
    uint64_t run, changes;
    uint64_t states[PLACES]; /* the last ones, in a ring */
    uint32_t count;
};
static struct trail trails[WATCHED];

/* Is it where it was before, while nothing has changed? Then it will come here again whatever it
 * does until something does. Without the patience of look_closer: of what a strategy is told
 * nothing has to come out the same without it. */
static bool comes_round(const struct snag__vthread *v) {
    if (v->index >= WATCHED) {
        return false;
    }
    struct trail *t = &trails[v->index];
    uint64_t state = snag__fiber_fingerprint(v->runs, snag__recorder, sizeof(*snag__recorder));
    bool known = false;
    if (t->changes != snag__sched.changes || t->run != snag__recorder->runs) {
        t->run = snag__recorder->runs;
        t->changes = snag__sched.changes;
        t->count = 0;
    }
    for (uint32_t i = 0; i < t->count && i < PLACES; i++) {
        known |= t->states[i] == state;
    }
    t->states[t->count++ % PLACES] = state;
    return known;
}

/* Nothing has changed since the last one. */
static __attribute__((noinline)) void quiet_again(struct snag__vthread *v, uint32_t object,
                                                  uint32_t site) {
    struct snag__spin *s = &v->spin;
    s->events++;
    s->idle = snag__unlikely(snag__sched.every) && comes_round(v);
    if (s->object == object && s->site == site) {
        s->turns++;
        if (snag__spins(v)) {
            look_closer(v);
        }
    } else if ((s->events & (s->events - 1)) == 0) {
        s->object = object;
        s->site = site;
        s->turns = s->same = 0;
    }
}

/* Called, so that what its caller did last is not in the frames that look_closer compares. */
__attribute__((noinline)) void snag__quiet_on(uint32_t object, uint32_t site) {
    struct snag__vthread *v = snag__self;
    if (v->spin.changes == snag__sched.changes) {
        quiet_again(v, object, site);
        return;
    }
    v->spin = (struct snag__spin){.changes = snag__sched.changes, .object = object, .site = site};
    if (snag__unlikely(snag__sched.every)) {
        (void)comes_round(v);
    }
}

void snag__quiet(const struct snag__object *o, uint32_t site) {
    snag__quiet_on(o != NULL ? o->number : 0, site);
}
