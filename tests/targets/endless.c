/* endless.c: a scenario that never ends: two threads look at a flag that nobody raises. With
 * -DRAISED somebody does.
 */
#include <snag/scenario.h>

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stddef.h>

atomic_int raised; /* not static: the compiler would see that nobody writes to it */

static void *looks(void *unused) {
    while (atomic_load(&raised) == 0) {
    }
    return unused;
}

static void *looks_and_yields(void *unused) {
    while (atomic_load(&raised) == 0)
        sched_yield();
    return unused;
}

SNAG_SCENARIO(endless) {
    pthread_t a, b;
    pthread_create(&a, NULL, looks, NULL);
    pthread_create(&b, NULL, looks_and_yields, NULL);
#if defined(RAISED)
    atomic_store(&raised, 1);
#endif
    pthread_join(a, NULL);
    pthread_join(b, NULL);
}
