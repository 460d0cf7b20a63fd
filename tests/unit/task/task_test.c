/* task_test.c: async tasks on workers: spawn, join, yield, simulated I/O, and what a blocking lock
 * does to them.
 *
 * link: rt_fast
 */
#include "task_drive.h"

#include "base/prng.h"
#include "snag/task.h"
#include "task/task_internal.h"

#include <errno.h>

/* ---- healthy ---- */

TEST(families_are_spawned_and_joined) {
    int64_t sum = snag_io_answer(0) + snag_io_answer(1) + snag_io_answer(2);
    for (unsigned workers = 1; workers <= 4; workers++) {
        MAKE(workers, FAMILY, FAMILY, IO);
        for (uint64_t seed = 0; seed < 300; seed++) {
            const struct snag_verdict *v = run_seed(seed);
            CHECK_EQ_INT(v->end, SNAG_END_DONE);
            CHECK_EQ_STR(worst(v), "");
            CHECK_EQ_INT(result_of(0), sum);
            CHECK_EQ_INT(result_of(1), sum);
            CHECK_EQ_INT(result_of(2), snag_io_answer(1));
            CHECK_EQ_U64(snag__exec_tasks(), 9);
            CHECK_EQ_U64(snag__exec_vthreads(), 1 + workers);
        }
    }
}

TEST(tasks_are_named_by_who_spawned_them) {
    unsigned children[2] = {0, 0};
    MAKE(2, FAMILY, FAMILY);
    (void)run_seed(7);
    for (uint32_t i = 0; i < 8; i++) {
        const struct snag__actor_info *a = snag__exec_task(i);
        CHECK_EQ_INT(a->actor.is_task, 1);
        CHECK(a->actor.path[0] == 1 || a->actor.path[0] == 2);
        if (a->client) {
            CHECK_EQ_INT(a->actor.depth, 1);
            CHECK_EQ_INT(a->actor.path[0], a->client_number + 1);
        } else {
            CHECK_EQ_INT(a->actor.depth, 2);
            CHECK_EQ_INT(a->actor.path[1], ++children[a->actor.path[0] - 1]);
        }
    }
}

TEST(one_worker_takes_the_longest_ready_in_turn) {
    static const uint16_t ops[] = {YIELDS, YIELDS, YIELDS};
    static const int64_t who[] = {1, 2, 3};
    make(1, ops, 3, who);
    (void)run_default();
    CHECK_EQ_INT(case_outs, 12);
    for (int i = 0; i < 12; i++)
        CHECK_EQ_INT(case_out[i], 1 + i % 3);
    unsigned other = 0;
    for (uint64_t seed = 0; seed < 100; seed++) {
        CHECK_EQ_STR(worst(run_seed(seed)), "");
        for (int i = 0; i < 12; i++)
            other += case_out[i] != 1 + i % 3;
    }
    CHECK(other > 100);
}

TEST(requests_come_back_in_every_order) {
    unsigned orders = 0, seen[27] = {0};
    MAKE(1, LATE);
    for (uint64_t seed = 0; seed < 300; seed++) {
        CHECK_EQ_STR(worst(run_seed(seed)), "");
        CHECK_EQ_INT(case_outs, 3);
        unsigned order = (unsigned)(case_out[0] * 9 + case_out[1] * 3 + case_out[2]);
        orders += seen[order]++ == 0;
    }
    CHECK_EQ_INT(orders, 6);
    (void)run_default(); /* one latency for all: in the order of asking */
    CHECK_EQ_INT(case_out[0] * 9 + case_out[1] * 3 + case_out[2], 5);
}

TEST(thread_locals_are_the_workers) {
    MAKE(1, LOCAL, LOCAL, LOCAL, LOCAL);
    for (uint64_t seed = 0; seed < 50; seed++) {
        (void)run_seed(seed);
        int64_t seen = 0; /* a bit per count */
        for (unsigned i = 0; i < 4; i++)
            seen |= INT64_C(1) << result_of(i);
        CHECK_EQ_INT(seen, 15);
    }
    unsigned apart = 0;
    MAKE(2, LOCAL, LOCAL, LOCAL, LOCAL);
    for (uint64_t seed = 0; seed < 50; seed++) {
        (void)run_seed(seed);
        int64_t sum = 0;
        for (unsigned i = 0; i < 4; i++)
            sum += result_of(i);
        apart += sum < 6;
        CHECK(sum <= 6 && sum >= 2);
    }
    CHECK(apart > 10);
}

TEST(many_tasks) {
    static const uint16_t ops[] = {CROWD};
    int64_t n = 300;
    make(3, ops, 1, &n);
    const struct snag_verdict *v = run_default();
    CHECK_EQ_INT(v->end, SNAG_END_DONE);
    CHECK_EQ_INT(result_of(0), 300);
    n = 1500;
    make(3, ops, 1, &n);
    v = run_default();
    CHECK_EQ_INT(v->end, SNAG_END_LIMIT); /* said, and nothing is broken by it */
    CHECK_EQ_INT(v->limit, SNAG_LIMIT_TASKS);
    n = 300;
    make(3, ops, 1, &n);
    CHECK_EQ_INT(run_default()->end, SNAG_END_DONE);
}

/* ---- rule R1 ---- */

static const char hazard[] = "suspend-holding-lock: hold_io suspended holding hold_io's lock";
static const char hang[] = "suspended-owner: hold_io suspended holding hold_io's lock";

/* The hang that `n` waiters make is found, always under its key; the hazard beside it. */
static unsigned hangs(unsigned seeds) {
    unsigned found = 0;
    for (uint64_t seed = 0; seed < seeds; seed++) {
        const struct snag_verdict *v = run_seed(seed);
        bool stuck = v->end == SNAG_END_STUCK;
        if (!EXPECT_EQ_U64(v->findings_count, 1U + stuck) ||
            !EXPECT_EQ_STR(v->findings[stuck].key, hazard) ||
            !EXPECT_EQ_INT(v->findings[stuck].grade, SNAG_GRADE_HAZARD))
            break;
        if (!stuck && !EXPECT_EQ_INT(v->end, SNAG_END_DONE))
            break;
        if (stuck && (!EXPECT_EQ_STR(v->findings[0].key, hang) ||
                      !EXPECT_EQ_STR(v->findings[0].rule, "R1") ||
                      !EXPECT(v->findings[0].parties[0].suspended)))
            break;
        found += stuck;
    }
    return found;
}

TEST(a_suspended_owner_has_one_key_whatever_the_workers) {
    MAKE(1, HOLD_IO, LOCKED);
    CHECK(hangs(400) > 100);
    MAKE(2, HOLD_IO, LOCKED, LOCKED, IO);
    CHECK(hangs(1000) > 20);
    MAKE(3, HOLD_IO, LOCKED, LOCKED, LOCKED, LOCKED);
    CHECK(hangs(3000) > 20);
    MAKE(3, HOLD_IO, HOLD_IO, HOLD_IO, HOLD_IO, HOLD_IO);
    CHECK(hangs(3000) > 20);
}

/* As long as one worker is free the owner comes back, on it if need be, and unlocks there: that is
 * part of the hazard, and no misuse. Idle workers wake for requests that others made after they
 * went idle. */
TEST(a_free_worker_ends_the_wait) {
    unsigned migrated = 0;
    MAKE(2, HOLD_IO, LOCKED, IO, IO);
    for (uint64_t seed = 0; seed < 5000; seed++) {
        const struct snag_verdict *v = run_seed(seed);
        CHECK_EQ_INT(v->end, SNAG_END_DONE);
        CHECK_EQ_U64(v->findings_count, 1);
        CHECK_EQ_STR(v->findings[0].key, hazard);
        migrated += case_out[0] == 1;
    }
    CHECK(migrated > 500);
    MAKE(3, HOLD_IO, LOCKED, LOCKED, IO, YIELDS);
    CHECK_EQ_INT(hangs(5000), 0);
    MAKE(1, HOLD_IO, IO, YIELDS);
    CHECK_EQ_INT(hangs(500), 0);
}

/* A lock held for reading is no better: other readers get in, the writer's worker hangs. */
TEST(a_suspended_reader_hangs_a_writer_and_no_reader) {
    unsigned hung = 0;
    MAKE(1, READ_IO, WRITES);
    for (uint64_t seed = 0; seed < 400; seed++) {
        const struct snag_verdict *v = run_seed(seed);
        bool stuck = v->end == SNAG_END_STUCK;
        hung += stuck;
        CHECK_EQ_U64(v->findings_count, 1U + stuck);
        CHECK_EQ_STR(v->findings[stuck].key,
                     "suspend-holding-lock: read_io suspended holding read_io's read lock");
        if (stuck)
            CHECK_EQ_STR(v->findings[0].key,
                         "suspended-owner: read_io suspended holding read_io's read lock");
    }
    CHECK(hung > 100);
    MAKE(1, READ_IO, READ_IO);
    for (uint64_t seed = 0; seed < 400; seed++)
        CHECK_EQ_INT(run_seed(seed)->end, SNAG_END_DONE);
}

/* ---- hangs of some while others go on ---- */

/* How many of the seeds show `key` as the worst; all others must be a livelock. */
static unsigned partly(const char *key, unsigned seeds) {
    unsigned found = 0;
    for (uint64_t seed = 0; seed < seeds; seed++) {
        const struct snag_verdict *v = run_seed(seed);
        bool endless = v->end == SNAG_END_STEPS || v->end == SNAG_END_LIVELOCK;
        if (!EXPECT(endless) || !EXPECT(v->findings_count > 0))
            break;
        if (v->findings[0].kind == SNAG_LIVELOCK)
            continue;
        if (!EXPECT_EQ_STR(v->findings[0].key, key))
            break;
        found++;
    }
    return found;
}

TEST(a_deadlock_on_two_workers_of_three_is_no_livelock) {
    static const char key[] =
        "deadlock: first_a holding first_a's lock / first_b holding first_b's lock";
    MAKE(3, FIRST_A, FIRST_B, YIELD_ON);
    unsigned found = partly(key, 300);
    CHECK(found > 20 && found < 300);
    MAKE(3, FIRST_A, FIRST_B, SPIN_ON);
    found = partly(key, 300);
    CHECK(found > 20 && found < 300);
}

TEST(a_suspended_owner_that_the_last_worker_never_helps) {
    MAKE(3, HOLD_IO, LOCKED, LOCKED, SPIN_ON);
    unsigned found = partly(hang, 1000);
    CHECK(found > 20 && found < 1000);
}

/* At the bound a lock may well be wanted while its owner is suspended; but it will be resumed. */
TEST(an_owner_that_is_resumed_again_and_again_hangs_nobody) {
    MAKE(3, HOLD_IO, LOCKED, LOCKED, YIELD_ON);
    CHECK_EQ_INT(partly("", 500), 0);
    MAKE(3, HOLD_ON, LOCK_ON, YIELD_ON);
    CHECK_EQ_INT(partly("", 500), 0);
}

TEST(a_ready_task_without_a_worker_is_named) {
    static const char key[] = "hang: waits / a ready task without a worker";
    unsigned hung = 0;
    MAKE(1, WAITS, WAKES);
    for (uint64_t seed = 0; seed < 100; seed++) {
        const struct snag_verdict *v = run_seed(seed);
        if (v->end != SNAG_END_STUCK)
            continue;
        hung++;
        CHECK_EQ_STR(v->findings[0].key, key);
        CHECK_EQ_STR(v->findings[0].rule, "R2");
        CHECK_EQ_INT(v->findings[0].parties_count, 2);
        CHECK(v->findings[0].parties[1].ready);
        CHECK_EQ_INT(v->findings[0].parties[1].task, 2);
    }
    CHECK(hung > 10);
    MAKE(2, WAITS, WAKES); /* a worker is left */
    for (uint64_t seed = 0; seed < 100; seed++)
        CHECK_EQ_INT(run_seed(seed)->findings_count, 0);
}

/* All end as `key` says, with one worker and with two that are kept, unless ANSWERED came first. */
static void starves(uint16_t spin, const char *key, const char *rule) {
    for (unsigned workers = 1; workers <= 2; workers++) {
        const uint16_t ops[] = {spin, spin, ANSWERED};
        unsigned starved = 0;
        make(workers, ops + 2 - workers, workers + 1, NULL);
        for (uint64_t seed = 0; seed < 50; seed++) {
            const struct snag_verdict *v = run_seed(seed);
            if (v->end == SNAG_END_DONE)
                continue;
            starved++;
            CHECK_EQ_STR(v->findings[0].key, key);
            CHECK_EQ_STR(v->findings[0].rule, rule);
            CHECK_EQ_INT(v->findings[0].parties_count, workers + 1);
            CHECK(v->findings[0].parties[workers].ready);
            CHECK_EQ_INT(v->findings[0].parties[workers].task, workers + 1);
        }
        CHECK(starved > 10);
    }
}

TEST(a_task_that_spins_starves_one_that_is_ready) {
    starves(SPIN, "starvation: spin / a ready task without a worker", "R2");
}

/* It does something: who knows what it would come to. */
TEST(so_does_one_that_computes_for_ever) {
    starves(SPIN_COUNTING, "starvation: spin_counting / a ready task without a worker", "");
}

TEST(who_has_a_worker_does_not_starve) {
    MAKE(3, SPIN, SPIN_COUNTING, ANSWERED);
    for (uint64_t seed = 0; seed < 100; seed++)
        CHECK_EQ_STR(worst(run_seed(seed)), "");
    MAKE(1, SPIN_ON); /* nobody is ready */
    CHECK_EQ_STR(worst(run_default()), "livelock");
    MAKE(2, YIELD_ON, YIELD_ON, YIELD_ON); /* they are all served in turn */
    CHECK_EQ_STR(worst(run_default()), "livelock");
}

TEST(a_task_that_polls_sees_time_pass) {
    for (unsigned workers = 1; workers <= 3; workers++) {
        MAKE(workers, POLL, ANSWERED, POLL, POLL);
        for (uint64_t seed = 0; seed < 300; seed++) {
            const struct snag_verdict *v = run_seed(seed);
            CHECK_EQ_INT(v->end, SNAG_END_DONE);
            CHECK_EQ_U64(v->findings_count, 0);
        }
    }
}

TEST(awaits_outside_the_lock_are_silent) {
    for (unsigned workers = 1; workers <= 3; workers++) {
        MAKE(workers, LOCKED, IO, LOCKED, YIELDS, LOCKED, FAMILY);
        for (uint64_t seed = 0; seed < 1000; seed++) {
            const struct snag_verdict *v = run_seed(seed);
            CHECK_EQ_INT(v->end, SNAG_END_DONE);
            CHECK_EQ_U64(v->findings_count, 0);
        }
    }
}

TEST(a_task_that_locks_again_deadlocks_itself_on_any_worker) {
    for (unsigned workers = 1; workers <= 3; workers++) {
        MAKE(workers, RELOCK, IO, IO);
        for (uint64_t seed = 0; seed < 300; seed++) {
            const struct snag_verdict *v = run_seed(seed);
            CHECK_EQ_U64(v->findings_count, 2);
            CHECK_EQ_STR(v->findings[0].key, "self-deadlock: relock holding relock's lock");
            CHECK_EQ_INT(v->findings[1].kind, SNAG_SUSPEND_HOLDING_LOCK);
        }
    }
}

TEST(hazards_do_not_crowd_out_what_they_lead_to) {
    MAKE(1, HAZARDS);
    const struct snag_verdict *v = run_default();
    CHECK_EQ_U64(v->findings_count, 2);
    CHECK_EQ_STR(v->findings[0].key, "self-deadlock: hazards holding hazards's lock");
    CHECK_EQ_INT(v->findings[1].kind, SNAG_SUSPEND_HOLDING_LOCK);
}

TEST(two_tasks_inside_one_recursive_mutex) {
    unsigned found = 0;
    MAKE(1, RECURSIVE, RECURSIVE);
    for (uint64_t seed = 0; seed < 300; seed++) {
        const struct snag_verdict *v = run_seed(seed);
        CHECK_EQ_INT(v->end, SNAG_END_DONE);
        for (uint32_t i = 0; i < v->findings_count; i++) {
            found += v->findings[i].kind == SNAG_MISUSE &&
                     strcmp(v->findings[i].detail, "two tasks inside one recursive mutex") == 0;
        }
    }
    CHECK(found > 100);
}

TEST(a_condition_wait_works_with_a_lock_taken_on_another_worker) {
    unsigned migrated = 0;
    MAKE(2, WAIT_MIGRATED, IO, IO);
    for (uint64_t seed = 0; seed < 500; seed++) {
        const struct snag_verdict *v = run_seed(seed);
        CHECK_EQ_INT(v->end, SNAG_END_DONE);
        CHECK_EQ_U64(v->findings_count, 1);
        CHECK_EQ_INT(v->findings[0].kind, SNAG_SUSPEND_HOLDING_LOCK);
        migrated += case_out[0] == 1;
        CHECK_EQ_INT(case_out[1], ETIMEDOUT);
    }
    CHECK(migrated > 50);
}

TEST(a_task_that_ends_with_the_lock) {
    MAKE(2, KEEPS, IO);
    for (uint64_t seed = 0; seed < 200; seed++) {
        const struct snag_verdict *v = run_seed(seed);
        CHECK_EQ_INT(v->end, SNAG_END_DONE);
        CHECK_EQ_STR(v->findings[0].key, "misuse: keeps: an operation returned holding a lock");
    }
    unsigned stuck = 0;
    MAKE(2, KEEPS, LOCKED, LOCKED, IO);
    for (uint64_t seed = 0; seed < 300; seed++) {
        const struct snag_verdict *v = run_seed(seed);
        if (v->end != SNAG_END_STUCK)
            continue;
        CHECK(has(v, SNAG_HANG) || has(v, SNAG_SUSPENDED_OWNER));
        CHECK(!has(v, SNAG_DEADLOCK)); /* nobody who lives holds it */
        stuck++;
    }
    CHECK(stuck > 50);
}

TEST(tasks_that_join_each_other_hang) {
    MAKE(2, SELF_JOIN, IO);
    for (uint64_t seed = 0; seed < 200; seed++) {
        const struct snag_verdict *v = run_seed(seed);
        CHECK_EQ_INT(v->end, SNAG_END_STUCK);
        CHECK_EQ_STR(v->findings[0].key, "hang: first suspended / second suspended / "
                                         "self_join suspended");
    }
}

/* ---- candidates ---- */

static struct snag__prng prng;
static uint32_t idle_for_nothing, idle_offered;

static void watcher_begin(void *self, uint64_t seed, const struct snag_strategy_hint *hint,
                          const struct snag_goal *goal) {
    (void)self;
    (void)hint;
    (void)goal;
    snag__prng_seed(&prng, seed);
}

static uint32_t watcher_choose(void *self, const struct snag_choice *c) {
    (void)self;
    uint32_t ready = 0;
    for (uint32_t i = 0; i < snag__task_count(); i++)
        ready += snag__task_at(i)->state == SNAG__TASK_READY;
    for (uint32_t k = 0; c->kind == SNAG_CHOOSE_NEXT && k < c->n; k++) {
        const struct snag_pending *p = c->pending(snag_choice_candidate(c, k));
        if (p->kind == SNAG_EV_IDLE && !p->timed_out) {
            idle_offered++;
            idle_for_nothing += ready == 0;
        }
    }
    return snag_choice_candidate(c, snag__prng_below(&prng, c->n));
}

TEST(an_idle_worker_is_a_candidate_only_if_there_is_something_to_do) {
    static const struct snag_strategy watcher = {
        .name = "watcher", .begin = watcher_begin, .choose = watcher_choose};
    static const struct snag_strategy_hint hint = {.points = 40, .vthreads = 4, .depth = 3};
    struct snag__request r = {.strategy = &watcher, .hint = &hint, .program = &program};
    MAKE(3, LOCKED, YIELDS, CROWD, YIELDS); /* no requests: those come back by time */
    for (r.seed = 0; r.seed < 1000; r.seed++)
        CHECK_EQ_INT(drive(&r)->end, SNAG_END_DONE);
    CHECK(idle_offered > 1000);
    CHECK_EQ_U64(idle_for_nothing, 0);
}

/* ---- schedules ---- */

TEST(executions_of_tasks_follow_their_sparse_schedule) {
    struct snag_schedule s = {0};
    uint32_t of_kind[SNAG_CHOICE_KINDS] = {0};
    for (unsigned workers = 1; workers <= 3; workers++) {
        MAKE(workers, FAMILY, LOCKED, HOLD_IO, YIELDS, IO, LOCKED, LATE);
        for (uint64_t seed = 0; seed < 2000; seed++) {
            struct snag_verdict first = *run_seed(seed);
            CHECK(snag__exec_schedule(&s));
            for (uint32_t i = 0; i < s.count; i++)
                of_kind[s.list[i].kind]++;
            struct snag__request r = {.program = &program, .schedule = &s};
            const struct snag_verdict *v = drive(&r);
            CHECK(!snag__exec_divergence()->diverged);
            CHECK_EQ_U64(snag__exec_divergence()->unused, 0);
            CHECK_EQ_U64(v->digest, first.digest);
            CHECK_EQ_U64(v->choices, first.choices);
            CHECK_EQ_INT(v->end, first.end);
            CHECK_EQ_STR(worst(v), worst(&first));
        }
    }
    CHECK(of_kind[SNAG_CHOOSE_NEXT] > 1000);
    CHECK(of_kind[SNAG_CHOOSE_TASK] > 1000);
    CHECK(of_kind[SNAG_CHOOSE_LATENCY] > 1000);
    snag__schedule_free(&s);
}
