/* rt_fast_hooks.c: the __tsan_* functions that instrumented code calls, without ThreadSanitizer.
 *
 * Atomics are scheduling points and then happen; plain accesses and function entries are nothing
 * here. Not in the `tsan` flavour, where the real runtime has these and rt_tsan_atomics.c wraps the
 * atomics.
 */
#include <stddef.h>
#include <string.h>

#include "shim/atomic.h"

#define HOOK(name, ...)                                                                            \
    void name(__VA_ARGS__);                                                                        \
    void name(__VA_ARGS__)

/* ---- nothing to do ---- */

HOOK(__tsan_init, void) {}
HOOK(__tsan_func_entry, void *pc) {
    (void)pc;
}
HOOK(__tsan_func_exit, void) {}
HOOK(__tsan_vptr_update, void **at, void *value) {
    (void)at;
    (void)value;
}
HOOK(__tsan_vptr_read, void **at) {
    (void)at;
}
HOOK(__tsan_read_range, void *at, unsigned long n) {
    (void)at;
    (void)n;
}
HOOK(__tsan_write_range, void *at, unsigned long n) {
    (void)at;
    (void)n;
}

#define PLAIN(name)                                                                                \
    HOOK(name, void *at) {                                                                         \
        (void)at;                                                                                  \
    }
#define PLAIN_OF_SIZE(n)                                                                           \
    PLAIN(__tsan_read##n)                                                                          \
    PLAIN(__tsan_write##n)                                                                         \
    PLAIN(__tsan_unaligned_read##n)                                                                \
    PLAIN(__tsan_unaligned_write##n)                                                               \
    PLAIN(__tsan_read_write##n)                                                                    \
    PLAIN(__tsan_unaligned_read_write##n)                                                          \
    PLAIN(__tsan_volatile_read##n)                                                                 \
    PLAIN(__tsan_volatile_write##n)                                                                \
    PLAIN(__tsan_unaligned_volatile_read##n)                                                       \
    PLAIN(__tsan_unaligned_volatile_write##n)
PLAIN_OF_SIZE(1)
PLAIN_OF_SIZE(2)
PLAIN_OF_SIZE(4)
PLAIN_OF_SIZE(8)
PLAIN_OF_SIZE(16)

void *__tsan_memcpy(void *to, const void *from, size_t n);
void *__tsan_memcpy(void *to, const void *from, size_t n) {
    return memcpy(to, from, n);
}
void *__tsan_memmove(void *to, const void *from, size_t n);
void *__tsan_memmove(void *to, const void *from, size_t n) {
    return memmove(to, from, n);
}
void *__tsan_memset(void *to, int c, size_t n);
void *__tsan_memset(void *to, int c, size_t n) {
    return memset(to, c, n);
}

/* ---- atomics ---- */

#define LOAD_STORE(bits, type)                                                                     \
    type __tsan_atomic##bits##_load(const volatile type *at, int order);                           \
    type __tsan_atomic##bits##_load(const volatile type *at, int order) {                          \
        (void)order;                                                                               \
        uint32_t site = SNAG__SITE();                                                              \
        struct snag__object *o = snag__atomic_begin(SNAG_EV_LOAD, at, site);                       \
        type value = __atomic_load_n(at, __ATOMIC_SEQ_CST);                                        \
        if (o != NULL) {                                                                           \
            snag__atomic_end(SNAG_EV_LOAD, o, site, sizeof(type), value, false);                   \
        }                                                                                          \
        return value;                                                                              \
    }                                                                                              \
    void __tsan_atomic##bits##_store(volatile type *at, type value, int order);                    \
    void __tsan_atomic##bits##_store(volatile type *at, type value, int order) {                   \
        (void)order;                                                                               \
        uint32_t site = SNAG__SITE();                                                              \
        struct snag__object *o = snag__atomic_begin(SNAG_EV_STORE, at, site);                      \
        __atomic_store_n(at, value, __ATOMIC_RELAXED);                                             \
        if (o != NULL) {                                                                           \
            snag__atomic_end(SNAG_EV_STORE, o, site, sizeof(type), value, false);                  \
        }                                                                                          \
    }
SNAG__ATOMIC_WIDTHS(LOAD_STORE)

#define __atomic_exchange(at, value, order) __atomic_exchange_n(at, value, order)
#define RMW(bits, type, name)                                                                      \
    type __tsan_atomic##bits##_##name(volatile type *at, type value, int order);                   \
    type __tsan_atomic##bits##_##name(volatile type *at, type value, int order) {                  \
        (void)order;                                                                               \
        uint32_t site = SNAG__SITE();                                                              \
        struct snag__object *o = snag__atomic_begin(SNAG_EV_RMW, at, site);                        \
        type old = __atomic_##name(at, value, __ATOMIC_SEQ_CST);                                   \
        if (o != NULL) {                                                                           \
            snag__atomic_end(SNAG_EV_RMW, o, site, sizeof(type), old, false);                      \
        }                                                                                          \
        return old;                                                                                \
    }
#define ALL_RMWS(bits, type) SNAG__ATOMIC_RMWS(RMW, bits, type)
SNAG__ATOMIC_WIDTHS(ALL_RMWS)

#define CAS(bits, type)                                                                            \
    static bool cas##bits(volatile type *at, type *expected, type desired, uint32_t site) {        \
        struct snag__object *o = snag__atomic_begin(SNAG_EV_CAS, at, site);                        \
        bool done = __atomic_compare_exchange_n(at, expected, desired, false, __ATOMIC_SEQ_CST,    \
                                                __ATOMIC_SEQ_CST);                                 \
        if (o != NULL) {                                                                           \
            snag__atomic_end(SNAG_EV_CAS, o, site, sizeof(type), done ? desired : *expected,       \
                             !done);                                                               \
        }                                                                                          \
        return done;                                                                               \
    }                                                                                              \
    int __tsan_atomic##bits##_compare_exchange_strong(volatile type *at, type *expected,           \
                                                      type desired, int order, int failure);       \
    int __tsan_atomic##bits##_compare_exchange_strong(volatile type *at, type *expected,           \
                                                      type desired, int order, int failure) {      \
        (void)order;                                                                               \
        (void)failure;                                                                             \
        return cas##bits(at, expected, desired, SNAG__SITE());                                     \
    }                                                                                              \
    int __tsan_atomic##bits##_compare_exchange_weak(volatile type *at, type *expected,             \
                                                    type desired, int order, int failure);         \
    int __tsan_atomic##bits##_compare_exchange_weak(volatile type *at, type *expected,             \
                                                    type desired, int order, int failure) {        \
        (void)order;                                                                               \
        (void)failure;                                                                             \
        return cas##bits(at, expected, desired, SNAG__SITE());                                     \
    }                                                                                              \
    type __tsan_atomic##bits##_compare_exchange_val(volatile type *at, type expected,              \
                                                    type desired, int order, int failure);         \
    type __tsan_atomic##bits##_compare_exchange_val(volatile type *at, type expected,              \
                                                    type desired, int order, int failure) {        \
        (void)order;                                                                               \
        (void)failure;                                                                             \
        (void)cas##bits(at, &expected, desired, SNAG__SITE());                                     \
        return expected;                                                                           \
    }
SNAG__ATOMIC_WIDTHS(CAS)

HOOK(__tsan_atomic_thread_fence, int order) {
    (void)order;
    snag__atomic_fence(SNAG__SITE());
}
HOOK(__tsan_atomic_signal_fence, int order) {
    (void)order;
}
