/* invariant.c: a scenario with an invariant of its own. INVARIANT_WRONG: it does not always hold,
 * and in the end, by INVARIANT_WRONG=2, neither. Without: the silent twin. For
 * tests/e2e/scenario_test.sh.
 *
 * A value goes from one place to the other, under a lock that the invariant must allow for.
 */
#include <pthread.h>

#include "snag/scenario.h"

#ifndef INVARIANT_WRONG
#define INVARIANT_WRONG 0
#endif

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int here = 1, there, moving;

static void *move(void *unused) {
    pthread_mutex_lock(&lock);
    moving = INVARIANT_WRONG == 0;
    here -= 1;
    pthread_mutex_unlock(&lock);
    pthread_mutex_lock(&lock);
    there += INVARIANT_WRONG == 2 ? 2 : 1;
    moving = 0;
    pthread_mutex_unlock(&lock);
    return unused;
}

static const char *one_is_there(enum snag_when when) {
    if (when == SNAG_ALWAYS && moving)
        return NULL;
    return here + there == 1 ? NULL : "the value is lost, or there are two";
}

SNAG_SCENARIO(invariant, .invariant = one_is_there,
              .invariant_when = INVARIANT_WRONG == 2 ? SNAG_AT_QUIESCENCE
                                                     : SNAG_ALWAYS | SNAG_AT_QUIESCENCE) {
    pthread_t t;
    pthread_create(&t, NULL, move, NULL);
    pthread_join(t, NULL);
}
