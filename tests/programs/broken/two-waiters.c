/* two-waiters: a place for one item, two who put, two who get.
 *
 * Wrong: those who wait for an item and those who wait for room share a condition variable, and one
 * of them is woken. It may be one who has no use for it.
 * Expected: a lost wakeup. */
#include <stdbool.h>
#include <stdio.h>
#include <threads.h>

static mtx_t lock;
static cnd_t changed;
static bool full;
static int gotten;

#define WAKE cnd_signal

static int put(void *unused) {
    (void)unused;
    mtx_lock(&lock);
    while (full)
        cnd_wait(&changed, &lock);
    full = true;
    WAKE(&changed);
    mtx_unlock(&lock);
    return 0;
}

static int get(void *unused) {
    (void)unused;
    mtx_lock(&lock);
    while (!full)
        cnd_wait(&changed, &lock);
    full = false;
    gotten++;
    WAKE(&changed);
    mtx_unlock(&lock);
    return 0;
}

int main(void) {
    thrd_t threads[4];
    mtx_init(&lock, mtx_plain);
    cnd_init(&changed);
    for (int i = 0; i < 4; i++)
        thrd_create(&threads[i], i < 2 ? put : get, NULL);
    for (int i = 0; i < 4; i++)
        thrd_join(threads[i], NULL);
    printf("gotten %d\n", gotten);
    cnd_destroy(&changed);
    mtx_destroy(&lock);
    return 0;
}
