/* scenario.h: a fixed body of which only the schedule is explored.
 *
 * Use it for a test program, or for a bug whose operations are known. It is not for state managers
 * that take programs (<snag/spec.h>). The rule: the body is run again and again in one process, so
 * whatever it leaves behind in files or kernel objects is its own affair; heap, globals and
 * thread-locals are put back by snag.
 *
 *     SNAG_SCENARIO(transfer) { pthread_create(...); ...; snag_assert(total == 100); }
 */
#ifndef SNAG_SCENARIO_H
#define SNAG_SCENARIO_H

struct snag_scenario {
    const char *name;
    void (*body)(void); /* runs as vthread "0"; its return ends the execution, as main's would */
};

#define SNAG_SCENARIO(id)                                                                          \
    static void snag__body_##id(void);                                                             \
    static const struct snag_scenario snag__scenario_##id = {#id, snag__body_##id};                \
    const struct snag_scenario *const snag__target_scenario = &snag__scenario_##id;                \
    static void snag__body_##id(void)
extern const struct snag_scenario *const snag__target_scenario __attribute__((weak));

/* A condition of the code under test: false is a finding (kind assertion), named by its text. */
#define snag_assert(cond) ((cond) ? (void)0 : snag__assert_fail(#cond, __FILE__, __LINE__))
_Noreturn void snag__assert_fail(const char *text, const char *file, int line);

#endif
