/* escapes.c: code under test whose answer depends on what snag does not put back: a mapping, which
 * counts the executions of its process. See tests/e2e/nondeterminism_test.sh.
 *
 * Wrong in all: every execution with an odd count fails its assertion. With ESCAPES_NOT, the twin,
 * the count stands on the stack and each execution begins at 1: it fails too, but always.
 */
#define _GNU_SOURCE
#include "snag/scenario.h"

#include <assert.h>
#include <pthread.h>
#include <sys/mman.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *count_one(void *counter) {
    pthread_mutex_lock(&lock);
    unsigned count = ++*(unsigned *)counter;
    pthread_mutex_unlock(&lock);
    assert(count % 2 == 0);
    return NULL;
}

SNAG_SCENARIO(escapes) {
    unsigned own = 0;
    unsigned *counter = &own;
#ifndef ESCAPES_NOT
    /* At a place of its own: mapped by the first execution, and still there in the next.
     * Memory to the code under test in every flavour. */
    counter = (unsigned *)0x550000000000; /* NOLINT(performance-no-int-to-ptr) */
    (void)mmap(counter, 4096, PROT_READ | PROT_WRITE,
               MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
#endif
    pthread_t t;
    pthread_create(&t, NULL, count_one, counter);
    pthread_join(t, NULL);
}
