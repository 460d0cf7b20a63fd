/* join-holding, mended: main gives the lock up before it waits for the worker. Expected: nothing.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool running = true;
static int jobs;

static void *work(void *unused) {
    (void)unused;
    for (int i = 0; i < 2; i++) {
        pthread_mutex_lock(&lock);
        if (running)
            jobs++;
        pthread_mutex_unlock(&lock);
    }
    return NULL;
}

int main(void) {
    pthread_t worker;
    pthread_create(&worker, NULL, work, NULL);
    usleep(10000); /* in service */
    pthread_mutex_lock(&lock);
    running = false;
    pthread_mutex_unlock(&lock);
    pthread_join(worker, NULL);
    printf("stopped\n");
    return 0;
}
