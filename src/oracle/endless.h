/* endless.h: why an execution does not end, although somebody can always run.
 *
 * Not for those in which nobody can (hang.h). The rule: whoever waits for good is told before those
 * who only keep running beside them; one bug has one key, whichever bound noticed it.
 */
#ifndef SNAG_ORACLE_ENDLESS_H
#define SNAG_ORACLE_ENDLESS_H

/* After SNAG_END_STEPS or SNAG_END_LIVELOCK, with all vthreads where they stand. Raises one
 * finding, the first that applies: somebody waits for a lock that its owner never gives up
 * (hang.h), missed a wakeup, starves; clients wait for good while only others go on; livelock. */
void snag__endless_explain(void);

#endif
