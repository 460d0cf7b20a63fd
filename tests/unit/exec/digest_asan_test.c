/* digest_asan_test.c: digest.h in the flavour asan.
 * link: rt_asan
 */
#include "digest.h"
