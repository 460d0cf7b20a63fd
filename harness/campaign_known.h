/* campaign_known.h: the findings that a campaign knows of: kept in the corpus, found by the
 * processes before this one, and by itself.
 *
 * For campaign.c, which decides what is one. The rule: a key is in the list once. */
#ifndef SNAG_HARNESS_CAMPAIGN_KNOWN_H
#define SNAG_HARNESS_CAMPAIGN_KNOWN_H

#include "campaign.h"

/* NULL: not known. */
struct snag__found *snag__known_find(struct snag__campaign *c, const char *key);
/* One that is not. Valid until the next is added. */
struct snag__found *snag__known_add(struct snag__campaign *c,
                                    const struct snag__ledger_entry *entry);
/* All of CORPUS/TARGET/regress, and of the ledger. 0 or an exit status, having said why. */
int snag__known_corpus(struct snag__campaign *c);
int snag__known_ledger(struct snag__campaign *c);

#endif
