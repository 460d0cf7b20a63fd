/* plain_tsan_body.c: code under test for plain_tsan_test.c. */
#include "plain_bodies.h"
