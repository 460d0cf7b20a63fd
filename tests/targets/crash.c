/* crash.c: code under test that crashes in an operation, once in a while: one of
 * CRASH_READ and so on says how. For tests/e2e/crash_test.sh.
 *
 * The rare path: the counter stands at 3 when it is reset.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "snag/spec.h"

struct counter {
    pthread_mutex_t lock;
    int value;
    int *nowhere; /* NULL */
};

/* ---- what goes wrong ---- */

/* In memory that can only be read. A compare-and-swap writes even where it fails. */
static const volatile int constant = 1;

static int go_wrong(const struct counter *c) {
    int *p = c->nowhere, other = 0;
    (void)p, (void)other, (void)constant;
#if defined(CRASH_READ)
    return *p;
#elif defined(CRASH_WRITE)
    *p = 1;
#elif defined(CRASH_ADD)
    return atomic_fetch_add((_Atomic int *)p, 1);
#elif defined(CRASH_LOAD)
    return atomic_load((_Atomic int *)p);
#elif defined(CRASH_STORE)
    atomic_store((_Atomic int *)(uintptr_t)&constant, 2);
#elif defined(CRASH_SWAP)
    return atomic_compare_exchange_strong((_Atomic int *)(uintptr_t)&constant, &other, 2);
#elif defined(CRASH_LENGTH)
    return (int)strlen((const char *)p);
#elif defined(CRASH_COPY)
    memcpy(p, c, sizeof *c);
#elif defined(CRASH_CALL)
    ((void (*)(void))p)();
#elif defined(CRASH_LOCK)
    return pthread_mutex_lock((pthread_mutex_t *)p);
#elif defined(CRASH_DIVIDE)
    return c->value / (c->value - 3);
#elif defined(CRASH_WILD)
    return *(volatile int *)((char *)p + 0x123456789abcdef);
#else
    __builtin_trap();
#endif
    return 0;
}

static int counter_add(struct counter *c) {
    pthread_mutex_lock(&c->lock);
    int value = ++c->value;
    pthread_mutex_unlock(&c->lock);
    return value;
}

static void counter_reset(struct counter *c) {
    pthread_mutex_lock(&c->lock);
    if (c->value == 3)
        c->value = go_wrong(c);
    c->value = 0;
    pthread_mutex_unlock(&c->lock);
}

/* ---- how it is plugged in ----------------------------------------------------------------------
 */

enum { ADD, RESET };

static enum snag_step step(const struct snag_config *config, void *state,
                           const struct snag_call *call) {
    int64_t *value = state;
    (void)config;
    if (call->pending && call->variant > 0)
        return SNAG_REJECT;
    *value = call->op == ADD ? *value + 1 : 0;
    return call->op == ADD && !call->pending && call->result.i != *value ? SNAG_REJECT
                                                                         : SNAG_ACCEPT;
}

static const struct snag_spec spec = {
    .name = "counter",
    .ops = {[ADD] = {.name = "add"}, [RESET] = {.name = "reset", .result = SNAG_RESULT_NONE}},
    .state_bytes = sizeof(int64_t),
    .step = step,
};

static void *create(const struct snag_config *config) {
    struct counter *c = calloc(1, sizeof *c);
    (void)config;
    if (c != NULL)
        pthread_mutex_init(&c->lock, NULL);
    return c;
}

static void destroy(void *shared) {
    struct counter *c = shared;
    pthread_mutex_destroy(&c->lock);
    free(c);
}

static void run(void *shared, void *local, const struct snag_call *call, struct snag_result *result,
                struct snag_scope *scope) {
    (void)local, (void)scope;
    if (call->op == ADD)
        result->i = counter_add(shared);
    else
        counter_reset(shared);
}

static const struct snag_impl counter = {
    .name = "crash", .spec = &spec, .create = create, .destroy = destroy, .run = run};
SNAG_TARGET(counter);
