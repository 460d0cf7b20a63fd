/* distant.c: for tests/e2e/pursuit_test.sh: two threads that take two locks in opposite orders, one
 * at its beginning, the other at its end. A walk that turns at random has the first one done long
 * before the second one begins; the orders are seen in any run.
 *
 * DISTANT_GATED: both hold a third lock meanwhile. DISTANT_ORDERED: the second one is started when
 * the first one has ended.
 */
#include "snag/scenario.h"

#include <pthread.h>

enum { WORK = 60 };

static pthread_mutex_t front = PTHREAD_MUTEX_INITIALIZER, back = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER, own = PTHREAD_MUTEX_INITIALIZER;

static void close_gate(void) {
#ifdef DISTANT_GATED
    pthread_mutex_lock(&gate);
#endif
}

static void open_gate(void) {
#ifdef DISTANT_GATED
    pthread_mutex_unlock(&gate);
#endif
}

static void *early(void *unused) {
    close_gate();
    pthread_mutex_lock(&back);
    pthread_mutex_lock(&front);
    pthread_mutex_unlock(&front);
    pthread_mutex_unlock(&back);
    open_gate();
    return unused;
}

static void *late(void *unused) {
    for (int i = 0; i < WORK; i++) {
        pthread_mutex_lock(&own);
        pthread_mutex_unlock(&own);
    }
    close_gate();
    pthread_mutex_lock(&front);
    pthread_mutex_lock(&back);
    pthread_mutex_unlock(&back);
    pthread_mutex_unlock(&front);
    open_gate();
    return unused;
}

SNAG_SCENARIO(distant) {
    pthread_t one, two;
    (void)gate;
    pthread_create(&one, NULL, early, NULL);
#ifdef DISTANT_ORDERED
    pthread_join(one, NULL);
#endif
    pthread_create(&two, NULL, late, NULL);
#ifndef DISTANT_ORDERED
    pthread_join(one, NULL);
#endif
    pthread_join(two, NULL);
}
