/* refuse.h: what one does about a call that is not modelled: it is named, and may be refused.
 *
 * Not about misuse, which is a finding. The rule: a campaign names each such call once, when it is
 * first made; one that may not pass through either ends its execution, neither good nor bad.
 */
#ifndef SNAG_SHIM_REFUSE_H
#define SNAG_SHIM_REFUSE_H

#include <stdbool.h>

/* "snag: WHAT is THEN", on standard error, if no process of this campaign has said it yet. */
void snag__tell_once(const char *what, const char *then);

/* Ends the execution; `*told`: of this call it has been said. */
_Noreturn void snag__refuse(const char *what, bool *told);

#endif
