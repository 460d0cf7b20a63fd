/* lock2x4.c: the small lock program of the throughput benchmark, as a scenario: two threads, four
 * times lock, increment, unlock each. Also built plainly, with a main of its own, for the
 * comparison with real threads (real_threads.c). Nothing is wrong with it.
 */
#include "lock2x4.h"

#include <pthread.h>
#include <stddef.h>

#include "snag/scenario.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int counter;

static void *work(void *unused) {
    (void)unused;
    for (int i = 0; i < 4; i++) {
        pthread_mutex_lock(&lock);
        counter++;
        pthread_mutex_unlock(&lock);
    }
    return NULL;
}

int lock2x4(void) {
    pthread_t a, b;
    counter = 0;
    pthread_create(&a, NULL, work, NULL);
    pthread_create(&b, NULL, work, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    return counter;
}

#ifndef LOCK2X4_PLAIN
SNAG_SCENARIO(lock2x4_scenario) {
    snag_assert(lock2x4() == 8);
}
#endif
