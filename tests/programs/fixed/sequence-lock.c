/* sequence-lock, mended: the reader looks at the number once more, and tries again if it is another
 * one. Expected: nothing. */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

static atomic_uint sequence;
static atomic_int seconds, twice; /* twice is always two times as many */

static void set_clock(int s) {
    atomic_fetch_add(&sequence, 1);
    atomic_store(&seconds, s);
    atomic_store(&twice, 2 * s);
    atomic_fetch_add(&sequence, 1);
}

static void read_clock(int *s, int *t) {
    unsigned before;
    do {
        before = atomic_load(&sequence);
        *s = atomic_load(&seconds);
        *t = atomic_load(&twice);
    } while (before % 2 != 0 || before != atomic_load(&sequence));
}

static void *tick(void *unused) {
    (void)unused;
    set_clock(1);
    set_clock(2);
    return NULL;
}

int main(void) {
    pthread_t ticker;
    int s, t;
    pthread_create(&ticker, NULL, tick, NULL);
    read_clock(&s, &t);
    pthread_join(ticker, NULL);
    assert(t == 2 * s);
    printf("read\n");
    return 0;
}
