/* choose_test.c: what a strategy sees of pending events, and which of them conflict.
 *
 * link: rt_fast
 */
#include "../exec/drive.h"

#include "base/prng.h"
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
