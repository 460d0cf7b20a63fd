/* urw_test.c: the uniform random walk gives all interleavings the same probability.
 *
 * link: rt_fast
 * bodies: strategies
 */
#include "strategies.h"

static struct classes classes;

/* Of the last execution: in which order its events came, from the second spawn on: there is nobody
 * before the first. What its root does after that is but to join. */
static uint64_t order_of_events(void) {
    uint64_t name = 0;
    struct snag_log log = last_log();
    for (uint32_t i = 0; i < log.events_count; i++) {
        const struct snag_event *e = &log.events[i];
        bool sync = snag__event_class(e->kind) <= SNAG__EVENT_ATOMIC;
        if (sync && e->kind != SNAG_EV_JOIN && e->kind != SNAG_EV_END)
            name = snag__mix64(name + e->vthread + 1);
    }
    return name;
}

/* The same, of whom was chosen: plain accesses are not in the log of events unless others ran
 * before. `first` are the turns of the first thread, `others` of the root and the second together;
 * when either has had all, the rest is no choice. */
static uint64_t order_of_turns(uint32_t first, uint32_t others) {
    uint64_t name = 0;
    struct snag_log log = last_log();
    for (uint32_t i = 0; i < log.choices_count && first > 0 && others > 0; i++) {
        bool is_first = log.choices[i].picked == 1;
        *(is_first ? &first : &others) -= 1;
        name = snag__mix64(name + is_first + 1);
    }
    return name;
}

static void walk(const char *strategy, uint32_t times) {
    memset(&classes, 0, sizeof classes);
    warm_up(strategy, chains);
    for (uint64_t seed = 0; seed < times; seed++) {
        if (!EXPECT_EQ_INT(search(strategy, chains, seed)->end, SNAG_END_DONE))
            return;
        classes_add(&classes, order_of_events());
    }
}

/* Three of the first: its start, and two. Five beside them: the spawn, the start, and three. */
enum { TWO_AND_THREE = 56 };

TEST(two_threads_are_interleaved_evenly) {
    case_in = 32;
    walk("urw", 200 * TWO_AND_THREE);
    CHECK_EQ_INT(classes.count, TWO_AND_THREE);
    CHECK(is_uniform(&classes, TWO_AND_THREE));
}

TEST(a_plain_random_walk_does_not) {
    case_in = 32;
    walk("random", 200 * TWO_AND_THREE);
    CHECK(classes.count <= TWO_AND_THREE);
    CHECK(!is_uniform(&classes, TWO_AND_THREE));
}

/* 9! / (2 · 7 · 3! · 3 · 2): the number of ways to go through a forest whose trees hold so many. */
TEST(three_threads_are_interleaved_evenly) {
    case_in = 121;
    walk("urw", 50 * 720);
    CHECK_EQ_INT(classes.count, 720);
    CHECK(is_uniform(&classes, 720));
}

/* What was learned of another program is forgotten. */
TEST(each_program_is_learned_anew) {
    case_in = 9;
    warm_up("urw", chains);
    case_in = 61;
    walk("urw", 200 * 45);
    CHECK_EQ_INT(classes.count, 45); /* two of the first, eight beside them */
    CHECK(is_uniform(&classes, 45));
}

TEST(plain_accesses_count) {
    memset(&classes, 0, sizeof classes);
    const struct snag_strategy *s = snag_strategy_find("urw");
    s->renew(drive_state(s));
    case_body = plain_chains;
    for (uint64_t seed = 0; seed < 500 + 200 * TWO_AND_THREE; seed++) {
        struct snag__request r = drive_next_request("urw", seed);
        r.points = SNAG__POINTS_ALL;
        CHECK_EQ_INT(drive(&r)->end, SNAG_END_DONE);
        struct snag_log log = last_log();
        s->saw(drive_state(s), &log);
        if (seed >= 500)
            classes_add(&classes, order_of_turns(3, 5));
    }
    CHECK_EQ_INT(classes.count, TWO_AND_THREE);
    CHECK(is_uniform(&classes, TWO_AND_THREE));
}
