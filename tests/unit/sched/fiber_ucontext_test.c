/* fiber_ucontext_test.c: the switch of machines that have none of our own, tried on any machine.
 *
 * asan: no (as fiber_test.c). It compiles fiber.c itself, so that the library's stays out.
 */
#undef SNAG__FIBER_UCONTEXT
#define SNAG__FIBER_UCONTEXT
#include "sched/fiber.c" /* NOLINT(bugprone-suspicious-include) */

#include "fiber_cases.h"
