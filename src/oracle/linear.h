/* linear.h: is a history linearizable with respect to the model?
 *
 * Wing and Gong's search (JPDC 1993) with Lowe's memoisation (CPE 2017), per partition, on an
 * explicit stack. Pending operations may have taken effect or not. It does not know who recorded
 * the history. The rule: three answers, and SNAG__LINEAR_NO only when the search was complete.
 */
#ifndef SNAG_ORACLE_LINEAR_H
#define SNAG_ORACLE_LINEAR_H

#include "snag/run.h"

enum snag__linear { SNAG__LINEAR_YES, SNAG__LINEAR_NO, SNAG__LINEAR_UNKNOWN };

struct snag__linear_checker; /* owns its memory; reused from one history to the next */

/* `budget_steps` bounds the calls of the model's `step` in one partition. NULL: no memory. */
struct snag__linear_checker *snag__linear_new(const struct snag_spec *spec, uint32_t budget_steps);
void snag__linear_free(struct snag__linear_checker *c);

/* Is it linearizable? No allocation after warm-up. On NO, *culprit is the index of the operation in
 * the history at which the longest explained prefix ends (may be NULL). */
enum snag__linear snag__linear_check(struct snag__linear_checker *c,
                                     const struct snag_config *config, const struct snag_history *h,
                                     uint32_t *culprit);

/* May all of the pending operations rightly wait for ever? YES if some linearization of the
 * completed ones (with any subset of the pending ones taking effect not allowed: all of them wait)
 * reaches a state in which the model answers SNAG_BLOCKED for every pending one. An operation
 * inside which another of the same client is pending (a visit whose callback waits) is not asked:
 * it waits because that one does, and may or may not have taken effect. An operation without
 * SNAG_OP_MAY_WAIT may never wait for ever, nor may any where there is no model. */
enum snag__linear snag__linear_may_wait(struct snag__linear_checker *c,
                                        const struct snag_config *config,
                                        const struct snag_history *h);

/* Where not all may: those who have no part in that. A bit per client: it may rightly wait for
 * ever, and that others may not does not depend on it. */
uint32_t snag__linear_rightful(struct snag__linear_checker *c, const struct snag_config *config,
                               const struct snag_history *h);

#endif
