/* cancelled.c: operations that are cancelled now and then, and a model that is wrong for one task
 * already (CANCELLED_NOT: right), so that a program with a cancelled operation shows it, too.
 *
 * A counter; the wrong model does not know how far it counts.
 */
#include <stdatomic.h>
#include <stdlib.h>

#include "snag/spec.h"
#include "snag/task.h"

enum { ADD, GET };
enum { MOST = 2 };

struct counter {
    atomic_int count;
};

static void init(const struct snag_config *config, void *state) {
    (void)config;
    *(int64_t *)state = 0;
}

static enum snag_step step(const struct snag_config *config, void *state,
                           const struct snag_call *call) {
    int64_t *count = state;
    (void)config;
    if (call->pending && call->variant > 0)
        return SNAG_REJECT;
    if (call->op == GET)
        return call->pending || call->result.i == *count ? SNAG_ACCEPT : SNAG_REJECT;
#ifdef CANCELLED_NOT
    *count += *count < MOST;
#else
    ++*count;
#endif
    return SNAG_ACCEPT;
}

static const struct snag_spec spec = {
    .name = "counter",
    .ops = {[ADD] = {.name = "add", .result = SNAG_RESULT_NONE}, [GET] = {.name = "get"}},
    .state_bytes = sizeof(int64_t),
    .init = init,
    .step = step};

static void *create(const struct snag_config *config) {
    (void)config;
    return calloc(1, sizeof(struct counter));
}

static void add(struct counter *c) {
    int n = atomic_load(&c->count);
    while (n < MOST && !atomic_compare_exchange_strong(&c->count, &n, n + 1)) {
    }
}

static void run(void *shared, void *local, const struct snag_call *call, struct snag_result *result,
                struct snag_scope *scope) {
    struct counter *c = shared;
    (void)local;
    (void)scope;
    snag_task_yield();
    if (call->op == ADD)
        add(c);
    else
        result->i = atomic_load(&c->count);
}

static const struct snag_impl cancelled = {.name = "cancelled",
                                           .spec = &spec,
                                           .mode = SNAG_TASKS,
                                           .cancel = true,
                                           .create = create,
                                           .destroy = free,
                                           .run = run};
SNAG_TARGET(cancelled);
