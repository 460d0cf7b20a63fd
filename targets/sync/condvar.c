/* condvar.c: semaphore, notification and barrier by mutexes and condition variables: healthy.
 *
 * The rule: whoever waits looks again after every wakeup, under the lock that whoever wakes him
 * takes.
 */
#include "barrier.h"
#include "notify.h"
#include "semaphore.h"

#include "waits_adapter.h"
WAITS_TARGET("sync/condvar", SNAG_THREADS, SYNC_ONCE | SYNC_RWLOCK);
