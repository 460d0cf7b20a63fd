/* workers_test.c: which worker has which task, and which of them are blocked, against tests/golden.
 *
 * Two workers stand beside three tasks, four only as slim lanes left of a list.
 */
#include "fixture.h"

#include "base/symbol.h"

static void name_places(void) {
    snag__symbol_preset(20, "kv_put", "await_holding.c", 40);
    snag__symbol_preset(21, "store_to_disk", "await_holding.c", 27);
    snag__symbol_preset(22, "kv_get", "await_holding.c", 55);
}

static void add_tasks(unsigned n) {
    for (unsigned i = 0; i < n; i++) {
        add_task();
        add_op(i == 0 ? PUT : GET, 1, 7);
    }
}

static void starts(uint16_t worker, uint16_t task) {
    run(worker, task);
    event(SNAG_EV_TASK_START, 0, 0, 0);
    op_begins(1);
}

static void suspends_holding(struct snag_finding *f) {
    event(SNAG_EV_LOCK, 1, 1, 20);
    event(SNAG_EV_SUSPEND, 1, 0, 21);
    struct snag_party *p = party(f, 1, 1);
    p->suspended = true;
    p->holds = 1;
    p->holds_site = 20;
    p->at_site = 21;
}

static void waits(struct snag_finding *f, uint16_t worker, uint16_t task) {
    struct snag_party *p = party(f, worker, task);
    p->object = 1;
    p->at_site = 22;
}

static struct snag_finding *hang(void) {
    return finding(SNAG_SUSPENDED_OWNER,
                   "suspended-owner: store_to_disk suspended holding kv_put's lock");
}

/* As many tasks as workers, and the owner. */
static void everybody_waits(uint16_t workers) {
    name_places();
    world_begin(&kv_tasks, workers);
    add_tasks(workers + 1U);
    struct snag_finding *f = hang();
    starts(1, 1);
    suspends_holding(f);
    for (uint16_t i = 1; i <= workers; i++) {
        w.verdict.switches++;
        starts(i, i + 1);
        waits(f, i, i + 1);
    }
    f->event = w.in.events_count;
    w.verdict.end = SNAG_END_STUCK;
}

TEST(two_workers_stand_beside_their_tasks) {
    everybody_waits(2);
    check_lanes("lanes_workers_two.txt", 80, false);
}

TEST(four_workers_stand_left_of_a_list) {
    everybody_waits(4);
    check_lanes("lanes_workers_four.txt", 80, false);
}

/* A task goes on where there is a worker; one that has ended leaves its own free. */
TEST(a_task_changes_workers) {
    name_places();
    world_begin(&kv_tasks, 2);
    add_tasks(3);
    starts(1, 1);
    event(SNAG_EV_SUSPEND, 1, 0, 21);
    starts(1, 2);
    op_returns(1, 0);
    event(SNAG_EV_TASK_END, 0, 0, 0);
    starts(2, 3);
    op_returns(1, 0);
    event(SNAG_EV_TASK_END, 0, 0, 0);
    run(2, 1);
    event(SNAG_EV_RESUME, 1, 0, 21);
    op_returns(1, 0);
    event(SNAG_EV_TASK_END, 0, 0, 0);
    w.verdict.switches = 3;
    check_lanes("lanes_workers_change.txt", 80, false);
}
