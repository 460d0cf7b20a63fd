/* sync_test.c: semaphores, barriers, once, keys, joins: hangs, misuses and their silent twins.
 *
 * link: rt_fast
 */
#include "../exec/drive.h"

struct bug {
    void (*body)(void);
    const char *key;
    bool always; /* at every seed; else at some */
};

#define BUG_BODIES(X)                                                                              \
    X(sem_nobody_posts)                                                                            \
    X(barrier_too_few)                                                                             \
    X(once_recursive)                                                                              \
    X(once_and_lock)                                                                               \
    X(mtx_twice)                                                                                   \
    X(polls_a_semaphore)                                                                           \
    X(polls_a_thread)                                                                              \
    X(sem_destroy_waited)                                                                          \
    X(sem_use_destroyed)                                                                           \
    X(barrier_destroy_waited)                                                                      \
    X(key_after_delete)                                                                            \
    X(key_deleted_twice)                                                                           \
    X(key_never)                                                                                   \
    X(join_twice)                                                                                  \
    X(join_detached)                                                                               \
    X(detach_twice)                                                                                \
    X(join_nobody)                                                                                 \
    X(join_by_two)
#define DECLARE(name) void name(void);
BUG_BODIES(DECLARE)

static const struct bug bugs[] = {
    {sem_nobody_posts, "hang: waits", true},
    {barrier_too_few, "hang: arrives", true},
    {once_recursive, "self-deadlock: once_again holding once_recursive's lock", true},
    {once_and_lock,
     "deadlock: inner_locks holding once_then_lock's lock / "
     "lock_then_once holding lock_then_once's lock",
     false},
    {mtx_twice, "self-deadlock: mtx_like holding mtx_like's lock", true},
    {polls_a_semaphore, "livelock: polls", true},
    {polls_a_thread, "livelock: polls", true},
    {sem_destroy_waited,
     "misuse: sem_destroy_waited after waits_for_post: destroy of a semaphore that is waited on",
     false},
    {sem_use_destroyed,
     "misuse: sem_use_destroyed after sem_use_destroyed: use of a destroyed semaphore", true},
    {barrier_destroy_waited,
     "misuse: barrier_destroy_waited after arrives: destroy of a barrier that is waited on", false},
    {key_after_delete,
     "misuse: key_after_delete after key_after_delete: use of a key that was deleted", true},
    {key_deleted_twice,
     "misuse: key_deleted_twice after key_deleted_twice: delete of a key that was deleted before",
     true},
    {key_never, "misuse: key_never: use of a key that was never created", true},
    {join_twice,
     "misuse: join_twice after join_twice: join of a thread that is detached or was joined before",
     true},
    {join_detached,
     "misuse: join_detached after join_detached: join of a thread that is detached or was joined "
     "before",
     true},
    {detach_twice,
     "misuse: detach_twice after detach_twice: detach of a thread that is detached or was joined "
     "before",
     true},
    {join_nobody, "misuse: join_nobody: join of what is no thread", true},
    {join_by_two, "misuse: joins after joins: two threads join the same one", false},
};
enum { BUGS = sizeof(bugs) / sizeof(bugs[0]), SEEDS = 200 };

static const char *strategy_of(uint64_t seed) {
    return seed % 2 != 0 ? "random" : "pct";
}

/* Is one of the findings the bug's own? Others may come of it: a semaphore that is destroyed while
 * waited on is used afterwards, too. */
static bool shows(const struct snag_verdict *v, const char *key) {
    for (uint32_t i = 0; i < v->findings_count; i++)
        if (strcmp(v->findings[i].key, key) == 0)
            return true;
    return false;
}

TEST(every_bug_is_found_under_its_key) {
    case_in = 0;
    for (size_t i = 0; i < BUGS; i++) {
        unsigned found = 0;
        for (uint64_t seed = 0; seed < SEEDS; seed++)
            found += shows(drive_seed(bugs[i].body, strategy_of(seed), seed), bugs[i].key);
        if (!EXPECT(bugs[i].always ? found == SEEDS : found > 5))
            printf("  %s: %u, and last %s\n", bugs[i].key, found, verdict.findings[0].key);
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

void once_blocks_others(void);
TEST(who_comes_during_the_routine_waits_for_its_end) {
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        CHECK_EQ_STR(worst(drive_seed(once_blocks_others, strategy_of(seed), seed)), "");
        CHECK_EQ_INT(case_outs, 2);
        CHECK_EQ_INT(case_out[0], 11);
        CHECK_EQ_INT(case_out[1], 11);
    }
}

void destructors_run(void);
void destructors_lock(void);
TEST(destructors_run_at_the_end_of_every_kind_of_thread) {
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        const struct snag_verdict *v = drive_seed(destructors_run, "random", seed);
        CHECK_EQ_STR(worst(v), "");
        CHECK_EQ_INT(v->end, SNAG_END_DONE);
        CHECK_EQ_INT(case_out[0], 5);
        CHECK_EQ_INT(case_out[1] == 5 || case_out[1] == 12, 1);
    }
    CHECK_EQ_STR(worst(drive_case(destructors_run)), "");
    CHECK_EQ_INT(case_out[1], 12);
    CHECK_EQ_STR(worst(drive_case(destructors_lock)), "");
    CHECK_EQ_INT(case_outs, 1);
}
