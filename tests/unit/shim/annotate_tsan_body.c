/* annotate_tsan_body.c: code under test for annotate_tsan_test.c: order that the race detector
 * cannot see, and a lock made by hand that gives none.
 */
#include "../exec/cases.h"
#include "snag/annotate.h"
#include "snag/scenario.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

static int data;
static atomic_int flag;

static void both(void *(*f)(void *), void *(*g)(void *)) {
    pthread_t t[2];
    pthread_create(&t[0], NULL, f, NULL);
    pthread_create(&t[1], NULL, g, NULL);
    pthread_join(t[0], NULL);
    pthread_join(t[1], NULL);
}

/* ---- an order of fences, which the runtime does not follow; case_in 1: declared ---- */

static void *publishes(void *unused) {
    data = 1;
    atomic_thread_fence(memory_order_release);
    if (case_in)
        SNAG_HAPPENS_BEFORE(&flag);
    atomic_store_explicit(&flag, 1, memory_order_relaxed);
    return unused;
}

static void *consumes(void *unused) {
    if (atomic_load_explicit(&flag, memory_order_relaxed) == 1) {
        atomic_thread_fence(memory_order_acquire);
        if (case_in)
            SNAG_HAPPENS_AFTER(&flag);
        out(data);
    }
    return unused;
}

void ordered_by_fences(void);
void ordered_by_fences(void) {
    both(publishes, consumes);
}

/* ---- a lock whose release is none; case_in 1: is one ---- */

static void take(void) {
    SNAG_LOCK_WAIT(&flag);
    while (atomic_exchange_explicit(&flag, 1, memory_order_acquire) != 0)
        sched_yield();
    SNAG_LOCK_ACQUIRED(&flag);
}

static void give(void) {
    SNAG_LOCK_RELEASED(&flag);
    if (case_in)
        atomic_store_explicit(&flag, 0, memory_order_release);
    else
        atomic_store_explicit(&flag, 0, memory_order_relaxed);
}

static void *counts(void *unused) {
    take();
    data++;
    give();
    return unused;
}

void weak_release(void);
void weak_release(void) {
    both(counts, counts);
}

SNAG_SCENARIO(annotate_tsan) {
    case_body();
}
