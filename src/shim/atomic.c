/* atomic.c: what every atomic operation does before and after it happens. See atomic.h. */
#include "shim/atomic.h"

#include "base/assert.h"
#include "sched/log.h"

void snag__atomic_point(enum snag_event_kind kind, const volatile void *address, uint32_t site) {
    struct snag__object *o = snag__object_at(address, SNAG__OBJECT_ATOMIC);
    if (snag__unlikely(o == NULL)) {
        snag__sched_limit(SNAG_LIMIT_OBJECTS);
    }
    snag__point_atomic(kind, o, site);
}

void snag__atomic_fence(uint32_t site) {
    if (snag__self != NULL) {
        snag__point_atomic(SNAG_EV_FENCE, NULL, site);
        snag__log(SNAG_EV_FENCE, NULL, site);
    }
}
