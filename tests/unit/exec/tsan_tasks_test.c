/* tsan_tasks_test.c: what orders async tasks for ThreadSanitizer, and what does not.
 * link: rt_tsan
 */
#include "run_many.h"
#include "tsan_tasks_body.h"

#include <string.h>

enum body body;

static struct snag_program program_of(uint16_t tasks, uint16_t workers) {
    struct snag_program p = {.tasks = tasks, .workers = workers};
    for (uint16_t i = 0; i <= tasks; i++)
        p.first[i] = i;
    return p;
}

static void check_silent(enum body which, uint16_t tasks, uint16_t workers) {
    struct snag_program p = program_of(tasks, workers);
    struct snag_verdict v;
    body = which;
    for (uint64_t seed = 1; seed <= 20000; seed++) {
        run_seed(seed, &p, &v);
        CHECK_EQ_INT(v.end, SNAG_END_DONE);
        CHECK_EQ_STR(v.findings_count > 0 ? v.findings[0].key : "", "");
    }
}

TEST(tasks_on_one_worker_are_ordered) {
    check_silent(PLAIN, 3, 1);
}

TEST(tasks_on_two_workers_are_not) {
    struct snag_program p = program_of(2, 2);
    struct snag_verdict v;
    uint32_t races = 0;
    body = PLAIN;
    for (uint64_t seed = 1; seed <= 20000; seed++) {
        run_seed(seed, &p, &v);
        races += v.findings_count > 0;
        for (uint32_t i = 0; i < v.findings_count; i++) {
            const struct snag_finding *f = &v.findings[i];
            CHECK_EQ_INT(f->kind, SNAG_RACE);
            CHECK_EQ_INT(f->parties[0].task + f->parties[1].task, 3); /* tasks 1 and 2 */
            CHECK(f->parties[0].vthread != f->parties[1].vthread);
            CHECK(f->parties[0].vthread >= 1 && f->parties[0].vthread <= 2);
        }
    }
    CHECK(races > 10000);
}

TEST(a_lock_orders_tasks_on_two_workers) {
    check_silent(GUARDED, 3, 2);
}

TEST(spawning_and_joining_order) {
    check_silent(HAND_DOWN, 2, 3);
}

TEST(a_task_is_ordered_with_itself_on_any_worker) {
    check_silent(REQUEST, 3, 2);
}

/* The deadlocks leave suspended tasks behind, far down; the race is seen ever after. */
TEST(hung_tasks_leave_nothing_behind) {
    struct snag_program p = program_of(3, 2);
    struct snag_verdict v;
    uint32_t hangs[2] = {0}, races[2] = {0};
    body = AWAITS_HELD;
    for (int half = 0; half < 2; half++) {
        for (uint64_t seed = 1; seed <= 5000; seed++) {
            run_seed(seed, &p, &v);
            hangs[half] += count_kind(&v, SNAG_SUSPENDED_OWNER);
            races[half] += count_kind(&v, SNAG_RACE) > 0;
        }
    }
    CHECK(hangs[0] > 1000);
    CHECK(races[0] > 4000);
    CHECK_EQ_INT(hangs[1], hangs[0]);
    CHECK_EQ_INT(races[1], races[0]);
}
