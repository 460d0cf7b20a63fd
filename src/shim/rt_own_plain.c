/* rt_own_plain.c: the __tsan_* functions that instrumented code calls for plain accesses and at
 * function entries, without ThreadSanitizer.
 *
 * Not the atomics (rt_own_atomics.c) nor copies (rt_own_copy.c), and not in the `tsan` flavour,
 * where the real runtime has these. The rule: hundreds of them are called in an execution that
 * takes microseconds, so that an instruction more is felt; the file is compiled without frame
 * pointers.
 */
#include <stddef.h>

#include "shim/access.h"

#define HOOK(name, ...)                                                                            \
    void name(__VA_ARGS__);                                                                        \
    void name(__VA_ARGS__)

/* ---- functions ---- */

HOOK(__tsan_init, void) {}
/* How deep its stack was in use, for those who clear it. */
HOOK(__tsan_func_entry, void *pc) {
    (void)pc;
    if (snag__self != NULL) {
        snag__fiber_note_depth(snag__self->runs, snag__stack_pointer());
    }
}
HOOK(__tsan_func_exit, void) {}

/* ---- plain accesses ---- */

HOOK(__tsan_vptr_update, void **at, void *value) {
    (void)value;
    SNAG__ACCESS(at, sizeof(*at) | SNAG__ACCESS_WRITE);
}
HOOK(__tsan_vptr_read, void **at) {
    SNAG__ACCESS(at, sizeof(*at));
}
HOOK(__tsan_read_range, void *at, unsigned long n) {
    SNAG__ACCESS(at, snag__access_bytes(n));
}
HOOK(__tsan_write_range, void *at, unsigned long n) {
    SNAG__ACCESS(at, snag__access_bytes(n) | SNAG__ACCESS_WRITE);
}

#define READ(name, n)                                                                              \
    HOOK(name, void *at) {                                                                         \
        SNAG__ACCESS(at, n);                                                                       \
    }
#define WRITE(name, n)                                                                             \
    HOOK(name, void *at) {                                                                         \
        SNAG__ACCESS(at, (n) | SNAG__ACCESS_WRITE);                                                \
    }
#define PLAIN_OF_SIZE(n)                                                                           \
    READ(__tsan_read##n, n)                                                                        \
    WRITE(__tsan_write##n, n)                                                                      \
    READ(__tsan_unaligned_read##n, n)                                                              \
    WRITE(__tsan_unaligned_write##n, n)                                                            \
    WRITE(__tsan_read_write##n, n)                                                                 \
    WRITE(__tsan_unaligned_read_write##n, n)                                                       \
    READ(__tsan_volatile_read##n, n)                                                               \
    WRITE(__tsan_volatile_write##n, n)                                                             \
    READ(__tsan_unaligned_volatile_read##n, n)                                                     \
    WRITE(__tsan_unaligned_volatile_write##n, n)
PLAIN_OF_SIZE(1)
PLAIN_OF_SIZE(2)
PLAIN_OF_SIZE(4)
PLAIN_OF_SIZE(8)
PLAIN_OF_SIZE(16)
