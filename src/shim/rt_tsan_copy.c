/* rt_tsan_copy.c: memory copied by the code under test, in the `tsan` flavour. See copy_hooks.h.
 *
 * The rule: the runtime's own functions copy, and see the accesses, in the name of the caller.
 */
#include <stddef.h>

#include "exec/rt_tsan.h"

#define HOOK_NAME(symbol) __wrap_##symbol
#define AROUND(site, ...)                                                                          \
    snag__tsan_enter(site);                                                                        \
    __VA_ARGS__;                                                                                   \
    snag__tsan_leave()
#include "shim/copy_hooks.h"
