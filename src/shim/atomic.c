/* atomic.c: what every atomic operation does before and after it happens. See atomic.h. */
#include "shim/atomic.h"

#include "base/assert.h"
#include "sched/log.h"

/* A value that may be a pointer would tie the log to addresses: wide ones are kept only while
 * small. */
enum { SMALL_BELOW = 4096 };

struct snag__object *snag__atomic_begin(enum snag_event_kind kind, const volatile void *address,
                                        uint32_t site) {
    if (snag__self == NULL) {
        return NULL;
    }
    struct snag__object *o = snag__object_at(address, SNAG__OBJECT_ATOMIC);
    if (snag__unlikely(o == NULL)) {
        snag__sched_limit(SNAG_LIMIT_OBJECTS);
    }
    snag__point_atomic(kind, o, site);
    return o;
}

void snag__atomic_end(enum snag_event_kind kind, const struct snag__object *o, uint32_t site,
                      unsigned bytes, uint64_t value, unsigned flags) {
    bool kept = bytes < 8 || value < SMALL_BELOW;
    snag__log_numbered(kind, o->number, site, flags, bytes, kept ? (uint32_t)value : UINT32_MAX);
}

void snag__atomic_fence(uint32_t site) {
    if (snag__self != NULL) {
        snag__point_atomic(SNAG_EV_FENCE, NULL, site);
        snag__log(SNAG_EV_FENCE, NULL, site);
    }
}
