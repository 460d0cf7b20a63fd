/* stuck.c: a counter whose operation gets the process stuck, or kills it, on one rare path: one of
 * STUCK_LOOP, STUCK_FLOCK, STUCK_DIE says how. With none of them it is healthy: the silent twin.
 *
 * For the end-to-end test of the watchdog. The rare path: the counter stands at 3 when it is reset,
 * which takes three increments before a reset.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "snag/spec.h"

struct counter {
    pthread_mutex_t lock;
    int value;
};

#if defined(STUCK_LOOP)
static void go_wrong(void) {
    for (volatile int i = 0;; i = i + 1)
        ;
}
#elif defined(STUCK_FLOCK)
/* The second waits for the first, which is of another open file. */
static void go_wrong(void) {
    for (volatile int i = 0; i < 2; i = i + 1)
        (void)flock(open("/proc/self/exe", O_RDONLY), LOCK_EX);
}
#elif defined(STUCK_DIE)
/* kill would be a signal of the model: this is one of the system. */
static void go_wrong(void) {
    (void)syscall(SYS_pidfd_send_signal, open("/proc/self", O_RDONLY | O_DIRECTORY), SIGKILL, NULL,
                  0);
}
#else
static void go_wrong(void) {}
#endif

static int counter_add(struct counter *c) {
    pthread_mutex_lock(&c->lock);
    int value = ++c->value;
    pthread_mutex_unlock(&c->lock);
    return value;
}

static void counter_reset(struct counter *c) {
    pthread_mutex_lock(&c->lock);
    if (c->value == 3)
        go_wrong();
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
    .name = "stuck", .spec = &spec, .create = create, .destroy = destroy, .run = run};
SNAG_TARGET(counter);
