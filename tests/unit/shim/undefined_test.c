/* undefined_test.c: what POSIX leaves undefined is told, with both places; its twin is not.
 *
 * link: rt_fast
 */
#include "../exec/drive.h"

#define BUGS(X)                                                                                    \
    X(mutex_made_held, "mutex_made_held after mutex_made_held: init of a mutex that is held")      \
    X(mutex_made_twice,                                                                            \
      "mutex_made_twice after mutex_made_twice: init of a mutex that was not destroyed")           \
    X(cond_made_waited_on, "cond_made_waited_on after waits_cond: init of a condition variable "   \
                           "that is waited on")                                                    \
    X(rwlock_made_twice,                                                                           \
      "rwlock_made_twice after rwlock_made_twice: init of a rwlock that was not destroyed")        \
    X(sem_made_twice,                                                                              \
      "sem_made_twice after sem_made_twice: init of a semaphore that was not destroyed")           \
    X(barrier_made_twice,                                                                          \
      "barrier_made_twice after barrier_made_twice: init of a barrier that was not destroyed")     \
    X(spin_made_twice,                                                                             \
      "spin_made_twice after spin_made_twice: init of a spin lock that was not destroyed")         \
    X(made_again_in_a_block, "made_again_in_a_block after made_again_in_a_block: init of a mutex " \
                             "that was not destroyed")                                             \
    X(mutex_never_made, "mutex_never_made: use of a mutex that was never initialised")             \
    X(cond_never_made, "cond_never_made: use of a condition variable that was never initialised")  \
    X(rwlock_never_made, "rwlock_never_made: use of a rwlock that was never initialised")          \
    X(sem_never_made, "sem_never_made: use of a semaphore that was never initialised")             \
    X(barrier_never_made, "barrier_never_made: use of a barrier that was never initialised")       \
    X(once_never_made, "once_never_made: use of a once control that was never initialised")        \
    X(cond_with_two_mutexes, "waits_with_lock after waits_cond: wait on a condition variable "     \
                             "with another mutex than who waits there already")                    \
    X(named_destroyed,                                                                             \
      "named_destroyed after named_destroyed: destroy of a semaphore that has a name")             \
    X(named_used_after_close, "named_used_after_close after named_used_after_close: use of a "     \
                              "destroyed semaphore")                                               \
    X(unnamed_closed, "unnamed_closed after unnamed_closed: close of a semaphore that is not "     \
                      "open")                                                                      \
    X(named_closed_waited_on,                                                                      \
      "named_closed_waited_on after waits_named: close of a semaphore that is waited on")
#define DECLARE(name, key) void name(void);
BUGS(DECLARE)

static const struct {
    void (*body)(void);
    const char *key;
} bugs[] = {
#define ROW(name, key) {name, "misuse: " key},
    BUGS(ROW)
#undef ROW
};
enum { BUGS_COUNT = sizeof(bugs) / sizeof(bugs[0]), SEEDS = 50 };

TEST(every_one_is_told_under_its_key) {
    case_in = 0;
    for (int i = 0; i < BUGS_COUNT; i++) {
        const struct snag_verdict *v = drive_case(bugs[i].body);
        unsigned found = 0;
        for (uint32_t f = 0; f < v->findings_count; f++)
            found += strcmp(v->findings[f].key, bugs[i].key) == 0;
        if (!EXPECT_EQ_INT(found, 1))
            printf("  %s, but %s\n", bugs[i].key, v->findings[0].key);
    }
}

TEST(every_twin_is_silent) {
    case_in = 1;
    for (int i = 0; i < BUGS_COUNT; i++) {
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            struct snag__request r = drive_request("random", seed);
            r.no_timeouts = true;
            case_body = bugs[i].body;
            const struct snag_verdict *v = drive(&r);
            if (!EXPECT_EQ_STR(worst(v), "") || !EXPECT_EQ_INT(v->end, SNAG_END_DONE))
                printf("  %s at seed %llu\n", bugs[i].key, (unsigned long long)seed);
        }
    }
}

void made_on_the_stack(void);
void made_on_the_heap(void);
TEST(memory_that_is_given_back_may_become_one_again) {
    CHECK_EQ_STR(worst(drive_case(made_on_the_stack)), "");
    CHECK_EQ_STR(worst(drive_case(made_on_the_heap)), "");
}
