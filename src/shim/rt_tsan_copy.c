/* rt_tsan_copy.c: memory copied by the code under test, in the `tsan` flavour. See copy_hooks.h.
 *
 * The rule: the runtime's own functions copy, and see the accesses, in the name of the caller; but
 * of what an archive copies they see no more than of its other accesses, for what orders it is not
 * seen either.
 */
#include <stddef.h>

#include "exec/rt.h"

#define HOOK_NAME(symbol) __wrap_##symbol
#define AROUND(site, ...)                                                                          \
    snag__rt_call_begin(site);                                                                     \
    __VA_ARGS__;                                                                                   \
    snag__rt_call_end()
#define APART(pc) (snag__self != NULL && snag__in_archive(pc))
#include "shim/copy_hooks.h"
