/* misuse_threads_test.c: calls of the async API that make no sense, or not outside of tasks, are
 * told where they stand, in threads.
 *
 * link: rt_fast
 * bodies: misuse
 */
#include "snag/spec.h"
#define OPS_MODE SNAG_THREADS
#include "misuse_drive.h"

TEST(what_only_tasks_may_do_is_told) {
    static const char spawn[] = "a spawn outside of tasks and jobs";
    char key[128];
    static const struct {
        uint16_t op;
        const char *name;
    } cases[] = {{SPAWNS, "spawns"}, {SPAWNS_JOB, "spawns_job"}, {TIMES_OUT, "times_out"}};
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        snprintf(key, sizeof(key), "misuse: %s: %s", cases[i].name, spawn);
        expect_misuse(cases[i].op, SNAG_END_STOPPED, key);
    }
    expect_misuse(EXITS, SNAG_END_STOPPED, "misuse: exits: the end of a task outside of any");
}

TEST(what_has_no_meaning_is_told_and_ends_there) {
    expect_misuse(INTERVAL, SNAG_END_STOPPED, "misuse: interval: an interval of no length");
    expect_misuse(SELECTS, SNAG_END_STOPPED, "misuse: selects: a select of no sources");
    expect_misuse(SELECTS_ALL, SNAG_END_STOPPED,
                  "misuse: selects: a select of more sources than SNAG_SOURCES_MAX");
    expect_misuse(WAKES, SNAG_END_DONE, "misuse: wakes: a wake of nobody");
}

TEST(done_right_nothing_is_told) {
    for (unsigned op = 0; op < SPAWNS; op++)
        expect_silent((uint16_t)op);
}
