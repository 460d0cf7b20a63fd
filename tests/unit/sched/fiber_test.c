/* fiber_test.c: the switch that this machine's build uses. The tests are in fiber_cases.h.
 *
 * asan: no (it does not follow a stack that is abandoned in the middle of a call)
 */
#include "sched/fiber.h"

#include "fiber_cases.h"
