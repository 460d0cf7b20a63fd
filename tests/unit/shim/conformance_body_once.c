/* conformance_body_once.c: pthread_once and thread-specific data. See conformance.h. */
#define _GNU_SOURCE
#include "conformance.h"

#include <errno.h>
#include <limits.h>
#include <sched.h>

static pthread_once_t once;
static int runs, half;

static void routine(void) {
    runs++;
    half = 1;
    sched_yield();
    half = 0;
}

static int seen_half;

static void *calls(void *unused) {
    if (pthread_once(&once, routine) != 0 || half || runs != 1)
        seen_half++;
    return unused;
}

static void runs_once(void) {
    pthread_t t[3];
    pthread_once_t fresh = PTHREAD_ONCE_INIT;
    once = fresh;
    runs = half = seen_half = 0;
    for (int i = 0; i < 3; i++)
        pthread_create(&t[i], NULL, calls, NULL);
    for (int i = 0; i < 3; i++)
        pthread_join(t[i], NULL);
    out(runs);
    out(seen_half);
    out(pthread_once(&once, routine));
    out(runs);
}

static void leaves(void) {
    runs++;
    pthread_exit((void *)3);
}

static void *calls_leaving(void *unused) {
    pthread_once(&once, leaves);
    return unused;
}

/* A thread that ends inside the routine has not run it. */
static void left_by_exit(void) {
    pthread_once_t fresh = PTHREAD_ONCE_INIT;
    once = fresh;
    runs = 0;
    out((intptr_t)conf_elsewhere(calls_leaving, NULL));
    out((intptr_t)conf_elsewhere(calls_leaving, NULL));
    out(runs);
    out(pthread_once(&once, routine));
    out(runs);
    out((intptr_t)conf_elsewhere(calls_leaving, NULL));
}

static pthread_once_t inner_once;

static void inner(void) {
    runs += 100;
}

static void outer(void) {
    runs += 10;
    out(pthread_once(&inner_once, inner));
    runs += 1;
}

static void nested(void) {
    pthread_once_t fresh = PTHREAD_ONCE_INIT;
    once = inner_once = fresh;
    runs = 0;
    out(pthread_once(&once, outer));
    out(runs);
}

/* ---- keys ---- */

static pthread_key_t key, other_key;
static int64_t destroyed[8];
static int destroyed_count;

static void note(void *value) {
    if (destroyed_count < 8)
        destroyed[destroyed_count] = (intptr_t)value;
    destroyed_count++;
}

static void say_destroyed(void) {
    out(destroyed_count);
    for (int i = 0; i < destroyed_count && i < 8; i++)
        out(destroyed[i]);
    destroyed_count = 0;
}

static void *sets(void *value) {
    out(pthread_getspecific(key) == NULL);
    out(pthread_setspecific(key, value));
    out(pthread_getspecific(key) == value);
    return NULL;
}

static void *sets_and_exits(void *value) {
    sets(value);
    pthread_exit(NULL);
}

static void own_values(void) {
    destroyed_count = 0;
    out(pthread_key_create(&key, note));
    out(pthread_getspecific(key) == NULL);
    out(pthread_setspecific(key, &key));
    conf_elsewhere(sets, (void *)11);
    say_destroyed();
    conf_elsewhere(sets_and_exits, (void *)12);
    say_destroyed();
    conf_elsewhere(sets, NULL); /* nothing to destroy */
    say_destroyed();
    out(pthread_getspecific(key) == &key);
    out(pthread_setspecific(key, NULL));
    out(pthread_key_delete(key));
    say_destroyed();
}

static void sets_again(void *value) {
    out(pthread_getspecific(key) == NULL); /* a destructor finds it reset */
    note(value);
    pthread_setspecific(key, (char *)value + 1);
}

/* As long as there is something to destroy, but not for ever. */
static void rounds(void) {
    destroyed_count = 0;
    out(pthread_key_create(&key, sets_again));
    conf_elsewhere(sets, (void *)20);
    say_destroyed();
    out(pthread_key_delete(key));
    out(PTHREAD_DESTRUCTOR_ITERATIONS);
}

static void *sets_and_deletes(void *value) {
    out(pthread_setspecific(key, value));
    out(pthread_key_delete(key));
    return NULL;
}

/* What was set for a deleted key is nobody's any more, nor that of a key that comes after. */
static void deleted(void) {
    destroyed_count = 0;
    out(pthread_key_create(&key, note));
    conf_elsewhere(sets_and_deletes, (void *)30);
    say_destroyed();
    out(pthread_key_create(&key, note));
    out(pthread_setspecific(key, (void *)31));
    out(pthread_key_delete(key));
    out(pthread_key_create(&other_key, NULL));
    out(pthread_getspecific(other_key) == NULL);
    out(pthread_key_delete(other_key));
}

static void no_such_key(void) {
    out(pthread_key_create(&key, NULL));
    out(pthread_key_delete(key));
    out(pthread_setspecific(key, &key));
    out(pthread_getspecific(key) == NULL);
    out(pthread_key_delete(key));
}

static void *sets_two(void *unused) {
    (void)unused;
    pthread_setspecific(key, (void *)41);
    pthread_setspecific(other_key, (void *)42);
    return NULL;
}

static void several(void) {
    destroyed_count = 0;
    out(pthread_key_create(&key, note));
    out(pthread_key_create(&other_key, note));
    out(key != other_key);
    conf_elsewhere(sets_two, NULL);
    out(destroyed_count);
    out(destroyed[0] + destroyed[1]); /* in which order is nobody's business */
    out(pthread_key_delete(key));
    out(pthread_key_delete(other_key));
}

static void too_many(void) {
    static pthread_key_t all[PTHREAD_KEYS_MAX + 1];
    int made = 0, result = 0;
    while (made <= PTHREAD_KEYS_MAX && (result = pthread_key_create(&all[made], NULL)) == 0)
        made++;
    out(result);
    out(made > PTHREAD_KEYS_MAX / 2);
    out(pthread_key_delete(all[made / 2]));
    out(pthread_key_create(&all[made / 2], NULL));
    for (int i = 0; i < made; i++)
        pthread_key_delete(all[i]);
    out(pthread_key_create(&key, NULL));
    out(pthread_key_delete(key));
}

#define KEYS "pthread_key_create pthread_key_delete pthread_getspecific pthread_setspecific"

const struct conformance_case conformance_cases_once[] = {
    {"once", "pthread_once", runs_once, NULL},
    {"once, left by pthread_exit", "pthread_once", left_by_exit, NULL},
    {"once inside once", "pthread_once", nested, NULL},
    {"a value for each thread", KEYS, own_values, NULL},
    {"destructors that set again", KEYS, rounds, NULL},
    {"deleted keys", KEYS, deleted, NULL},
    {"no such key", KEYS, no_such_key, "misuse"},
    {"several keys", KEYS, several, NULL},
    {"too many keys", KEYS, too_many, NULL},
    {0},
};
