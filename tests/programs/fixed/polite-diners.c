/* polite-diners, mended: each offers the spoon once, and then eats. Expected: nothing. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>

enum { DINERS = 2 };
static atomic_int owner; /* of the spoon */
static atomic_bool hungry[DINERS];
static int meals[DINERS];

static void *dine(void *plate) {
    int me = (int)((int *)plate - meals), other = 1 - me;
    bool offered = false;
    atomic_store(&hungry[me], true);
    while (atomic_load(&hungry[me])) {
        if (atomic_load(&owner) != me) {
            sched_yield();
        } else if (!offered && atomic_load(&hungry[other])) {
            offered = true;
            atomic_store(&owner, other);
        } else {
            meals[me]++;
            atomic_store(&hungry[me], false);
            atomic_store(&owner, other);
        }
    }
    return NULL;
}

int main(void) {
    pthread_t diners[DINERS];
    for (int i = 0; i < DINERS; i++)
        pthread_create(&diners[i], NULL, dine, &meals[i]);
    for (int i = 0; i < DINERS; i++)
        pthread_join(diners[i], NULL);
    printf("meals %d %d\n", meals[0], meals[1]);
    return 0;
}
