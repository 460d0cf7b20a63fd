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

typedef uint64_t snag__line __attribute__((vector_size(64), may_alias));

/* One line, aligned as such. The barrier keeps the compiler from making a memset of many. */
static inline void snag__clear_line(char *at) {
    *(snag__line *)(void *)at = (snag__line){0};
    __asm__ volatile("" ::: "memory");
}

/* From `from` up to `to`, multiples of 64. */
static inline void snag__clear_lines(char *from, const char *to) {
    for (; from < to; from += sizeof(snag__line)) {
        snag__clear_line(from);
    }
}

/* The same of `bytes`, a constant: without a loop. */
static inline __attribute__((always_inline)) void snag__clear_block(char *at, size_t bytes) {
#pragma GCC unroll 16
    for (size_t i = 0; i < bytes; i += sizeof(snag__line)) {
        snag__clear_line(at + i);
    }
}

#endif
