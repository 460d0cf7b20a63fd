/* clear.h: memory made zero by stores of our own.
 *
 * Not memset: ThreadSanitizer has its own, which looks at the memory as at an access of whoever
 * runs, at ten times the cost. The rule: what is cleared is the harness's, or nobody's any more.
 */
#ifndef SNAG_BASE_CLEAR_H
#define SNAG_BASE_CLEAR_H

#include <stddef.h>
#include <stdint.h>

/* `bytes`, a multiple of 16 and a constant, from `at`, which is aligned as a pointer is. */
static inline __attribute__((always_inline)) void snag__clear_few(void *at, size_t bytes) {
    typedef uint64_t pair __attribute__((vector_size(16), aligned(8), may_alias));
    for (size_t i = 0; i < bytes / sizeof(pair); i++) {
        ((pair *)at)[i] = (pair){0};
    }
}

/* From `from` up to `to`, multiples of 64. The barrier keeps the compiler from making a memset of
 * it. */
static inline void snag__clear_lines(char *from, char *to) {
    typedef uint64_t line __attribute__((vector_size(64), may_alias));
    for (; to - from >= 128; from += 128) {
        ((line *)(void *)from)[0] = (line){0};
        ((line *)(void *)from)[1] = (line){0};
        __asm__ volatile("" ::: "memory");
    }
    if (from < to) {
        *(line *)(void *)from = (line){0};
    }
}

#endif
