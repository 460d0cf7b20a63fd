/* choose_body.c: two threads before accesses and locks that concern one another, and not. */
#include "../exec/cases.h"
#include "snag/scenario.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

void all_sorts(void);

static int64_t one, other;
static _Atomic int64_t third, fourth;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER, second = PTHREAD_MUTEX_INITIALIZER;

static void *all(void *unused) {
    (void)unused;
    one = one + 1;
    other = other + 1;
    atomic_fetch_add(&third, 1);
    (void)atomic_load(&fourth);
    *(volatile int64_t *)&third = 7; /* what is atomic elsewhere */
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
    pthread_mutex_lock(&second);
    pthread_mutex_unlock(&second);
    return NULL;
}

void all_sorts(void) {
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) {
        pthread_create(&threads[i], NULL, all, NULL);
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
    }
}

SNAG_SCENARIO(choose) {
    case_body();
}
