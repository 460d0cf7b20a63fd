/* rwlock_drive.h: how the tests of rwlock_body.c run programs of rwlock_cases.h; and what is so
 * from tasks and from plain vthreads alike.
 *
 * Each defines WORKERS first, and SUSPENDED: how keys name one who waits.
 */
#ifndef TESTS_TASK_RWLOCK_DRIVE_H
#define TESTS_TASK_RWLOCK_DRIVE_H

#include "rwlock_cases.h"
#define OPS_IMPL rwlock_impl
#include "ops_drive.h"

const struct snag_spec rwlock_spec = {
    .name = "rwlock",
    .ops = {PLAIN(READS, "reads"), PLAIN(WRITES, "writes"), PLAIN(TRIES_TO_READ, "tries_to_read"),
            PLAIN(TRIES_TO_WRITE, "tries_to_write"), PLAIN(TURNS, "turns"),
            PLAIN(READS_TWICE, "reads_twice"), PLAIN(UPGRADES, "upgrades"),
            PLAIN(RELOCKS, "relocks"), PLAIN(KEEPS, "keeps"), PLAIN(FOREIGN, "foreign"),
            PLAIN(DESTROYS, "destroys"), PLAIN(DESTROYED, "destroyed"), PLAIN(DROPPED, "dropped")},
};

TEST(several_readers_or_one_writer) {
    unsigned together = 0;
    MAKE(WORKERS, READS, WRITES, READS, READS, WRITES);
    for (uint64_t seed = 0; seed < 2000; seed++) {
        CHECK_EQ_STR(worst(run_seed(seed)), "");
        CHECK_EQ_INT(verdict.end, SNAG_END_DONE);
        CHECK_EQ_INT(result_of(1) + result_of(4), 3);
        together += result_of(0) > 1 || result_of(2) > 1;
    }
    CHECK(together > 200);
}

TEST(who_tries_does_not_wait) {
    unsigned got = 0, not = 0;
    MAKE(WORKERS, TRIES_TO_WRITE, READS, TRIES_TO_READ, TRIES_TO_WRITE);
    for (uint64_t seed = 0; seed < 2000; seed++) {
        CHECK_EQ_STR(worst(run_seed(seed)), "");
        for (unsigned i = 0; i < 4; i++) {
            got += result_of(i) > 0;
            not += result_of(i) == 0;
        }
    }
    CHECK(got > 2000 && not > 500);
}

TEST(who_has_it_does_not_get_it_again) {
    MAKE(WORKERS, UPGRADES);
    CHECK_EQ_INT(found("self-deadlock: upgrades holding upgrades's read lock", 50), 50);
    CHECK_EQ_STR(word_of(verdict.findings[0].parties[0].holds), "async rwlock");
    CHECK(verdict.findings[0].parties[0].reads);
    MAKE(WORKERS, RELOCKS, READS);
    CHECK_EQ_INT(found("self-deadlock: relocks holding relocks's lock", 50), 50);
}

TEST(a_reader_who_asks_again_queues_behind_a_writer) {
    MAKE(WORKERS, READS_TWICE, READS_TWICE);
    CHECK_EQ_INT(found("", 500), 0);
    MAKE(WORKERS, READS_TWICE, WRITES);
    unsigned n = found("self-deadlock: reads_twice" SUSPENDED " holding reads_twice's read lock: "
                       "a reader asks once more, and queues behind a writer",
                       1000);
    CHECK(n > 50 && n < 950);
    CHECK_EQ_STR(verdict.findings[0].rule, "R5");
}

TEST(an_operation_that_returns_with_it) {
    unsigned stuck = 0;
    MAKE(WORKERS, KEEPS, READS, WRITES);
    for (uint64_t seed = 0; seed < 300; seed++) {
        const struct snag_verdict *v = run_seed(seed);
        CHECK_EQ_STR(v->findings[0].key, "misuse: run_wrong: an operation returned holding a lock");
        stuck += v->end == SNAG_END_STUCK;
    }
    CHECK(stuck > 20);
}

TEST(what_is_not_held_is_not_given_up) {
    MAKE(WORKERS, FOREIGN);
    CHECK_EQ_STR(run_seed(1)->findings[0].key,
                 "misuse: run_wrong: release of the async rwlock that is not held");
    MAKE(WORKERS, DESTROYS);
    CHECK_EQ_STR(run_seed(1)->findings[0].key,
                 "misuse: destroys after destroys: destroy of the async rwlock that is held");
    MAKE(WORKERS, DESTROYED);
    CHECK_EQ_STR(run_seed(1)->findings[0].key,
                 "misuse: destroyed after destroyed: use of the destroyed async rwlock");
}

#endif
