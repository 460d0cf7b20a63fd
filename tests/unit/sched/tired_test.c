/* tired_test.c: loops on plain variables let others run, and are told if nobody can end them.
 *
 * link: rt_fast
 */
#define DRIVE_STEPS 20000
#include "../exec/drive.h"
#include "sched/log.h"

#define WAITS(X)                                                                                   \
    X(looks, true)                                                                                 \
    X(looks_and_pauses, true)                                                                      \
    X(looks_and_yields, true)                                                                      \
    X(looks_and_sleeps, false)                                                                     \
    X(looks_and_counts, false)                                                                     \
    X(looks_and_counts_itself, false)
#define DECLARE(name, at_once) void case_##name(void);
WAITS(DECLARE)
void both_look(void);
void peterson(void);
void much_to_do(void);
void much_for_itself(void);
void a_while(void);

static const struct {
    void (*body)(void);
    const char *name;
    bool at_once; /* where nobody sets what it waits for, it is seen before any bound */
} waits[] = {
#define ROW(name, at_once) {case_##name, #name, at_once},
    WAITS(ROW)
#undef ROW
};
enum { LOOPS = sizeof(waits) / sizeof(waits[0]) };
#define SEEDS UINT64_C(20)

TEST(a_loop_that_another_ends_ends) {
    case_in = 0;
    for (int i = 0; i < LOOPS; i++) {
        const struct snag_verdict *v = drive_case(waits[i].body);
        for (uint64_t seed = 0; seed <= 2 * SEEDS; seed++) {
            if (!EXPECT_EQ_STR(worst(v), "") || !EXPECT_EQ_INT(v->end, SNAG_END_DONE) ||
                !EXPECT_EQ_INT(case_out[0], 1))
                printf("  in: %s, before seed %llu\n", waits[i].name, (unsigned long long)seed);
            v = drive_seed(waits[i].body, seed % 2 != 0 ? "pct" : "random", seed);
        }
    }
}

TEST(a_loop_that_nobody_ends_is_a_livelock) {
    case_in = 1;
    for (int i = 0; i < LOOPS; i++) {
        char key[80];
        snprintf(key, sizeof key, "livelock: %s", waits[i].name);
        const struct snag_verdict *v = drive_case(waits[i].body);
        CHECK_EQ_STR(v->findings[0].key, key);
        if (waits[i].at_once) {
            CHECK_EQ_INT(v->end, SNAG_END_LIVELOCK);
            CHECK(v->points < 2000);
        }
    }
}

TEST(two_who_wait_for_each_other_are_told_at_once) {
    const struct snag_verdict *v = drive_case(both_look);
    CHECK_EQ_STR(v->findings[0].key, "livelock: looks");
    CHECK_EQ_INT(v->end, SNAG_END_LIVELOCK);
}

TEST(petersons_lock_excludes_and_ends) {
    for (uint64_t seed = 0; seed < 4 * SEEDS; seed++) {
        struct snag__request r = drive_request(seed % 2 != 0 ? "pct" : "random", seed);
        r.points = SNAG__POINTS_ALL;
        case_body = peterson;
        const struct snag_verdict *v = drive(&r);
        CHECK_EQ_STR(worst(v), "");
        CHECK_EQ_INT(v->end, SNAG_END_DONE);
        CHECK_EQ_INT(case_out[1], 2);
    }
}

static unsigned spins(void) {
    unsigned n = 0;
    for (uint32_t i = 0; i < snag__recorder->events_count; i++)
        n += snag__recorder->events[i].kind == SNAG_EV_SPIN;
    return n;
}

TEST(who_computes_gives_way_now_and_then) {
    CHECK_EQ_INT(drive_case(much_to_do)->end, SNAG_END_DONE);
    CHECK(spins() >= 2 && spins() < 200);
    CHECK_EQ_STR(worst(drive_case(much_for_itself)), "");
    CHECK_EQ_INT(spins(), 0);
    CHECK_EQ_STR(worst(drive_case(a_while)), "");
    CHECK_EQ_INT(case_out[0], 1);
}

/* Whatever is watched, and is a point, who gives way does so at the same places. */
TEST(the_log_is_the_same_whether_accesses_are_watched_or_not) {
    case_in = 0;
    for (int i = 0; i < LOOPS; i++) {
        uint64_t all, unwatched, watched;
        (void)drive_case(waits[i].body);
        snag__log_digest(snag__recorder->events, snag__recorder->events_count, &all, &unwatched);
        struct snag__request r = {.learn = true};
        case_body = waits[i].body;
        (void)drive(&r);
        snag__log_digest(snag__recorder->events, snag__recorder->events_count, &all, &watched);
        CHECK_EQ_INT(watched, unwatched);
    }
}
