/* futex.c: semaphore, notification and barrier by futex(2), with no lock of the C library: healthy.
 *
 * The rule: a permit is taken by changing the word that is slept on, and each one more wakes one.
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
    atomic_fetch_add(&s->permits, 1);
    futex_wake(&s->permits, 1);
}

#include "waits_adapter.h"
WAITS_TARGET("sync/futex", SNAG_THREADS, SYNC_ONCE | SYNC_RWLOCK);
