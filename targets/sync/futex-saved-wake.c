/* futex-saved-wake.c: a planted bug. Its healthy twin is futex.c.
 *
 * Wrong: whoever gives a permit wakes somebody only if there was none before: as long as there is
 * one nobody sleeps, so the call seems to be for nothing. But between a wakeup and its taking the
 * permit there is one, and others sleep: a second one that comes then wakes nobody. Breaks R6:
 * waits belong into one primitive that gets them right.
 */
#include "futex.h"

struct semaphore {
    atomic_uint permits;
};

static void semaphore_init(struct semaphore *s, int64_t permits) {
    atomic_init(&s->permits, (unsigned)permits);
}

static void semaphore_destroy(struct semaphore *s) {
    (void)s;
}

static bool semaphore_try_acquire(struct semaphore *s) {
    unsigned permits = atomic_load(&s->permits);
    while (permits > 0)
        if (atomic_compare_exchange_strong(&s->permits, &permits, permits - 1))
            return true;
    return false;
}

static void semaphore_acquire(struct semaphore *s) {
    while (!semaphore_try_acquire(s))
        futex_wait(&s->permits, 0);
}

static void semaphore_release(struct semaphore *s) {
    if (atomic_fetch_add(&s->permits, 1) == 0)
        futex_wake(&s->permits, 1);
}

#include "waits_adapter.h"
WAITS_TARGET("sync/futex-saved-wake", SNAG_THREADS, SYNC_ONCE | SYNC_RWLOCK);
