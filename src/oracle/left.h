/* left.h: locks that an operation left held when it returned, though it is not declared to.
 *
 * That is a misuse, raised when it returns, harm or no harm. Whatever comes of it afterwards (a
 * wait for such a lock, whoever waits and wherever; its destruction; a suspend with it) is no bug
 * of its own: it is folded into one hang, named after the owner, or not told at all. The rule: a
 * hold is known again by its object and by when it was taken, so that a lock that was given up in
 * the end, and taken anew, is a lock like any other.
 */
#ifndef SNAG_ORACLE_LEFT_H
#define SNAG_ORACLE_LEFT_H

#include <stdint.h>

struct snag__hold;

/* None: an execution begins. */
void snag__left_reset(void);
/* Operation number `op` of the holder, which runs, has returned with it. One too many ends the
 * execution, as a bound that was hit. */
void snag__left_note(const struct snag__hold *h, uint16_t op);
/* Which operation of the holder left it; 0: none. */
uint16_t snag__left_by(const struct snag__hold *h);

#endif
