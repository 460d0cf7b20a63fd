/* rt_tsan_plain.c: plain accesses of the `tsan` flavour: counted and maybe scheduling points, and
 * then the real runtime's.
 *
 * Volatile ones, which the code under test tells apart, have no entry there: they are plain
 * accesses, and so may race. Coverage counters, which clang 14 instruments, are no affair of the
 * runtime's: they race in every execution, and a report costs more than that. The rule: every call
 * here is a tail call, so that the runtime sees the caller's own return address and its report
 * names the line of the code under test.
 */
#include "shim/access.h"

#define PLAIN(name, what)                                                                          \
    void __real_##name(void *at);                                                                  \
    void __wrap_##name(void *at);                                                                  \
    void __wrap_##name(void *at) {                                                                 \
        SNAG__ACCESS(at, what);                                                                    \
        if (snag__may_be_counter(what) && snag__is_counter(at)) {                                  \
            return;                                                                                \
        }                                                                                          \
        __attribute__((musttail)) return __real_##name(at);                                        \
    }
#define PLAIN_OF_SIZE(n)                                                                           \
    PLAIN(__tsan_read##n, n)                                                                       \
    PLAIN(__tsan_write##n, (n) | SNAG__ACCESS_WRITE)
#define PLAIN_UNALIGNED(n)                                                                         \
    PLAIN(__tsan_unaligned_read##n, n)                                                             \
    PLAIN(__tsan_unaligned_write##n, (n) | SNAG__ACCESS_WRITE)
PLAIN_OF_SIZE(1)
PLAIN_OF_SIZE(2)
PLAIN_OF_SIZE(4)
PLAIN_OF_SIZE(8)
PLAIN_OF_SIZE(16)
PLAIN_UNALIGNED(2)
PLAIN_UNALIGNED(4)
PLAIN_UNALIGNED(8)
PLAIN_UNALIGNED(16)

/* ---- volatile accesses ---- */

#define VOLATILE(hook, plain)                                                                      \
    void hook(void *at);                                                                           \
    void hook(void *at) {                                                                          \
        __attribute__((musttail)) return __wrap_##plain(at);                                       \
    }
#define VOLATILE_OF_SIZE(n)                                                                        \
    VOLATILE(__tsan_volatile_read##n, __tsan_read##n)                                              \
    VOLATILE(__tsan_volatile_write##n, __tsan_write##n)
#define VOLATILE_UNALIGNED(n)                                                                      \
    VOLATILE(__tsan_unaligned_volatile_read##n, __tsan_unaligned_read##n)                          \
    VOLATILE(__tsan_unaligned_volatile_write##n, __tsan_unaligned_write##n)
VOLATILE_OF_SIZE(1)
VOLATILE_OF_SIZE(2)
VOLATILE_OF_SIZE(4)
VOLATILE_OF_SIZE(8)
VOLATILE_OF_SIZE(16)
VOLATILE_UNALIGNED(2)
VOLATILE_UNALIGNED(4)
VOLATILE_UNALIGNED(8)
VOLATILE_UNALIGNED(16)
