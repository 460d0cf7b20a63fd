/* outward.h: of a place in the headers of a language's library, the place that called it.
 *
 * A race in std::map happened in a function of std::map; its bug is in who called that. The rule:
 * only places whose callers are always known are moved, so that a finding has the same key whether
 * its execution was shown or not.
 */
#ifndef SNAG_FINDING_OUTWARD_H
#define SNAG_FINDING_OUTWARD_H

#include "snag/finding.h"

/* Before its key is made. */
void snag__finding_outward(struct snag_finding *f);

#endif
