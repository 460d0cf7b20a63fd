/* asan_test.c: what AddressSanitizer and UBSan see, under control.
 * link: rt_asan
 */
#include "drive.h"

#include "base/symbol.h"

#include <unistd.h>

void share_reads(void);
void share_locks(void);
void share_counts(void);
void share_copies(void);
void share_measures(void);
void library_block(void);
void inside_library_block(void);
void frame_gone(void);
void scope_gone(void);
void block_shrinks(void);
void global_beside(void);
void local_beside(void);
void copy_overlaps(void);
void sum_overflows(void);
void index_beyond(void);
void leaves_frames(void);

static const struct bug {
    void (*body)(void);
    const char *key;
    bool always;
} bugs[] = {
    {share_reads, "use-after-free: reads after put_away", false},
    {share_locks, "use-after-free: locks after put_away", false},
    {share_counts, "use-after-free: counts after put_away", false},
    {share_copies, "use-after-free: copies after put_away", false},
    {share_measures, "use-after-free: measures after put_away", false},
    {library_block, "double-free: library_block", true},
    {inside_library_block, "misuse: free_inside: free of what is no allocated block", true},
    {frame_gone, "memory-error: wake beside memory of wait_a_while: stack-use-after-return", false},
    {scope_gone, "memory-error: stores beside memory of scope_gone: stack-use-after-scope", true},
    {block_shrinks, "memory-error: fill beside memory of shrink: heap-buffer-overflow", false},
    {global_beside, "memory-error: element: global-buffer-overflow", true},
    {local_beside, "memory-error: element beside memory of local_beside: stack-buffer-overflow",
     true},
    {copy_overlaps, "memory-error: move_up: memcpy of memory that overlaps", true},
    {sum_overflows, "undefined-behaviour: sum_overflows: overflow of a signed sum", true},
    {index_beyond, "undefined-behaviour: index_beyond: an index out of bounds", true},
};
enum { BUGS = sizeof(bugs) / sizeof(bugs[0]) };

TEST(every_bug_is_found_under_its_key) {
    for (size_t i = 0; i < BUGS; i++) {
        unsigned found = 0;
        case_in = 0;
        for (uint64_t seed = 0; seed < 400; seed++) {
            const struct snag_verdict *v = drive_seed(bugs[i].body, "random", seed);
            found += v->findings_count > 0;
            if (v->findings_count > 0)
                CHECK_EQ_STR(v->findings[0].key, bugs[i].key);
            CHECK(v->findings_count <= 1);
        }
        if (!EXPECT(bugs[i].always ? found == 400 : found > 20 && found < 400))
            printf("  %s: %u of 400\n", bugs[i].key, found);
    }
}

TEST(every_twin_is_silent) {
    for (size_t i = 0; i < BUGS; i++) {
        case_in = 1;
        for (uint64_t seed = 0; seed < 400; seed++) {
            const struct snag_verdict *v = drive_seed(bugs[i].body, "random", seed);
            CHECK_EQ_STR(v->findings_count > 0 ? v->findings[0].key : "", "");
            CHECK_EQ_INT(v->end, SNAG_END_DONE);
        }
    }
}

TEST(what_has_a_result_goes_on) {
    case_in = 0;
    CHECK_EQ_INT(drive_case(sum_overflows)->end, SNAG_END_DONE);
    CHECK_EQ_INT(case_outs, 1);
    CHECK_EQ_INT(drive_case(index_beyond)->end, SNAG_END_STOPPED);
    CHECK_EQ_INT(case_outs, 0);
}

static const struct snag_verdict *first_with_finding(void (*body)(void)) {
    case_in = 0;
    const struct snag_verdict *v = drive_seed(body, "random", 0);
    for (uint64_t seed = 1; v->findings_count == 0 && seed < 1000; seed++)
        v = drive_seed(body, "random", seed);
    return v;
}

TEST(it_is_told_who_freed_and_who_allocated) {
    const struct snag_finding *f = &first_with_finding(share_reads)->findings[0];
    CHECK_EQ_INT(f->parties_count, 3);
    CHECK_EQ_INT(f->parties[0].vthread, 1);
    CHECK_EQ_INT(f->parties[0].bytes, 8);
    CHECK(!f->parties[0].is_write);
    CHECK_EQ_STR(snag__symbol_of_site(f->parties[0].callers[0])->function, "look");
    CHECK_EQ_INT(f->parties[0].callers[1], 0);
    CHECK_EQ_INT(f->parties[1].vthread, 2);
    CHECK_EQ_INT(f->parties[1].at_site, f->parties[0].holds_site);
    CHECK_EQ_INT(f->parties[2].vthread, 0);
    CHECK(f->parties[2].bytes > 40);
}

TEST(it_is_told_whose_frame_it_was) {
    const struct snag_finding *f = &first_with_finding(frame_gone)->findings[0];
    CHECK_EQ_INT(f->parties_count, 2);
    CHECK_EQ_INT(f->parties[0].vthread, 2);
    CHECK(f->parties[0].is_write);
    CHECK_EQ_INT(f->parties[1].vthread, 1);
}

static long rss_kb(void) {
    long total = 0, resident = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (f == NULL || fscanf(f, "%ld %ld", &total, &resident) != 2)
        resident = 0;
    if (f != NULL)
        (void)fclose(f);
    return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

/* Thousands of them in one process, and no memory goes with them. */
static void check_steady(void (*body)(void), const char *key, unsigned executions) {
    unsigned found[2] = {0, 0};
    long rss = 0;
    for (int half = 0; half < 2; half++) {
        for (uint64_t seed = 0; seed < executions; seed++) {
            const struct snag_verdict *v = drive_seed(body, "random", seed);
            if (!only_orders(v)) {
                CHECK_EQ_STR(v->findings[0].key, key);
                found[half]++;
            }
        }
        if (half == 0)
            rss = rss_kb();
    }
    CHECK(found[0] > executions / 20);
    CHECK_EQ_INT(found[0], found[1]); /* whatever ran before */
    CHECK(rss_kb() - rss < 8 << 10);
}

TEST(thousands_of_uses_after_free_in_one_process) {
    case_in = 0;
    check_steady(share_reads, "use-after-free: reads after put_away", 40000);
}

TEST(thousands_of_uses_after_return_in_one_process) {
    case_in = 0;
    check_steady(frame_gone,
                 "memory-error: wake beside memory of wait_a_while: stack-use-after-return", 20000);
}

static unsigned uses_after_return(void) {
    unsigned found = 0;
    case_in = 0;
    for (uint64_t seed = 0; seed < 2000; seed++)
        found += drive_seed(frame_gone, "random", seed)->findings_count;
    return found;
}

/* Nor do the frames that lie on them fill up the runtime's room for frames. */
TEST(thousands_of_stacks_left_in_the_middle) {
    unsigned before = uses_after_return();
    case_in = 3;
    check_steady(leaves_frames,
                 "deadlock: deep holding deep's lock / locks_other_way holding "
                 "locks_other_way's lock",
                 20000);
    CHECK(before > 100);
    CHECK_EQ_INT(uses_after_return(), before);
}

TEST(stacks_left_by_exit_and_by_jump_are_clean_again) {
    for (case_in = 1; case_in <= 2; case_in++) {
        for (uint64_t seed = 0; seed < 20000; seed++) {
            const struct snag_verdict *v = drive_seed(leaves_frames, "random", seed);
            CHECK_EQ_STR(v->findings_count > 0 ? v->findings[0].key : "", "");
            CHECK_EQ_INT(v->end, SNAG_END_DONE);
        }
    }
    CHECK(rss_kb() < 400 << 10);
}
