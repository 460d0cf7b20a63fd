/* directed_test.c: the strategy that is handed a goal brings about deadlocks that chance does not,
 * and nothing else.
 *
 * link: rt_fast
 */
#include "../exec/drive.h"

#include "sched/strategy/directed.h"

void apart(void);
void reads_apart(void);
void in_a_ring(void);
void never(void);

enum { SEEDS = 200 };

static struct snag_goal goal;

/* From what a run that passes shows; false: it shows nothing. */
static bool find_goal(void (*body)(void)) {
    const struct snag_verdict *v = drive_case(body);
    if (!EXPECT_EQ_INT(v->end, SNAG_END_DONE) || !EXPECT_EQ_STR(worst(v), "lock-order"))
        return false;
    const struct snag_finding *f = &v->findings[0];
    goal = (struct snag_goal){.kind = SNAG_GOAL_STAND, .count = f->parties_count};
    for (uint32_t i = 0; i < f->parties_count; i++)
        goal.parts[i] = (struct snag_goal_part){.site = f->parties[i].at_site,
                                                .held_site = f->parties[i].holds_site};
    return true;
}

static const struct snag_verdict *pursue(void (*body)(void), uint64_t seed) {
    static void *state;
    struct snag__request r = drive_request("random", seed);
    if (state == NULL)
        state = calloc(1, snag__strategy_directed.state_bytes);
    r.strategy = &snag__strategy_directed;
    r.strategy_state = state;
    r.goal = &goal;
    case_body = body;
    return drive(&r);
}

static unsigned chance(void (*body)(void)) {
    unsigned n = 0;
    for (uint64_t seed = 0; seed < SEEDS; seed++)
        n += has(drive_seed(body, "random", seed), SNAG_DEADLOCK);
    return n;
}

static unsigned pursued(void (*body)(void)) {
    unsigned n = 0;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        const struct snag_verdict *v = pursue(body, seed);
        bool deadlock = has(v, SNAG_DEADLOCK);
        EXPECT(deadlock || v->end == SNAG_END_DONE);
        n += deadlock;
    }
    return n;
}

TEST(what_lies_far_apart_is_brought_about) {
    static void (*const bodies[])(void) = {apart, reads_apart, in_a_ring};
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        CHECK(find_goal(bodies[i]));
        unsigned by_chance = chance(bodies[i]), by_aim = pursued(bodies[i]);
        if (!EXPECT(by_chance <= 2) || !EXPECT(by_aim > SEEDS / 4))
            printf("  case %zu: %u by chance, %u pursued, of %d\n", i, by_chance, by_aim, SEEDS);
    }
}

/* By part of its places only, or of its locks, others are not mistaken for it. */
TEST(who_holds_another_lock_is_not_held_back) {
    CHECK(find_goal(apart));
    for (uint32_t i = 0; i < goal.count; i++)
        goal.parts[i].held_site = goal.parts[i].site;
    CHECK(pursued(apart) <= 2);
}

/* A place of 0 is any, for what is not taken by a call of its own. */
TEST(any_place_will_do) {
    CHECK(find_goal(apart));
    for (uint32_t i = 0; i < goal.count; i++)
        goal.parts[i].site = 0;
    CHECK(pursued(apart) > SEEDS / 4);
}

TEST(who_waits_in_vain_goes_on) {
    CHECK(find_goal(apart));
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        const struct snag_verdict *v = pursue(never, seed);
        CHECK_EQ_INT(v->end, SNAG_END_DONE);
        CHECK_EQ_STR(worst(v), "");
    }
}

TEST(the_same_seed_and_goal_give_the_same_run) {
    CHECK(find_goal(in_a_ring));
    for (uint64_t seed = 0; seed < 20; seed++) {
        uint64_t digest = pursue(in_a_ring, seed)->digest;
        (void)pursue(apart, seed + 1);
        CHECK_EQ_U64(pursue(in_a_ring, seed)->digest, digest);
    }
}
