/* philosophers.c: N philosophers, who take first the fork on their left and then the one on their
 * right (Dijkstra: Hierarchical Ordering of Sequential Processes, 1971).
 *
 * Wrong: if each has one, nobody gets the other. All N have to be interrupted between their two
 * forks. In the fixed twin the last one begins on the right.
 */
#include "crew.h"

#include "snag/scenario.h"

static pthread_mutex_t forks[N];

static void *dine(void *left) {
    int first = (int)((pthread_mutex_t *)left - forks);
    int second = (first + 1) % N;
#ifdef FIXED
    if (second < first) {
        first = 0;
        second = N - 1;
    }
#endif
    pthread_mutex_lock(&forks[first]);
    pthread_mutex_lock(&forks[second]);
    pthread_mutex_unlock(&forks[second]);
    pthread_mutex_unlock(&forks[first]);
    return NULL;
}

SNAG_SCENARIO(philosophers) {
    for (int i = 0; i < N; i++) {
        pthread_mutex_init(&forks[i], NULL);
    }
    for (int i = 0; i < N; i++) {
        begin(dine, &forks[i]);
    }
    await_all();
}
