/* bad_invariant.c: a scenario without a mistake, of which the invariant itself goes wrong: one of
 * INVARIANT_FREED, INVARIANT_BEYOND, INVARIANT_NULL, INVARIANT_DIVIDES. INVARIANT_RIGHT: it does
 * not, the silent twin. For tests/e2e/crash_test.sh.
 *
 * A block is put aside, and freed, by one of two threads; the invariant looks at it meanwhile.
 */
#include <pthread.h>
#include <stdlib.h>

#include "snag/scenario.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int *block;
static int there;
#if defined(INVARIANT_NULL)
static int *volatile nowhere;
#endif

static void *take(void *unused) {
    pthread_mutex_lock(&lock);
    if (there) {
        there = 0;
        free(block);
    }
    pthread_mutex_unlock(&lock);
    return unused;
}

static const char *looks(enum snag_when when) {
    (void)when;
    int value = 7;
#if defined(INVARIANT_FREED)
    value = block != NULL ? *block : 7;
#elif defined(INVARIANT_BEYOND)
    value = there ? block[1] != 8 ? 7 : 8 : 7;
#elif defined(INVARIANT_NULL)
    value = there || block == NULL ? 7 : *nowhere;
#elif defined(INVARIANT_DIVIDES)
    value = block != NULL && 7 / *(volatile int *)&there == 1 ? 1 : 7;
#else
    value = there ? *block : 7;
#endif
    return value == 7 ? NULL : "it is not 7";
}

SNAG_SCENARIO(bad_invariant, .invariant = looks, .invariant_when = SNAG_ALWAYS) {
    pthread_t t;
    block = malloc(sizeof *block);
    if (block == NULL)
        return;
    *block = 7;
    pthread_mutex_lock(&lock);
    there = 1;
    pthread_mutex_unlock(&lock);
    pthread_create(&t, NULL, take, NULL);
    (void)take(NULL);
    pthread_join(t, NULL);
}
