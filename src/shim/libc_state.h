/* libc_state.h: what the C library keeps for a whole process, as new in each execution.
 *
 * Not the heap, streams or randomness, which have files of their own. The rule: whatever the code
 * under test set, the next execution finds as it was before the first.
 */
#ifndef SNAG_SHIM_LIBC_STATE_H
#define SNAG_SHIM_LIBC_STATE_H

#include <stdbool.h>

extern bool snag__libc_state_used; /* by this execution: there is something to end */

void snag__libc_state_begin(void);
void snag__libc_state_end(void);

#endif
