/* aba-stack: free buffers are kept on a stack without locks, by their numbers.
 *
 * Wrong: take() believes that nothing happened if the top is the same as before. It may have been
 * taken and given back, and what was below it be gone.
 * Expected: a failed assertion: one buffer belongs to two. */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

enum { BUFFERS = 3, NONE = BUFFERS };
static atomic_int below[BUFFERS + 1]; /* each one's neighbour on the stack */
static atomic_int top;
static atomic_int owners[BUFFERS];

static int take(void) {
    int old = atomic_load(&top);
    do {
        if (old == NONE)
            return NONE;
    } while (!atomic_compare_exchange_strong(&top, &old, atomic_load(&below[old])));
    assert(atomic_fetch_add(&owners[old], 1) == 0);
    return old;
}

static void give(int buffer) {
    atomic_fetch_sub(&owners[buffer], 1);
    int old = atomic_load(&top);
    do {
        atomic_store(&below[buffer], old);
    } while (!atomic_compare_exchange_strong(&top, &old, buffer));
}

static void *keep_two(void *unused) {
    (void)unused;
    take();
    take();
    return NULL;
}

static void *give_first_back(void *unused) {
    (void)unused;
    int first = take();
    take();
    if (first != NONE)
        give(first);
    return NULL;
}

int main(void) {
    pthread_t threads[2];
    for (int i = 0; i < BUFFERS; i++)
        atomic_store(&below[i], i + 1);
    pthread_create(&threads[0], NULL, keep_two, NULL);
    pthread_create(&threads[1], NULL, give_first_back, NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    printf("owners %d %d %d\n", atomic_load(&owners[0]), atomic_load(&owners[1]),
           atomic_load(&owners[2]));
    return 0;
}
