/* cases.h: what a test and its code under test share: which case runs, and what it reports.
 *
 * One executable holds one scenario; the case is a global of the test's, outside the markers, so
 * that putting the globals of the code under test back leaves it alone. The rule: a case writes its
 * observations to `out`, and the test judges them, outside the execution.
 */
#ifndef TESTS_EXEC_CASES_H
#define TESTS_EXEC_CASES_H

#include <stdint.h>

enum { CASE_OUT = 256 };

extern void (*case_body)(void); /* set by the test, called by the scenario */
extern int64_t case_in;         /* a parameter of the case */
extern int64_t case_out[CASE_OUT];
extern int case_outs; /* used entries of case_out */

/* Appends an observation; ones past the capacity are counted only. */
static inline void out(int64_t value) {
    if (case_outs < CASE_OUT)
        case_out[case_outs] = value;
    case_outs++;
}

#endif
