/* atomic.c: what every atomic operation does before and after it happens. See atomic.h. */
#include "shim/atomic.h"

#include "base/assert.h"
#include "sched/log.h"

/* It is not the one that was used last. */
static __attribute__((noinline)) void
point_at_another(enum snag_event_kind kind, const volatile void *address, uint32_t site) {
    struct snag__object *o = snag__object_at(address, SNAG__OBJECT_ATOMIC);
    if (snag__unlikely(o == NULL)) {
        snag__sched_limit(SNAG_LIMIT_OBJECTS);
    }
    snag__self->atomic = o;
    snag__point_atomic(kind, o, site);
}

void snag__atomic_point(enum snag_event_kind kind, const volatile void *address, uint32_t site) {
    struct snag__object *o = snag__self->atomic;
    if (o->address != (uintptr_t)address || snag__unlikely(o->what != SNAG__OBJECT_ATOMIC)) {
        point_at_another(kind, address, site);
        return;
    }
    snag__point_atomic(kind, o, site);
}

void snag__atomic_quiet(unsigned bytes, uint32_t value, unsigned flags) {
    const struct snag__vthread *self = snag__self;
    snag__log_pending(self, flags, bytes, value);
    snag__quiet_on(self->pend.object, self->pend.site);
}

void snag__atomic_fence(uint32_t site) {
    if (snag__self != NULL) {
        snag__point_atomic(SNAG_EV_FENCE, NULL, site);
        snag__log(SNAG_EV_FENCE, NULL, site);
    }
}
