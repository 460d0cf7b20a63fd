/* rwlock-upgrade, mended: it gives the read lock up, takes the other one, and looks again.
 * Expected: nothing. */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static bool valid = true;
static int counter = 1;

static int look(void) {
    pthread_rwlock_rdlock(&lock);
    if (!valid) {
        pthread_rwlock_unlock(&lock);
        pthread_rwlock_wrlock(&lock);
        if (!valid) {
            counter = 1;
            valid = true;
        }
    }
    int value = counter;
    pthread_rwlock_unlock(&lock);
    return value;
}

static void *expire(void *unused) {
    (void)unused;
    usleep(10000);
    pthread_rwlock_wrlock(&lock);
    valid = false;
    pthread_rwlock_unlock(&lock);
    return NULL;
}

int main(void) {
    pthread_t other;
    pthread_create(&other, NULL, expire, NULL);
    printf("counter %d\n", look());
    pthread_join(other, NULL);
    return 0;
}
