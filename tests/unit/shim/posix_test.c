/* posix_test.c: what wrapped calls return, against POSIX and, where that is silent, glibc.
 *
 * link: rt_fast
 */
#define _GNU_SOURCE
#include "../exec/drive.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

/* Runs a case under the default policy, expects it to end well, and compares its observations. */
static bool gives(void (*body)(void), const int64_t *wanted, int count) {
    const struct snag_verdict *v = drive_case(body);
    bool good = EXPECT_EQ_INT(v->end, SNAG_END_DONE) && EXPECT_EQ_STR(worst(v), "") &&
                EXPECT_EQ_INT(case_outs, count);
    for (int i = 0; i < case_outs && i < count; i++) {
        if (!EXPECT_EQ_INT(case_out[i], wanted[i])) {
            printf("  observation %d\n", i);
            return false;
        }
    }
    return good;
}

#define GIVES(body, ...)                                                                           \
    do {                                                                                           \
        void body(void);                                                                           \
        static const int64_t wanted[] = {__VA_ARGS__};                                             \
        CHECK(gives(body, wanted, (int)(sizeof(wanted) / sizeof(wanted[0]))));                     \
    } while (0)

TEST(mutexes_of_every_type) {
    /* The owner: trylock, timedlock, timedlock with nonsense. Another: trylock, timedlock, in the
     * past, nonsense, clocklock, nonsense, no clock. Then the levels to give up. */
    case_in = PTHREAD_MUTEX_NORMAL;
    GIVES(mutex_by_type, 0, EBUSY, ETIMEDOUT, EINVAL, EBUSY, ETIMEDOUT, ETIMEDOUT, EINVAL,
          ETIMEDOUT, EINVAL, EINVAL, 1);
    case_in = PTHREAD_MUTEX_ADAPTIVE_NP;
    GIVES(mutex_by_type, 0, EBUSY, ETIMEDOUT, EINVAL, EBUSY, ETIMEDOUT, ETIMEDOUT, EINVAL,
          ETIMEDOUT, EINVAL, EINVAL, 1);
    case_in = PTHREAD_MUTEX_ERRORCHECK;
    GIVES(mutex_by_type, 0, EBUSY, EDEADLK, EDEADLK, EBUSY, ETIMEDOUT, ETIMEDOUT, EINVAL, ETIMEDOUT,
          EINVAL, EINVAL, 1);
    case_in = PTHREAD_MUTEX_RECURSIVE;
    GIVES(mutex_by_type, 0, 0, 0, 0, EBUSY, ETIMEDOUT, ETIMEDOUT, EINVAL, ETIMEDOUT, EINVAL, EINVAL,
          0);
}

TEST(mutexes_that_check_say_every_error) {
    case_in = PTHREAD_MUTEX_ERRORCHECK;
    GIVES(mutex_errors, EPERM, 0, EDEADLK, EPERM, 0, EPERM, EPERM, 0, 0, 0);
    case_in = PTHREAD_MUTEX_RECURSIVE;
    GIVES(mutex_errors, EPERM, 0, 0, EPERM, 0, 0, EPERM, 0, 0, 0);
}

void destroy_held(void);
TEST(destroying_a_held_mutex_is_refused_and_told) {
    const struct snag_verdict *v = drive_case(destroy_held);
    CHECK_EQ_INT(v->end, SNAG_END_DONE);
    CHECK_EQ_STR(worst(v), "misuse");
    CHECK_EQ_STR(v->findings[0].key,
                 "misuse: destroy_held after destroy_held: destroy of a mutex that is held");
    CHECK_EQ_U64(v->findings_count, 1);
    CHECK_EQ_INT(case_out[0], EBUSY);
    CHECK_EQ_INT(case_out[1], 0);
    CHECK_EQ_INT(case_out[2], 0);
}

TEST(memory_of_a_destroyed_one_may_be_used_again) {
    GIVES(again_after_destroy, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}

void use_after_destroy(void);
void destroyed_under_way(void);
TEST(using_a_destroyed_one_is_told) {
    for (case_in = 0; case_in < 6; case_in++) {
        const struct snag_verdict *v = drive_case(use_after_destroy);
        CHECK_EQ_STR(worst(v), "misuse");
        CHECK(strstr(v->findings[0].detail, case_in < 3 ? "use of a destroyed mutex"
                                                        : "use of a destroyed condition") != NULL);
    }
    unsigned found = 0;
    for (uint64_t seed = 0; seed < 50; seed++)
        found += has(drive_seed(destroyed_under_way, "random", seed), SNAG_MISUSE);
    CHECK_EQ_INT(found, 50);
}

TEST(a_timed_lock_gives_up_in_time_though_it_was_free_in_between) {
    GIVES(timed_lock_missed, ETIMEDOUT);
}

TEST(a_signalled_wait_is_not_timed_out_while_it_queues_for_the_mutex) {
    GIVES(signalled_then_late, 10, 0, 11);
}

TEST(condition_waits) {
    GIVES(cond_results, ETIMEDOUT, EINVAL, ETIMEDOUT, 4, ETIMEDOUT, 4, ETIMEDOUT, 4, EINVAL, EBUSY,
          0);
    case_in = 1;
    GIVES(recursive_wait, 0, 0, 0, EPERM);
    GIVES(recursive_wait_keeps, ETIMEDOUT, 0, 0, 0, EPERM);
}

void recursive_wait(void);
TEST(a_wait_gives_up_one_level_of_a_recursive_mutex) {
    case_in = 2;
    CHECK_EQ_STR(drive_case(recursive_wait)->findings[0].key, "lost-wakeup: recursive_wait");
}

TEST(threads) {
    GIVES(thread_results, 0, EDEADLK, 0, 1, 0, 0, 0, 41, 0, 0, 0);
    GIVES(root_exits, 1, 2);
}

void root_exits_others_stuck(void);
TEST(a_first_thread_that_exits_leaves_the_others_to_be_judged) {
    const struct snag_verdict *v = drive_case(root_exits_others_stuck);
    CHECK_EQ_INT(v->end, SNAG_END_STUCK);
    CHECK_EQ_STR(worst(v), "lost-wakeup");
}

TEST(sleeps_and_clocks_cost_no_time) {
    struct timespec a, b;
    clock_gettime(CLOCK_MONOTONIC, &a);
    GIVES(sleeps, 0, 3600, 0, 0, 0, 0, 2500, -1, EINVAL, -1, EINVAL, EINVAL, EINVAL, -1, EINVAL, 0,
          0);
    GIVES(clocks_never_go_back, 0, 1);
    GIVES(sleep_order, 10, 20, 30);
    clock_gettime(CLOCK_MONOTONIC, &b);
    CHECK((b.tv_sec - a.tv_sec) * 1000 + (b.tv_nsec - a.tv_nsec) / 1000000 < 1000);
}

TEST(errno_and_thread_locals_belong_to_the_thread_and_to_the_execution) {
    for (int i = 0; i < 3; i++)
        GIVES(per_thread, 0, 5, 0, 5, 0, 5, 99, 9, 0, 99, 9, 0, 11, 1);
    for (int i = 0; i < 10000; i++) /* and take no room that is not given back */
        CHECK_EQ_INT(drive_case(case_body)->end, SNAG_END_DONE);
}

void per_execution(void);
TEST(globals_and_chance_are_as_new_in_every_execution) {
    int64_t first[6];
    (void)drive_case(per_execution);
    memcpy(first, case_out, sizeof(first));
    CHECK_EQ_INT(first[0], 7);
    CHECK_EQ_INT(first[1], 0);
    CHECK_EQ_INT(first[2], 'a');
    CHECK_EQ_INT(first[3], 0);
    CHECK(first[4] != first[5]);
    (void)drive_case(per_execution);
    CHECK_EQ_MEM(first, case_out, sizeof(first));
}

void randoms(void);
TEST(random_numbers_follow_the_seed_in_all_bits) {
    int64_t of[2][64];
    for (int seed = 0; seed < 2; seed++) {
        case_in = 5 + seed;
        (void)drive_case(randoms);
        memcpy(of[seed], case_out, sizeof(of[0]));
        (void)drive_case(randoms);
        CHECK_EQ_MEM(of[seed], case_out, sizeof(of[0]));
    }
    CHECK(memcmp(of[0], of[1], sizeof(of[0])) != 0);
    for (int bit = 0; bit < 31; bit++) {
        unsigned ones = 0, changes = 0;
        for (int i = 0; i < 64; i++) {
            ones += of[0][i] >> bit & 1;
            changes += i > 0 && ((of[0][i] ^ of[0][i - 1]) >> bit & 1) != 0;
        }
        CHECK(ones > 12 && ones < 52);
        CHECK(changes > 12 && changes < 52);
    }
}

void exit_in_thread(void);
void exit_low(void);
TEST(exit_ends_the_execution_only) {
    case_in = 0;
    const struct snag_verdict *v = drive_case(exit_in_thread);
    CHECK_EQ_INT(v->end, SNAG_END_DONE);
    CHECK_EQ_STR(worst(v), "");
    CHECK_EQ_INT(case_outs, 0);
    v = drive_case(exit_low);
    CHECK_EQ_INT(v->end, SNAG_END_DONE);
    case_in = 3;
    v = drive_case(exit_in_thread);
    CHECK_EQ_INT(v->end, SNAG_END_STOPPED);
    CHECK_EQ_STR(v->findings[0].key, "abort: exit_here: exit with a failure status");
    v = drive_case(exit_low);
    CHECK_EQ_STR(worst(v), "abort");
}

void too_many_locals(void);
TEST(more_thread_locals_than_fit_is_a_bound) {
    CHECK_EQ_INT(drive_case(too_many_locals)->end, SNAG_END_LIMIT);
    GIVES(root_exits, 1, 2);
}

void a_stack_too_large(void);
TEST(a_stack_that_is_too_large_is_a_bound) {
    const struct snag_verdict *v = drive_case(a_stack_too_large);
    CHECK_EQ_INT(v->end, SNAG_END_LIMIT);
    CHECK_EQ_INT(v->limit, SNAG_LIMIT_STACKS);
    CHECK_EQ_INT(case_outs, 0);
}
