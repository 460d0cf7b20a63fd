/* lazy-init: a table that is made when it is first wanted.
 *
 * Wrong: two who find none both make one, and the second one's takes the place of the first one's.
 * Expected: a leak, where leaks are asked for. */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <threads.h>

struct table {
    atomic_int used;
};
static _Atomic(struct table *) shared;

static struct table *table(void) {
    struct table *t = atomic_load(&shared);
    if (t == NULL) {
        t = calloc(1, sizeof(*t));
        atomic_store(&shared, t);
    }
    return t;
}

static int use(void *unused) {
    (void)unused;
    atomic_fetch_add(&table()->used, 1);
    return 0;
}

int main(void) {
    thrd_t threads[2];
    for (int i = 0; i < 2; i++)
        thrd_create(&threads[i], use, NULL);
    for (int i = 0; i < 2; i++)
        thrd_join(threads[i], NULL);
    printf("used %d times\n", atomic_load(&table()->used));
    free(atomic_load(&shared));
    return 0;
}
