/* counter, mended: the count is atomic. Expected: nothing. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

static atomic_int hits;

static void *count(void *unused) {
    (void)unused;
    for (int i = 0; i < 2; i++)
        hits++;
    return NULL;
}

int main(void) {
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, count, NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    printf("hits %d\n", hits);
    return 0;
}
