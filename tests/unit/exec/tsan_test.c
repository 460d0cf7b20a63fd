/* tsan_test.c: races are found, in every execution, and nothing else is taken for one.
 * link: rt_tsan
 */
#include "run_many.h"

#include "tsan_body.h"
#include <stdio.h>

enum body body;

/* How many of `executions` had a finding of each of these kinds, and how many had anything else. */
struct tally {
    uint32_t races, deadlocks, orders, others;
};

static struct tally explore(enum body which, uint64_t first_seed, uint32_t executions) {
    struct tally t = {0};
    struct snag_verdict v;
    body = which;
    for (uint32_t i = 0; i < executions; i++) {
        run_seed(first_seed + i, NULL, &v);
        uint32_t races = count_kind(&v, SNAG_RACE), deadlocks = count_kind(&v, SNAG_DEADLOCK);
        t.races += races > 0;
        t.deadlocks += deadlocks > 0;
        uint32_t orders = count_kind(&v, SNAG_LOCK_ORDER);
        t.orders += orders > 0;
        t.others += v.findings_count - races - deadlocks - orders;
    }
    return t;
}

TEST(guarded_counter_is_silent) {
    struct tally t = explore(GUARDED, 1, 200000);
    CHECK_EQ_INT(t.races, 0);
    CHECK_EQ_INT(t.deadlocks, 0);
    CHECK_EQ_INT(t.others, 0);
}

/* Pages of this process in memory. */
static long resident(void) {
    long total = 0, pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (f != NULL) {
        EXPECT_EQ_INT(fscanf(f, "%ld %ld", &total, &pages), 2);
        fclose(f);
    }
    return pages;
}

/* And a report leaves nothing behind. */
TEST(two_writes_race_in_every_execution) {
    struct tally t = explore(WRITE_WRITE, 1, 10000);
    CHECK_EQ_INT(t.races, 10000);
    long before = resident();
    t = explore(WRITE_WRITE, 1, 40000);
    CHECK_EQ_INT(t.races, 40000);
    CHECK_EQ_INT(t.others, 0);
    CHECK(before > 0 && resident() - before < 500);
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
    CHECK_EQ_INT(first.deadlocks + first.orders,
                 200000); /* it happens, or is seen to be possible */
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
    body = PUBLISH_RELAXED;
    for (uint64_t seed = 1; seed <= 2000; seed++) {
        run_seed(seed, NULL, &v);
        races += v.findings_count > 0;
        CHECK_EQ_INT(v.findings_count, count_kind(&v, SNAG_RACE));
        if (v.findings_count > 0)
            CHECK_EQ_STR(v.findings[0].key, "race: read in take / write in publish_relaxed");
    }
    CHECK(races > 1000);
}

TEST(parties_are_the_earlier_and_the_later_access) {
    struct snag_verdict v;
    body = WRITE_READ;
    for (uint64_t seed = 1; seed <= 100; seed++) {
        run_seed(seed, NULL, &v);
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
