/* refuse.h: what one does about a call that is not modelled and may not pass through either.
 *
 * Not about misuse, which is a finding. The rule: the execution ends there, neither good nor bad,
 * and a process says so once for each such call.
 */
#ifndef SNAG_SHIM_REFUSE_H
#define SNAG_SHIM_REFUSE_H

#include <stdbool.h>

/* Ends the execution; `*told`: of this call it has been said. */
_Noreturn void snag__refuse(const char *what, bool *told);

#endif
