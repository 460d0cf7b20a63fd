/* rwlock-upgrade: a counter that is made anew where somebody finds it expired.
 *
 * Wrong: look() asks for the write lock while it has the read lock. It waits for all readers to go,
 * itself among them.
 * Expected: a self-deadlock. */
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
        pthread_rwlock_wrlock(&lock);
        counter = 1;
        valid = true;
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
