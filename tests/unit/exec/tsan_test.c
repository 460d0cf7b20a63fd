/* tsan_test.c: races are found, in every execution, and nothing else is taken for one.
 * link: rt_tsan
 */
#include "test.h"

#include <stdlib.h>

#include "exec/exec.h"
#include "tsan_body.h"

enum body body;

static const struct snag_strategy *strategy;
static void *strategy_state;

static void set_up(void) {
    if (strategy != NULL)
        return;
    struct snag_error e;
    struct snag__bounds bounds = {0};
    EXPECT_EQ_INT(snag__exec_init(&bounds, &e), SNAG_ERR_OK);
    strategy = snag_strategy_find("random");
    strategy_state = calloc(1, strategy->state_bytes);
}

static void run(enum body which, uint64_t seed, struct snag_verdict *v) {
    static const struct snag_strategy_hint hint = {.points = 20, .vthreads = 3, .depth = 2};
    struct snag__request r = {
        .strategy = strategy, .strategy_state = strategy_state, .seed = seed, .hint = &hint};
    body = which;
    snag__exec_run(&r, v);
}

static uint32_t count_kind(const struct snag_verdict *v, enum snag_finding_kind kind) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < v->findings_count; i++)
        n += v->findings[i].kind == kind;
    return n;
}

static bool has(const struct snag_verdict *v, enum snag_finding_kind kind) {
    return count_kind(v, kind) > 0;
}

/* How many of `executions` had a finding of each of two kinds, and how many had anything else. */
struct tally {
    uint32_t races, deadlocks, others;
};

static struct tally explore(enum body which, uint64_t first_seed, uint32_t executions) {
    struct tally t = {0};
    struct snag_verdict v;
    set_up();
    for (uint32_t i = 0; i < executions; i++) {
        run(which, first_seed + i, &v);
        uint32_t races = count_kind(&v, SNAG_RACE), deadlocks = count_kind(&v, SNAG_DEADLOCK);
        t.races += races > 0;
        t.deadlocks += deadlocks > 0;
        t.others += v.findings_count - races - deadlocks;
    }
    return t;
}

TEST(guarded_counter_is_silent) {
    struct tally t = explore(GUARDED, 1, 200000);
    CHECK_EQ_INT(t.races, 0);
    CHECK_EQ_INT(t.deadlocks, 0);
    CHECK_EQ_INT(t.others, 0);
}

TEST(two_writes_race_in_every_execution) {
    struct tally t = explore(WRITE_WRITE, 1, 50000);
    CHECK_EQ_INT(t.races, 50000);
    CHECK_EQ_INT(t.others, 0);
}

TEST(write_and_read_race_in_every_execution) {
    struct tally t = explore(WRITE_READ, 1, 50000);
    CHECK_EQ_INT(t.races, 50000);
    CHECK_EQ_INT(t.others, 0);
}

/* The rate does not sink: abandoned vthreads leave nothing behind in the runtime. */
TEST(deadlocks_fire_at_a_steady_rate) {
    struct tally first = explore(ABBA, 1, 200000);
    (void)explore(ABBA, 1000001, 600000);
    struct tally last = explore(ABBA, 1, 200000);
    CHECK(first.deadlocks > 50000);
    CHECK_EQ_INT(last.deadlocks, first.deadlocks);
    CHECK_EQ_INT(first.races + first.others + last.races + last.others, 0);
}

TEST(races_are_seen_after_thousands_of_deadlocks) {
    struct tally t = explore(ABBA_OR_RACE, 1, 30000);
    CHECK(t.deadlocks > 8000);
    CHECK_EQ_INT(t.races, 30000);
    CHECK_EQ_INT(t.others, 0);
}

TEST(release_and_acquire_publish) {
    struct tally t = explore(PUBLISH, 1, 50000);
    CHECK_EQ_INT(t.races + t.others, 0);
}

TEST(relaxed_atomics_do_not_publish) {
    struct snag_verdict v;
    uint32_t races = 0;
    set_up();
    for (uint64_t seed = 1; seed <= 2000; seed++) {
        run(PUBLISH_RELAXED, seed, &v);
        races += has(&v, SNAG_RACE);
        CHECK_EQ_INT(v.findings_count, count_kind(&v, SNAG_RACE));
        if (v.findings_count > 0)
            CHECK_EQ_STR(v.findings[0].key, "race: read in take / write in publish_relaxed");
    }
    CHECK(races > 1000);
}

TEST(parties_are_the_earlier_and_the_later_access) {
    struct snag_verdict v;
    set_up();
    for (uint64_t seed = 1; seed <= 100; seed++) {
        run(WRITE_READ, seed, &v);
        CHECK_EQ_INT(v.findings_count, 1);
        const struct snag_finding *f = &v.findings[0];
        CHECK_EQ_STR(f->key, "race: read in reader / write in writer");
        CHECK_EQ_INT(f->parties_count, 2);
        for (int i = 0; i < 2; i++) {
            CHECK_EQ_INT(f->parties[i].vthread, f->parties[i].is_write ? 1 : 2);
            CHECK(!f->parties[i].is_atomic);
            CHECK_EQ_INT(f->parties[i].task, 0);
        }
        CHECK(f->parties[0].is_write != f->parties[1].is_write);
    }
}
