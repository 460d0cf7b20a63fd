/* fault_body.c: code under test for fault_test.c: it copes with every fault, and counts some. */
#include "../exec/cases.h"
#include "snag/scenario.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

enum { ROUNDS = 8 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turned = PTHREAD_COND_INITIALIZER;
static int turn;

/* Two threads take turns; the odd one has a deadline at first. Reports waits that ended for no
 * reason. */
static void *take_turns(void *mine) {
    int me = *(int *)mine, patient = me == 0;
    pthread_mutex_lock(&lock);
    for (int round = 0; round < ROUNDS; round++) {
        while (turn % 2 != me) {
            int before = turn, result = 0;
            struct timespec at = {.tv_sec = 4000000000};
            if (!patient)
                result = pthread_cond_timedwait(&turned, &lock, &at);
            else
                pthread_cond_wait(&turned, &lock);
            if (result == 0 && turn == before)
                out(me);
            patient |= result == ETIMEDOUT; /* the time has come, and would come again at once */
            snag_assert(result == 0 || result == ETIMEDOUT);
        }
        turn++;
        pthread_cond_signal(&turned);
    }
    pthread_mutex_unlock(&lock);
    return NULL;
}

void turns(void);
void turns(void) {
    static int numbers[] = {0, 1};
    pthread_t t;
    pthread_create(&t, NULL, take_turns, &numbers[1]);
    take_turns(&numbers[0]);
    pthread_join(t, NULL);
    snag_assert(turn == 2 * ROUNDS);
}

/* Not even this ends for want of a signal: one wakeup, and it waits again. */
void waits_for_ever(void);
void waits_for_ever(void) {
    pthread_mutex_lock(&lock);
    while (turn == 0)
        pthread_cond_wait(&turned, &lock);
    pthread_mutex_unlock(&lock);
}

SNAG_SCENARIO(cases) {
    case_body();
}
