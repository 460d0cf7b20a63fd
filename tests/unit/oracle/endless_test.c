/* endless_test.c: executions that go on for ever, told apart; and spins that are none.
 *
 * link: rt_fast
 */
#include "../exec/drive.h"

void spin_on_a_load(void);
void spin_on_an_exchange(void);
void spin_on_a_trylock(void);
void spin_on_two(void);
void bounded_spins(void);
void spin_beside_a_sleeper(void);
void lost_beside_a_poller(void);
void lost_beside_a_spinner(void);
void hung_beside_a_poller(void);
void deadlock_beside_a_spin(void);
void starved_writer(void);
void spin_beside_a_counter(void);
void too_polite(void);

static const struct bug {
    void (*body)(void);
    const char *key;
    enum snag_end end;
    unsigned least; /* of 100 seeds */
} bugs[] = {
    {spin_on_a_load, "livelock: waits_for_flag", SNAG_END_LIVELOCK, 100},
    {spin_on_an_exchange, "livelock: takes_spin_lock", SNAG_END_LIVELOCK, 100},
    {spin_on_a_trylock, "livelock: tries_for_ever", SNAG_END_LIVELOCK, 100},
    {spin_on_two, "livelock: looks_at_two", SNAG_END_LIVELOCK, 100},
    {lost_beside_a_poller, "lost-wakeup: waits_once", SNAG_END_STEPS, 10},
    {lost_beside_a_spinner, "lost-wakeup: waits_once", SNAG_END_LIVELOCK, 10},
    {hung_beside_a_poller, "hang: waits_for_more", SNAG_END_STEPS, 100},
    {deadlock_beside_a_spin,
     "deadlock: first_then_other holding first_then_other's lock / other_then_first holding "
     "other_then_first's lock",
     SNAG_END_LIVELOCK, 5},
};
enum { BUGS = sizeof(bugs) / sizeof(bugs[0]) };

static unsigned found_by(const struct bug *b, const char *strategy) {
    unsigned found = 0;
    for (uint64_t seed = 0; seed < 100; seed++) {
        const struct snag_verdict *v = drive_seed(b->body, strategy, seed);
        if (only_orders(v))
            continue;
        found++;
        EXPECT_EQ_STR(v->findings[0].key, b->key);
        EXPECT_EQ_U64(v->findings_count, 1);
        EXPECT_EQ_INT(v->end, b->end);
    }
    return found;
}

TEST(what_never_ends_is_told_apart) {
    case_in = 0;
    for (size_t i = 0; i < BUGS; i++) {
        unsigned found = found_by(&bugs[i], "random");
        if (!EXPECT(found >= bugs[i].least && found <= 100))
            printf("  %s: %u of 100\n", bugs[i].key, found);
    }
}

TEST(every_twin_ends) {
    case_in = 1;
    for (size_t i = 0; i < BUGS; i++)
        for (uint64_t seed = 0; seed < 200; seed++) {
            const struct snag_verdict *v =
                drive_seed(bugs[i].body, seed % 2 != 0 ? "random" : "pct", seed);
            if (!EXPECT_EQ_STR(worst(v), "") || !EXPECT_EQ_INT(v->end, SNAG_END_DONE))
                printf("  %s at seed %llu\n", bugs[i].key, (unsigned long long)seed);
        }
}

/* At once: long before the bound of 2000 points. Under the default policy, too, where who spins
 * gives way, and under one that lets the highest priority run. */
TEST(a_spin_that_nobody_can_end_is_found_at_once) {
    case_in = 0;
    for (size_t i = 0; i < 4; i++) {
        const struct snag_verdict *v = drive_case(bugs[i].body);
        CHECK_EQ_STR(v->findings[0].key, bugs[i].key);
        CHECK(v->points < 1000);
        for (uint64_t seed = 0; seed < 50; seed++) {
            v = drive_seed(bugs[i].body, "pct", seed);
            CHECK_EQ_STR(v->findings[0].key, bugs[i].key);
            CHECK(v->points < 1000);
        }
    }
}

TEST(a_spin_that_ends_by_itself_is_none) {
    for (case_in = 0; case_in < 3; case_in++)
        for (uint64_t seed = 0; seed < 20; seed++) {
            const struct snag_verdict *v = drive_seed(bounded_spins, "random", seed);
            CHECK_EQ_INT(v->end, SNAG_END_DONE);
            CHECK_EQ_U64(v->findings_count, 0);
        }
}

TEST(who_spins_gives_way_to_time) {
    case_in = 0;
    const struct snag_verdict *v = drive_case(spin_beside_a_sleeper);
    CHECK_EQ_INT(v->end, SNAG_END_DONE);
    CHECK(v->points < 200);
    for (uint64_t seed = 0; seed < 200; seed++) {
        v = drive_seed(spin_beside_a_sleeper, seed % 2 != 0 ? "random" : "pct", seed);
        CHECK_EQ_INT(v->end, SNAG_END_DONE);
    }
}

/* They must meet first; then, under any schedule, there is always a reader. */
TEST(a_writer_that_readers_never_let_in_starves) {
    unsigned starved = 0;
    case_in = 0;
    for (uint64_t seed = 0; seed < 100; seed++) {
        const struct snag_verdict *v = drive_seed(starved_writer, "random", seed);
        if (v->findings_count == 0)
            continue;
        starved++;
        CHECK_EQ_INT(v->end, SNAG_END_STEPS);
        CHECK_EQ_U64(v->findings_count, 1);
        CHECK_EQ_STR(v->findings[0].key, "starvation: writes");
    }
    CHECK(starved > 20);
    case_in = 1;
    for (uint64_t seed = 0; seed < 200; seed++) {
        const struct snag_verdict *v = drive_seed(starved_writer, "random", seed);
        CHECK_EQ_INT(v->end, SNAG_END_DONE);
        CHECK_EQ_U64(v->findings_count, 0);
    }
}

TEST(who_waits_for_what_never_comes_is_not_starved) {
    case_in = 0;
    for (uint64_t seed = 0; seed < 50; seed++) {
        const struct snag_verdict *v = drive_seed(spin_beside_a_counter, "random", seed);
        CHECK_EQ_INT(v->end, SNAG_END_STEPS);
        CHECK_EQ_STR(worst(v), "livelock");
    }
}

/* They meet in step under a fair schedule, and so for ever. */
TEST(two_who_give_way_to_each_other_for_ever_are_a_livelock) {
    unsigned found = 0; /* of 100 */
    for (case_in = 0; case_in < 2; case_in++)
        for (uint64_t seed = 0; seed < 100; seed++) {
            const struct snag_verdict *v = drive_seed(too_polite, "random", seed);
            if (v->findings_count == 0)
                continue;
            CHECK_EQ_INT(case_in, 0);
            CHECK_EQ_STR(v->findings[0].key, "livelock: after_you");
            found++;
        }
    CHECK(found > 50);
}
