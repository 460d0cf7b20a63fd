/* held.h: what somebody holds where it begins to wait for something else.
 *
 * Asked at the wait, whether harm comes of it or not: the hang, or the time it takes, is told by
 * others (hang.h, lasting.h). The rule: one lock held at one wait is told once, by the kind that
 * says most.
 */
#ifndef SNAG_ORACLE_HELD_H
#define SNAG_ORACLE_HELD_H

#include <stdbool.h>
#include <stdint.h>

#include "snag/finding.h"

struct snag__hold;

/* What it is to be suspended with `h`. SNAG_NO_FINDING: right; it is an async lock, which is there
 * to be held across a wait, unless it was handed out as a guard; or an operation has left it held,
 * which is told already. */
enum snag_finding_kind snag__held_kind(const struct snag__hold *h);
/* Could it be given up before a wait, and taken again afterwards? */
bool snag__held_may_be_short(const struct snag__hold *h);
/* Whoever runs is about to wait for something that somebody else does: the async locks that it
 * holds are of use. What follows asks, too. */
void snag__held_across(void);
/* The running task is about to be suspended at `site`. */
void snag__held_at_suspend(uint32_t site);
/* The running vthread is about to block in an I/O or a sleep at `site`: nobody needs a lock to see
 * the end of that. Every shim of such a call asks, before its scheduling point. */
void snag__held_at_io(uint32_t site);
/* Was it told already that `h` is held around an I/O? */
bool snag__held_told_at_io(const struct snag__hold *h);

#endif
