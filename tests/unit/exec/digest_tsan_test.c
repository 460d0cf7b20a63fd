/* digest_tsan_test.c: digest.h in the flavour tsan.
 * link: rt_tsan
 */
#include "digest.h"
