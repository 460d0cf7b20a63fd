/* lazy_init.c: a table that is made when it is first wanted.
 *
 * Wrong: two who find none both make one. What was counted in the first one is lost when the second
 * one takes its place.
 */
#include "crew.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "snag/scenario.h"

enum { USERS = 2 };
struct table {
    atomic_int used;
};
static _Atomic(struct table *) shared;

static struct table *table(void) {
    struct table *t = atomic_load(&shared);
    if (t == NULL) {
        struct table *made = calloc(1, sizeof(*made));
#ifdef FIXED
        if (atomic_compare_exchange_strong(&shared, &t, made)) {
            return made;
        }
        free(made);
#else
        atomic_store(&shared, made);
        t = made;
#endif
    }
    return t;
}

static void *use(void *unused) {
    atomic_fetch_add(&table()->used, 1);
    return unused;
}

SNAG_SCENARIO(lazy_init) {
    for (int i = 0; i < USERS; i++) {
        begin(use, NULL);
    }
    await_all();
    snag_assert(atomic_load(&table()->used) == USERS);
    free(atomic_load(&shared));
}
