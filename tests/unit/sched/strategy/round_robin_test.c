/* round_robin_test.c: everybody in turn, for as many points each.
 *
 * link: rt_fast
 * bodies: strategies
 */
#include "strategies.h"

enum { SEEDS = 2000, LENGTHS = 64, EXCEPTIONS_MAX = 3 };

/* Of the last execution: how many turns of each length somebody ended who could have gone on; and
 * whether the turn went round backwards. */
static void count_turns(uint32_t *turns, bool *backwards) {
    struct snag_log log = last_log();
    uint32_t turn = 0;
    memset(turns, 0, LENGTHS * sizeof turns[0]);
    *backwards = false;
    for (uint32_t i = 0; i < log.choices_count; i++) {
        const struct snag_choice_entry *e = &log.choices[i];
        turn++;
        if (e->picked == e->vthread)
            continue;
        if (e->current_enabled && EXPECT(turn < LENGTHS))
            turns[turn]++;
        if (e->vthread == 3 && e->picked == 2)
            *backwards = true;
        turn = 0;
    }
}

/* All but the first turn, and two of which the rest is missed. */
TEST(turns_are_as_long_as_one_another) {
    uint64_t lengths[LENGTHS] = {0}, backward = 0;
    case_in = 999;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        uint32_t turns[LENGTHS], all = 0, longest = 1;
        bool backwards;
        CHECK_EQ_INT(drive_seed(chains, "round-robin", seed)->end, SNAG_END_DONE);
        count_turns(turns, &backwards);
        for (uint32_t i = 1; i < LENGTHS; i++) {
            all += turns[i];
            longest = turns[i] > turns[longest] ? i : longest;
        }
        CHECK(all - turns[longest] <= EXCEPTIONS_MAX);
        lengths[longest] += turns[longest] > 1;
        backward += backwards;
    }
    for (int i = 1; i < 6; i++)
        CHECK(lengths[i] > SEEDS / 200);
    CHECK(backward > SEEDS / 5 && backward < 4 * SEEDS / 5);
}
