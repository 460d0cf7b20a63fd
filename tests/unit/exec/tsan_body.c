/* tsan_body.c: small programs with and without races, for tsan_test.c. */
#include "tsan_body.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "snag/scenario.h"

static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;
static int shared;

static void *guarded(void *unused) {
    (void)unused;
    for (int i = 0; i < 4; i++) {
        pthread_mutex_lock(&a);
        shared = shared + 1;
        pthread_mutex_unlock(&a);
    }
    return NULL;
}

static void *writer(void *unused) {
    (void)unused;
    shared = 7;
    return NULL;
}

static void *reader(void *unused) {
    (void)unused;
    volatile int seen = shared;
    (void)seen;
    return NULL;
}

__attribute__((noinline)) static void nested(int depth, pthread_mutex_t *first,
                                             pthread_mutex_t *second) {
    if (depth > 0) {
        nested(depth - 1, first, second);
        return;
    }
    pthread_mutex_lock(first);
    pthread_mutex_lock(second);
    pthread_mutex_unlock(second);
    pthread_mutex_unlock(first);
}

static void *ab(void *unused) {
    nested(20, &a, &b);
    return unused;
}

static void *ba(void *unused) {
    nested(20, &b, &a);
    return unused;
}

static void *race_ab(void *unused) {
    writer(NULL);
    return ab(unused);
}

static void *race_ba(void *unused) {
    writer(NULL);
    return ba(unused);
}

static atomic_int ready;
static int data;

static void *publish(void *unused) {
    data = 5;
    atomic_store_explicit(&ready, 1, memory_order_release);
    return unused;
}

static void *take(void *unused) {
    if (atomic_load_explicit(&ready, memory_order_acquire) != 0) {
        snag_assert(data == 5);
    }
    return unused;
}

static void *publish_relaxed(void *unused) {
    data = 5;
    atomic_store_explicit(&ready, 1, memory_order_relaxed);
    return unused;
}

static void run_two(void *(*f)(void *), void *(*g)(void *)) {
    pthread_t t, u;
    pthread_create(&t, NULL, f, NULL);
    pthread_create(&u, NULL, g, NULL);
    pthread_join(t, NULL);
    pthread_join(u, NULL);
}

SNAG_SCENARIO(tsan) {
    switch (body) {
    case GUARDED:
        run_two(guarded, guarded);
        snag_assert(shared == 8);
        break;
    case WRITE_WRITE:
        run_two(writer, writer);
        break;
    case WRITE_READ:
        run_two(writer, reader);
        break;
    case ABBA:
        run_two(ab, ba);
        break;
    case ABBA_OR_RACE:
        run_two(race_ab, race_ba);
        break;
    case PUBLISH:
        run_two(publish, take);
        break;
    case PUBLISH_RELAXED:
        run_two(publish_relaxed, take);
        break;
    }
}
