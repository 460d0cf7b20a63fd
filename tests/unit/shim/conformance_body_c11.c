/* conformance_body_c11.c: the threads of C11. See conformance.h. */
#define _GNU_SOURCE
#include "conformance.h"

#include <threads.h>

static mtx_t m;
static cnd_t c;
static int ready, runs;

static int returns(void *value) {
    return (int)(intptr_t)value;
}

static int exits(void *value) {
    thrd_exit((int)(intptr_t)value);
}

static thrd_t seen_self;

static int sees_self(void *unused) {
    (void)unused;
    seen_self = thrd_current();
    return thrd_join(thrd_current(), NULL);
}

static void threads(void) {
    thrd_t t;
    int result = -1;
    out(thrd_create(&t, returns, (void *)5));
    out(thrd_join(t, &result));
    out(result);
    out(thrd_create(&t, exits, (void *)-6));
    out(thrd_join(t, &result));
    out(result);
    out(thrd_create(&t, returns, NULL));
    out(thrd_join(t, NULL));
    out(thrd_create(&t, sees_self, NULL));
    out(thrd_join(t, &result));
    out(result);
    out(thrd_equal(seen_self, t) != 0);
    out(thrd_equal(thrd_current(), t) != 0);
    out(thrd_create(&t, returns, NULL));
    out(thrd_detach(t));
    thrd_yield();
}

static void sleeps(void) {
    struct timespec t = {.tv_nsec = 1000000}, left = {.tv_sec = 7};
    struct timespec negative = {.tv_sec = -1}, bad = {.tv_nsec = 1000000000};
    out(thrd_sleep(&t, &left));
    out(thrd_sleep(&t, NULL));
    out(thrd_sleep(&negative, NULL));
    out(thrd_sleep(&bad, NULL));
}

static int asks(void *unused) {
    struct timespec soon = conf_in(CLOCK_REALTIME, 2);
    (void)unused;
    out(mtx_trylock(&m));
    out(mtx_timedlock(&m, &soon));
    out(mtx_timedlock(&m, &conf_past));
    out(mtx_timedlock(&m, &conf_nonsense));
    return 0;
}

static void elsewhere(thrd_start_t f) {
    thrd_t t;
    thrd_create(&t, f, NULL);
    thrd_join(t, NULL);
}

static int tries(void *unused) {
    (void)unused;
    int result = mtx_trylock(&m);
    out(result);
    if (result == thrd_success)
        mtx_unlock(&m);
    return 0;
}

static void of_type(int type) {
    out(mtx_init(&m, type));
    out(mtx_lock(&m));
    elsewhere(asks);
    int again = mtx_trylock(&m);
    out(again);
    if (again == thrd_success)
        out(mtx_unlock(&m));
    elsewhere(tries);
    out(mtx_unlock(&m));
    elsewhere(tries);
    out(mtx_timedlock(&m, &conf_past));
    out(mtx_unlock(&m));
    mtx_destroy(&m);
}

static void mutexes(void) {
    of_type(mtx_plain);
    of_type(mtx_timed);
    of_type(mtx_plain | mtx_recursive);
    of_type(mtx_timed | mtx_recursive);
    out(mtx_init(&m, 77));
}

static int unlocks(void *unused) {
    (void)unused;
    out(mtx_unlock(&m));
    return 0;
}

static void recursive_errors(void) {
    out(mtx_init(&m, mtx_recursive));
    out(mtx_unlock(&m));
    out(mtx_lock(&m));
    elsewhere(unlocks);
    out(mtx_unlock(&m));
    mtx_destroy(&m);
}

static int waits(void *timed) {
    struct timespec late = conf_in(CLOCK_REALTIME, 100000);
    int result = thrd_success;
    mtx_lock(&m);
    while (!ready && result == thrd_success)
        result = timed != NULL ? cnd_timedwait(&c, &m, &late) : cnd_wait(&c, &m);
    mtx_unlock(&m);
    return result;
}

static void conditions(void) {
    thrd_t t[2];
    int result;
    struct timespec soon = conf_in(CLOCK_REALTIME, 2);
    ready = 0;
    out(mtx_init(&m, mtx_plain));
    out(cnd_init(&c));
    out(cnd_signal(&c));
    out(cnd_broadcast(&c));
    mtx_lock(&m);
    out(cnd_timedwait(&c, &m, &conf_nonsense));
    do {
        result = cnd_timedwait(&c, &m, &soon);
    } while (result == thrd_success);
    out(result);
    mtx_unlock(&m);
    thrd_create(&t[0], waits, NULL);
    thrd_create(&t[1], waits, &m);
    mtx_lock(&m);
    ready = 1;
    mtx_unlock(&m);
    out(cnd_signal(&c));
    out(cnd_broadcast(&c));
    for (int i = 0; i < 2; i++) {
        thrd_join(t[i], &result);
        out(result);
    }
    cnd_destroy(&c);
    mtx_destroy(&m);
}

static once_flag flag;

static void routine(void) {
    runs++;
}

static int calls_once(void *unused) {
    (void)unused;
    call_once(&flag, routine);
    return 0;
}

static void once(void) {
    once_flag fresh = ONCE_FLAG_INIT;
    thrd_t t[2];
    flag = fresh;
    runs = 0;
    thrd_create(&t[0], calls_once, NULL);
    thrd_create(&t[1], calls_once, NULL);
    thrd_join(t[0], NULL);
    thrd_join(t[1], NULL);
    out(runs);
    calls_once(NULL);
    out(runs);
}

static tss_t key;
static int64_t destroyed;

static void note(void *value) {
    destroyed += (intptr_t)value;
}

static int sets(void *value) {
    out(tss_get(key) == NULL);
    out(tss_set(key, value));
    out(tss_get(key) == value);
    return 0;
}

static void storage(void) {
    thrd_t t;
    destroyed = 0;
    out(tss_create(&key, note));
    out(tss_set(key, &key));
    thrd_create(&t, sets, (void *)5);
    thrd_join(t, NULL);
    out(destroyed);
    out(tss_get(key) == &key);
    tss_delete(key);
    out(destroyed);
}

#define MTX "mtx_init mtx_destroy mtx_lock mtx_trylock mtx_timedlock mtx_unlock"

const struct conformance_case conformance_cases_c11[] = {
    {"C11 threads",
     "thrd_create thrd_join thrd_detach thrd_exit thrd_current thrd_equal thrd_yield", threads,
     NULL},
    {"C11 sleeps", "thrd_sleep", sleeps, NULL},
    {"C11 mutexes", MTX, mutexes, NULL},
    {"errors of a C11 recursive mutex", MTX, recursive_errors, NULL},
    {"C11 condition variables", "cnd_*", conditions, NULL},
    {"C11 call_once", "call_once", once, NULL},
    {"C11 thread-specific storage", "tss_create tss_delete tss_get tss_set", storage, NULL},
    {0},
};
