/* async_body_more.c: the code under test for async_test.c: semaphore, notify, barrier, once cell.
 */
#include "snag/async.h"

#include "async_cases.h"

#include "snag/task.h"

#include <stdatomic.h>
#include <stdlib.h>

static struct snag_async_semaphore permits = {.lock = PTHREAD_MUTEX_INITIALIZER, .permits = 2};
static struct snag_async_notify news = {.lock = PTHREAD_MUTEX_INITIALIZER};
static struct snag_async_barrier both = {.lock = PTHREAD_MUTEX_INITIALIZER, .size = 2};
static struct snag_async_once cell = {.lock = PTHREAD_MUTEX_INITIALIZER};
static atomic_int inside;
static int made; /* nothing guards it but the cell */

static int64_t permit(void) {
    snag_async_semaphore_acquire(&permits);
    int64_t now = atomic_fetch_add(&inside, 1) + 1;
    snag_io(1);
    atomic_fetch_sub(&inside, 1);
    snag_async_semaphore_release(&permits);
    return now;
}

static void *make(void *unused) {
    (void)unused;
    int before = made++;
    snag_io(1);
    return before == 0 ? NULL : &made;
}

static void asks(void *got) {
    *(int64_t *)got = snag_async_once_get(&cell, make, NULL) != NULL ? made : 0;
}

static int64_t asks_late(void) {
    int64_t got = 0;
    struct snag_task *t = snag_task_spawn(asks, &got);
    snag_task_yield();
    snag_task_abort(t);
    snag_task_join(t);
    return got;
}

static void notified(void) {
    snag_async_notify_wait(&news);
}

void async_run_more(uint16_t op, struct snag_result *result) {
    switch (op) {
    case ASYNC_PERMIT:
        result->i = permit();
        break;
    case NOTIFIED:
        notified();
        break;
    case NOTIFY_ONE:
        snag_async_notify_one(&news);
        break;
    case NOTIFY_ALL:
        result->i = snag_async_notify_all(&news);
        break;
    case MEETS:
        result->i = snag_async_barrier_wait(&both);
        break;
    case ASKS_ONCE:
        asks(&result->i);
        break;
    case ASKS_LATE:
        result->i = asks_late();
        break;
    default:
        abort();
    }
}
