/* escapes.c: code under test whose answer depends on what snag does not put back: the timer slack
 * of its thread, in the kernel, which counts the executions of its process. See
 * tests/e2e/nondeterminism_test.sh.
 *
 * Wrong in all: every execution with an odd count fails its assertion. With ESCAPES_NOT, the twin,
 * the count begins at 1 in each execution: it fails too, but always.
 */
#include "snag/scenario.h"

#include <assert.h>
#include <pthread.h>
#include <sys/prctl.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int counted;

static int count_on(void) {
#ifdef ESCAPES_NOT
    return counted + 1;
#else
    int count = prctl(PR_GET_TIMERSLACK) + 1; /* from 50,000 ns on */
    (void)prctl(PR_SET_TIMERSLACK, count);
    return count;
#endif
}

static void *count_one(void *unused) {
    pthread_mutex_lock(&lock);
    counted = count_on();
    pthread_mutex_unlock(&lock);
    assert(counted % 2 == 0);
    return unused;
}

SNAG_SCENARIO(escapes) {
    pthread_t t;
    pthread_create(&t, NULL, count_one, NULL);
    pthread_join(t, NULL);
}
