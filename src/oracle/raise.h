/* raise.h: how a part of snag says, in the middle of an execution, that something is wrong.
 *
 * It collects; it does not decide what becomes of the execution, and it builds no key
 * (finding/key.h does, afterwards). The rule: raising is cheap and allocation-free, and the same
 * thing raised twice in one execution is kept once.
 */
#ifndef SNAG_ORACLE_RAISE_H
#define SNAG_ORACLE_RAISE_H

#include "snag/finding.h"

struct snag__hold;

/* Forgets all: an execution begins. */
void snag__raise_reset(void);

/* A new finding of `kind`, with grade, rule and event filled in; parties and detail are the
 * caller's to add, with snag__raise_done at the end. NULL: there are already as many as a verdict
 * holds, none of them milder; a milder one gives way. */
struct snag_finding *snag__raise(enum snag_finding_kind kind);
/* The running vthread (and task) as a party, standing at `site`, about `object`. */
struct snag_party *snag__raise_party(struct snag_finding *f, uint32_t object, uint32_t site);
/* It breaks another rule than its kind usually does ("R2"). NULL does nothing. */
void snag__raise_rule(struct snag_finding *f, const char *rule);
/* What `p` holds, if it is not NULL: that of `h`. */
void snag__raise_holds(struct snag_party *p, const struct snag__hold *h);
/* Ends a raise: drops `f` if an equal one (kind, sites, detail) was raised before. */
void snag__raise_done(struct snag_finding *f);

/* Takes back `f`, one of snag__raised: what follows it moves up. */
void snag__raise_drop(struct snag_finding *f);

/* One statement for the common case: the running actor misused `object` at `site`; `text` is static
 * and becomes part of the key ("unlock of a mutex that is not locked"). `other_site`: where the
 * other place is (taken, destroyed); 0: none. */
void snag__raise_misuse(const char *text, uint32_t object, uint32_t site, uint32_t other_site);

/* The same finding, but of another kind: with that one's grade and rule. NULL does nothing. */
void snag__raise_as(struct snag_finding *f, enum snag_finding_kind kind);

/* While it is on, nothing is raised: snag__raise returns NULL. For what is only tried out. */
void snag__raise_mute(bool on);
bool snag__raise_muted(void);

/* What was raised so far. */
struct snag_finding *snag__raised(uint32_t *count);

#endif
