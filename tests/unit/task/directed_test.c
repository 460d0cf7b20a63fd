/* directed_test.c: from a lock held at an await to the hang: the strategy keeps its owner away.
 *
 * link: rt_fast
 * bodies: task
 */
#include "task_drive.h"

#include "sched/strategy/directed.h"

enum { SEEDS = 400 };

static unsigned hangs(const struct snag_strategy *s, const struct snag_goal *goal) {
    void *state = calloc(1, s->state_bytes);
    unsigned n = 0;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct snag__request r = drive_request("random", seed);
        r.program = &program;
        r.strategy = s;
        r.strategy_state = state;
        r.goal = goal;
        const struct snag_verdict *v = drive(&r);
        bool hung = has(v, SNAG_SUSPENDED_OWNER);
        EXPECT(hung || v->end == SNAG_END_DONE);
        n += hung;
    }
    free(state);
    return n;
}

/* Many who want nothing of the lock, and one who does. */
TEST(others_are_run_while_the_owner_is_away) {
    MAKE(1, YIELDS, IO, IO, YIELDS, LOCKED, HOLD_IO);
    struct snag_goal goal = {.kind = SNAG_GOAL_AWAY, .count = 1};
    for (uint64_t seed = 0; goal.parts[0].held_site == 0 && seed < 100; seed++) {
        const struct snag_verdict *v = run_seed(seed);
        for (uint32_t i = 0; i < v->findings_count; i++)
            if (v->findings[i].kind == SNAG_SUSPEND_HOLDING_LOCK)
                goal.parts[0] =
                    (struct snag_goal_part){.held_site = v->findings[i].parties[0].holds_site,
                                            .task = v->findings[i].parties[0].task};
    }
    CHECK(goal.parts[0].held_site != 0);
    unsigned by_chance = hangs(snag_strategy_find("random"), NULL);
    unsigned by_aim = hangs(&snag__strategy_directed, &goal);
    if (!EXPECT(by_aim > by_chance + SEEDS / 10))
        printf("  %u by chance, %u pursued, of %d\n", by_chance, by_aim, SEEDS);
    CHECK(by_aim < SEEDS);
}

TEST(without_a_goal_it_is_a_random_walk) {
    MAKE(1, LOCKED, HOLD_IO);
    unsigned by_chance = hangs(snag_strategy_find("random"), NULL);
    unsigned aimless = hangs(&snag__strategy_directed, NULL);
    CHECK(aimless > by_chance / 2 && aimless < by_chance * 2);
}
