/* plain_test.c: plain accesses as scheduling points, in flavour `fast`.
 *
 * link: rt_fast
 */
#include "plain_cases.h"
