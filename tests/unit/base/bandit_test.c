/* bandit_test.c: arms that pay with fixed probabilities, and arms that change what they pay. */
#include "test.h"

#include "base/bandit.h"
#include "base/prng.h"

#include <string.h>

enum { ARMS = 4 };

static struct snag__bandit bandit;
static struct snag__prng prng;
static uint32_t plays[SNAG__BANDIT_ARMS_MAX];

static void begin(void) {
    memset(&bandit, 0, sizeof bandit);
    snag__prng_seed(&prng, 1);
}

/* `rounds` plays; arm i pays 1 in `percent[i]` of a hundred, told of one play in `sample`. */
static void play(uint32_t arms, uint32_t rounds, const uint32_t *percent, uint32_t sample) {
    memset(plays, 0, sizeof plays);
    for (uint32_t n = 0; n < rounds; n++) {
        uint32_t arm = snag__bandit_next(&bandit, arms);
        CHECK(arm < arms);
        plays[arm]++;
        double reward = snag__prng_below(&prng, 100) < percent[arm] ? 1.0 : 0.0;
        if (n % sample == 0)
            snag__bandit_pay(&bandit, arms, arm, reward);
    }
}

TEST(the_best_arm_is_played_most) {
    for (uint32_t best = 0; best < ARMS; best++) {
        uint32_t percent[ARMS] = {10, 10, 10, 10};
        percent[best] = 40;
        begin();
        play(ARMS, 20000, percent, 1);
        EXPECT(plays[best] > 20000 * 38 / 100);
    }
}

TEST(rewards_that_are_seldom_are_told_apart) {
    static const uint32_t percent[ARMS] = {0, 0, 3, 1};
    begin();
    play(ARMS, 100000, percent, 1);
    EXPECT(plays[2] > 100000 * 35 / 100);
}

TEST(a_sample_of_the_plays_will_do) {
    static const uint32_t percent[ARMS] = {10, 40, 10, 10};
    begin();
    play(ARMS, 200000, percent, 31);
    EXPECT(plays[1] > 200000 * 37 / 100);
}

TEST(it_follows_when_another_arm_becomes_the_best) {
    static const uint32_t first[ARMS] = {50, 10, 10, 10}, then[ARMS] = {10, 10, 10, 50};
    begin();
    play(ARMS, 20000, first, 1);
    EXPECT(plays[0] > 20000 * 38 / 100);
    play(ARMS, 20000, then, 1);
    EXPECT(plays[3] > 20000 * 35 / 100);
}

/* In any five plays in a row, each of four arms has at least one; with more arms, in as many as
 * there are arms, and one. */
TEST(no_arm_starves) {
    static const uint32_t percent[6] = {100, 0, 0, 0, 0, 0};
    for (uint32_t arms = 1; arms <= 6; arms++) {
        uint32_t cycle = arms < SNAG__BANDIT_CYCLE ? SNAG__BANDIT_CYCLE : arms + 1;
        begin();
        play(arms, 5000, percent, 1);
        for (uint32_t n = 0; n < 1000; n++) {
            play(arms, cycle, percent, 1);
            for (uint32_t i = 0; i < arms; i++)
                CHECK(plays[i] >= 1);
        }
        CHECK_EQ_U64(plays[0], cycle - arms + 1); /* the favourite: all that is left over */
    }
}

TEST(the_first_plays_are_of_different_arms) {
    begin();
    for (uint32_t i = 0; i < ARMS; i++)
        CHECK_EQ_U64(snag__bandit_next(&bandit, ARMS), i);
}

TEST(the_first_is_preferred_until_arms_can_be_told_apart) {
    static const uint32_t percent[ARMS] = {0, 100, 0, 0};
    begin();
    play(ARMS, 100, percent, 1);
    CHECK_EQ_U64(plays[0], 40);
    CHECK_EQ_U64(plays[1], 20);
    play(ARMS, 1000, percent, 1);
    EXPECT(plays[1] > 350);
}

TEST(no_reward_at_all_favours_nobody_for_ever) {
    static const uint32_t percent[ARMS] = {0, 0, 0, 0};
    begin();
    play(ARMS, 20000, percent, 1);
    for (uint32_t i = 0; i < ARMS; i++)
        CHECK(plays[i] >= 20000 / SNAG__BANDIT_CYCLE);
}

TEST(the_same_rewards_give_the_same_plays) {
    static const uint32_t percent[ARMS] = {30, 20, 25, 5};
    static uint8_t order[20000];
    for (int again = 0; again < 2; again++) {
        begin();
        for (uint32_t n = 0; n < sizeof order; n++) {
            uint32_t arm = snag__bandit_next(&bandit, ARMS);
            snag__bandit_pay(&bandit, ARMS, arm,
                             snag__prng_below(&prng, 100) < percent[arm] ? 1.0 : 0.0);
            if (again)
                CHECK_EQ_U64(arm, order[n]);
            order[n] = (uint8_t)arm;
        }
    }
}
