/* guard.h: a function, run in a forked child of this process and watched.
 *
 * For checks in somebody's unit test, which must not hang or die with their body. Programs of their
 * own are started and watched by harness/front/supervisor.h. The rule: the child shares only the
 * flight recorder, and what was mapped to be shared; whatever happens to it, this process is
 * unharmed.
 */
#ifndef SNAG_HARNESS_GUARD_H
#define SNAG_HARNESS_GUARD_H

#include "watch/watch.h"

/* Runs `run`, whose result is the child's exit status, until it ends or is stuck (then it is
 * killed); *end says which. Errors: there is no child. */
enum snag_err snag__guard(int (*run)(void *), void *context, uint64_t timeout_ms,
                          struct snag__end *end, struct snag_error *e);

#endif
