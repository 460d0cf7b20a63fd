/* vthread.c: a new vthread: as it is before it first runs, and its first steps; and the operation
 * that one is in. See vthread.h.
 *
 * How it stands at points, and how it ends, is in sched.c. The rule: the one that is made has
 * nothing of the one that was here in the execution before.
 */
#include "sched/vthread.h"

#include <stddef.h>
#include <string.h>

#include "base/assert.h"
#include "base/clear.h"
#include "exec/rt.h"
#include "sched/learn.h"
#include "sched/log.h"
#include "sched/plain.h"
#include "sched/schedule.h"
#include "sched/turn.h"
#include "sched/wait.h"

struct snag__vthread snag__vthreads[SNAG__VTHREADS_MAX];
_Static_assert(sizeof(struct snag__vthread) % 64 == 0, "each in lines of its own");

/* Its first event. */
static const struct snag__stood at_start = {.head = SNAG_EV_START, .where = 1};

static void vthread_main(void) {
    const struct snag__vthread *self = snag__self;
    (void)snag__log_stood(self, at_start, self->object, self->spawn_site);
    snag__sched.changes++;
    snag__vthread_end(self->start(self->argument), true);
}

/* What is left to say of it is zero, or means nothing yet: see vthread.h. */
static inline void make_fresh(struct snag__vthread *v, struct snag__fiber *fiber) {
    enum {
        FRESH = offsetof(struct snag__vthread, own_place),
        FRESH_BYTES = offsetof(struct snag__vthread, spin) - FRESH
    };
    _Static_assert(FRESH_BYTES % 16 == 0, "as snag__clear_few wants it");
    snag__clear_few((char *)v + FRESH, FRESH_BYTES);
    v->fiber = v->runs = fiber;
    v->place = &v->own_place;
    v->own_place.ordinal = 1;
    v->deadline = UINT64_MAX;
    v->spin.changes = 0;
    v->tired.left = 0;
    v->name[0] = '\0';
}

/* It is one of those that there are, and that can go on. */
static inline void enroll(const struct snag__vthread *v, uint32_t index) {
    struct snag__sched *s = &snag__sched;
    struct snag__recorder *r = snag__recorder;
    r->vthreads[index] = v->actor;
    r->vthreads_count = s->vthreads = index + 1;
    if (snag__unlikely(index % 64 == 0) && index != 0) {
        s->set[index / 64] = 0;
        s->words = index / 64 + 1;
        s->walk = NULL;
    }
    snag__set_add(index);
    s->live++;
}

__attribute__((always_inline)) struct snag__vthread *
snag__vthread_spawn(struct snag__vthread *parent, void *(*start)(void *), void *argument,
                    uint32_t site) {
    uint32_t index = snag__sched.vthreads;
    if (index == snag__sched.vthreads_max) {
        return NULL;
    }
    struct snag__vthread *v = &snag__vthreads[index];
    struct snag__object *o = snag__object_unlisted(v, SNAG__OBJECT_THREAD);
    struct snag__fiber *fiber = o == NULL ? NULL : snag__fiber_take();
    if (fiber == NULL) {
        return NULL;
    }
    uint32_t number = o->number;
    o->index = (uint16_t)index;
    make_fresh(v, fiber);
    v->usual = v->atomic = o;
    v->object = number;
    v->spawn_site = site;
    v->start = start;
    v->argument = argument;
    if (parent == NULL) {
        v->actor = snag__actor_root();
        v->sig_mask = 0;
    } else {
        uint32_t nth = parent->children + 1U;
        parent->children = (uint16_t)nth;
        v->actor = snag__actor_below(&parent->actor, nth);
        v->sig_mask = parent->sig_mask;
        if (snag__unlikely(snag__plain.learns)) {
            snag__learn_spawned(index);
        }
    }
    memcpy(&v->index, &index, sizeof(index)); /* and no `task_number` */
    memcpy(&v->pend.kind, &at_start.head, sizeof(at_start.head));
    memcpy(&v->pend.ordinal, &at_start.where, sizeof(at_start.where));
    v->pend.object = number;
    v->pend.site = site;
    snag__plain_rested();
    enroll(v, index);
    snag__fiber_prepare(fiber, vthread_main);
    snag__rt_fiber_start(fiber);
    return v;
}

/* ---- its place ---- */

struct snag__place snag__op_enter(uint16_t number) {
    struct snag__place *p = snag__self->place;
    struct snag__place left = *p;
    *p = (struct snag__place){.op = number};
    snag__recorder->current_op = number;
    return left;
}

void snag__op_leave(struct snag__place left) {
    *snag__self->place = left;
    snag__recorder->current_op = left.op;
}
