/* lanes_test.c: reports of hand-made executions against tests/golden/lanes_*.txt. */
#include "fixture.h"

/* Sites are just numbers here; these are what they stand for. */
static void name_sites(void) {
    snag__symbol_preset(10, "kv_lock_shard", "scattered.c", 31);
    snag__symbol_preset(11, "kv_put", "scattered.c", 47);
    snag__symbol_preset(12, "kv_move", "scattered.c", 62);
    snag__symbol_preset(13, "kv_move", "scattered.c", 63);
    snag__symbol_preset(14, "kv_unlock_shard", "scattered.c", 36);
    snag__symbol_preset(20, "kv_put", "await_holding.c", 40);
    snag__symbol_preset(21, "store_to_disk", "await_holding.c", 27);
    snag__symbol_preset(22, "kv_get", "await_holding.c", 55);
    snag__symbol_preset(30, "consumer", "queue.c", 18);
    snag__symbol_preset(31, "consumer", "queue.c", 20);
    snag__symbol_preset(32, "producer", "queue.c", 33);
    snag__symbol_preset(33, "main", "queue.c", 50);
    snag__symbol_preset(34, "main", "queue.c", 52);
    snag__symbol_preset(40, "kv_len", "racy.c", 71);
    snag__symbol_preset(41, "kv_put", "racy.c", 44);
    snag__symbol_preset(50, "spin_lock", "spin.c", 9);
}

static void deadlock(void) {
    name_sites();
    world_begin(&kv_threads, 0);
    add_task();
    add_op(PUT, 3, 7);
    add_op(MOVE, 1, 2);
    add_task();
    add_op(MOVE, 2, 1);
    run(0, 0);
    event(SNAG_EV_MUTEX_INIT, 0, 1, 0);
    event(SNAG_EV_MUTEX_INIT, 0, 2, 0);
    run(1, 0);
    event(SNAG_EV_START, 0, 0, 0);
    op_begins(1);
    event(SNAG_EV_LOCK, 1, 1, 11);
    event(SNAG_EV_UNLOCK, 1, 1, 14);
    op_returns(1, 0);
    op_begins(2);
    event(SNAG_EV_LOCK, 2, 1, 12);
    preempted(1, 2);
    run(2, 0);
    event(SNAG_EV_START, 0, 0, 0);
    op_begins(1);
    event(SNAG_EV_LOCK, 1, 2, 12);
    w.verdict.switches++;
    w.verdict.end = SNAG_END_STUCK;
    struct snag_finding *f = finding(SNAG_DEADLOCK, "deadlock:move/kv_move+move/kv_move");
    struct snag_party *p = party(f, 1, 0);
    p->holds = 1;
    p->holds_site = 12;
    p->object = 2;
    p->at_site = 13;
    p = party(f, 2, 0);
    p->holds = 2;
    p->holds_site = 12;
    p->object = 1;
    p->at_site = 13;
}

TEST(a_deadlock_of_two_threads) {
    deadlock();
    check_lanes("lanes_deadlock.txt", 80, false);
}

TEST(a_deadlock_on_forty_columns) {
    deadlock();
    check_lanes("lanes_deadlock_narrow.txt", 40, false);
}

TEST(a_trace_shows_every_event) {
    deadlock();
    check_lanes("lanes_deadlock_trace.txt", 100, true);
}

/* What an async primitive does inside is one row: of a call that waits, the park; of one that takes
 * a lock, that; of any other, its name. */
static void primitives(void) {
    snag__symbol_preset(110, "snag_channel_send", SNAG__PRIMITIVES_FOLDER "channel.c", 109);
    snag__symbol_preset(111, "snag__waiters_wait", SNAG__PRIMITIVES_FOLDER "waiters.h", 96);
    snag__symbol_preset(112, "snag_async_mutex_lock", SNAG__PRIMITIVES_FOLDER "async_mutex.c", 30);
    snag__symbol_preset(113, "produce", "queue.c", 12);
    world_begin(&kv_tasks, 1);
    add_task();
    add_op(PUT, 1, 7);
    run(1, 1);
    event(SNAG_EV_TASK_START, 0, 0, 0);
    op_begins(1);
    event(SNAG_EV_LOCK, 1, 1, 110);
    event(SNAG_EV_WAKE, 2, 0, 110);
    event(SNAG_EV_UNLOCK, 3, 1, 110);
    event(SNAG_EV_LOCK, 4, 1, 110);
    event(SNAG_EV_UNLOCK, 5, 1, 111);
    event(SNAG_EV_PARK_ROOM, 6, 2, 113);
    event(SNAG_EV_RESUME, 7, 0, 113);
    event(SNAG_EV_LOCK, 8, 1, 111);
    event(SNAG_EV_UNLOCK, 9, 1, 110);
    event(SNAG_EV_LOCK, 10, 3, 112);
    event(SNAG_EV_ASYNC_ACQUIRE, 0, 4, 113);
    event(SNAG_EV_UNLOCK, 11, 3, 112);
    event(SNAG_EV_LOCK, 12, 5, 113); /* a mutex of its own */
    w.verdict.end = SNAG_END_DONE;
}

TEST(calls_of_async_primitives_are_one_row) {
    primitives();
    check_lanes("lanes_primitives.txt", 80, false);
}

TEST(a_trace_shows_what_they_do_inside) {
    primitives();
    check_lanes("lanes_primitives_trace.txt", 80, true);
}

TEST(a_suspended_owner_on_one_worker) {
    name_sites();
    world_begin(&kv_tasks, 1);
    add_task();
    add_op(PUT, 1, 7);
    add_task();
    add_op(GET, 1, 0);
    run(1, 1);
    event(SNAG_EV_TASK_START, 0, 0, 0);
    op_begins(1);
    event(SNAG_EV_LOCK, 1, 1, 20);
    event(SNAG_EV_SUSPEND, 1, 0, 21);
    struct snag_finding *f = finding(
        SNAG_SUSPENDED_OWNER, "suspended-owner: store_to_disk suspended holding kv_put's lock");
    struct snag_finding *hazard =
        finding(SNAG_SUSPEND_HOLDING_LOCK,
                "suspend-holding-lock: store_to_disk suspended holding kv_put's lock");
    struct snag_party *p = party(hazard, 1, 1);
    p->holds = 1;
    p->holds_site = 20;
    p->at_site = 21;
    w.verdict.switches++;
    run(1, 2);
    event(SNAG_EV_TASK_START, 0, 0, 0);
    op_begins(1);
    f->event = w.in.events_count;
    p = party(f, 1, 1);
    p->suspended = true;
    p->holds = 1;
    p->holds_site = 20;
    p->at_site = 21;
    p = party(f, 1, 2);
    p->object = 1;
    p->at_site = 22;
    w.verdict.end = SNAG_END_STUCK;
    check_lanes("lanes_suspended_owner.txt", 80, false);
}

/* A request of an event loop, told of by <snag/coroutine.h>: it has a lane, and a name. */
TEST(a_declared_task) {
    snag__symbol_preset(100, "on_get", "cache.c", 31);
    snag__symbol_preset(101, "on_get", "cache.c", 33);
    snag__symbol_preset(102, "serve", "loop.c", 12);
    world_begin(NULL, 0);
    add_task();
    add_task();
    w.tasks[0].actor = (struct snag_actor){.is_task = 1, .depth = 3, .path = {0, 1, 1}};
    w.tasks[0].name = "get 7";
    w.in.tasks_count = 1;
    run(1, 0);
    event(SNAG_EV_CO_CREATED, 0, 2, 102)->value = 0;
    run(1, 1);
    event(SNAG_EV_CO_RESUMED, 0, 2, 102);
    event(SNAG_EV_LOCK, 0, 1, 100);
    event(SNAG_EV_CO_SUSPENDED, 0, 3, 101);
    struct snag_finding *hazard = finding(
        SNAG_SUSPEND_HOLDING_LOCK, "suspend-holding-lock: on_get suspended holding on_get's lock");
    struct snag_party *p = party(hazard, 1, 1);
    p->suspended = true;
    p->object = 3;
    p->holds = 1;
    p->holds_site = 100;
    p->at_site = 101;
    run(2, 0);
    w.verdict.switches++;
    event(SNAG_EV_TRYLOCK, 0, 1, 102)->flags = SNAG_EVF_FAILED;
    run(1, 1);
    w.verdict.switches++;
    event(SNAG_EV_CO_RESUMED, 0, 2, 102)->value = 1;
    event(SNAG_EV_UNLOCK, 0, 1, 101);
    event(SNAG_EV_CO_ENDED, 0, 2, 101);
    check_lanes("lanes_declared_task.txt", 80, false);
}

TEST(a_history_that_no_order_explains) {
    name_sites();
    world_begin(&kv_threads, 0);
    add_task();
    add_op(VISIT, 1, 2)->nested = 2;
    add_op(PUT, 1, 7)->depth = 1;
    add_op(GET, 1, 0)->depth = 1;
    add_task();
    add_op(PUT, 1, 9);
    add_op(GET, 1, 0);
    add_task();
    add_op(GET, 1, 0);
    run(1, 0);
    op_begins(1);
    op_begins(2);
    event(SNAG_EV_LOCK, 2, 1, 11);
    preempted(1, 2);
    run(2, 0);
    op_begins(1);
    event(SNAG_EV_LOAD, 1, 2, 11)->value = 3;
    w.events[w.in.events_count - 1].bytes = 4;
    op_returns(1, 0);
    op_begins(2);
    op_returns(2, 7);
    run(1, 0);
    event(SNAG_EV_UNLOCK, 2, 1, 14);
    op_returns(2, 0);
    op_begins(3);
    op_returns(3, 9);
    op_returns(1, 2);
    run(3, 0);
    op_begins(1);
    op_returns(1, 7);
    w.verdict.switches = 3;
    finding(SNAG_NON_LINEARIZABLE, "non-linearizable:get,put,visit");
    check_lanes("lanes_history.txt", 80, false);
}

TEST(a_lost_wakeup_of_a_program_with_its_own_main) {
    name_sites();
    world_begin(NULL, 0);
    add_task();
    add_task();
    run(0, 0);
    event(SNAG_EV_SPAWN, 0, 1, 33)->value = 1;
    event(SNAG_EV_SPAWN, 0, 2, 33)->value = 2;
    run(1, 0);
    event(SNAG_EV_START, 0, 0, 0);
    event(SNAG_EV_LOAD, 0, 3, 30)->bytes = 4;
    preempted(1, 2);
    run(2, 0);
    event(SNAG_EV_START, 0, 0, 0);
    struct snag_event *e = event(SNAG_EV_STORE, 0, 3, 32);
    e->bytes = 4;
    e->value = 1;
    event(SNAG_EV_COND_SIGNAL, 0, 4, 32);
    event(SNAG_EV_END, 0, 0, 0);
    run(1, 0);
    event(SNAG_EV_LOCK, 0, 5, 31);
    event(SNAG_EV_COND_WAIT, 0, 4, 31);
    w.verdict.switches = 4;
    w.verdict.end = SNAG_END_STUCK;
    struct snag_finding *f = finding(SNAG_LOST_WAKEUP, "lost-wakeup: consumer");
    struct snag_party *p = party(f, 1, 0);
    p->object = 4;
    p->at_site = 31;
    p = party(f, 0, 0);
    p->object = 1;
    p->at_site = 34;
    check_lanes("lanes_lost_wakeup.txt", 80, false);
}

TEST(a_race_between_two_of_three_tasks) {
    name_sites();
    world_begin(&kv_threads, 0);
    for (int t = 0; t < 3; t++) {
        add_task();
        add_op(t == 1 ? GET : PUT, t + 1, 5);
    }
    for (uint16_t t = 1; t <= 3; t++) {
        run(t, 0);
        op_begins(1);
        event(SNAG_EV_LOCK, 1, 1, 41);
        if (t == 2) {
            struct snag_finding *f = finding(SNAG_RACE, "race:kv_len+kv_put");
            struct snag_party *p = party(f, 2, 0);
            p->at_site = 40;
            p = party(f, 1, 0);
            p->at_site = 41;
            p->is_write = true;
            (void)snprintf(f->detail, sizeof f->detail,
                           "4 bytes in a block of 64 bytes that main thread allocated.");
        }
        event(SNAG_EV_UNLOCK, 1, 1, 41);
        op_returns(1, 0);
    }
    w.verdict.switches = 2;
    check_lanes("lanes_race.txt", 80, false);
}

TEST(a_block_used_after_another_task_freed_it) {
    name_sites();
    world_begin(&kv_threads, 0);
    for (int t = 0; t < 2; t++) {
        add_task();
        add_op(GET, 1, 0);
    }
    run(1, 0);
    op_begins(1);
    event(SNAG_EV_ALLOC, 0, 0, 10)->value = 24;
    preempted(1, 2);
    run(2, 0);
    op_begins(1);
    event(SNAG_EV_FREE, 0, 0, 41)->value = 24;
    op_returns(1, 0);
    run(1, 0);
    struct snag_finding *f = finding(SNAG_USE_AFTER_FREE, "use-after-free: kv_len after kv_put");
    struct snag_party *p = party(f, 1, 0);
    p->at_site = 40;
    p->holds_site = 41;
    p->bytes = 8;
    p->callers[0] = 20;
    p->callers[1] = 33;
    party(f, 2, 0)->at_site = 41;
    p = party(f, 1, 0);
    p->at_site = 10;
    p->bytes = 24;
    w.verdict.switches = 2;
    w.verdict.end = SNAG_END_STOPPED;
    check_lanes("lanes_use_after_free.txt", 80, false);
}

TEST(a_local_used_after_its_function_returned) {
    name_sites();
    world_begin(&kv_threads, 0);
    for (int t = 0; t < 2; t++) {
        add_task();
        add_op(GET, 1, 0);
    }
    run(2, 0);
    op_begins(1);
    struct snag_finding *f = finding(
        SNAG_MEMORY, "memory-error: kv_put beside memory of kv_len: stack-use-after-return");
    (void)snprintf(f->detail, sizeof f->detail, "stack-use-after-return");
    struct snag_party *p = party(f, 2, 0);
    p->at_site = 41;
    p->holds_site = 40;
    p->bytes = 4;
    p->is_write = true;
    party(f, 1, 0)->at_site = 40;
    w.verdict.end = SNAG_END_STOPPED;
    check_lanes("lanes_stack_use_after_return.txt", 80, false);
}

TEST(six_tasks_are_listed_one_below_the_other) {
    name_sites();
    world_begin(&kv_threads, 0);
    for (uint16_t t = 1; t <= 6; t++) {
        add_task();
        add_op(PUT, t, t);
    }
    for (uint16_t t = 1; t <= 6; t++) {
        run(t, 0);
        op_begins(1);
        event(SNAG_EV_LOCK, 1, 1, 11);
        if (t == 3)
            preempted(3, 4);
        else
            op_returns(1, 0);
    }
    check_lanes("lanes_listing.txt", 80, false);
}

TEST(repetitions_are_folded_and_the_middle_is_left_out) {
    name_sites();
    world_begin(&kv_threads, 0);
    for (int t = 0; t < 2; t++) {
        add_task();
        add_op(GET, 1, 0);
    }
    run(1, 0);
    op_begins(1);
    for (int i = 0; i < 100; i++)
        event(SNAG_EV_CAS, 1, 1, 50)->flags = SNAG_EVF_FAILED;
    for (uint16_t i = 0; i < 400; i++) {
        run((uint16_t)(1 + i % 2), 0);
        event(SNAG_EV_YIELD, 1, 0, 50);
    }
    w.verdict.end = SNAG_END_STEPS;
    struct snag_finding *f = finding(SNAG_LIVELOCK, "livelock:get/spin_lock");
    for (uint16_t t = 1; t <= 2; t++)
        party(f, t, 0)->at_site = 50;
    check_lanes("lanes_livelock.txt", 80, false);
}

TEST(nothing_found) {
    world_begin(&kv_threads, 0);
    add_task();
    add_op(GET, 1, 0);
    run(1, 0);
    op_begins(1);
    op_returns(1, 0);
    check_lanes("lanes_nothing.txt", 80, false);
}
