/* aim_test: a near-race seen in a passing run is turned round by the switch that was aimed at it.
 *
 * link: rt_fast
 */
#include "exec/aim.h"

#include "drive.h"
#include "sched/plain.h"

void inversion(void);
void lost_update(void);
void lost_plainly(void);
void strangers(void);
void crowded(void);

enum { AIMS = 200 };

static struct snag_schedule schedule;
static struct snag_switch aimed; /* the one that was put into it last */
static struct snag_switch aimed; /* the one that was put into it last */

static void run(void (*body)(void), const struct snag_schedule *s) {
    struct snag__request r = {.schedule = s, .count = true};
    case_body = body;
    (void)drive(&r);
}

/* Turns round a near-race of the last execution; false: there is none. */
static bool turn(uint64_t seed) {
    struct snag__trace trace = snag__exec_trace();
    struct snag__prng rng;
    struct snag__aim aim;
    snag__prng_seed(&rng, seed);
    return EXPECT(snag__exec_schedule(&schedule)) && snag__aim_draw(&trace, &rng, &aim) &&
           EXPECT(aim.first->vthread != aim.second->vthread) &&
           EXPECT_EQ_U64(aim.first->object, aim.second->object) &&
           EXPECT(snag__exec_switch(aim.first, aim.second->vthread, &aimed)) &&
           EXPECT(snag__schedule_put(&schedule, &aimed));
}

/* The last execution took the switch that was aimed. */
static bool taken(void) {
    static struct snag_schedule now;
    bool found = false;
    if (!EXPECT(snag__exec_schedule(&now)))
        return false;
    for (uint32_t i = 0; i < now.count; i++)
        found = found || memcmp(&now.list[i], &aimed, sizeof aimed) == 0;
    return found;
}

TEST(a_lock_order_edge_of_a_passing_run_becomes_a_deadlock) {
    uint32_t deadlocks = 0, aims = 0;
    for (uint64_t seed = 0; seed < AIMS; seed++) {
        run(inversion, NULL);
        CHECK(only_orders(&verdict));
        if (!turn(seed))
            continue;
        run(inversion, &schedule);
        CHECK(taken());
        aims++;
        deadlocks += has(&verdict, SNAG_DEADLOCK);
    }
    CHECK(aims > AIMS * 9 / 10);
    CHECK(deadlocks > AIMS / 5);
}

/* Of AIMS switches aimed in passing runs of `body`, how many lose an update. */
static uint32_t losses(void (*body)(void)) {
    uint32_t lost = 0;
    for (uint64_t seed = 0; seed < AIMS; seed++) {
        run(body, NULL);
        if (!EXPECT_EQ_INT(case_out[0], 2))
            return 0;
        if (!turn(seed))
            continue;
        run(body, &schedule);
        lost += EXPECT(taken()) && case_out[0] == 1;
    }
    return lost;
}

TEST(an_update_of_an_atomic_is_lost) {
    CHECK(losses(lost_update) > AIMS / 5);
}

TEST(an_update_of_plain_memory_is_lost_where_it_is_known_to_race) {
    struct snag__request r = {.learn = true};
    snag__plain_forget();
    case_body = lost_plainly;
    (void)drive(&r);
    CHECK(losses(lost_plainly) > AIMS / 5);
    snag__plain_forget();
}

TEST(who_meets_nobody_is_not_aimed_at) {
    const struct snag__trace empty = {0};
    struct snag__prng rng;
    struct snag__aim aim;
    snag__prng_seed(&rng, 1);
    CHECK(!snag__aim_draw(&empty, &rng, &aim));
    for (uint64_t seed = 0; seed < AIMS; seed++) {
        run(strangers, NULL);
        if (turn(seed)) /* an end that somebody waits for: that has an order already */
            run(strangers, &schedule);
        CHECK_EQ_INT(verdict.end, SNAG_END_DONE);
    }
}

TEST(what_is_aimed_is_taken_and_what_was_there_mostly_fits_still) {
    uint32_t aims = 0, took = 0, changed = 0, unused = 0, entries = 0;
    for (uint64_t walk = 0; walk < 40; walk++) {
        (void)drive_seed(crowded, "random", walk);
        for (uint64_t step = 0; step < 10 && turn(walk * 100 + step); step++) {
            uint64_t before = verdict.digest;
            run(crowded, &schedule);
            CHECK_EQ_STR(worst(&verdict), "");
            aims++;
            took += taken();
            changed += verdict.digest != before;
            unused += snag__exec_divergence()->unused;
            entries += schedule.count;
        }
    }
    CHECK(aims > 120);
    CHECK(took * 20 > aims * 19);
    CHECK(changed * 20 > aims * 19);
    CHECK(unused * 10 < entries);
}

TEST(one_seed_one_aim) {
    uint32_t different = 0;
    for (uint64_t seed = 0; seed < 50; seed++) {
        run(crowded, NULL);
        (void)turn(seed);
        uint64_t once = snag__schedule_hash(&schedule);
        (void)turn(seed);
        CHECK_EQ_U64(snag__schedule_hash(&schedule), once);
        (void)turn(seed + 1);
        different += snag__schedule_hash(&schedule) != once;
    }
    CHECK(different > 30);
}
