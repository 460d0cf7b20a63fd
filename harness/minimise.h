/* minimise.h: shrinks a found execution (src/shrink) by running candidates in this process.
 *
 * The rule: a candidate counts only if its own key is the wanted one, in a run under its explicit
 * schedule and the default policy, with no strategy.
 */
#ifndef SNAG_HARNESS_MINIMISE_H
#define SNAG_HARNESS_MINIMISE_H

#include "session.h"
#include "shrink/shrink.h"

/* Shrinks *c for `key`, for at most `seconds` or until *interrupted. `progress`: a line on standard
 * error. Returns the number of executions it took; *c always shows the key. */
uint64_t snag__minimise(struct snag__session *s, struct snag__shrink_case *c,
                        enum snag_finding_kind kind, const char *key, uint64_t seconds,
                        bool progress, const volatile bool *interrupted);

#endif
