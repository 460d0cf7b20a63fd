/* full.h: full channels, each to be emptied by one who waits for room in the next.
 *
 * What such a hang is called; that it is one, others know (nobody can go on). The rule: the finding
 * holds those who wait for room in a circle, and nobody who merely waits for one of them.
 */
#ifndef SNAG_ORACLE_FULL_H
#define SNAG_ORACLE_FULL_H

#include <stdbool.h>

/* Raises it, if it is so. False: it is not. Changes where vthreads stand, as
 * snag__hang_try_wakeup. */
bool snag__full_explain(void);

#endif
