/* summary_calls.h: what is said of calls in the code under test that are not modelled, and of those
 * by which a program learns what lies outside of it: in summaries, and by the doctor. The rule:
 * nothing is printed where there are none.
 */
#ifndef SNAG_REPORT_SUMMARY_CALLS_H
#define SNAG_REPORT_SUMMARY_CALLS_H

#include <cjson/cJSON.h>

#include "report/summary.h"

/* "flock (stop_all cache.c:88)". Returns how many characters, as snprintf does. */
int snag__call_words(const struct snag__unmodelled *u, char *text, size_t room);
/* The same of all of them for a machine: an array of that name. */
void snag__call_items(cJSON *to, const char *name, const struct snag__unmodelled *list,
                      size_t count);

void snag__summary_unmodelled(FILE *out, const struct snag__summary *s, uint32_t columns);
void snag__summary_inputs(FILE *out, const struct snag__summary *s, uint32_t columns);

#endif
