/* rwlock_tsan_test.c: no race is seen on what an async rwlock guards.
 *
 * link: rt_tsan
 * bodies: rwlock
 */
#define WORKERS 2
#define SUSPENDED " suspended"
#include "rwlock_drive.h"
