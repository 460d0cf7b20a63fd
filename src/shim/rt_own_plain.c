/* rt_own_plain.c: the __tsan_* functions that instrumented code calls for plain accesses and at
 * function entries, without ThreadSanitizer.
 *
 * Not the atomics (rt_own_atomics.c), and not in the `tsan` flavour, where the real runtime has
 * these. The rule: hundreds of them are called in an execution that takes microseconds, so that an
 * instruction more is felt; the file is compiled without frame pointers.
 */
#include <sanitizer/asan_interface.h>
#include <stddef.h>
#include <string.h>

#include "base/coverage.h"
#include "sched/sched.h"

#define HOOK(name, ...)                                                                            \
    void name(__VA_ARGS__);                                                                        \
    void name(__VA_ARGS__)

/* Without a frame of its own. */
static inline char *stack_pointer(void) {
    char *here;
#if defined(__x86_64__)
    __asm__("mov %%rsp, %0" : "=r"(here));
#elif defined(__aarch64__)
    __asm__("mov %0, sp" : "=r"(here));
#else
    here = __builtin_frame_address(0);
#endif
    return here;
}

/* ---- functions ---- */

HOOK(__tsan_init, void) {}
/* How deep its stack was in use, for those who clear it. */
HOOK(__tsan_func_entry, void *pc) {
    (void)pc;
    if (snag__self != NULL) {
        snag__fiber_note_depth(snag__self->runs, stack_pointer());
    }
}
HOOK(__tsan_func_exit, void) {}

/* ---- plain accesses ---- */

enum { OWN_STACK_BYTES = 64 << 10 };

/* AddressSanitizer moves locals to another stack of the fiber's. */
static inline bool is_moved_local(const void *at) {
#if __has_feature(address_sanitizer)
    void *begin, *end;
    return __asan_addr_is_in_fake_stack(__asan_get_current_fake_stack(), (void *)at, &begin,
                                        &end) != NULL;
#else
    (void)at;
    return false;
#endif
}

/* A write to memory that others may see: all but the nearer part of the stack it runs on. */
static inline void wrote(const void *at) {
    if ((uintptr_t)at - (uintptr_t)stack_pointer() >= OWN_STACK_BYTES && !is_moved_local(at) &&
        !snag__is_counter(at)) {
        snag__sched.changes++;
    }
}

HOOK(__tsan_vptr_update, void **at, void *value) {
    (void)value;
    wrote(at);
}
HOOK(__tsan_vptr_read, void **at) {
    (void)at;
}
HOOK(__tsan_read_range, void *at, unsigned long n) {
    (void)at;
    (void)n;
}
HOOK(__tsan_write_range, void *at, unsigned long n) {
    (void)n;
    wrote(at);
}

#define READ(name)                                                                                 \
    HOOK(name, void *at) {                                                                         \
        (void)at;                                                                                  \
    }
#define WRITE(name)                                                                                \
    HOOK(name, void *at) {                                                                         \
        wrote(at);                                                                                 \
    }
#define PLAIN_OF_SIZE(n)                                                                           \
    READ(__tsan_read##n)                                                                           \
    WRITE(__tsan_write##n)                                                                         \
    READ(__tsan_unaligned_read##n)                                                                 \
    WRITE(__tsan_unaligned_write##n)                                                               \
    WRITE(__tsan_read_write##n)                                                                    \
    WRITE(__tsan_unaligned_read_write##n)                                                          \
    READ(__tsan_volatile_read##n)                                                                  \
    WRITE(__tsan_volatile_write##n)                                                                \
    READ(__tsan_unaligned_volatile_read##n)                                                        \
    WRITE(__tsan_unaligned_volatile_write##n)
PLAIN_OF_SIZE(1)
PLAIN_OF_SIZE(2)
PLAIN_OF_SIZE(4)
PLAIN_OF_SIZE(8)
PLAIN_OF_SIZE(16)

void *__tsan_memcpy(void *to, const void *from, size_t n);
void *__tsan_memcpy(void *to, const void *from, size_t n) {
    wrote(to);
    return memcpy(to, from, n);
}
void *__tsan_memmove(void *to, const void *from, size_t n);
void *__tsan_memmove(void *to, const void *from, size_t n) {
    wrote(to);
    return memmove(to, from, n);
}
void *__tsan_memset(void *to, int c, size_t n);
void *__tsan_memset(void *to, int c, size_t n) {
    wrote(to);
    return memset(to, c, n);
}
