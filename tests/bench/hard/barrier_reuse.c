/* barrier_reuse.c: three threads meet twice at the same barrier.
 *
 * Wrong: those inside wait until the count is zero again. Whoever opened the barrier may come back
 * and be counted before they have looked. In the fixed twin they wait for the round to change.
 */
#include "crew.h"

#include <sched.h>

#include "snag/scenario.h"

enum { THREADS = 3, MEETINGS = 2 };
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t opened = PTHREAD_COND_INITIALIZER;
static int inside, rounds;

static void meet(void) {
    pthread_mutex_lock(&lock);
    int mine = rounds;
    if (++inside == THREADS) {
        inside = 0;
        rounds++;
        pthread_cond_broadcast(&opened);
    } else {
#ifdef FIXED
        while (rounds == mine) {
#else
        (void)mine;
        while (inside != 0) {
#endif
            pthread_cond_wait(&opened, &lock);
        }
    }
    pthread_mutex_unlock(&lock);
}

static void *work(void *unused) {
    for (int i = 0; i < MEETINGS; i++) {
        sched_yield(); /* its work */
        meet();
    }
    return unused;
}

SNAG_SCENARIO(barrier_reuse) {
    for (int i = 0; i < THREADS; i++) {
        begin(work, NULL);
    }
    await_all();
}
