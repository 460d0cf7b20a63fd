/* quicksort.c: a parallel quicksort: who has a part to spare hands it to an idle worker.
 *
 * In the manner of the multi-threaded qsort_mt of FreeBSD, which SCTBench has: the idle wait each
 * at a condition variable of its own, and the last to become idle sends all home.
 *
 * Wrong: who hands over a part changes the worker's state without that worker's lock. A worker that
 * has seen that it is idle, and is about to wait, sleeps through the signal.
 */
#include "crew.h"

#include <stdatomic.h>

#include "snag/scenario.h"

enum { NUMBERS = 8, WORKERS = 3, SHORT = 2 };
enum state { IDLE, BUSY, HOME };
struct part {
    int from, to; /* from inclusive, to exclusive */
};
static struct worker {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    atomic_int state;
    struct part part;
} workers[WORKERS];
static pthread_mutex_t pool = PTHREAD_MUTEX_INITIALIZER;
static int idle = WORKERS; /* under the pool's lock */
static int numbers[NUMBERS] = {5, 2, 7, 1, 8, 3, 6, 4};

static void tell(struct worker *w, enum state state) {
#ifdef FIXED
    pthread_mutex_lock(&w->lock);
#endif
    atomic_store(&w->state, state);
    pthread_cond_signal(&w->changed);
#ifdef FIXED
    pthread_mutex_unlock(&w->lock);
#endif
}

/* False: all are busy. */
static bool hand_over(struct part p) {
    struct worker *w = NULL;
    pthread_mutex_lock(&pool);
    for (int i = 0; i < WORKERS && w == NULL; i++) {
        if (atomic_load(&workers[i].state) == IDLE) {
            w = &workers[i];
            w->part = p;
            idle--;
            tell(w, BUSY);
        }
    }
    pthread_mutex_unlock(&pool);
    return w != NULL;
}

static int partition(struct part p) {
    int middle = p.from, pivot = numbers[p.to - 1];
    for (int i = p.from; i < p.to; i++) {
        if (numbers[i] <= pivot) {
            int n = numbers[i];
            numbers[i] = numbers[middle];
            numbers[middle++] = n;
        }
    }
    return middle;
}

static void sort(struct part p) {
    while (p.to - p.from >= SHORT) {
        int middle = partition(p);
        struct part lower = {p.from, middle - 1};
        p.from = middle;
        if (lower.to - lower.from >= SHORT && !hand_over(lower)) {
            sort(lower);
        }
    }
}

/* The last one sends all home. */
static void become_idle(struct worker *w) {
    pthread_mutex_lock(&pool);
    atomic_store(&w->state, IDLE);
    if (++idle == WORKERS) {
        for (int i = 0; i < WORKERS; i++) {
            tell(&workers[i], HOME);
        }
    }
    pthread_mutex_unlock(&pool);
}

static void *work(void *argument) {
    struct worker *w = argument;
    for (;;) {
        pthread_mutex_lock(&w->lock);
        while (atomic_load(&w->state) == IDLE) {
            pthread_cond_wait(&w->changed, &w->lock);
        }
        pthread_mutex_unlock(&w->lock);
        if (atomic_load(&w->state) == HOME) {
            return NULL;
        }
        sort(w->part);
        become_idle(w);
    }
}

SNAG_SCENARIO(quicksort) {
    for (int i = 0; i < WORKERS; i++) {
        pthread_mutex_init(&workers[i].lock, NULL);
        pthread_cond_init(&workers[i].changed, NULL);
        begin(work, &workers[i]);
    }
    (void)hand_over((struct part){0, NUMBERS});
    await_all();
    for (int i = 1; i < NUMBERS; i++) {
        snag_assert(numbers[i - 1] <= numbers[i]);
    }
}
