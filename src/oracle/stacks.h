/* stacks.h: by which calls the parties of a finding came to where they took a lock, and to where
 * they stand.
 *
 * Only of an execution that is shown: it looks at every scheduling point. The rule: what a finding
 * is, and what makes its key, does not depend on it; a stack that is not known is left out.
 */
#ifndef SNAG_ORACLE_STACKS_H
#define SNAG_ORACLE_STACKS_H

#include "snag/finding.h"

/* Forgets all: an execution begins. */
void snag__stacks_reset(void);
/* The running actor stands at a scheduling point, or declares something. */
void snag__stacks_look(void);
/* Fills in the callers of each party that has none. Nothing, if nobody has looked. */
void snag__stacks_fill(struct snag_finding *f);

#endif
