/* rwlock_body.c: the code under test for rwlock_test.c: an async rwlock and what it guards. */
#include "snag/async.h"

#include "rwlock_cases.h"

#include "snag/task.h"

#include <stdatomic.h>
#include <stdlib.h>

static struct snag_async_rwlock lock = SNAG_ASYNC_RWLOCK_INITIALIZER;
static atomic_int readers, writers;
static int64_t written; /* guarded by `lock` */

/* The lock is had to read: across a request, nobody writes. */
static int64_t read_it(void) {
    int64_t before = written;
    int64_t now = atomic_fetch_add(&readers, 1) + 1;
    snag_io(1);
    if (atomic_load(&writers) != 0 || written != before)
        abort();
    atomic_fetch_sub(&readers, 1);
    snag_async_rwlock_unlock(&lock);
    return now;
}

static int64_t write_it(void) {
    if (atomic_fetch_add(&writers, 1) != 0 || atomic_load(&readers) != 0)
        abort();
    int64_t now = written + 1;
    snag_io(1);
    written = now;
    atomic_fetch_sub(&writers, 1);
    snag_async_rwlock_unlock(&lock);
    return now;
}

static int64_t reads(void) {
    snag_async_rwlock_read(&lock);
    return read_it();
}

static int64_t writes(void) {
    snag_async_rwlock_write(&lock);
    return write_it();
}

static void turns(unsigned who) {
    for (int i = 0; i < 3; i++) {
        if (who % 2 != 0)
            snag_async_rwlock_write(&lock);
        else
            snag_async_rwlock_read(&lock);
        out(who);
        snag_io(1);
        snag_async_rwlock_unlock(&lock);
    }
}

static void reads_twice(void) {
    snag_async_rwlock_read(&lock);
    snag_io(1);
    snag_async_rwlock_read(&lock);
    snag_async_rwlock_unlock(&lock);
    snag_async_rwlock_unlock(&lock);
}

static void upgrades(void) {
    snag_async_rwlock_read(&lock);
    snag_io(1);
    snag_async_rwlock_write(&lock);
}

static void relocks(void) {
    snag_async_rwlock_write(&lock);
    snag_async_rwlock_write(&lock);
}

static void destroys(void) {
    struct snag_async_rwlock l;
    snag_async_rwlock_init(&l);
    snag_async_rwlock_read(&l);
    snag_async_rwlock_destroy(&l);
}

static void destroyed(void) {
    struct snag_async_rwlock l;
    snag_async_rwlock_init(&l);
    snag_async_rwlock_destroy(&l);
    snag_async_rwlock_write(&l);
}

static void reader(void *unused) {
    (void)unused;
    (void)reads();
}

static void writer(void *unused) {
    (void)unused;
    snag_async_rwlock_write(&lock);
    snag_async_rwlock_unlock(&lock); /* awaits nothing in between: it may be dropped at any await */
}

/* Until the writer is gone, the reader behind it waits; then it goes on beside this one. */
static int64_t dropped(void) {
    snag_async_rwlock_read(&lock);
    struct snag_task *first = snag_task_spawn(writer, NULL);
    snag_task_yield();
    struct snag_task *second = snag_task_spawn(reader, NULL);
    snag_task_yield();
    snag_task_abort(first);
    (void)snag_task_join(second);
    snag_async_rwlock_unlock(&lock);
    return snag_task_join(first);
}

static void run_wrong(uint16_t op, struct snag_result *result) {
    switch (op) {
    case READS_TWICE:
        reads_twice();
        break;
    case UPGRADES:
        upgrades();
        break;
    case RELOCKS:
        relocks();
        break;
    case KEEPS:
        snag_async_rwlock_read(&lock);
        break;
    case FOREIGN:
        snag_async_rwlock_unlock(&lock);
        break;
    case DESTROYS:
        destroys();
        break;
    case DESTROYED:
        destroyed();
        break;
    case DROPPED:
        result->i = dropped();
        break;
    default:
        abort();
    }
}

static void run(void *shared, void *unused, const struct snag_call *call,
                struct snag_result *result, struct snag_scope *scope) {
    (void)shared, (void)unused, (void)scope;
    switch (call->op) {
    case READS:
        result->i = reads();
        break;
    case WRITES:
        result->i = writes();
        break;
    case TRIES_TO_READ:
        result->i = snag_async_rwlock_try_read(&lock) ? read_it() : 0;
        break;
    case TRIES_TO_WRITE:
        result->i = snag_async_rwlock_try_write(&lock) ? write_it() : 0;
        break;
    case TURNS:
        turns(call->task);
        break;
    default:
        run_wrong(call->op, result);
    }
}

struct snag_impl rwlock_impl = {
    .name = "rwlock", .spec = &rwlock_spec, .mode = SNAG_TASKS, .run = run};
SNAG_TARGET(rwlock_impl);
