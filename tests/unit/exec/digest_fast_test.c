/* digest_fast_test.c: digest.h in the flavour fast.
 * link: rt_fast
 */
#include "digest.h"
