/* choose_test.c: what a strategy sees of pending events, and which of them conflict; and when it is
 * asked, beside a schedule.
 *
 * link: rt_fast
 */
#include "../exec/drive.h"

#include "base/prng.h"
#include "exec/recorder.h"
#include "sched/sched.h"

void all_sorts(void);

static struct snag__prng prng;
/* Pairs of pending events that were met, by the kinds of both, those in conflict apart. */
static unsigned met[SNAG_EVENT_KINDS][SNAG_EVENT_KINDS][2];

static void begin(void *self, uint64_t seed, const struct snag_strategy_hint *hint,
                  const struct snag_goal *goal) {
    (void)self;
    (void)hint;
    (void)goal;
    snag__prng_seed(&prng, seed);
}

static uint32_t choose(void *self, const struct snag_choice *c) {
    (void)self;
    for (uint32_t k = 0; c->kind == SNAG_CHOOSE_NEXT && k + 1 < c->n; k++) {
        const struct snag_pending *a = c->pending(snag_choice_candidate(c, k));
        const struct snag_pending *b = c->pending(snag_choice_candidate(c, k + 1));
        bool conflict = snag_pending_conflict(a, b);
        met[a->kind][b->kind][conflict]++;
        EXPECT(snag_pending_conflict(b, a) == conflict);
        EXPECT(a->object != 0 || !conflict);
    }
    return snag_choice_candidate(c, snag__prng_below(&prng, c->n));
}

static const struct snag_strategy watcher = {.name = "watcher", .begin = begin, .choose = choose};

/* Met in conflict, and without one. */
static bool in_conflict(enum snag_event_kind a, enum snag_event_kind b) {
    return met[a][b][true] != 0 || met[b][a][true] != 0;
}
static bool in_peace(enum snag_event_kind a, enum snag_event_kind b) {
    return met[a][b][false] != 0 || met[b][a][false] != 0;
}

TEST(events_conflict_where_they_concern_one_object_and_one_changes_it) {
    static const struct snag_strategy_hint hint = {.points = 40, .vthreads = 4, .depth = 3};
    struct snag__request r = {.strategy = &watcher, .hint = &hint, .points = SNAG__POINTS_ALL};
    memset(met, 0, sizeof met);
    case_body = all_sorts;
    for (r.seed = 0; r.seed < 2000; r.seed++)
        CHECK_EQ_INT(drive(&r)->end, SNAG_END_DONE);
    /* Two places: with one of them in conflict, with the other not. */
    CHECK(in_conflict(SNAG_EV_WRITE, SNAG_EV_WRITE) && in_peace(SNAG_EV_WRITE, SNAG_EV_WRITE));
    CHECK(in_conflict(SNAG_EV_WRITE, SNAG_EV_READ) && in_peace(SNAG_EV_WRITE, SNAG_EV_READ));
    CHECK(!in_conflict(SNAG_EV_READ, SNAG_EV_READ) && in_peace(SNAG_EV_READ, SNAG_EV_READ));
    CHECK(in_conflict(SNAG_EV_LOCK, SNAG_EV_LOCK) && in_peace(SNAG_EV_LOCK, SNAG_EV_LOCK));
    /* While one holds the lock, another is no candidate for it. */
    CHECK(!in_conflict(SNAG_EV_LOCK, SNAG_EV_UNLOCK) && in_peace(SNAG_EV_LOCK, SNAG_EV_UNLOCK));
    CHECK(in_conflict(SNAG_EV_RMW, SNAG_EV_RMW) && !in_peace(SNAG_EV_RMW, SNAG_EV_RMW));
    CHECK(!in_conflict(SNAG_EV_LOAD, SNAG_EV_LOAD) && !in_conflict(SNAG_EV_RMW, SNAG_EV_LOAD));
    /* An atomic and a plain access to the same memory. */
    CHECK(in_conflict(SNAG_EV_RMW, SNAG_EV_WRITE) && in_peace(SNAG_EV_RMW, SNAG_EV_WRITE));
    CHECK(!in_conflict(SNAG_EV_LOCK, SNAG_EV_WRITE) && in_peace(SNAG_EV_LOCK, SNAG_EV_WRITE));
}

/* ---- beside a schedule ---- */

static unsigned asked;

static void begin_patient(void *self, uint64_t seed, const struct snag_strategy_hint *hint,
                          const struct snag_goal *goal) {
    (void)self;
    (void)seed;
    (void)hint;
    (void)goal;
    asked = 0;
}

static uint32_t choose_default(void *self, const struct snag_choice *c) {
    (void)self;
    asked++;
    return c->def;
}

static const struct snag_strategy patient = {
    .name = "patient", .begin = begin_patient, .choose = choose_default};

TEST(a_strategy_is_asked_where_a_schedule_says_nothing) {
    struct snag_schedule schedule = {0};
    case_body = all_sorts;
    for (uint64_t seed = 1; seed <= 100; seed++) {
        struct snag__request r = drive_request("random", seed);
        uint64_t digest = drive(&r)->digest;
        CHECK(snag__exec_schedule(&schedule));
        struct snag__request followed = {.schedule = &schedule, .strategy = &patient};
        CHECK_EQ_INT(drive(&followed)->digest, digest);
        CHECK_EQ_INT(snag__exec_divergence()->unused, 0);
        CHECK_EQ_INT(asked, snag__recorder->choices_count - schedule.count);
    }
    snag__schedule_free(&schedule);
}

static bool has_switch(const struct snag_schedule *s, const struct snag_switch *wanted) {
    for (uint32_t i = 0; i < s->count; i++) {
        const struct snag_switch *e = &s->list[i];
        if (e->kind == wanted->kind && e->op == wanted->op && e->ordinal == wanted->ordinal &&
            e->sub == wanted->sub && snag__actor_equal(&e->at, &wanted->at) &&
            snag__actor_equal(&e->to, &wanted->to))
            return true;
    }
    return false;
}

/* The first switch of a random execution, and before and after it the strategy's own. */
static void go_on_from_one(const char *strategy) {
    enum { SEEDS = 300 };
    struct snag_schedule first = {0}, all = {0};
    unsigned taken = 0, more = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct snag__request r = drive_request("random", seed);
        (void)drive(&r);
        CHECK(snag__exec_schedule(&first));
        while (first.count > 1)
            snag__schedule_remove(&first, first.count - 1);
        struct snag__request mixed = drive_next_request(strategy, seed + SEEDS);
        mixed.schedule = &first;
        uint64_t digest = drive(&mixed)->digest;
        bool all_used = snag__exec_divergence()->unused == 0 && first.count > 0;
        CHECK(snag__exec_schedule(&all));
        taken += all_used;
        more += all.count > 1;
        CHECK(!all_used || snag__exec_divergence()->diverged || has_switch(&all, &first.list[0]));
        struct snag__request again = {.schedule = &all};
        CHECK_EQ_INT(drive(&again)->digest, digest);
    }
    CHECK(taken > SEEDS / 10);
    CHECK(more > SEEDS / 10);
    snag__schedule_free(&first);
    snag__schedule_free(&all);
}

TEST(strategies_go_on_from_where_a_schedule_ends) {
    case_body = all_sorts;
    go_on_from_one("random");
    go_on_from_one("round-robin");
    go_on_from_one("pct");
}
