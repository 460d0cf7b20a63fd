/* tired.c: see tired.h. */
#include "sched/tired.h"

#include <stddef.h>

#include "base/coverage.h"
#include "sched/plain.h"
#include "sched/sched.h"

/* Accesses that a loop may make at each turn to be recognised. */
enum { TURN_ACCESSES = 256 };

/* Gives way, once. */
static void give_way(struct snag__vthread *v, uint32_t site) {
    snag__point_tired(site);
    snag__log(SNAG_EV_SPIN, NULL, site);
    snag__quiet(NULL, site);
    v->tired.ordinal = v->place->ordinal;
}

/* It reads the same place again. True: and has done nothing since but that. */
static bool as_it_was(struct snag__vthread *v) {
    struct snag__tiredness *t = &v->tired;
    uint64_t state = snag__fiber_fingerprint(v->runs, snag__recorder, sizeof(*snag__recorder));
    snag__counters_calm();
    bool same = t->state == state && t->changes == snag__sched.changes;
    t->state = state;
    t->changes = snag__sched.changes;
    return same;
}

void snag__tired(const volatile void *at, bool writes, bool own, uint32_t site) {
    struct snag__vthread *v = snag__self;
    struct snag__tiredness *t = &v->tired;
    if (t->left == 0 || t->ordinal != v->place->ordinal) {
        *t = (struct snag__tiredness){.ordinal = v->place->ordinal, .left = TURN_ACCESSES};
    }
    t->shares |= !own;
    if (!writes && !own && t->at == NULL) {
        t->at = at;
        t->site = site;
    }
    if (!writes && t->at == at && t->site == site && as_it_was(v)) {
        t->turns = true;
        t->left = TURN_ACCESSES;
        give_way(v, site);
        snag__plain.patience = (struct snag__patience){.left = 0}; /* it looks once more */
        return;
    }
    if (--t->left > 0) {
        return;
    }
    if (t->turns || !t->shares) {
        snag__plain_rested(); /* it has come out of its loop, or computes for itself */
    } else {
        give_way(v, site);
    }
}
