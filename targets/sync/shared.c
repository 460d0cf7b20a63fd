/* shared.c: a value behind snag's own async rwlock, and one made once, between async tasks:
 * healthy.
 *
 * The rule: both may be waited for while another one awaits something, and neither is ever seen
 * half done, also where that one is cancelled (src/task/primitives/async_rwlock.c, async_once.c).
 */
#include <stdlib.h>

#include "snag/async.h"
#include "snag/task.h"
#include "sync.h"

struct shared {
    struct snag_async_rwlock lock; /* guards both halves */
    int64_t one, other;            /* equal, but while they are written */
    struct snag_async_once cell;
    int64_t values[SYNC_VALUES + 1]; /* what the cell may refer to */
};

/* What is made of a value; NULL of 0. */
struct wish {
    struct shared *shared;
    int64_t value;
};

static void *shared_create(const struct snag_config *config) {
    struct shared *shared = calloc(1, sizeof *shared);
    (void)config;
    if (shared == NULL)
        return NULL;
    snag_async_rwlock_init(&shared->lock);
    snag_async_once_init(&shared->cell);
    return shared;
}

static void shared_destroy(void *of) {
    struct shared *shared = of;
    snag_async_once_destroy(&shared->cell);
    snag_async_rwlock_destroy(&shared->lock);
    free(shared);
}

static void give_up(void *of) {
    struct shared *shared = of;
    snag_async_rwlock_unlock(&shared->lock);
}

/* Who is cancelled halfway has written nothing. */
static void take_back(void *of) {
    struct shared *shared = of;
    shared->one = shared->other;
    give_up(shared);
}

/* The lock is had to read, or to write: and is given up. */
static int64_t read_it(struct shared *shared) {
    struct snag_cleanup cleanup;
    int64_t one = shared->one;
    snag_cleanup_push(&cleanup, give_up, shared);
    snag_task_yield();
    int64_t value = shared->other == one ? one : SYNC_TORN;
    snag_cleanup_pop(&cleanup, true);
    return value;
}

static int64_t write_it(struct shared *shared, int64_t value) {
    struct snag_cleanup cleanup;
    snag_cleanup_push(&cleanup, take_back, shared);
    shared->one = value;
    snag_task_yield();
    shared->other = value;
    snag_cleanup_pop(&cleanup, false);
    give_up(shared);
    return 0;
}

static void *make(void *argument) {
    const struct wish *wish = argument;
    int64_t *made = &wish->shared->values[wish->value];
    snag_task_yield();
    *made += wish->value;
    return wish->value != 0 ? made : NULL;
}

static int64_t get(struct shared *shared, int64_t value) {
    struct wish wish = {shared, value};
    const int64_t *made = snag_async_once_get(&shared->cell, make, &wish);
    return made != NULL ? *made : 0;
}

static void run(void *of, void *local, const struct snag_call *call, struct snag_result *result,
                struct snag_scope *scope) {
    struct shared *shared = of;
    (void)local, (void)scope;
    switch ((enum sync_op)call->op) {
    case SYNC_GET:
        result->i = get(shared, call->args[0].i);
        break;
    case SYNC_READ:
        snag_async_rwlock_read(&shared->lock);
        result->i = read_it(shared);
        break;
    case SYNC_WRITE:
        snag_async_rwlock_write(&shared->lock);
        (void)write_it(shared, call->args[0].i);
        break;
    case SYNC_TRY_READ:
        result->i = snag_async_rwlock_try_read(&shared->lock) ? read_it(shared) : SYNC_BUSY;
        break;
    case SYNC_TRY_WRITE:
        result->i = snag_async_rwlock_try_write(&shared->lock) ? write_it(shared, call->args[0].i)
                                                               : SYNC_BUSY;
        break;
    default:
        abort();
    }
}

static const struct snag_impl shared_impl = {.name = "sync/shared",
                                             .spec = &sync_spec,
                                             .mode = SNAG_TASKS,
                                             .cancel = true,
                                             .create = shared_create,
                                             .destroy = shared_destroy,
                                             .run = run,
                                             .without =
                                                 SYNC_SEMAPHORE | SYNC_NOTIFY | SYNC_BARRIER};
SNAG_TARGET(shared_impl);
