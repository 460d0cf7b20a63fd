/* key.h: the structural name of a finding, by which it is deduplicated, shrunk for and kept.
 *
 * Made of the kind, the functions in which the parties stood and took their locks, in canonical
 * order, and the oracle's own words. The rule: no pc, line, address, vthread, task or object number
 * goes in.
 */
#ifndef SNAG_FINDING_KEY_H
#define SNAG_FINDING_KEY_H

#include "snag/finding.h"

/* Fills in f->key. Not on a fiber: it reads debug information, the first time a site is seen. */
void snag__finding_key(struct snag_finding *f);

/* Is the finding of that kind and key the harm that the hazard, or hint, of that kind and key warns
 * of? Such keys say the same behind the kind, the milder one perhaps more. */
bool snag__finding_is_harm(enum snag_finding_kind kind, const char *key,
                           enum snag_finding_kind hazard, const char *hazard_key);

#endif
