/* summary_calls.h: for summary.c: calls in the code under test that are not modelled, and those by
 * which a program learns what lies outside of it. The rule: nothing is printed where there are
 * none.
 */
#ifndef SNAG_REPORT_SUMMARY_CALLS_H
#define SNAG_REPORT_SUMMARY_CALLS_H

#include "report/summary.h"

void snag__summary_unmodelled(FILE *out, const struct snag__summary *s, uint32_t columns);
void snag__summary_inputs(FILE *out, const struct snag__summary *s, uint32_t columns);

#endif
