/* lock_test.c: rwlocks, spin locks, robust mutexes, semaphores made outside: results, deadlocks,
 * misuses, silent twins.
 *
 * link: rt_fast
 */
#define _GNU_SOURCE
#define DRIVE_STEPS 20000
#include "../exec/drive.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>

struct bug {
    void (*body)(void);
    const char *key;
    bool always; /* at every seed; else at some */
};

void recursive_read(void);
void recursive_read_nonrecursive(void);
void recursive_read_alone(void);
void one_of_the_readers(void);
void upgrades(void);
void both_upgrade(void);
void upgrades_beside_readers(void);
void owner_beside_writers(void);
void ended_with_mutex(void);
void ended_with_rwlock(void);
void ended_with_spin(void);
void robust_results(void);
void one_after_another(void);
void rwlock_excludes(void);
void spin_results(void);
void spins_twice(void);
void rw_unlock_free(void);
void rw_unlock_written(void);
void rw_unlock_read(void);
void rw_destroy_held(void);
void rw_use_destroyed(void);
void spin_unlock_free(void);
void spin_unlock_other(void);
void spin_never_made(void);
void spin_use_destroyed(void);
void posts_given(void);

static const struct bug bugs[] = {
    {recursive_read,
     "deadlock: read_again holding reads_twice's read lock / writes_once: a reader asks once more, "
     "and queues behind a writer",
     false},
    {recursive_read_nonrecursive,
     "deadlock: read_again holding reads_twice's read lock / writes_once: a reader asks once more, "
     "and queues behind a writer",
     false},
    {one_of_the_readers,
     "deadlock: lock_then_write holding lock_then_write's lock / "
     "read_then_lock holding read_then_lock's read lock",
     false},
    {upgrades, "self-deadlock: upgrade holding upgrades's read lock", true},
    {upgrades_beside_readers, "self-deadlock: upgrade holding upgrades's read lock", true},
    {both_upgrade, "self-deadlock: upgrade holding upgrades's read lock", true},
    {ended_with_mutex, "hang: ended holding ends_with's lock", true},
    {ended_with_rwlock, "hang: ended holding ends_with's read lock", true},
    {ended_with_spin, "hang: ended holding ends_with's lock", true},
    {spins_twice, "self-deadlock: spin_again holding spins_twice's lock", true},
    {rw_unlock_free, "misuse: unlocks_rw: unlock of a rwlock that is not locked", true},
    {rw_unlock_written,
     "misuse: unlocks_rw after rw_unlock_written: unlock of a rwlock that another one owns", true},
    {rw_unlock_read,
     "misuse: unlocks_rw after rw_unlock_read: unlock of a rwlock that only others hold for "
     "reading",
     true},
    {rw_destroy_held,
     "misuse: rw_destroy_held after rw_destroy_held: destroy of a rwlock that is held", true},
    {rw_use_destroyed, "misuse: rw_use_destroyed after rw_use_destroyed: use of a destroyed rwlock",
     true},
    {spin_unlock_free, "misuse: unlocks_spin: unlock of a spin lock that is not locked", true},
    {spin_unlock_other,
     "misuse: unlocks_spin after spin_unlock_other: unlock of a spin lock that another one owns",
     true},
    {spin_never_made, "misuse: spin_never_made: use of a spin lock that was never initialised",
     true},
    {spin_use_destroyed,
     "misuse: spin_use_destroyed after spin_use_destroyed: use of a destroyed spin lock", true},
};
enum { BUGS = sizeof(bugs) / sizeof(bugs[0]), SEEDS = 200 };

static const char *strategy_of(uint64_t seed) {
    return seed % 2 != 0 ? "random" : "pct";
}

TEST(every_bug_is_found_under_its_key) {
    case_in = 0;
    for (size_t i = 0; i < BUGS; i++) {
        unsigned found = 0;
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            const struct snag_verdict *v = drive_seed(bugs[i].body, strategy_of(seed), seed);
            if (only_orders(v))
                continue;
            found++;
            CHECK_EQ_STR(v->findings[0].key, bugs[i].key);
            CHECK_EQ_INT(v->findings_count, 1);
        }
        if (!EXPECT(bugs[i].always ? found == SEEDS : found > 5))
            printf("  %s: %u\n", bugs[i].key, found);
    }
}

TEST(every_twin_is_silent) {
    case_in = 1;
    for (size_t i = 0; i < BUGS; i++) {
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            const struct snag_verdict *v = drive_seed(bugs[i].body, strategy_of(seed), seed);
            if (!EXPECT_EQ_STR(worst(v), "") || !EXPECT_EQ_INT(v->end, SNAG_END_DONE))
                printf("  %s at seed %llu\n", bugs[i].key, (unsigned long long)seed);
        }
    }
}

TEST(writers_are_alone_and_readers_need_not_be) {
    for (case_in = 0; case_in < 2; case_in++) {
        unsigned together = 0;
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            const struct snag_verdict *v = drive_seed(rwlock_excludes, strategy_of(seed), seed);
            CHECK_EQ_STR(worst(v), "");
            CHECK_EQ_INT(v->end, SNAG_END_DONE);
            CHECK_EQ_INT(case_out[0], 0);
            together += case_out[1] != 0;
        }
        CHECK(together > 20 && together < SEEDS);
    }
}

/* Whether the reader is let in is in the schedule, and nothing else is needed to replay it. */
TEST(a_reader_who_queues_replays) {
    struct snag_schedule s = {0};
    unsigned replayed = 0;
    case_in = 0;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        if (!has(drive_seed(recursive_read, "random", seed), SNAG_DEADLOCK))
            continue;
        CHECK(snag__exec_schedule(&s));
        bool queued = false;
        for (uint32_t i = 0; i < s.count; i++)
            queued |= s.list[i].kind == SNAG_CHOOSE_READER && s.list[i].number == 1;
        CHECK(queued);
        uint32_t events = verdict.events;
        uint64_t digest = verdict.digest;
        struct snag__request r = {.schedule = &s};
        CHECK(has(drive(&r), SNAG_DEADLOCK));
        CHECK_EQ_U64(verdict.digest, digest);
        CHECK_EQ_INT(verdict.events, events);
        CHECK(!snag__exec_divergence()->diverged);
        CHECK_EQ_STR(verdict.findings[0].rule, "R5");
        replayed++;
    }
    CHECK(replayed > 5);
    snag__schedule_free(&s);
}

static void check_outs(void (*body)(void), const int64_t *wanted, int n) {
    const struct snag_verdict *v = drive_case(body);
    CHECK_EQ_STR(worst(v), "");
    CHECK_EQ_INT(v->end, SNAG_END_DONE);
    CHECK_EQ_INT(case_outs, n);
    CHECK_EQ_MEM(case_out, wanted, (size_t)n * sizeof(wanted[0]));
}

TEST(reading_recursively_is_legal) {
    static const int64_t zeros[8];
    check_outs(recursive_read_alone, zeros, 8);
}

TEST(an_owner_who_asks_again_is_told_so_whoever_waits_meanwhile) {
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        const struct snag_verdict *v = drive_seed(owner_beside_writers, strategy_of(seed), seed);
        CHECK_EQ_STR(worst(v), "");
        CHECK_EQ_INT(v->end, SNAG_END_DONE);
        CHECK_EQ_INT(case_outs, 2);
        CHECK_EQ_INT(case_out[0], EDEADLK);
        CHECK_EQ_INT(case_out[1], EDEADLK);
    }
}

TEST(a_robust_mutex_tells_of_its_dead_owner) {
    static const int64_t wanted[] = {EINVAL,
                                     0,
                                     EOWNERDEAD,
                                     0,
                                     0,
                                     EPERM,
                                     0,
                                     EOWNERDEAD,
                                     EOWNERDEAD,
                                     0,
                                     ENOTRECOVERABLE,
                                     ENOTRECOVERABLE,
                                     ENOTRECOVERABLE,
                                     EINVAL,
                                     0};
    check_outs(robust_results, wanted, (int)(sizeof(wanted) / sizeof(wanted[0])));
}

/* A thread keeps the mutex that it used last, and finds it by its address: not one that was there
 * before. */
TEST(memory_given_back_is_another_mutex) {
    const struct snag_verdict *v = drive_case(one_after_another);
    uint32_t of[12], n = 0;
    CHECK_EQ_STR(worst(v), "");
    CHECK(case_out[0] == case_out[1] && case_out[1] == case_out[2]);
    for (uint32_t i = 0; i < snag__recorder->events_count; i++) {
        const struct snag_event *e = &snag__recorder->events[i];
        if ((e->kind == SNAG_EV_LOCK || e->kind == SNAG_EV_UNLOCK) && n < 12)
            of[n++] = e->object;
    }
    CHECK_EQ_INT(n, 12);
    for (size_t i = 0; i < 12; i++)
        CHECK((of[i] == of[i - i % 4]) && (i < 4 || of[i] != of[i - 4]));
}

TEST(spin_locks) {
    static const int64_t wanted[] = {0, 0, EBUSY, 0, 7, 0};
    check_outs(spin_results, wanted, 6);
}

TEST(who_ended_is_a_party_and_those_who_wait_are_not_in_the_key) {
    case_in = 0;
    const struct snag_verdict *v = drive_case(ended_with_mutex);
    CHECK_EQ_INT(v->findings[0].parties_count, 2);
    CHECK(v->findings[0].parties[0].ended);
    CHECK_EQ_INT(v->findings[0].parties[0].vthread, 1);
    CHECK(v->findings[0].parties[0].holds == v->findings[0].parties[1].object);
    CHECK_EQ_INT(v->findings[0].parties[1].vthread, 2);
}

void reads_too_many(void);
TEST(more_readers_than_fit_is_a_bound) {
    case_in = 8000;
    CHECK_EQ_INT(drive_case(reads_too_many)->end, SNAG_END_DONE);
    case_in = 9000;
    const struct snag_verdict *v = drive_case(reads_too_many);
    CHECK_EQ_INT(v->end, SNAG_END_LIMIT);
    CHECK_EQ_INT(v->limit, SNAG_LIMIT_OBJECTS);
}

/* Made by a thread of the system, as those of a constructor are; the room for them is 64. */
static void *makes_outside(void *sems) {
    for (int i = 0; i < 16; i++)
        sem_init((sem_t *)sems + i, 0, 0);
    return NULL;
}

static bool is_known(sem_t *s) {
    case_in = (intptr_t)s;
    const char *told = worst(drive_case(posts_given));
    return told[0] == '\0' || !EXPECT_EQ_STR(told, "misuse");
}

TEST(semaphores_made_outside_are_known_or_any_may_be) {
    enum { THREADS = 4, EACH = 16 };
    static sem_t made[THREADS][EACH], never;
    pthread_t t[THREADS];
    CHECK(!is_known(&made[0][0]) && !is_known(&never));
    for (int i = 0; i < THREADS; i++)
        CHECK_EQ_INT(pthread_create(&t[i], NULL, makes_outside, made[i]), 0);
    for (int i = 0; i < THREADS; i++)
        CHECK_EQ_INT(pthread_join(t[i], NULL), 0);
    for (int i = 0; i < THREADS * EACH; i++)
        CHECK(is_known(&made[i / EACH][i % EACH]));
    CHECK(!is_known(&never));
    sem_init(&made[0][0], 0, 0);
    CHECK(is_known(&never));
}
