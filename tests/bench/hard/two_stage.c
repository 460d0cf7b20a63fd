/* two_stage.c: N threads write a number and then, under another lock, what follows from it; one
 * reads both.
 *
 * As `twostage_N_bad` in SCTBench (Thomson, Donaldson, Betts: Concurrency Testing Using Schedule
 * Bounding, PPoPP 2014), but that N counts the writers alone.
 *
 * Wrong: between the two stages neither lock is held. The reader has to come whole between the
 * first stage of the first writer and the second stage of whoever gets there first.
 */
#include "crew.h"

#include "snag/scenario.h"

static pthread_mutex_t number_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t next_lock = PTHREAD_MUTEX_INITIALIZER;
static int number, next;

static void *write_both(void *unused) {
    pthread_mutex_lock(&number_lock);
    number = 1;
#ifndef FIXED
    pthread_mutex_unlock(&number_lock);
#endif
    pthread_mutex_lock(&next_lock);
    next = 2;
    pthread_mutex_unlock(&next_lock);
#ifdef FIXED
    pthread_mutex_unlock(&number_lock);
#endif
    return unused;
}

static void *read_both(void *unused) {
    pthread_mutex_lock(&number_lock);
    int seen = number;
    pthread_mutex_unlock(&number_lock);
    if (seen == 0) {
        return unused;
    }
    pthread_mutex_lock(&next_lock);
    int follows = next;
    pthread_mutex_unlock(&next_lock);
    snag_assert(follows == seen + 1);
    return unused;
}

SNAG_SCENARIO(two_stage) {
    for (int i = 0; i < N; i++) {
        begin(write_both, NULL);
    }
    begin(read_both, NULL);
    await_all();
}
