/* needless.c: a counter for async tasks behind an async mutex, which nobody holds across a wait.
 * With -DNEEDLESS_NOT one of its operations does: the silent twin. With -DNEEDLESS_STATIC the mutex
 * is made by its initialiser, so that only those who take it are known.
 */
#include <stdlib.h>

#include "snag/async.h"
#include "snag/spec.h"
#include "snag/task.h"

struct counter {
    struct snag_async_mutex lock;
    int64_t value;
};

#if defined(NEEDLESS_STATIC)
static struct snag_async_mutex global = SNAG_ASYNC_MUTEX_INITIALIZER;

static struct snag_async_mutex *lock_of(struct counter *c) {
    (void)c;
    return &global;
}
#else
static struct snag_async_mutex *lock_of(struct counter *c) {
    return &c->lock;
}
#endif

static int64_t counter_add(struct counter *c) {
    snag_async_mutex_lock(lock_of(c));
    int64_t value = ++c->value;
    snag_async_mutex_unlock(lock_of(c));
    return value;
}

static void counter_reset(struct counter *c) {
    snag_async_mutex_lock(lock_of(c));
#if defined(NEEDLESS_NOT)
    snag_io(0);
#endif
    c->value = 0;
    snag_async_mutex_unlock(lock_of(c));
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

static void *counter_create(const struct snag_config *config) {
    struct counter *c = calloc(1, sizeof *c);
    (void)config;
    if (c != NULL)
        snag_async_mutex_init(&c->lock);
    return c;
}

static void counter_destroy(void *shared) {
    struct counter *c = shared;
    snag_async_mutex_destroy(&c->lock);
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

static const struct snag_impl counter = {.name = "needless",
                                         .spec = &spec,
                                         .mode = SNAG_TASKS,
                                         .create = counter_create,
                                         .destroy = counter_destroy,
                                         .run = run};
SNAG_TARGET(counter);
