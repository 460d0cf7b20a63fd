/* atomic_hooks.h: the functions that instrumented code calls for its atomics, as templates.
 *
 * Included once by each flavour's file (rt_own_atomics.c, rt_tsan_atomics.c), which says before
 * how its functions are called and how an operation is performed, by defining
 *
 *     HOOK_NAME(symbol)                                   the function's name
 *     DO_LOAD(bits, at, order)                            an expression each
 *     DO_STORE(bits, at, value, order)
 *     DO_STORE_ALONE(bits, at, value, order)              the same, under control
 *     DO_RMW(bits, name, at, value, order)
 *     DO_CAS(bits, at, expected, desired, order, failure) true: done; false: *expected is what was
 *     DO_FENCE(order), DO_SIGNAL_FENCE(order)             a statement each
 *     AROUND(site, statement)                             performs a statement that holds one of
 * these
 *
 * The rule: what is a scheduling point, and what is logged, is here, so that it is the same in
 * both.
 */
#include <linux/futex.h>
#include <string.h>

#include "base/assert.h"
#include "sched/fault.h"
#include "shim/atomic.h"

#define SNAG__LOAD_STORE(bits, type)                                                               \
    type HOOK_NAME(__tsan_atomic##bits##_load)(const volatile type *at, int order);                \
    type HOOK_NAME(__tsan_atomic##bits##_load)(const volatile type *at, int order) {               \
        (void)order;                                                                               \
        type value;                                                                                \
        if (snag__unlikely(!snag__atomic_begin(SNAG_EV_LOAD, at, SNAG__SITE()))) {                 \
            AROUND(SNAG__SITE(), value = DO_LOAD(bits, at, order));                                \
            return value;                                                                          \
        }                                                                                          \
        AROUND(SNAG__SITE(), value = DO_LOAD(bits, at, order));                                    \
        snag__atomic_end(false, sizeof(type), SNAG__ATOMIC_VALUE(value), 0);                       \
        return value;                                                                              \
    }                                                                                              \
    void HOOK_NAME(__tsan_atomic##bits##_store)(volatile type * at, type value, int order);        \
    void HOOK_NAME(__tsan_atomic##bits##_store)(volatile type * at, type value, int order) {       \
        (void)order;                                                                               \
        if (snag__unlikely(!snag__atomic_begin(SNAG_EV_STORE, at, SNAG__SITE()))) {                \
            AROUND(SNAG__SITE(), DO_STORE(bits, at, value, order));                                \
            return;                                                                                \
        }                                                                                          \
        type was = *at;                                                                            \
        AROUND(SNAG__SITE(), DO_STORE_ALONE(bits, at, value, order));                              \
        snag__atomic_end(was != value, sizeof(type), SNAG__ATOMIC_VALUE(value), 0);                \
    }
SNAG__ATOMIC_WIDTHS(SNAG__LOAD_STORE)

#define SNAG__RMW(bits, type, name)                                                                \
    type HOOK_NAME(__tsan_atomic##bits##_##name)(volatile type * at, type value, int order);       \
    type HOOK_NAME(__tsan_atomic##bits##_##name)(volatile type * at, type value, int order) {      \
        (void)order;                                                                               \
        type old;                                                                                  \
        if (snag__unlikely(!snag__atomic_begin(SNAG_EV_RMW, at, SNAG__SITE()))) {                  \
            AROUND(SNAG__SITE(), old = DO_RMW(bits, name, at, value, order));                      \
            return old;                                                                            \
        }                                                                                          \
        AROUND(SNAG__SITE(), old = DO_RMW(bits, name, at, value, order));                          \
        snag__atomic_end(old != *at, sizeof(type), SNAG__ATOMIC_VALUE(old), 0);                    \
        return old;                                                                                \
    }
#define SNAG__ALL_RMWS(bits, type) SNAG__ATOMIC_RMWS(SNAG__RMW, bits, type)
SNAG__ATOMIC_WIDTHS(SNAG__ALL_RMWS)

/* A weak one may fail where it need not (fault.h); it reads all the same. In place, because a
 * function more is a return more after a switch (snag__point). */
#define SNAG__CAS(bits, type)                                                                      \
    static inline __attribute__((always_inline)) bool cas##bits(                                   \
        volatile type *at, type *expected, type desired, int order, int failure, bool weak,        \
        uint32_t site) {                                                                           \
        (void)order;                                                                               \
        (void)failure;                                                                             \
        bool done;                                                                                 \
        if (snag__unlikely(!snag__atomic_begin(SNAG_EV_CAS, at, site))) {                          \
            AROUND(site, done = DO_CAS(bits, at, expected, desired, order, failure));              \
            return done;                                                                           \
        }                                                                                          \
        type wanted = *expected;                                                                   \
        if (weak && *at == wanted && snag__fault(SNAG_FAULT_WEAK_CAS, SNAG__FAULT_HERE)) {         \
            AROUND(site, *expected = DO_LOAD(bits, at, failure));                                  \
            snag__atomic_end(true, sizeof(type), SNAG__ATOMIC_VALUE(*expected),                    \
                             SNAG_EVF_FAILED | SNAG_EVF_FAULT);                                    \
            return false;                                                                          \
        }                                                                                          \
        AROUND(site, done = DO_CAS(bits, at, expected, desired, order, failure));                  \
        if (done) {                                                                                \
            snag__atomic_end(wanted != desired, sizeof(type), SNAG__ATOMIC_VALUE(desired), 0);     \
        } else {                                                                                   \
            snag__atomic_end(false, sizeof(type), SNAG__ATOMIC_VALUE(*expected), SNAG_EVF_FAILED); \
        }                                                                                          \
        return done;                                                                               \
    }                                                                                              \
    int HOOK_NAME(__tsan_atomic##bits##_compare_exchange_strong)(                                  \
        volatile type * at, type * expected, type desired, int order, int failure);                \
    int HOOK_NAME(__tsan_atomic##bits##_compare_exchange_strong)(                                  \
        volatile type * at, type * expected, type desired, int order, int failure) {               \
        return cas##bits(at, expected, desired, order, failure, false, SNAG__SITE());              \
    }                                                                                              \
    int HOOK_NAME(__tsan_atomic##bits##_compare_exchange_weak)(                                    \
        volatile type * at, type * expected, type desired, int order, int failure);                \
    int HOOK_NAME(__tsan_atomic##bits##_compare_exchange_weak)(                                    \
        volatile type * at, type * expected, type desired, int order, int failure) {               \
        return cas##bits(at, expected, desired, order, failure, true, SNAG__SITE());               \
    }                                                                                              \
    type HOOK_NAME(__tsan_atomic##bits##_compare_exchange_val)(                                    \
        volatile type * at, type expected, type desired, int order, int failure);                  \
    type HOOK_NAME(__tsan_atomic##bits##_compare_exchange_val)(                                    \
        volatile type * at, type expected, type desired, int order, int failure) {                 \
        (void)cas##bits(at, &expected, desired, order, failure, false, SNAG__SITE());              \
        return expected;                                                                           \
    }
SNAG__ATOMIC_WIDTHS(SNAG__CAS)

/* See snag/under_test.h. The values are copied: they may be of any type of that size. */
#define SNAG__WEAK_CAS_OF(bits, type)                                                              \
    case sizeof(type): {                                                                           \
        type was, becomes;                                                                         \
        memcpy(&was, expected, sizeof(type));                                                      \
        memcpy(&becomes, desired, sizeof(type));                                                   \
        bool done = cas##bits(at, &was, becomes, order, failure, true, SNAG__SITE());              \
        if (!done) {                                                                               \
            memcpy(expected, &was, sizeof(type));                                                  \
        }                                                                                          \
        return done;                                                                               \
    }
bool snag__weak_cas(unsigned long bytes, volatile void *at, void *expected, const void *desired,
                    int order, int failure) {
    switch (bytes) {
        SNAG__ATOMIC_WIDTHS(SNAG__WEAK_CAS_OF)
    default:
        snag__panic("an atomic of a size that under_test.h does not let through", __FILE__,
                    __LINE__);
    }
}

/* Unordered: a futex call orders nothing, the atomics around it do. */
uint32_t snag__atomic_word(const volatile uint32_t *at, uint32_t site) {
    (void)site;
    uint32_t value;
    AROUND(site, value = DO_LOAD(32, at, __ATOMIC_RELAXED));
    return value;
}

/* But this one stands for an atomic operation of the code's own. */
uint32_t snag__atomic_word_op(volatile uint32_t *at, unsigned op, uint32_t value, uint32_t site) {
    (void)site;
    uint32_t old = 0;
    switch (op) {
    case FUTEX_OP_SET:
        AROUND(site, old = DO_RMW(32, exchange, at, value, __ATOMIC_ACQ_REL));
        break;
    case FUTEX_OP_ADD:
        AROUND(site, old = DO_RMW(32, fetch_add, at, value, __ATOMIC_ACQ_REL));
        break;
    case FUTEX_OP_OR:
        AROUND(site, old = DO_RMW(32, fetch_or, at, value, __ATOMIC_ACQ_REL));
        break;
    case FUTEX_OP_ANDN:
        AROUND(site, old = DO_RMW(32, fetch_and, at, ~value, __ATOMIC_ACQ_REL));
        break;
    default:
        AROUND(site, old = DO_RMW(32, fetch_xor, at, value, __ATOMIC_ACQ_REL));
        break;
    }
    return old;
}

void HOOK_NAME(__tsan_atomic_thread_fence)(int order);
void HOOK_NAME(__tsan_atomic_thread_fence)(int order) {
    (void)order;
    snag__atomic_fence(SNAG__SITE());
    DO_FENCE(order);
}

void HOOK_NAME(__tsan_atomic_signal_fence)(int order);
void HOOK_NAME(__tsan_atomic_signal_fence)(int order) {
    (void)order;
    DO_SIGNAL_FENCE(order);
}
