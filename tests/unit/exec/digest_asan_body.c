/* digest_asan_body.c: the same code under test as in digest_fast_body.c. */
#include "digest_fast_body.c"
