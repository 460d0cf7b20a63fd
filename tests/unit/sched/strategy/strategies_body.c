/* strategies_body.c: threads whose events, and the orders of them, can be counted. */
#include "../../exec/cases.h"
#include "bodies.h"
#include "snag/scenario.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

enum { THREADS_MAX = 8 };

static struct thread {
    pthread_t id;
    int64_t number, stores, common; /* of the stores, those to the common place */
    _Atomic int64_t own;
} threads[THREADS_MAX];
static _Atomic int64_t common;

static void *stores(void *argument) {
    struct thread *t = argument;
    for (int64_t i = 0; i < t->stores - t->common; i++) {
        atomic_store(&t->own, i + 1);
    }
    for (int64_t i = 0; i < t->common; i++) {
        atomic_store(&common, t->number);
    }
    return NULL;
}

static void run(int64_t to_common) {
    int count = 0;
    for (int64_t digits = case_in; digits != 0; digits /= 10) {
        struct thread *t = &threads[count++];
        t->number = count;
        t->stores = digits % 10;
        t->common = to_common < t->stores ? to_common : t->stores;
    }
    for (int i = 0; i < count; i++) {
        pthread_create(&threads[i].id, NULL, stores, &threads[i]);
    }
    for (int i = 0; i < count; i++) {
        pthread_join(threads[i].id, NULL);
    }
    case_out[0] = common;
}

void chains(void) {
    run(0);
}

void to_one_place(void) {
    run(1);
}

void twice_to_one_place(void) {
    run(2);
}

void all_to_one_place(void) {
    run(INT64_MAX);
}

static void *writes_twice(void *argument) {
    volatile int64_t *place = argument;
    *place = 1;
    *place = 2;
    return NULL;
}

static void *writes_three_times(void *argument) {
    volatile int64_t *place = argument;
    *place = 1;
    *place = 2;
    *place = 3;
    return NULL;
}

void plain_chains(void) {
    static int64_t places[2];
    pthread_t a, b;
    pthread_create(&a, NULL, writes_twice, &places[0]);
    pthread_create(&b, NULL, writes_three_times, &places[1]);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
}

static volatile int64_t place;

static void *writes_to_it_twice(void *argument) {
    struct thread *t = argument;
    int64_t me = t->number;
    for (int64_t i = 0; i < t->stores; i++) {
        *(volatile int64_t *)&t->common = i;
    }
    place = 1;
    out(me);
    place = 2;
    out(me);
    return NULL;
}

static void start_all(void *(*const *starts)(void *), int count) {
    for (int i = 0; i < count; i++) {
        threads[i].number = i + 1;
        threads[i].stores = INT64_C(4) * i;
    }
    for (int i = 0; i < count; i++) {
        pthread_create(&threads[i].id, NULL, starts[i], &threads[i]);
    }
    for (int i = 0; i < count; i++) {
        pthread_join(threads[i].id, NULL);
    }
}

void plainly_to_one_place(void) {
    static void *(*const starts[])(void *) = {writes_to_it_twice, writes_to_it_twice,
                                              writes_to_it_twice};
    start_all(starts, 3);
}

enum { MUCH = 30 };

static void *tells(void *argument) {
    struct thread *t = argument;
    atomic_store(&common, t->number);
    out(t->number);
    return NULL;
}

static void *works(void *argument) {
    struct thread *t = argument;
    for (int64_t i = 0; i < MUCH; i++) {
        atomic_store(&t->own, i + 1);
    }
    return tells(argument);
}

static void *works_twice(void *argument) {
    (void)works(argument);
    return works(argument);
}

static void *works_before_and_after(void *argument) {
    struct thread *t = argument;
    (void)works(argument);
    for (int64_t i = 0; i < MUCH; i++) {
        atomic_store(&t->own, i + 1);
    }
    return NULL;
}

void halves(void) {
    static void *(*const starts[])(void *) = {works_twice, works_twice, tells};
    start_all(starts, 3);
}

void after_much(void) {
    static void *(*const starts[])(void *) = {works_before_and_after, tells};
    start_all(starts, 2);
}

SNAG_SCENARIO(strategies) {
    case_body();
}
