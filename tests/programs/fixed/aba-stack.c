/* aba-stack, mended: beside the top stands how often it was changed, so that a stack that looks as
 * before is not taken for one that stayed so. Expected: nothing. */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>

enum { BUFFERS = 3, NONE = BUFFERS };
static atomic_int below[BUFFERS + 1]; /* each one's neighbour on the stack */
static _Atomic uint32_t top; /* the number; above its eight bits, how often it was changed */
static atomic_int owners[BUFFERS];

static int take(void) {
    uint32_t old = atomic_load(&top), new;
    do {
        if ((old & 0xff) == NONE)
            return NONE;
        new = ((old >> 8) + 1) << 8 | (uint32_t)atomic_load(&below[old & 0xff]);
    } while (!atomic_compare_exchange_strong(&top, &old, new));
    old &= 0xff;
    assert(atomic_fetch_add(&owners[old], 1) == 0);
    return (int)old;
}

static void give(int buffer) {
    atomic_fetch_sub(&owners[buffer], 1);
    uint32_t old = atomic_load(&top), new;
    do {
        atomic_store(&below[buffer], (int)(old & 0xff));
        new = ((old >> 8) + 1) << 8 | (uint32_t)buffer;
    } while (!atomic_compare_exchange_strong(&top, &old, new));
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
