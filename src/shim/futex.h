/* futex.h: the futex of the kernel, for those who call it themselves (syscall.c).
 *
 * Not the locks that are made of it: the C library's own are interposed whole. The rule: the word
 * is the code's own memory and is read there; who waits is known here alone.
 */
#ifndef SNAG_SHIM_FUTEX_H
#define SNAG_SHIM_FUTEX_H

#include <stdint.h>
#include <time.h>

/* The arguments of futex(2), in its order. */
struct snag__futex_call {
    uint32_t *word;
    int op;
    uint32_t value;
    union {
        const struct timespec *time; /* of those that wait */
        uintptr_t value2;            /* of the others */
    };
    uint32_t *word2;
    uint32_t value3;
    uint32_t site;
};

/* As the system call, but as syscall(2) returns: -1 and errno. */
long snag__futex(const struct snag__futex_call *call);

#endif
