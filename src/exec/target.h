/* target.h: the target that is linked into this executable, if any.
 *
 * The rule: the weak symbols of <snag/spec.h> and <snag/scenario.h> are looked at here only.
 */
#ifndef SNAG_EXEC_TARGET_H
#define SNAG_EXEC_TARGET_H

#include "snag/scenario.h"
#include "snag/spec.h"

/* At most one of the two is not NULL, after snag__target_load. */
extern const struct snag_impl *snag__impl;
extern const struct snag_scenario *snag__scenario;

/* Instead of what is linked in: from now on this one. Borrowed. */
void snag__target_set(const struct snag_scenario *scenario);
/* False: there is no target. */
bool snag__target_load(void);

#endif
