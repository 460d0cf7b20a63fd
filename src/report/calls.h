/* calls.h: the calls that led to a place, in words.
 *
 * Not where they come from (oracle/stacks.h). The rule: the operation's own entry into the
 * implementation, which every stack ends with, is left out where a stack is told in passing.
 */
#ifndef SNAG_REPORT_CALLS_H
#define SNAG_REPORT_CALLS_H

#include "report/view.h"

/* "in put (kv.c:41), called in fill (kv.c:50), in load (kv.c:60)"; "" where nothing is known. */
void snag__calls_words(const struct snag__view *v, uint32_t site,
                       const uint32_t callers[SNAG_CALLERS_MAX], char *text, size_t room);
/* Both stacks of a lock that its holder asks for again: a line for each call, the innermost first.
 */
void snag__calls_print(FILE *out, const struct snag__view *v, const struct snag_party *p,
                       uint32_t columns);

#endif
