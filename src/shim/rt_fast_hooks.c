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
/* How deep its stack was in use, for those who clear it. */
HOOK(__tsan_func_entry, void *pc) {
    (void)pc;
    if (snag__self != NULL) {
        snag__fiber_note_depth(snag__self->runs, __builtin_frame_address(0));
    }
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

#define HOOK_NAME(symbol) symbol
#define AROUND(site, ...) __VA_ARGS__
#define DO_LOAD(bits, at, order) __atomic_load_n(at, __ATOMIC_SEQ_CST)
#define DO_STORE(bits, at, value, order) __atomic_store_n(at, value, __ATOMIC_RELAXED)
#define __atomic_exchange(at, value, order) __atomic_exchange_n(at, value, order)
#define DO_RMW(bits, name, at, value, order) __atomic_##name(at, value, __ATOMIC_SEQ_CST)
#define DO_CAS(bits, at, expected, desired, order, failure)                                        \
    __atomic_compare_exchange_n(at, expected, desired, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)
#define DO_FENCE(order)
#define DO_SIGNAL_FENCE(order)
#include "shim/atomic_hooks.h"
