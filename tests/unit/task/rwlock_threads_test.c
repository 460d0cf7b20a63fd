/* rwlock_threads_test.c: the async rwlock, from plain vthreads, which it blocks.
 *
 * link: rt_fast
 * bodies: rwlock
 */
#define OPS_MODE SNAG_THREADS
#define WORKERS 1
#define SUSPENDED ""
#include "rwlock_drive.h"
