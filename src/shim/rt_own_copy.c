/* rt_own_copy.c: memory copied by the code under test, without ThreadSanitizer. See copy_hooks.h.
 *
 * Not in the `tsan` flavour (rt_tsan_copy.c). The rule: with AddressSanitizer, its own functions do
 * the copying, and check it.
 */
#include <stddef.h>

#define HOOK_NAME(symbol) symbol
#define AROUND(site, ...) __VA_ARGS__
#define APART(pc) false
#include "shim/copy_hooks.h"
