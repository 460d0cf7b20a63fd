/* sched_test.c: the scheduling loop: exact candidates, the default policy, fairness, bounds.
 *
 * link: rt_fast
 */
#define DRIVE_STEPS UINT64_C(20000)
#include "../exec/drive.h"

#include "base/prng.h"
#include "sched/sched.h"

void takers(void);
void steppers(void);
void yielders(void);
void crowd_of_yielders(void);
void patience(void);
void woken(void);
void thousand(void);
void needs_fairness(void);
void never_ends(void);
void spins_for_a_sleeper(void);

/* ---- a strategy that looks on: random, and a count of what it was offered ---- */

static struct snag__prng prng;
static uint32_t offered_lock_held, questions, bad_sets, bad_default;

static void watcher_begin(void *self, uint64_t seed, const struct snag_strategy_hint *hint,
                          const struct snag_goal *goal) {
    (void)self;
    (void)hint;
    (void)goal;
    snag__prng_seed(&prng, seed);
}

static bool in_set(const struct snag_choice *c, uint32_t v) {
    return v / 64 < c->words && (c->set[v / 64] >> (v % 64) & 1) != 0;
}

static uint32_t watcher_choose(void *self, const struct snag_choice *c) {
    (void)self;
    if (c->kind == SNAG_CHOOSE_NEXT) {
        uint32_t members = 0;
        for (uint32_t v = 0; v < snag__sched.vthreads; v++) {
            if (!in_set(c, v))
                continue;
            members++;
            const struct snag_pending *p = c->pending(v);
            if (p->kind == SNAG_EV_LOCK &&
                snag__object_get(p->object)->owner.vthread != SNAG__NOBODY)
                offered_lock_held++;
        }
        bad_sets += members != c->n || c->n < 2;
        bad_default += !in_set(c, c->def);
        bad_sets += c->current_enabled && !in_set(c, c->current);
        questions++;
    }
    return snag_choice_candidate(c, snag__prng_below(&prng, c->n));
}

static const struct snag_strategy watcher = {
    .name = "watcher", .begin = watcher_begin, .choose = watcher_choose};

/* Whoever stands before the lock() of a mutex that is free when it gets there is a candidate only
 * as long as it stays free. */
TEST(candidates_are_exactly_those_who_can_go_on) {
    static const struct snag_strategy_hint hint = {.points = 40, .vthreads = 4, .depth = 3};
    struct snag__request r = {.strategy = &watcher, .hint = &hint};
    case_body = takers;
    for (r.seed = 0; r.seed < 3000; r.seed++) {
        const struct snag_verdict *v = drive(&r);
        CHECK_EQ_INT(v->end, SNAG_END_DONE);
        CHECK_EQ_STR(worst(v), "");
    }
    CHECK(questions > 30000);
    CHECK_EQ_U64(offered_lock_held, 0);
    CHECK_EQ_U64(bad_sets, 0);
    CHECK_EQ_U64(bad_default, 0);
}

/* ---- the default policy ---- */

static bool saw(const int64_t *wanted, int n) {
    bool same = EXPECT_EQ_INT(case_outs, n);
    for (int i = 0; same && i < n; i++)
        same = EXPECT_EQ_INT(case_out[i], wanted[i]);
    return same;
}

TEST(by_default_a_thread_runs_until_it_blocks_or_yields_then_the_next_in_turn) {
    static const int64_t in_turn[] = {1, 1, 1, 2, 2, 2, 3, 3, 3},
                         round[] = {1, 2, 3, 1, 2, 3, 1, 2, 3};
    const struct snag_verdict *v = drive_case(steppers);
    CHECK(saw(in_turn, 9));
    CHECK_EQ_U64(v->preemptions, 0);
    CHECK_EQ_U64(v->switches, 4); /* to 1 as the first thread joins, to 2, to 3, and back */
    (void)drive_case(yielders);
    CHECK(saw(round, 9));
}

TEST(the_turn_goes_round_however_many_there_are) {
    (void)drive_case(crowd_of_yielders);
    CHECK_EQ_INT(case_outs, 254);
    for (int i = 0; i < 254; i++)
        CHECK_EQ_INT(case_out[i], 1 + i % 127);
}

TEST(by_default_time_passes_only_when_nobody_can_run) {
    static const int64_t order[] = {3, 2, 1};
    (void)drive_case(patience);
    CHECK(saw(order, 3));
}

TEST(by_default_the_longest_waiting_wakes_first) {
    static const int64_t order[] = {1, 2, 3};
    (void)drive_case(woken);
    CHECK(saw(order, 3));
    unsigned others = 0;
    for (uint64_t seed = 0; seed < 200; seed++) {
        CHECK_EQ_INT(drive_seed(woken, "random", seed)->end, SNAG_END_DONE);
        others += case_out[0] != 1;
    }
    CHECK(others > 50);
}

TEST(the_choice_log_says_what_the_default_was) {
    unsigned preempting = 0;
    for (uint64_t seed = 0; seed < 200; seed++) {
        const struct snag_verdict *v = drive_seed(steppers, "random", seed);
        uint32_t n, preemptions = 0, last_event = 0;
        const struct snag_choice_entry *c = snag__exec_choices(&n);
        for (uint32_t i = 0; i < n; i++) {
            CHECK_EQ_INT(c[i].kind, SNAG_CHOOSE_NEXT);
            CHECK(c[i].n >= 2 && c[i].picked < 4 && c[i].def < 4);
            CHECK(!c[i].current_enabled || c[i].def == c[i].vthread);
            CHECK(c[i].event >= last_event && c[i].event <= v->events);
            last_event = c[i].event;
            preemptions += c[i].current_enabled && c[i].picked != c[i].vthread;
        }
        CHECK_EQ_U64(preemptions, v->preemptions);
        preempting += preemptions > 0;
    }
    CHECK(preempting > 150);
}

/* ---- numbers ---- */

TEST(a_thousand_threads) {
    for (case_in = 60; case_in <= 1000; case_in += 235) { /* across words of the set */
        const struct snag_verdict *v = drive_case(thousand);
        CHECK_EQ_INT(v->end, SNAG_END_DONE);
        CHECK_EQ_INT(case_out[0], case_in);
        CHECK_EQ_STR(worst(v), "");
        CHECK_EQ_U64(snag__exec_vthreads(), (uint64_t)case_in + 1);
        for (uint64_t seed = 0; seed < 3; seed++) {
            CHECK_EQ_STR(worst(drive_seed(thousand, "random", seed)), "");
            CHECK_EQ_INT(case_out[0], case_in);
        }
    }
    case_in = 1050;
    const struct snag_verdict *v = drive_case(thousand);
    CHECK_EQ_INT(v->end, SNAG_END_LIMIT);
    CHECK_EQ_INT(v->limit, SNAG_LIMIT_VTHREADS);
    case_in = 10;
    CHECK_EQ_INT(drive_case(thousand)->end, SNAG_END_DONE);
}

/* ---- the step bound ---- */

TEST(at_the_step_bound_a_fair_continuation_decides) {
    const struct snag_verdict *v = drive_case(needs_fairness);
    CHECK_EQ_INT(v->end, SNAG_END_UNSETTLED);
    CHECK_EQ_STR(worst(v), "");
    CHECK(v->points > DRIVE_STEPS && v->points < DRIVE_STEPS + 100);
    v = drive_case(never_ends);
    CHECK_EQ_INT(v->end, SNAG_END_STEPS);
    CHECK_EQ_STR(v->findings[0].key, "livelock: spin");
    CHECK_EQ_U64(v->points, 3 * DRIVE_STEPS + 20000); /* twice the bound, and some */
    v = drive_case(spins_for_a_sleeper);              /* fair to time, too */
    CHECK_EQ_INT(v->end, SNAG_END_UNSETTLED);
    CHECK_EQ_STR(worst(v), "");
}

TEST(an_unsettled_execution_replays) {
    struct snag_schedule s = {0};
    for (uint64_t seed = 0; seed < 50; seed++) {
        const struct snag_verdict *v = drive_seed(never_ends, "random", seed);
        uint64_t digest = v->digest;
        CHECK_EQ_INT(v->end, SNAG_END_STEPS);
        CHECK(snag__exec_schedule(&s));
        struct snag__request r = {.schedule = &s};
        CHECK_EQ_U64(drive(&r)->digest, digest);
        CHECK(!snag__exec_divergence()->diverged);
    }
    snag__schedule_free(&s);
}
