/* tsan_memory_test.c: heap, globals, stacks and locks, as ThreadSanitizer sees them.
 * link: rt_tsan
 */
#include "run_many.h"
#include "tsan_memory_body.h"

#include <string.h>

#include "exec/rt_tsan.h"

enum body body;
int turn;

/* Every execution ends, and finds nothing. */
static void check_silent(enum body which, uint32_t executions) {
    struct snag_verdict v;
    body = which;
    for (uint32_t i = 1; i <= executions; i++) {
        run_seed(i, NULL, &v);
        CHECK_EQ_INT(v.end, SNAG_END_DONE);
        CHECK_EQ_INT(v.findings_count, 0);
        CHECK_EQ_INT(snag__tsan_strays, 0);
    }
}

static bool has_key(const struct snag_verdict *v, const char *key) {
    for (uint32_t i = 0; i < v->findings_count; i++)
        if (strcmp(v->findings[i].key, key) == 0)
            return true;
    return false;
}

/* Every execution finds this, whatever else. */
static void check_found(enum body which, uint32_t executions, const char *key) {
    struct snag_verdict v;
    body = which;
    for (uint32_t i = 1; i <= executions; i++) {
        run_seed(i, NULL, &v);
        CHECK(has_key(&v, key));
    }
}

TEST(what_is_handed_over_is_new_in_every_execution) {
    check_silent(HAND_OVER, 50000);
}

TEST(locals_belong_to_their_thread) {
    check_silent(OWN_LOCALS, 20000);
}

TEST(threads_may_exit_far_down_and_holding_locks) {
    check_silent(EXIT_DEEP, 50000);
}

TEST(conditions_order) {
    check_silent(WAIT, 50000);
}

TEST(use_after_free) {
    check_found(USE_AFTER_FREE, 300, "use-after-free: use_after_free after use_after_free");
}

TEST(lock_in_a_freed_block) {
    check_found(LOCK_FREED, 300, "use-after-free: lock_freed after lock_freed");
}

TEST(free_in_either_order) {
    check_found(FREE_RACES, 300, "use-after-free: write_block after free_block");
}

TEST(realloc_reads_and_frees_in_its_callers_name) {
    struct snag_verdict v;
    uint32_t reads = 0;
    body = REALLOC_RACES;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        run_seed(seed, NULL, &v);
        CHECK_EQ_INT(v.findings_count, 1);
        if (v.findings[0].kind == SNAG_RACE) {
            reads++;
            CHECK_EQ_STR(v.findings[0].key, "race: read in grow_block / write in write_block");
        } else {
            CHECK_EQ_STR(v.findings[0].key, "use-after-free: write_block after grow_block");
        }
    }
    CHECK(reads > 30 && reads < 270);
}

TEST(allocating_is_a_write_of_its_caller) {
    struct snag_verdict v;
    uint32_t seen = 0;
    body = ALLOC_RACES;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        run_seed(seed, NULL, &v);
        seen += has_key(&v, "race: read in see_block / write in show_block");
        CHECK_EQ_INT(v.findings_count,
                     has_key(&v, "race: read in see_block / write in show_block"));
    }
    CHECK(seen > 30 && seen < 270);
}

TEST(copies_are_looked_at) {
    check_found(COPY_RACES, 300, "race: read in copy_source / write in write_source");
}

TEST(volatile_is_not_atomic) {
    check_found(FLAG_RACES, 300, "race: read in see_flag / write in raise_flag");
}

TEST(atomics_race_with_plain_accesses) {
    check_found(ATOMIC_RACES, 300, "race: atomic read in read_atomic / write in write_plain");
}

TEST(destroying_is_a_write) {
    struct snag_verdict v;
    uint32_t held = 0;
    body = DESTROY_RACES;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        run_seed(seed, NULL, &v);
        if (!has_key(&v, "race: read in use_lock / write in destroy_lock")) {
            CHECK(count_kind(&v, SNAG_MISUSE) == 1); /* it was locked, and not destroyed */
            held++;
        }
    }
    CHECK(held > 30 && held < 270);
}

TEST(null_is_read_by_the_code_under_test) {
    check_found(NULL_READ, 300, "crash: run_faulty: SIGSEGV (bad address)");
}

TEST(stacks_overflow) {
    check_found(OVERFLOW, 300, "stack-overflow");
}

TEST(what_the_hung_have_touched_is_new_in_the_next_execution) {
    struct snag_verdict v;
    body = HUNG;
    for (uint64_t seed = 1; seed <= 60000; seed++) {
        turn = seed % 2;
        run_seed(seed, NULL, &v);
        CHECK_EQ_INT(v.end, SNAG_END_STUCK);
        CHECK_EQ_INT(count_kind(&v, SNAG_HANG), v.findings_count);
        CHECK_EQ_INT(snag__tsan_strays, 0);
    }
}

/* More fibers than the runtime keeps clocks for. */
TEST(hundreds_of_threads) {
    for (int i = 0; i < 50; i++) {
        check_silent(MANY, 3);
        check_found(MANY_RACE, 1, "race: read in count_up / write in count_up");
        check_silent(MANY, 3);
        check_found(FEW_OF_MANY, 1, "race: read in count_seldom / write in count_seldom");
    }
}

TEST(few_threads_after_hundreds) {
    check_silent(HAND_OVER, 20000);
    check_found(FREE_RACES, 20000, "use-after-free: write_block after free_block");
}
