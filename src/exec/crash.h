/* crash.h: fatal signals of the code under test become findings, and the process goes on.
 *
 * The rule: only a signal that was raised while a vthread ran is caught; the harness's own crashes
 * stay crashes, for the supervisor to see.
 */
#ifndef SNAG_EXEC_CRASH_H
#define SNAG_EXEC_CRASH_H

#include "snag/error.h"

enum snag_err snag__crash_init(struct snag_error *e);

#endif
