/* crowd.c: sets of waiters. See crowd.h. */
#include "sched/crowd.h"

#include <string.h>

#include "sched/wait.h"

/* More only if some have shrunk; where none is left, the list has to do. */
enum { CROWDS_MAX = SNAG__VTHREADS_MAX / SNAG__CROWD_MIN };

_Static_assert(CROWDS_MAX == 64, "`free_crowds` has a bit for each");

static uint64_t sets[CROWDS_MAX][SNAG__SET_WORDS];
static uint64_t free_crowds = UINT64_MAX;

__attribute__((always_inline)) void snag__crowds_reset(void) {
    free_crowds = UINT64_MAX;
}

static uint64_t *set_of(const struct snag__object *o) {
    return sets[o->crowd - 1];
}

void snag__crowd_add(const struct snag__object *o, const struct snag__vthread *v) {
    set_of(o)[v->index / 64] |= UINT64_C(1) << (v->index % 64);
}

void snag__crowd_remove(struct snag__object *o, const struct snag__vthread *v) {
    set_of(o)[v->index / 64] &= ~(UINT64_C(1) << (v->index % 64));
    if (o->waiters_first == SNAG__NOBODY) {
        free_crowds |= UINT64_C(1) << (o->crowd - 1);
        o->crowd = 0;
    }
}

void snag__crowd_gather(struct snag__object *o) {
    if (free_crowds == 0 || o->crowd != 0) {
        return;
    }
    unsigned i = (unsigned)__builtin_ctzll(free_crowds);
    free_crowds &= free_crowds - 1;
    o->crowd = (uint8_t)(i + 1);
    memset(sets[i], 0, sizeof(sets[i]));
    for (uint16_t w = o->waiters_first; w != SNAG__NOBODY; w = snag__vthreads[w].wait_next) {
        snag__crowd_add(o, &snag__vthreads[w]);
    }
}

bool snag__crowd_set(const struct snag__object *o, bool enabled) {
    if (snag__waits_may_end()) {
        return false;
    }
    const uint64_t *crowd = set_of(o);
    uint64_t *all = snag__sched.set;
    uint32_t before = 0, after = 0;
    for (uint32_t w = 0; w < snag__sched.words; w++) {
        before += (uint32_t)__builtin_popcountll(all[w] & crowd[w]);
        all[w] = enabled ? all[w] | crowd[w] : all[w] & ~crowd[w];
        after += (uint32_t)__builtin_popcountll(all[w] & crowd[w]);
    }
    snag__sched.candidates += after - before;
    return true;
}
