/* async_body.c: the code under test for async_test.c: wakers, and async mutexes. */
#include "snag/async.h"

#include "async_cases.h"

#include "snag/task.h"

#include <stdlib.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards what follows */
static struct snag_waker sleeper;
static bool sleeps, woken;

static struct snag_async_mutex one = SNAG_ASYNC_MUTEX_INITIALIZER;
static struct snag_async_mutex a = SNAG_ASYNC_MUTEX_INITIALIZER;
static struct snag_async_mutex b = SNAG_ASYNC_MUTEX_INITIALIZER;
static int64_t count; /* guarded by `one` */

/* Reports name who calls it. */
static void park(enum snag_parked what, const void *object) {
    snag_park(what, object, __builtin_return_address(0));
}

static void parks(void) {
    pthread_mutex_lock(&lock);
    sleeper = snag_waker_self();
    sleeps = true;
    while (!woken) {
        pthread_mutex_unlock(&lock);
        park(SNAG_PARKED_EVENT, &woken);
        pthread_mutex_lock(&lock);
    }
    pthread_mutex_unlock(&lock);
}

static void wakes(void) {
    pthread_mutex_lock(&lock);
    woken = sleeps;
    pthread_mutex_unlock(&lock);
    if (woken)
        snag_wake(sleeper);
}

static void kept(int parked) {
    snag_wake(snag_waker_self());
    snag_wake(snag_waker_self());
    while (parked-- > 0)
        park(SNAG_PARKED_EVENT, &parked);
}

static int64_t locked(void) {
    snag_async_mutex_lock(&one);
    int64_t now = ++count;
    snag_async_mutex_unlock(&one);
    return now;
}

static void hold_io(void) {
    snag_async_mutex_lock(&one);
    snag_io(1);
    count++;
    snag_async_mutex_unlock(&one);
}

static void turns(int64_t who) {
    for (int i = 0; i < 3; i++) {
        snag_async_mutex_lock(&one);
        out(who);
        snag_io(1);
        snag_async_mutex_unlock(&one);
    }
}

static int64_t tries(void) {
    bool got = snag_async_mutex_try_lock(&one);
    if (got) {
        count++;
        snag_async_mutex_unlock(&one);
    }
    return got;
}

static void relock(void) {
    snag_async_mutex_lock(&one);
    snag_io(1);
    snag_async_mutex_lock(&one);
}

static void first_a(void) {
    snag_async_mutex_lock(&a);
    snag_async_mutex_lock(&b);
    snag_async_mutex_unlock(&b);
    snag_async_mutex_unlock(&a);
}

static void first_b(void) {
    snag_async_mutex_lock(&b);
    snag_async_mutex_lock(&a);
    snag_async_mutex_unlock(&a);
    snag_async_mutex_unlock(&b);
}

static void keeps(void) {
    snag_async_mutex_lock(&one);
}

static void destroyed(void) {
    struct snag_async_mutex m;
    snag_async_mutex_init(&m);
    snag_async_mutex_destroy(&m);
    snag_async_mutex_lock(&m);
}

static void blocking(void) {
    pthread_mutex_lock(&lock);
    snag_async_mutex_lock(&one);
    snag_async_mutex_unlock(&one);
    pthread_mutex_unlock(&lock);
}

static void takes_both(void) {
    snag_async_mutex_lock(&one);
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
    snag_async_mutex_unlock(&one);
}

static void untold(void) {
    pthread_mutex_lock(&lock);
    while (!woken) {
        pthread_mutex_unlock(&lock);
        park(SNAG_PARKED_CHANNEL, &woken);
        pthread_mutex_lock(&lock);
    }
    pthread_mutex_unlock(&lock);
}

static void holds_parks(void) {
    snag_async_mutex_lock(&one);
    untold();
    snag_async_mutex_unlock(&one);
}

static void tells_nobody(void) {
    pthread_mutex_lock(&lock);
    woken = true;
    pthread_mutex_unlock(&lock);
}

static void run_wrong(uint16_t op) {
    switch (op) {
    case RELOCK:
        relock();
        break;
    case FIRST_A:
        first_a();
        break;
    case FIRST_B:
        first_b();
        break;
    case KEEPS:
        keeps();
        break;
    case FOREIGN:
        snag_async_mutex_unlock(&one);
        break;
    case DESTROYED:
        destroyed();
        break;
    case HOLDS_PARKS:
        holds_parks();
        break;
    case BLOCKING:
        blocking();
        break;
    case TAKES_BOTH:
        takes_both();
        break;
    case UNTOLD:
        untold();
        break;
    case TELLS_NOBODY:
        tells_nobody();
        break;
    default:
        abort();
    }
}

static void run(void *shared, void *unused, const struct snag_call *call,
                struct snag_result *result, struct snag_scope *scope) {
    (void)shared;
    (void)unused;
    (void)scope;
    switch (call->op) {
    case PARKS:
        parks();
        break;
    case WAKES:
        wakes();
        break;
    case KEPT:
    case KEPT_TWICE:
        kept(call->op == KEPT ? 1 : 2);
        break;
    case LOCKED:
        result->i = locked();
        break;
    case HOLD_IO:
        hold_io();
        break;
    case TURNS:
        turns(call->task);
        break;
    case TRIES:
        result->i = tries();
        break;
    default:
        if (call->op < ASYNC_PERMIT)
            run_wrong(call->op);
        else
            async_run_more(call->op, result);
    }
}

struct snag_impl async_impl = {
    .name = "async", .spec = &async_spec, .mode = SNAG_TASKS, .run = run};
SNAG_TARGET(async_impl);
