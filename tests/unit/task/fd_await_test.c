/* fd_await_test.c: tasks that wait for descriptors: suspended, where they await; on their worker,
 * where they read.
 *
 * link: rt_fast
 */
#include "fd_await_drive.h"

#include "snag/fault.h"
#include "snag/task.h"

#include <poll.h>

TEST(what_is_put_is_taken) {
    for (unsigned workers = 1; workers <= 3; workers++) {
        MAKE(workers, AWAITS, PUTS, AWAITS, PUTS);
        CHECK_EQ_INT(found("", 500), 0);
        MAKE(workers, TALKS, TALKS);
        CHECK_EQ_INT(found("", 500), 0);
        CHECK_EQ_INT(result_of(0), 'x' + 1);
    }
    MAKE(2, GETS, PUTS);
    CHECK_EQ_INT(found("", 500), 0);
}

/* One worker, and it sits in a read: whoever could write has none. */
TEST(a_read_blocks_the_worker_an_await_does_not) {
    unsigned blocked = 0;
    MAKE(1, GETS, PUTS);
    for (uint64_t seed = 0; seed < 200; seed++) {
        const struct snag_verdict *v = run_seed(seed);
        blocked += has(v, SNAG_HANG);
        if (v->findings_count > 0)
            CHECK_EQ_STR(v->findings[0].key, "hang: get / a ready task without a worker");
    }
    CHECK(blocked > 50);
    MAKE(1, AWAITS, PUTS);
    CHECK_EQ_INT(found("", 200), 0);
}

/* The model says so: it is no hang. */
TEST(waiting_is_right_where_there_is_nothing) {
    for (unsigned workers = 1; workers <= 2; workers++) {
        MAKE(workers, AWAITS, PUTS, AWAITS);
        for (uint64_t seed = 0; seed < 300; seed++) {
            const struct snag_verdict *v = run_seed(seed);
            CHECK_EQ_INT(v->end, SNAG_END_STUCK);
            CHECK_EQ_STR(worst(v), "");
        }
    }
    MAKE(1, GETS);
    CHECK_EQ_INT(run_default()->end, SNAG_END_STUCK);
    CHECK_EQ_STR(worst(run_default()), "");
}

/* A task that waits for a descriptor is a node of the wait-for graph like any other. */
TEST(what_it_holds_meanwhile_is_told) {
    unsigned hangs = 0;
    MAKE(1, UNDER_LOCK, PUTS_LOCKED);
    for (uint64_t seed = 0; seed < 300; seed++) {
        const struct snag_verdict *v = run_seed(seed);
        if (!has(v, SNAG_SUSPENDED_OWNER))
            continue;
        hangs++;
        CHECK_EQ_STR(v->findings[0].key,
                     "suspended-owner: await_byte suspended holding under_lock's lock");
        CHECK(has(v, SNAG_SUSPEND_HOLDING_LOCK));
    }
    CHECK(hangs > 50);
}

TEST(it_is_late) {
    static const uint16_t ops[] = {UNTIL, PUTS};
    static const int64_t ms[] = {5, 0};
    unsigned late = 0;
    make(1, ops, 1, ms);
    CHECK_EQ_STR(worst(run_default()), "");
    CHECK_EQ_INT(result_of(0), 0);
    make(1, ops, 2, ms);
    CHECK_EQ_STR(worst(run_default()), "");
    CHECK_EQ_INT(result_of(0), POLLIN);
    for (uint64_t seed = 0; seed < 500; seed++) {
        const struct snag_verdict *v = run_faults(seed, SNAG_FAULT_SET(SNAG_FAULT_TIMEOUT));
        CHECK_EQ_STR(worst(v), "");
        late += result_of(0) == 0;
    }
    CHECK(late > 5 && late < 400);
}

TEST(it_is_dropped) {
    MAKE(2, DROPS_WAIT);
    for (uint64_t seed = 0; seed < 300; seed++) {
        CHECK_EQ_STR(worst(run_seed(seed)), "");
        CHECK_EQ_INT(result_of(0), SNAG_TASK_ABORTED);
    }
}

TEST(what_is_left_open_is_a_leak) {
    MAKE(1, LEAVES_OPEN);
    const struct snag_verdict *v = run_default();
    CHECK_EQ_STR(v->findings[0].key, "leak: run: a descriptor is left open: eventfd");
    CHECK_EQ_STR(v->findings[0].rule, "");
    CHECK_EQ_STR(word_of(v->findings[0].parties[0].object), "eventfd");
    CHECK_EQ_INT(v->findings[0].parties[0].task, 1);
}

TEST(the_log_is_the_same_again) {
    MAKE(2, AWAITS, PUTS, TALKS, AWAITS);
    for (uint64_t seed = 0; seed < 100; seed++) {
        uint64_t first = run_seed(seed)->digest;
        CHECK_EQ_U64(run_seed(seed)->digest, first);
    }
}
