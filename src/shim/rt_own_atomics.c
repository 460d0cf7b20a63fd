/* rt_own_atomics.c: atomics without ThreadSanitizer: scheduling points, after which they happen.
 *
 * Not in the `tsan` flavour, where rt_tsan_atomics.c wraps the real runtime's. The rule: an
 * execution runs on one OS thread, so that any order will do there; a program that runs as it is
 * has many, and gets the strongest.
 */
#include "shim/atomic.h"

#define HOOK_NAME(symbol) symbol
#define AROUND(site, ...) __VA_ARGS__
#define DO_LOAD(bits, at, order) __atomic_load_n(at, __ATOMIC_SEQ_CST)
#define DO_STORE(bits, at, value, order) __atomic_store_n(at, value, __ATOMIC_SEQ_CST)
#define DO_STORE_ALONE(bits, at, value, order) __atomic_store_n(at, value, __ATOMIC_RELAXED)
#define __atomic_exchange(at, value, order) __atomic_exchange_n(at, value, order)
#define DO_RMW(bits, name, at, value, order) __atomic_##name(at, value, __ATOMIC_SEQ_CST)
#define DO_CAS(bits, at, expected, desired, order, failure)                                        \
    __atomic_compare_exchange_n(at, expected, desired, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)
#define DO_FENCE(order) __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define DO_SIGNAL_FENCE(order)
#include "shim/atomic_hooks.h"
