/* scenario.h: a fixed body of which only the schedule is explored: as a target, or in a unit test.
 *
 * Use it for a test program, or for a bug whose operations are known. It is not for state managers
 * that take programs (<snag/spec.h>). The rule: the body is run again and again in one process, so
 * whatever it leaves behind in files or kernel objects is its own affair; heap, globals and
 * thread-locals are put back by snag.
 *
 * As a target (snag_add_target() in CMake; explored, fuzzed and replayed by `snag`):
 *
 *     static const char *sums_up(enum snag_when when) {
 *         return a + b == 100 ? NULL : "money lost";
 *     }
 *     SNAG_SCENARIO(transfer, .invariant = sums_up, .invariant_when = SNAG_AT_QUIESCENCE) {
 *         pthread_create(...); ...; snag_assert(balance >= 0);
 *     }
 *
 * In a test with a main of its own (snag_add_test() in CMake), whatever the test framework:
 *
 *     static void transfer(void) { pthread_create(...); ... }
 *     int main(void) { return snag_check(transfer, .schedules = 5000).ok ? 0 : 1; }
 */
#ifndef SNAG_SCENARIO_H
#define SNAG_SCENARIO_H

#include "snag/finding.h"
#include "snag/spec.h"

struct snag_scenario {
    const char *name;
    void (*body)(void); /* runs as vthread "0"; its return ends the execution, as main's would */
    /* NULL if all is well, else what is wrong, as a static string. May be NULL. Runs on the
     * harness's own stack, interposition off, invisible to ThreadSanitizer: it must not lock, wait,
     * allocate or write. SNAG_AT_QUIESCENCE: when the body has returned. SNAG_ALWAYS: before any
     * scheduling point, the first ones of the body included, except while somebody stands between
     * two plain accesses. */
    const char *(*invariant)(enum snag_when when);
    unsigned invariant_when; /* a set of enum snag_when */
};

/* What follows `id` fills in further members: SNAG_SCENARIO(id, .invariant = f, …) { body } */
#define SNAG_SCENARIO(id, ...)                                                                     \
    static void snag__body_##id(void);                                                             \
    static const struct snag_scenario snag__scenario_##id = {                                      \
        .name = #id, .body = snag__body_##id, ##__VA_ARGS__};                                      \
    const struct snag_scenario *const snag__target_scenario = &snag__scenario_##id;                \
    static void snag__body_##id(void)
extern const struct snag_scenario *const snag__target_scenario __attribute__((weak));

/* A condition of the code under test: false is a finding (kind assertion), named by its text. */
#define snag_assert(cond) ((cond) ? (void)0 : snag__assert_fail(#cond, __FILE__, __LINE__))
_Noreturn void snag__assert_fail(const char *text, const char *file, int line);

/* ---- in a unit test -------------------------------------------------------------------------- */

/* Zero stands for the default. */
struct snag_check_options {
    uint64_t schedules;   /* how many; 10,000 */
    uint64_t seed;        /* where the search begins; 1. The same seed gives the same search */
    const char *strategy; /* who picks them, as --strategy has it; "portfolio" */
    const char *name;     /* letters, digits, - and _; the body's own name. Two checks of one
                             executable must not have the same */
    const char *out;      /* folder for repros; "snag-out" in the working directory */
    const char *(*invariant)(enum snag_when when); /* as in struct snag_scenario */
    unsigned invariant_when;
    uint64_t timeout_ms; /* without a scheduling point, after which the body is stuck; 2,000 */
};

enum snag_check_end {
    SNAG_CHECK_SILENT,  /* nothing found */
    SNAG_CHECK_FOUND,   /* a finding: `kind`, `key`, `repro` */
    SNAG_CHECK_SKIPPED, /* not run: another check of this executable is being replayed */
    SNAG_CHECK_TROUBLE  /* snag could not do it, and said why on standard error */
};

struct snag_check_result {
    bool ok; /* SILENT or SKIPPED */
    enum snag_check_end end;
    uint64_t schedules;    /* run */
    uint64_t inconclusive; /* of them, ended by a bound */
    uint64_t traces;       /* about how many different ones they were */
    enum snag_finding_kind kind;
    char key[SNAG_KEY_BYTES];
    char repro[512]; /* an absolute path */
};

/* Runs `body` under many schedules until one shows a finding, shrinks that, writes its repro, and
 * prints the finding and the command that replays it on standard error. Then it returns: the test
 * decides what to make of it.
 *
 * Each schedule begins with the memory as it is when it is called. What was allocated before may be
 * used in the body but not freed there. Thread-locals are new in each. The body runs in a child of
 * the calling process, of whose memory nothing comes back; a debugger has to follow it there. May
 * be called any number of times, one after the other, from the main thread, outside of any body.
 * A body that never passes a scheduling point again is a finding as well (infinite-loop,
 * blocking-call, with the stack in the repro), and so is one that ends its process (child-died).
 *
 * With the environment variable SNAG_REPLAY=FILE (which is what the printed command sets) the check
 * whose repro it is replays it, shows what happens, and exits; others return at once. */
#define snag_check(body, ...) snag__check(#body, body, &(struct snag_check_options){__VA_ARGS__})
struct snag_check_result snag__check(const char *body_name, void (*body)(void),
                                     const struct snag_check_options *options);

#endif
