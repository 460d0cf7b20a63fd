/* held.c: what somebody holds where it begins to wait. See held.h. */
#include "oracle/held.h"

#include "oracle/graph.h"
#include "oracle/left.h"
#include "oracle/needless.h"
#include "oracle/raise.h"
#include "sched/sched.h"
#include "task/task_internal.h"

/* Does it keep whoever waits for it, on a worker, from leaving that to others? */
static bool blocks(const struct snag__hold *h) {
    return !snag__graph_is_async(snag__object_get(h->object)) && snag__left_by(h) == 0;
}

static void raise_held(enum snag_finding_kind kind, const struct snag__hold *h, uint32_t site) {
    struct snag_finding *f = snag__raise(kind);
    struct snag_party *p = snag__raise_party(f, 0, site);
    snag__raise_holds(p, h);
    if (p != NULL) {
        p->suspended = kind != SNAG_LOCK_AROUND_IO;
    }
    snag__raise_done(f);
}

/* Whoever runs a routine once has to, however long it takes; a permit is for what takes long. */
bool snag__held_may_be_short(const struct snag__hold *h) {
    uint8_t kind = snag__object_get(h->object)->kind;
    return blocks(h) && kind != SNAG__OBJECT_ONCE && kind != SNAG__OBJECT_SEM;
}

enum snag_finding_kind snag__held_kind(const struct snag__hold *h) {
    if (h->guard && snag__left_by(h) == 0) {
        return SNAG_GUARD_HELD;
    }
    return blocks(h) ? SNAG_SUSPEND_HOLDING_LOCK : SNAG_NO_FINDING;
}

static enum snag_finding_kind at_io(const struct snag__hold *h) {
    return snag__held_may_be_short(h) ? SNAG_LOCK_AROUND_IO : SNAG_NO_FINDING;
}

typedef enum snag_finding_kind kind_of_hold(const struct snag__hold *h);

/* For every lock that whoever runs has taken on this vthread. */
static void raise_each(kind_of_hold *kind_of, uint32_t site) {
    for (uint32_t id = snag__self->held_first; id != 0; id = snag__hold_get(id)->next_held) {
        const struct snag__hold *h = snag__hold_get(id);
        enum snag_finding_kind kind = snag__hold_by_actor(h) ? kind_of(h) : SNAG_NO_FINDING;
        if (kind != SNAG_NO_FINDING) {
            raise_held(kind, h, site);
        }
    }
}

void snag__held_across(void) {
    for (uint32_t id = snag__self->held_first; id != 0; id = snag__hold_get(id)->next_held) {
        const struct snag__hold *h = snag__hold_get(id);
        const struct snag__object *o = snag__object_get(h->object);
        if (snag__graph_is_async(o) && snag__hold_by_actor(h)) {
            snag__needless_across(o);
        }
    }
}

void snag__held_at_suspend(uint32_t site) {
    snag__held_across();
    raise_each(snag__held_kind, site);
}

void snag__held_at_io(uint32_t site) {
    snag__held_across();
    raise_each(at_io, site);
}

bool snag__held_told_at_io(const struct snag__hold *h) {
    uint32_t n;
    const struct snag_finding *raised = snag__raised(&n);
    for (uint32_t i = 0; i < n; i++) {
        if (raised[i].kind == SNAG_LOCK_AROUND_IO && raised[i].parties[0].holds == h->object &&
            raised[i].parties[0].holds_site == h->site) {
            return true;
        }
    }
    return false;
}
