/* thread-argument: three threads, each of which is to do the share with its number.
 *
 * Wrong: they are handed the address of the loop's variable. A pause is to give each the time to
 * read it, which is no promise that it does. Expected: a failed assertion (a share is done twice,
 * another one never); and a race on the variable. */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

enum { SHARES = 3 };
static atomic_int done[SHARES + 1];

static void *do_share(void *number) {
    atomic_fetch_add(&done[*(int *)number], 1);
    return NULL;
}

int main(void) {
    pthread_t threads[SHARES];
    int i;
    for (i = 0; i < SHARES; i++) {
        pthread_create(&threads[i], NULL, do_share, &i);
        usleep(10000);
    }
    for (int n = 0; n < SHARES; n++)
        pthread_join(threads[n], NULL);
    for (int n = 0; n < SHARES; n++)
        assert(atomic_load(&done[n]) == 1);
    printf("done\n");
    return 0;
}
