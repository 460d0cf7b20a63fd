/* futex_test.c: futexes and other system calls by number: what is found, and what is not.
 *
 * link: rt_fast
 */
#define _GNU_SOURCE
#include "../exec/drive.h"
#include "snag/fault.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

struct bug {
    void (*body)(void);
    const char *key;
};

#define BODIES(X)                                                                                  \
    X(mutex1)                                                                                      \
    X(mutex2)                                                                                      \
    X(mutex3)                                                                                      \
    X(crossed)                                                                                     \
    X(crossed_declared)                                                                            \
    X(event_count)                                                                                 \
    X(not_woken)                                                                                   \
    X(never_as_expected)                                                                           \
    X(ends_early)                                                                                  \
    X(refused)                                                                                     \
    X(unknown)                                                                                     \
    X(ends_by_number)
#define DECLARE(name) void name(void);
BODIES(DECLARE)

static const struct bug bugs[] = {
    {mutex2, "lost-wakeup: by_mutex2"},
    {crossed, "hang: mutex3_lock"},
    {crossed_declared,
     "deadlock: declared_in_order holding declared_in_order's lock / declared_in_the_other holding "
     "declared_in_the_other's lock"},
    {event_count, "lost-wakeup: awaits_event"},
    {not_woken, "lost-wakeup: awaits_flag"},
    {never_as_expected, "livelock: expects_wrong"},
};
enum { BUGS = sizeof(bugs) / sizeof(bugs[0]), SEEDS = 300 };

static const char *strategy_of(uint64_t seed) {
    return seed % 2 != 0 ? "random" : "pct";
}

/* Other than the order of locks, which is told whether it does harm or not. */
static const char *key_of(const struct snag_verdict *v) {
    bool any = v->findings_count > 0 && v->findings[0].kind != SNAG_LOCK_ORDER;
    return any ? v->findings[0].key : "";
}

TEST(every_bug_is_found_under_its_key) {
    case_in = 0;
    for (size_t i = 0; i < BUGS; i++) {
        unsigned found = 0;
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            const char *key = key_of(drive_seed(bugs[i].body, strategy_of(seed), seed));
            found += key[0] != '\0';
            if (key[0] != '\0')
                CHECK_EQ_STR(key, bugs[i].key);
        }
        if (!EXPECT(found > 5))
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

/* As Drepper has them. */
TEST(mutexes_of_futexes_exclude) {
    static void (*const bodies[])(void) = {mutex1, mutex2, mutex3};
    case_in = 1;
    for (int i = 0; i < 3; i++) {
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            const struct snag_verdict *v = drive_seed(bodies[i], strategy_of(seed), seed);
            CHECK_EQ_STR(worst(v), "");
            CHECK_EQ_INT(v->end, SNAG_END_DONE);
            CHECK_EQ_INT(case_out[0], 3);
        }
    }
}

/* A wait that ends otherwise than by a wakeup, each of them at some seed, and none unasked. */
TEST(waits_end_early_where_faults_are_asked_for) {
    static const struct {
        uint32_t faults;
        int error;
    } ways[] = {{SNAG_FAULT_SET(SNAG_FAULT_TIMEOUT), ETIMEDOUT},
                {SNAG_FAULT_SET(SNAG_FAULT_INTERRUPT), EINTR},
                {SNAG_FAULT_SET(SNAG_FAULT_SPURIOUS), 0},
                {0, ETIMEDOUT}};
    case_body = ends_early;
    for (int i = 0; i < 4; i++) {
        unsigned seen = 0;
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            struct snag__request r = drive_request("random", seed);
            r.faults = ways[i].faults;
            CHECK_EQ_STR(worst(drive(&r)), "");
            CHECK_EQ_INT(case_outs, 1);
            CHECK(case_out[0] == ETIMEDOUT || case_out[0] == ways[i].error);
            seen += case_out[0] == ways[i].error;
        }
        CHECK(seen > 5);
    }
}

static const char *heard(void (*body)(void)) {
    static char said[512];
    int kept = dup(STDERR_FILENO), ends[2];
    EXPECT(pipe2(ends, O_NONBLOCK) == 0);
    dup2(ends[1], STDERR_FILENO);
    (void)drive_case(body);
    dup2(kept, STDERR_FILENO);
    ssize_t n = read(ends[0], said, sizeof said - 1);
    said[n > 0 ? n : 0] = '\0';
    close(kept);
    close(ends[0]);
    close(ends[1]);
    return said;
}

TEST(what_would_wait_unseen_is_refused_and_told_once) {
    static const char *const names[] = {"FUTEX_LOCK_PI", "SYS_wait4"};
    for (case_in = 0; case_in < 2; case_in++) {
        CHECK(strstr(heard(refused), names[case_in]) != NULL);
        CHECK_EQ_INT(verdict.limit, SNAG_LIMIT_NOT_MODELLED);
        CHECK_EQ_INT(case_outs, 0);
        CHECK_EQ_STR(heard(refused), "");
        CHECK_EQ_INT(verdict.limit, SNAG_LIMIT_NOT_MODELLED);
    }
}

TEST(what_is_not_known_passes_and_is_told_once) {
    CHECK(strstr(heard(unknown), "syscall(-1)") != NULL);
    CHECK_EQ_INT(verdict.end, SNAG_END_DONE);
    CHECK_EQ_INT(case_out[0], -1);
    CHECK_EQ_INT(case_out[1], ENOSYS);
    CHECK_EQ_STR(heard(unknown), "");
}

TEST(threads_and_processes_end_by_number) {
    for (case_in = 0; case_in < 2; case_in++) {
        const struct snag_verdict *v = drive_case(ends_by_number);
        CHECK_EQ_STR(worst(v), case_in == 0 ? "" : "abort");
        CHECK_EQ_INT(case_outs, 1);
    }
}
