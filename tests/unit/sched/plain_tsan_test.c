/* plain_tsan_test.c: plain accesses as scheduling points, in flavour `tsan`.
 *
 * link: rt_tsan
 */
#include "plain_cases.h"
