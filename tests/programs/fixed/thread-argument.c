/* thread-argument, mended: each thread has a number of its own to look at. Expected: nothing. */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

enum { SHARES = 3 };
static atomic_int done[SHARES + 1];

static void *do_share(void *number) {
    atomic_fetch_add(&done[*(int *)number], 1);
    return NULL;
}

int main(void) {
    pthread_t threads[SHARES];
    int numbers[SHARES];
    for (int i = 0; i < SHARES; i++) {
        numbers[i] = i;
        pthread_create(&threads[i], NULL, do_share, &numbers[i]);
    }
    for (int n = 0; n < SHARES; n++)
        pthread_join(threads[n], NULL);
    for (int n = 0; n < SHARES; n++)
        assert(atomic_load(&done[n]) == 1);
    printf("done\n");
    return 0;
}
