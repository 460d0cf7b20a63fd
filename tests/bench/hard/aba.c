/* aba.c: free buffers are kept on a stack without locks, by their numbers (Treiber: Systems
 * Programming: Coping with Parallelism, 1986).
 *
 * Wrong: take() believes that nothing happened if the top is the same as before. It may have been
 * taken and given back, while what was below it is gone: one buffer then belongs to two. In the
 * fixed twin the top carries a count of how often it was changed.
 */
#include "crew.h"

#include <stdatomic.h>

#include "snag/scenario.h"

enum { BUFFERS = 3, NONE = BUFFERS, COUNT = 8, NUMBERS = COUNT - 1 };
#ifdef FIXED
enum { CHANGED = COUNT };
#else
enum { CHANGED = 0 };
#endif
static atomic_int below[BUFFERS]; /* each one's neighbour on the stack */
static atomic_int top;            /* a number, and the count above it */
static atomic_int owners[BUFFERS];

static int take(void) {
    int old = atomic_load(&top), below_it;
    do {
        if ((old & NUMBERS) == NONE) {
            return NONE;
        }
        below_it = atomic_load(&below[old & NUMBERS]);
    } while (!atomic_compare_exchange_strong(&top, &old, (old & ~NUMBERS) + CHANGED + below_it));
    snag_assert(atomic_fetch_add(&owners[old & NUMBERS], 1) == 0);
    return old & NUMBERS;
}

static void give(int buffer) {
    atomic_fetch_sub(&owners[buffer], 1);
    int old = atomic_load(&top);
    do {
        atomic_store(&below[buffer], old & NUMBERS);
    } while (!atomic_compare_exchange_strong(&top, &old, (old & ~NUMBERS) + CHANGED + buffer));
}

static void *keep_two(void *unused) {
    (void)take();
    (void)take();
    return unused;
}

static void *give_first_back(void *unused) {
    int first = take();
    (void)take();
    if (first != NONE) {
        give(first);
    }
    return unused;
}

SNAG_SCENARIO(aba) {
    for (int i = 0; i < BUFFERS; i++) {
        atomic_init(&below[i], i + 1);
    }
    begin(keep_two, NULL);
    begin(give_first_back, NULL);
    await_all();
}
