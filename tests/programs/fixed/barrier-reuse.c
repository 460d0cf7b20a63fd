/* barrier-reuse, mended: each time it opens has a number, and that is what those inside wait for.
 * Expected: nothing. */
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

enum { THREADS = 2 };
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t opened = PTHREAD_COND_INITIALIZER;
static int inside;
static int openings;

static void meet(void) {
    pthread_mutex_lock(&lock);
    int opening = openings;
    if (++inside == THREADS) {
        inside = 0;
        openings++;
        pthread_cond_broadcast(&opened);
    } else {
        while (opening == openings)
            pthread_cond_wait(&opened, &lock);
    }
    pthread_mutex_unlock(&lock);
}

static void *work(void *phases) {
    for (int i = 0; i < 2; i++) {
        ++*(int *)phases;
        usleep(1000); /* its work */
        meet();
    }
    return NULL;
}

int main(void) {
    pthread_t threads[THREADS];
    int phases[THREADS] = {0};
    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, work, &phases[i]);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    printf("phases %d %d\n", phases[0], phases[1]);
    return 0;
}
