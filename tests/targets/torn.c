/* torn.c: two totals that are changed together under a lock, and a reader.
 *
 * Without TORN_NOT the reader looks at them without the lock, one after the other. Nothing of that
 * is a call or an atomic: only a switch between two plain accesses shows it.
 */
#include <pthread.h>
#include <snag/scenario.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int given, taken;

static void *transfer(void *unused) {
    for (int i = 0; i < 2; i++) {
        pthread_mutex_lock(&lock);
        given++;
        taken++;
        pthread_mutex_unlock(&lock);
    }
    return unused;
}

static void *audit(void *unused) {
#ifdef TORN_NOT
    pthread_mutex_lock(&lock);
#endif
    int sum = given - taken;
#ifdef TORN_NOT
    pthread_mutex_unlock(&lock);
#endif
    snag_assert(sum == 0);
    return unused;
}

SNAG_SCENARIO(torn) {
    pthread_t t[2];
    pthread_create(&t[0], NULL, transfer, NULL);
    pthread_create(&t[1], NULL, audit, NULL);
    pthread_join(t[0], NULL);
    pthread_join(t[1], NULL);
}
