/* shutdown-order: a worker counts until it is told to stop; then everything is taken down.
 *
 * Wrong: the lock is destroyed before the worker has ended, who may have it, or want it once more.
 * Expected: a misuse. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>

static pthread_mutex_t lock;
static atomic_bool stop;
static int rounds;

static void *work(void *unused) {
    (void)unused;
    for (int i = 0; i < 3 && !atomic_load(&stop); i++) {
        pthread_mutex_lock(&lock);
        rounds++;
        pthread_mutex_unlock(&lock);
    }
    return NULL;
}

int main(void) {
    pthread_t worker;
    pthread_mutex_init(&lock, NULL);
    pthread_create(&worker, NULL, work, NULL);
    pthread_mutex_lock(&lock);
    printf("%s\n", rounds >= 0 ? "at work" : "broken");
    pthread_mutex_unlock(&lock);
    atomic_store(&stop, true);
    pthread_mutex_destroy(&lock);
    pthread_join(worker, NULL);
    return 0;
}
