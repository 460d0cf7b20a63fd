/* access.h: what every hook of a plain access does before it, the same in every flavour.
 *
 * It decides nothing (sched/plain.h). The rule: of an access that nobody looks for, counting it is
 * all that it costs; of a write, also the count of changes.
 */
#ifndef SNAG_SHIM_ACCESS_H
#define SNAG_SHIM_ACCESS_H

#include <sanitizer/asan_interface.h>

#include "base/assert.h"
#include "base/coverage.h"
#include "sched/plain.h"
#include "sched/sched.h"

enum { SNAG__OWN_STACK_BYTES = 64 << 10 };

/* AddressSanitizer moves locals to another stack of the fiber's. */
static inline bool snag__is_moved_local(const volatile void *at) {
#if __has_feature(address_sanitizer)
    void *begin, *end;
    return __asan_addr_is_in_fake_stack(__asan_get_current_fake_stack(), (void *)at, &begin,
                                        &end) != NULL;
#else
    (void)at;
    return false;
#endif
}

/* Memory that others may see: all but the nearer part of the stack that it runs on. */
static inline bool snag__seen_by_others(const volatile void *at) {
    return (uintptr_t)at - (uintptr_t)snag__stack_pointer() >= SNAG__OWN_STACK_BYTES &&
           !snag__is_moved_local(at);
}

/* A coverage counter is a byte: accesses of other sizes need not be asked. */
static inline bool snag__may_be_counter(unsigned what) {
    return (what & SNAG__ACCESS_BYTES) == 1;
}

static inline void snag__changed_by(const volatile void *at, unsigned what) {
    bool writes = (what & SNAG__ACCESS_WRITE) != 0;
    if (writes && !(snag__may_be_counter(what) && snag__is_counter(at))) {
        snag__sched.changes += snag__seen_by_others(at);
    }
}

/* In a function that the code under test calls. What is called is last, so that it is a jump. */
#define SNAG__ACCESS(at, what)                                                                     \
    do {                                                                                           \
        snag__changed_by(at, what);                                                                \
        if (snag__unlikely(snag__plain_count())) {                                                 \
            snag__plain_seen(at, (what) | (snag__is_moved_local(at) ? SNAG__ACCESS_MOVED : 0),     \
                             SNAG__SITE());                                                        \
        }                                                                                          \
    } while (0)

/* Of a range, its beginning. */
static inline unsigned snag__access_bytes(size_t n) {
    return n < SNAG__ACCESS_BYTES ? (unsigned)n : SNAG__ACCESS_BYTES;
}

#endif
