/* pinned_test.c: tasks that stay on the worker of their parent.
 *
 * link: rt_fast
 * bodies: task
 */
#include "task_drive.h"

#include "snag/task.h"

/* For all executions of the process, like every global of the code under test. */
#define MAKE_PINNED(...)                                                                           \
    do {                                                                                           \
        task_impl.pinned = true;                                                                   \
        MAKE(__VA_ARGS__);                                                                         \
    } while (0)

/* Which workers ran the tasks in the execution: one bit each, of the vthread's index. */
static void workers_of(uint32_t ran[], uint32_t max) {
    uint32_t count;
    const struct snag_event *events = snag__exec_events(&count);
    memset(ran, 0, max * sizeof(ran[0]));
    for (uint32_t i = 0; i < count; i++)
        if (events[i].task != 0 && events[i].task <= max)
            ran[events[i].task - 1] |= UINT32_C(1) << events[i].vthread;
}

TEST(a_task_stays_where_its_parent_was) {
    enum { CLIENTS = 3, ALL = 12 };
    uint32_t ran[ALL];
    MAKE_PINNED(2, FAMILY, FAMILY, FAMILY);
    for (uint64_t seed = 0; seed < 1000; seed++) {
        CHECK_EQ_STR(worst(run_seed(seed)), "");
        workers_of(ran, ALL);
        for (uint32_t i = 0; i < ALL; i++) {
            const struct snag_actor *a = &snag__exec_task(i)->actor;
            CHECK_EQ_U64(ran[i], UINT32_C(2) << (a->path[0] - 1) % 2);
        }
    }
}

TEST(who_is_pinned_to_a_blocked_worker_waits_for_it) {
    static const char key[] = "suspended-owner: hold_io suspended holding hold_io's lock";
    unsigned hangs = 0;
    MAKE_PINNED(2, HOLD_IO, IO, LOCKED); /* the first and the third share a worker */
    for (uint64_t seed = 0; seed < 500; seed++) {
        const struct snag_verdict *v = run_seed(seed);
        if (v->end == SNAG_END_STUCK)
            CHECK_EQ_STR(v->findings[0].key, key);
        hangs += v->end == SNAG_END_STUCK;
    }
    CHECK(hangs > 50); /* the other worker cannot go on with the owner */
}

TEST(pinned_tasks_follow_their_sparse_schedule) {
    struct snag_schedule s = {0};
    for (unsigned workers = 1; workers <= 3; workers++) {
        MAKE_PINNED(workers, FAMILY, LOCKED, YIELDS, IO, LATE);
        for (uint64_t seed = 0; seed < 500; seed++) {
            struct snag_verdict first = *run_seed(seed);
            CHECK_EQ_STR(worst(&first), "");
            CHECK(snag__exec_schedule(&s));
            struct snag__request r = {.program = &program, .schedule = &s};
            const struct snag_verdict *v = drive(&r);
            CHECK(!snag__exec_divergence()->diverged);
            CHECK_EQ_U64(v->digest, first.digest);
        }
    }
    snag__schedule_free(&s);
}
