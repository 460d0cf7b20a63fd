/* rt_tsan_atomics.c: atomics of the `tsan` flavour: scheduling points around the real runtime's
 * own.
 *
 * Plain accesses are in rt_tsan_plain.c. The rule: the runtime performs each operation, with the
 * order that was asked for, on the fiber that asked.
 */
#include "exec/rt_tsan.h"
#include "shim/atomic.h"

#define REAL(bits, type)                                                                           \
    type __real___tsan_atomic##bits##_load(const volatile type *at, int order);                    \
    void __real___tsan_atomic##bits##_store(volatile type *at, type value, int order);             \
    int __real___tsan_atomic##bits##_compare_exchange_strong(                                      \
        volatile type *at, type *expected, type desired, int order, int failure);
SNAG__ATOMIC_WIDTHS(REAL)
#define REAL_RMW(bits, type, name)                                                                 \
    type __real___tsan_atomic##bits##_##name(volatile type *at, type value, int order);
#define REAL_RMWS(bits, type) SNAG__ATOMIC_RMWS(REAL_RMW, bits, type)
SNAG__ATOMIC_WIDTHS(REAL_RMWS)
void __real___tsan_atomic_thread_fence(int order);
void __real___tsan_atomic_signal_fence(int order);

/* The runtime holds locks of its own while it performs an operation. If there is no such memory, or
 * it cannot be written, the crash is to come before that: nobody would ever give them back. */
static inline void touch(const volatile void *at) {
    (void)*(const volatile char *)at;
}
/* A compare-and-swap writes even where it fails; so does this, what is there. */
static inline void touch_to_write(volatile void *at) {
    volatile char *byte = at;
    char is = *byte;
    (void)__atomic_compare_exchange_n(byte, &is, is, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

#define HOOK_NAME(symbol) __wrap_##symbol
#define AROUND(site, ...)                                                                          \
    snag__tsan_enter(site);                                                                        \
    __VA_ARGS__;                                                                                   \
    snag__tsan_leave()
#define DO_LOAD(bits, at, order) (touch(at), __real___tsan_atomic##bits##_load(at, order))
#define DO_STORE(bits, at, value, order)                                                           \
    (touch_to_write(at), __real___tsan_atomic##bits##_store(at, value, order))
#define DO_STORE_ALONE DO_STORE
#define DO_RMW(bits, name, at, value, order)                                                       \
    (touch_to_write(at), __real___tsan_atomic##bits##_##name(at, value, order))
#define DO_CAS(bits, at, expected, desired, order, failure)                                        \
    (touch_to_write(at), __real___tsan_atomic##bits##_compare_exchange_strong(                     \
                             at, expected, desired, order, failure) != 0)
#define DO_FENCE(order) __real___tsan_atomic_thread_fence(order)
#define DO_SIGNAL_FENCE(order) __real___tsan_atomic_signal_fence(order)
#include "shim/atomic_hooks.h"
