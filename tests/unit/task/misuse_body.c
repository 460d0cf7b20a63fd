/* misuse_body.c: the code under test for misuse_test.c: calls of the async API that make no sense.
 */
#include "snag/async.h"
#include "snag/select.h"
#include "snag/task.h"

#include "misuse_cases.h"

static void interval(int64_t n) {
    struct snag_interval i = snag_interval_every((uint64_t)n);
    (void)snag_interval_tick(&i);
}

static void selects(uint32_t n) {
    struct snag_source from[SNAG_SOURCES_MAX + 1];
    for (uint32_t i = 0; i < n; i++)
        from[i] = snag_source_time(i);
    (void)snag_select(from, n, SNAG_SELECT_FAIR);
}

static void wakes(int64_t right) {
    struct snag_waker self = snag_waker_self();
    struct snag_waker far = {.who = self.who + 500}, no_kind = {.who = UINT32_MAX};
    snag_wake(right ? self : far);
    snag_wake(right ? self : no_kind);
}

static void reads(int64_t n) {
    uint8_t buffer[1];
    uint32_t got;
    (void)snag_io_read(1, 0, buffer, (uint32_t)n, &got);
}

static void nothing(void *unused) {
    (void)unused;
}

static void pops(int64_t right) {
    struct snag_cleanup outer, inner;
    snag_cleanup_push(&outer, nothing, NULL);
    snag_cleanup_push(&inner, nothing, NULL);
    if (right)
        snag_cleanup_pop(&inner, false);
    snag_cleanup_pop(&outer, false);
}

static void pool(int64_t n) {
    snag_task_blocking_max((uint32_t)n);
}

static void spawns(void) {
    (void)snag_task_join(snag_task_spawn(nothing, NULL));
}

static void spawns_job(void) {
    (void)snag_task_join(snag_task_spawn_blocking(nothing, NULL));
}

static void times_out(void) {
    (void)snag_task_timeout(1, nothing, NULL);
}

static void exits(void) {
    snag_task_exit();
}

static void exits_below(void *unused) {
    (void)unused;
    exits();
}

static void run(void *shared, void *unused, const struct snag_call *call,
                struct snag_result *result, struct snag_scope *scope) {
    int64_t n = call->args[0].i;
    (void)shared, (void)unused, (void)result, (void)scope;
    switch (call->op) {
    case INTERVAL:
        interval(n);
        break;
    case SELECTS:
        selects(n ? 2 : 0);
        break;
    case SELECTS_ALL:
        selects(n ? SNAG_SOURCES_MAX : SNAG_SOURCES_MAX + 1);
        break;
    case WAKES:
        wakes(n);
        break;
    case READS:
        reads(n);
        break;
    case POPS:
        pops(n);
        break;
    case POOL:
        pool(n);
        break;
    case SPAWNS:
        spawns();
        break;
    case SPAWNS_JOB:
        spawns_job();
        break;
    case TIMES_OUT:
        times_out();
        break;
    default:
        if (n)
            (void)snag_task_join(snag_task_spawn(exits_below, NULL));
        else
            exits();
    }
}

struct snag_impl misuse_impl = {
    .name = "misuse", .spec = &misuse_spec, .mode = SNAG_TASKS, .run = run};
SNAG_TARGET(misuse_impl);
