/* plain_body.c: code under test for plain_test.c. */
#include "plain_bodies.h"
