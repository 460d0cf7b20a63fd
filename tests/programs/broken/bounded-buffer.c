/* bounded-buffer: one producer, two consumers, one place.
 *
 * Wrong: get() tests with `if` whether it must wait. By the time the woken consumer has the lock,
 * the other one may have come and taken the item. Expected: a failed assertion. */
#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

enum { ROOM = 1, ITEMS = 2 };
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t not_empty = PTHREAD_COND_INITIALIZER;
static pthread_cond_t not_full = PTHREAD_COND_INITIALIZER;
static int items[ROOM];
static int count;

static void put(int item) {
    pthread_mutex_lock(&lock);
    while (count == ROOM)
        pthread_cond_wait(&not_full, &lock);
    items[count++] = item;
    pthread_cond_signal(&not_empty);
    pthread_mutex_unlock(&lock);
}

static int get(void) {
    pthread_mutex_lock(&lock);
    if (count == 0)
        pthread_cond_wait(&not_empty, &lock);
    assert(count > 0);
    int item = items[--count];
    pthread_cond_signal(&not_full);
    pthread_mutex_unlock(&lock);
    return item;
}

static void *consume(void *sum) {
    *(int *)sum += get();
    return NULL;
}

int main(void) {
    pthread_t consumers[ITEMS];
    int sums[ITEMS] = {0};
    for (int i = 0; i < ITEMS; i++)
        pthread_create(&consumers[i], NULL, consume, &sums[i]);
    usleep(10000); /* until there is something */
    for (int i = 1; i <= ITEMS; i++)
        put(i);
    for (int i = 0; i < ITEMS; i++)
        pthread_join(consumers[i], NULL);
    printf("sum %d\n", sums[0] + sums[1]);
    return 0;
}
