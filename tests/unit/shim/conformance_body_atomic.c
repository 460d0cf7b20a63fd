/* conformance_body_atomic.c: what atomic operations return and leave. See conformance.h.
 *
 * In mode off the same operations are done at once, as the compiler would.
 */
#include "conformance.h"

#include <stdatomic.h>
#include <stdint.h>

/* Each operation of one width, at the edges of its range. */
#define OF_WIDTH(bits)                                                                             \
    static void width##bits(void) {                                                                \
        static const uint##bits##_t edges[] = {0, 1, UINT##bits##_MAX, UINT##bits##_MAX / 2 + 1};  \
        for (int i = 0; i < 4; i++) {                                                              \
            _Atomic uint##bits##_t a;                                                              \
            uint##bits##_t v = edges[i], expected;                                                 \
            atomic_init(&a, 3);                                                                    \
            atomic_store(&a, v);                                                                   \
            out((int64_t)atomic_load(&a));                                                         \
            out((int64_t)atomic_exchange(&a, 5));                                                  \
            out((int64_t)atomic_fetch_add(&a, v));                                                 \
            out((int64_t)atomic_fetch_sub(&a, 2));                                                 \
            out((int64_t)atomic_fetch_or(&a, 0x55));                                               \
            out((int64_t)atomic_fetch_xor(&a, v));                                                 \
            out((int64_t)atomic_fetch_and(&a, 0x7f));                                              \
            out((int64_t)__atomic_fetch_nand((uint##bits##_t *)&a, v, __ATOMIC_SEQ_CST));          \
            out((int64_t)atomic_load_explicit(&a, memory_order_relaxed));                          \
            expected = v;                                                                          \
            atomic_store_explicit(&a, v, memory_order_release);                                    \
            out(atomic_compare_exchange_strong(&a, &expected, 9));                                 \
            out((int64_t)expected);                                                                \
            expected = 8;                                                                          \
            out(atomic_compare_exchange_strong(&a, &expected, 10));                                \
            out((int64_t)expected);                                                                \
            while (!atomic_compare_exchange_weak(&a, &expected, 11))                               \
                out((int64_t)expected == 9 ? 0 : 1);                                               \
            out((int64_t)expected);                                                                \
            expected = 8;                                                                          \
            out(atomic_compare_exchange_weak(&a, &expected, 12));                                  \
            out((int64_t)expected);                                                                \
            out((int64_t)__sync_val_compare_and_swap((uint##bits##_t *)&a, 11, 13));               \
            out((int64_t)__sync_val_compare_and_swap((uint##bits##_t *)&a, 11, 14));               \
            out((int64_t)atomic_load(&a));                                                         \
        }                                                                                          \
    }
OF_WIDTH(8)
OF_WIDTH(16)
OF_WIDTH(32)
OF_WIDTH(64)

static void fences(void) {
    atomic_thread_fence(memory_order_seq_cst);
    atomic_thread_fence(memory_order_acquire);
    atomic_signal_fence(memory_order_release);
    out(1);
}

#define OPERATIONS                                                                                 \
    "__tsan_atomic*_load __tsan_atomic*_store __tsan_atomic*_exchange "                            \
    "__tsan_atomic*_fetch_* __tsan_atomic*_compare_exchange_*"

const struct conformance_case conformance_cases_atomic[] = {
    {"atomics of 8 bits", OPERATIONS, width8, NULL},
    {"atomics of 16 bits", OPERATIONS, width16, NULL},
    {"atomics of 32 bits", OPERATIONS, width32, NULL},
    {"atomics of 64 bits", OPERATIONS, width64, NULL},
    {"fences", "__tsan_atomic_thread_fence __tsan_atomic_signal_fence", fences, NULL},
    {0},
};
