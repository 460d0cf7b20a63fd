/* rt_own_atomics.c: atomics without ThreadSanitizer: scheduling points, after which they happen.
 *
 * Not in the `tsan` flavour, where rt_tsan_atomics.c wraps the real runtime's. The rule: an
 * execution runs on one OS thread, so that there a read and a write will do; a program that runs as
 * it is has many, and gets the strongest order.
 */
#include "shim/atomic.h"

static inline bool alone(void) {
    return snag__likely(snag__self != NULL);
}

#define BECOMES_exchange(old, value) (value)
#define BECOMES_fetch_add(old, value) ((old) + (value))
#define BECOMES_fetch_sub(old, value) ((old) - (value))
#define BECOMES_fetch_and(old, value) ((old) & (value))
#define BECOMES_fetch_or(old, value) ((old) | (value))
#define BECOMES_fetch_xor(old, value) ((old) ^ (value))
#define BECOMES_fetch_nand(old, value) (~((old) & (value)))
#define __atomic_exchange(at, value, order) __atomic_exchange_n(at, value, order)

#define RMW(bits, type, name)                                                                      \
    static inline type rmw##bits##_##name(volatile type *at, type value) {                         \
        if (!alone()) {                                                                            \
            return __atomic_##name(at, value, __ATOMIC_SEQ_CST);                                   \
        }                                                                                          \
        type old = *at;                                                                            \
        *at = (type)BECOMES_##name(old, value);                                                    \
        return old;                                                                                \
    }
#define RMWS(bits, type) SNAG__ATOMIC_RMWS(RMW, bits, type)
SNAG__ATOMIC_WIDTHS(RMWS)

#define CAS(bits, type)                                                                            \
    static inline bool compare_exchange##bits(volatile type *at, type *expected, type desired) {   \
        if (!alone()) {                                                                            \
            return __atomic_compare_exchange_n(at, expected, desired, false, __ATOMIC_SEQ_CST,     \
                                               __ATOMIC_SEQ_CST);                                  \
        }                                                                                          \
        type was = *at;                                                                            \
        if (was == *expected) {                                                                    \
            *at = desired;                                                                         \
            return true;                                                                           \
        }                                                                                          \
        *expected = was;                                                                           \
        return false;                                                                              \
    }
SNAG__ATOMIC_WIDTHS(CAS)

#define HOOK_NAME(symbol) symbol
#define AROUND(site, ...) __VA_ARGS__
#define DO_LOAD(bits, at, order) __atomic_load_n(at, __ATOMIC_SEQ_CST)
#define DO_STORE(bits, at, value, order)                                                           \
    __atomic_store_n(at, value, alone() ? __ATOMIC_RELAXED : __ATOMIC_SEQ_CST)
#define DO_RMW(bits, name, at, value, order) rmw##bits##_##name(at, value)
#define DO_CAS(bits, at, expected, desired, order, failure)                                        \
    compare_exchange##bits(at, expected, desired)
#define DO_FENCE(order) __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define DO_SIGNAL_FENCE(order)
#include "shim/atomic_hooks.h"
