/* findings_test.c: every kind of finding that a scenario can show, its key, its silent twin; and a
 * process that went through thousands of each is as it was.
 *
 * link: rt_fast
 */
#include "../exec/drive.h"

struct bug {
    const char *name;
    void (*body)(void);
    const char *key;
    bool always; /* at every seed; else at some */
};

void abba(void);
void three_cycle(void);
void philosophers(void);
void join_holding(void);
void self_deadlock(void);
void deadlock_beside_a_spinner(void);
void lost_wakeup(void);
void forgotten_unlock(void);
void livelock(void);
void queue(void);
void retries(void);
void long_way(void);
void assertion(void);
void c_assertion(void);
void aborts(void);
void crashes(void);
void crashes_in_a_hook(void);
void crashes_in_the_library(void);
void division(void);
void overflow(void);
void big_frame(void);
void misuse_owner(void);
void misuse_free(void);
void misuse_wait(void);
void misuse_cond_destroy(void);
void misuse_double_free(void);
void misuse_interior(void);
void misuse_no_block(void);
void misuse_no_block_stack(void);
void misuse_no_block_unmapped(void);
void misuse_no_block_no_address(void);
void misuse_realloc(void);
void many_things(void);
void healthy(void);

static const struct bug bugs[] = {
    {"abba", abba,
     "deadlock: first_a_then_b holding first_a_then_b's lock / "
     "first_b_then_a holding first_b_then_a's lock",
     false},
    {"join", join_holding, "deadlock: join_holding holding join_holding's lock / wants_a", true},
    {"self", self_deadlock, "self-deadlock: helper_locks holding self_deadlock's lock", true},
    {"lost wakeup", lost_wakeup, "lost-wakeup: waits_once", false},
    {"forgotten unlock", forgotten_unlock, "hang: ended holding takes_and_forgets's lock", true},
    {"livelock", livelock, "livelock: spins", true},
    {"queue", queue, "hang: waits_here / waits_there", true},
    {"retries", retries, "livelock: tries", true},
    {"assertion", assertion, "assertion: checks: case_in == 1", true},
    {"assert", c_assertion, "assertion: asserts: case_in == 1", true},
    {"abort", aborts, "abort: gives_up: abort", true},
    {"crash", crashes, "crash: writes_nowhere: SIGSEGV (bad address)", true},
    {"crash in a hook", crashes_in_a_hook, "crash: adds_nowhere: SIGSEGV (bad address)", true},
    {"crash in the library", crashes_in_the_library,
     "crash: measures_nowhere: SIGSEGV (bad address)", true},
    {"division", division, "crash: divides: SIGFPE (arithmetic)", true},
    {"overflow", overflow, "stack-overflow", true},
    {"big frame", big_frame, "stack-overflow", true},
    {"unlock of another's", misuse_owner,
     "misuse: unlocks_of_another after misuse_owner: unlock of a mutex that another one owns",
     true},
    {"unlock of a free one", misuse_free,
     "misuse: misuse_free: unlock of a mutex that is not locked", true},
    {"wait without", misuse_wait,
     "misuse: misuse_wait: wait on a condition variable without owning its mutex", true},
    {"destroy of a used one", misuse_cond_destroy,
     "misuse: misuse_cond_destroy after waiter: destroy of a condition variable that is waited on",
     true},
    {"double free", misuse_double_free, "double-free: frees_twice after frees_twice", true},
    {"free of the middle", misuse_interior,
     "misuse: frees_the_middle: free of what is no allocated block", true},
    {"free of a global", misuse_no_block,
     "misuse: frees_no_block: free of what is no allocated block", true},
    {"free of a local", misuse_no_block_stack,
     "misuse: frees_no_block: free of what is no allocated block", true},
    {"free where there is no memory", misuse_no_block_unmapped,
     "misuse: frees_no_block: free of what is no allocated block", true},
    {"free where there can be none", misuse_no_block_no_address,
     "misuse: frees_no_block: free of what is no allocated block", true},
    {"realloc of a freed one", misuse_realloc,
     "use-after-free: misuse_realloc after misuse_realloc", true},
};
enum { BUGS = sizeof(bugs) / sizeof(bugs[0]) };

/* Is the worst finding at `seed` the bug's own? Counts it, or says what else there is. */
static bool shows(const struct bug *bug, uint64_t seed, unsigned *found) {
    const struct snag_verdict *v = drive_seed(bug->body, seed % 2 != 0 ? "random" : "pct", seed);
    if (only_orders(v))
        return true;
    *found += 1;
    return EXPECT_EQ_STR(v->findings[0].key, bug->key);
}

TEST(every_bug_is_found_under_its_key) {
    for (size_t i = 0; i < BUGS; i++) {
        unsigned found = 0;
        case_in = 0;
        for (uint64_t seed = 0; seed < 200; seed++)
            CHECK(shows(&bugs[i], seed, &found));
        if (!EXPECT(bugs[i].always ? found == 200 : found > 5))
            printf("  %s: %u of 200\n", bugs[i].name, found);
    }
}

TEST(every_twin_is_silent) {
    for (size_t i = 0; i < BUGS; i++) {
        case_in = 1;
        for (uint64_t seed = 0; seed < 200; seed++) {
            const struct snag_verdict *v =
                drive_seed(bugs[i].body, seed % 2 != 0 ? "random" : "pct", seed);
            if (!EXPECT_EQ_STR(worst(v), "") || !EXPECT_EQ_INT(v->end, SNAG_END_DONE))
                printf("  %s at seed %llu\n", bugs[i].name, (unsigned long long)seed);
        }
    }
}

TEST(a_cycle_of_three_has_one_key_in_all_orders) {
    char key[SNAG_KEY_BYTES] = "";
    for (case_in = 0; case_in < 6; case_in++) {
        unsigned found = 0;
        for (uint64_t seed = 0; seed < 300; seed++) {
            const struct snag_verdict *v = drive_seed(three_cycle, "random", seed);
            if (only_orders(v))
                continue;
            if (key[0] == '\0')
                memcpy(key, v->findings[0].key, sizeof(key));
            CHECK_EQ_STR(v->findings[0].key, key);
            CHECK_EQ_INT(v->findings[0].parties_count, 3);
            CHECK_EQ_STR(v->findings[0].rule, "R4");
            found++;
        }
        CHECK(found > 5);
    }
    CHECK_EQ_STR(key, "deadlock: first_a_then_b holding first_a_then_b's lock / "
                      "first_b_then_c holding first_b_then_c's lock / "
                      "first_c_then_a holding first_c_then_a's lock");
    case_in = 9;
    for (uint64_t seed = 0; seed < 300; seed++)
        CHECK_EQ_STR(worst(drive_seed(three_cycle, "random", seed)), "");
}

TEST(a_cycle_longer_than_a_finding_has_one_key) {
    unsigned found = 0;
    for (uint64_t seed = 0; seed < 200; seed++) {
        const struct snag_verdict *v = drive_seed(philosophers, "random", seed);
        if (v->findings_count == 0)
            continue;
        CHECK_EQ_STR(v->findings[0].key, "deadlock: dine holding dine's lock");
        CHECK_EQ_INT(v->findings[0].parties_count, SNAG_PARTIES_MAX);
        found++;
    }
    CHECK(found > 190);
}

/* The deadlock, if there is one, though another spins for ever. */
TEST(a_deadlock_beside_a_spinner_is_seen) {
    unsigned deadlocks = 0, livelocks = 0;
    case_in = 0;
    for (uint64_t seed = 0; seed < 100; seed++) {
        const struct snag_verdict *v = drive_seed(deadlock_beside_a_spinner, "random", seed);
        CHECK_EQ_INT(v->end, SNAG_END_LIVELOCK);
        CHECK_EQ_U64(v->findings_count, 1);
        if (v->findings[0].kind == SNAG_DEADLOCK) {
            CHECK_EQ_STR(v->findings[0].key, bugs[0].key);
            deadlocks++;
        } else {
            CHECK_EQ_STR(v->findings[0].key, "livelock: spins");
            livelocks++;
        }
    }
    CHECK(deadlocks > 5 && livelocks > 5);
    case_in = 1;
    for (uint64_t seed = 0; seed < 100; seed++)
        CHECK_EQ_STR(worst(drive_seed(deadlock_beside_a_spinner, "random", seed)), "");
}

TEST(a_join_in_the_cycle_names_no_rule_of_locks) {
    case_in = 0;
    const struct snag_verdict *v = drive_case(join_holding);
    CHECK_EQ_STR(worst(v), "deadlock");
    CHECK_EQ_STR(v->findings[0].rule, "");
    CHECK_EQ_INT(v->findings[0].parties_count, 2);
}

TEST(a_long_execution_that_ends_is_unsettled_and_silent) {
    const struct snag_verdict *v = drive_case(long_way);
    CHECK_EQ_INT(v->end, SNAG_END_UNSETTLED);
    CHECK_EQ_U64(v->findings_count, 0);
    case_in = 0;
    v = drive_case(livelock);
    CHECK_EQ_INT(v->end, SNAG_END_LIVELOCK);
    v = drive_case(retries);
    CHECK_EQ_INT(v->end, SNAG_END_STEPS);
}

TEST(a_verdict_holds_eight_and_says_each_once) {
    const struct snag_verdict *v = drive_case(many_things);
    CHECK_EQ_U64(v->findings_count, 2); /* by key: two functions did it */
    CHECK_EQ_STR(v->findings[0].key, "misuse: unlocks: unlock of a mutex that is not locked");
    CHECK_EQ_STR(v->findings[1].key, "misuse: many_things: unlock of a mutex that is not locked");
}

TEST(thousands_of_each_leave_the_process_as_it_was) {
    case_in = 0;
    uint64_t digest[8];
    for (uint64_t seed = 0; seed < 8; seed++)
        digest[seed] = drive_seed(healthy, "random", seed)->digest;
    for (size_t i = 0; i < BUGS; i++) {
        unsigned found = 0;
        bool slow = bugs[i].body == livelock || bugs[i].body == overflow || bugs[i].body == retries;
        for (uint64_t seed = 0; seed < (slow ? 500U : 3000U); seed++)
            found += drive_seed(bugs[i].body, "random", seed)->findings_count > 0;
        if (!EXPECT(found > 100))
            printf("  %s: %u\n", bugs[i].name, found);
        for (uint64_t seed = 0; seed < 8; seed++) {
            const struct snag_verdict *v = drive_seed(healthy, "random", seed);
            CHECK_EQ_STR(worst(v), "");
            CHECK_EQ_INT(case_out[0], 3);
            CHECK_EQ_U64(v->digest, digest[seed]);
        }
    }
}
