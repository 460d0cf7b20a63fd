/* peterson, mended: first I say that I want to, then that it is your turn. Expected: nothing. */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>

static atomic_bool wants[2];
static atomic_int turn;
static int count; /* under this lock */

static void enter(int me) {
    atomic_store(&wants[me], true);
    atomic_store(&turn, 1 - me);
    while (atomic_load(&wants[1 - me]) && atomic_load(&turn) == 1 - me)
        continue;
}

static void leave(int me) {
    atomic_store(&wants[me], false);
}

static void *visit(void *me) {
    enter(*(int *)me);
    count++;
    leave(*(int *)me);
    return NULL;
}

int main(void) {
    pthread_t threads[2];
    int names[2] = {0, 1};
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, visit, &names[i]);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    assert(count == 2);
    printf("count %d, and it is the turn of %d\n", count, atomic_load(&turn));
    return 0;
}
