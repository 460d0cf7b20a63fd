/* spin-flag: a lock made of one atomic flag.
 *
 * Wrong: lock() waits until the flag is down, and then puts it up. Two may see it down.
 * Expected: a failed assertion (an entry is lost); and a race on what the lock guards. */
#include <assert.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <threads.h>

static atomic_bool locked;
static int entries; /* under this lock */

static void lock(void) {
    while (atomic_load(&locked))
        thrd_yield();
    atomic_store(&locked, true);
}

static void unlock(void) {
    atomic_store(&locked, false);
}

static int enter(void *unused) {
    (void)unused;
    for (int i = 0; i < 2; i++) {
        lock();
        entries++;
        unlock();
    }
    return 0;
}

int main(void) {
    thrd_t threads[2];
    for (int i = 0; i < 2; i++)
        thrd_create(&threads[i], enter, NULL);
    for (int i = 0; i < 2; i++)
        thrd_join(threads[i], NULL);
    assert(entries == 4);
    printf("entries %d\n", entries);
    return 0;
}
