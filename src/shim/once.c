/* once.c: pthread_once, under control. See once.h.
 *
 * While the routine runs, its runner holds the control as a lock: who asks for it meanwhile waits,
 * and a routine that asks for itself does so for ever. Whether it has been run stands in the
 * control itself, as glibc has it, so that one that was done before the execution began is.
 */
#include "shim/once.h"

#include <pthread.h>

#include "base/assert.h"
#include "exec/rt.h"
#include "shim/lock.h"

int __real_pthread_once(pthread_once_t *control, void (*routine)(void));
int __wrap_pthread_once(pthread_once_t *control, void (*routine)(void));

enum { FRESH = 0, DONE = 2 };

static void give_up(struct snag__object *o, int state) {
    *(int *)o->address = state;
    snag__rt_release((const void *)o->address);
    snag__hold_drop(o);
    snag__waiters_set(o, true);
}

static void run(struct snag__object *o, void (*routine)(void), uint32_t site) {
    snag__hold_take(o, site);
    snag__waiters_set(o, false);
    snag__rt_acquire((const void *)o->address); /* of one who has not come to the end of it */
    routine();
    snag__point(SNAG_EV_ONCE_DONE, o, site);
    give_up(o, DONE);
    snag__log(SNAG_EV_ONCE_DONE, o, site);
}

void snag__once(int *control, void (*routine)(void), uint32_t site) {
    struct snag__object *o = snag__lock_object(control, SNAG__OBJECT_ONCE);
    bool waits = o->owner.vthread != SNAG__NOBODY && !snag__owned_by_actor(o);
    (void)snag__point_wait(SNAG_EV_ONCE, o, site, !waits, UINT64_MAX);
    if (o->owner.vthread != SNAG__NOBODY) {
        snag__lock_self_deadlock(o, &o->owner, site);
    }
    bool done = *control == DONE;
    if (snag__unlikely(!done && *control != FRESH) && !snag__lock_was_made(o)) {
        snag__lock_never_made(o, site);
    }
    struct snag_event *e = snag__log(SNAG_EV_ONCE, o, site);
    e->value = !done;
    e->flags = waits ? SNAG_EVF_WAITED : 0;
    if (done) {
        snag__rt_acquire((const void *)o->address);
    } else {
        run(o, routine, site);
    }
}

int __wrap_pthread_once(pthread_once_t *control, void (*routine)(void)) {
    if (snag__self == NULL) {
        return __real_pthread_once(control, routine);
    }
    snag__once(control, routine, SNAG__SITE());
    return 0;
}

void snag__onces_runner_ends(void) {
    uint32_t next;
    for (uint32_t id = snag__self->held_first; id != 0; id = next) {
        const struct snag__hold *h = snag__hold_get(id);
        struct snag__object *o = snag__object_get(h->object);
        next = h->next_held;
        if (o->kind == SNAG__OBJECT_ONCE) {
            give_up(o, FRESH);
        }
    }
}
