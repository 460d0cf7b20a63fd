/* readers-writers, mended: the first reader and the last one are told apart under the lock that
 * counts them. Expected: nothing. */
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>

static pthread_mutex_t counting = PTHREAD_MUTEX_INITIALIZER;
static sem_t room;
static int readers;
static atomic_int reading; /* to check with: how many are in the room by now */

static void *read_page(void *unused) {
    (void)unused;
    pthread_mutex_lock(&counting);
    readers++;
    if (readers == 1)
        sem_wait(&room);
    pthread_mutex_unlock(&counting);
    atomic_fetch_add(&reading, 1);
    atomic_fetch_sub(&reading, 1);
    pthread_mutex_lock(&counting);
    if (--readers == 0)
        sem_post(&room);
    pthread_mutex_unlock(&counting);
    return NULL;
}

static void *write_page(void *unused) {
    (void)unused;
    sem_wait(&room);
    assert(atomic_load(&reading) == 0);
    sem_post(&room);
    return NULL;
}

int main(void) {
    pthread_t threads[3];
    sem_init(&room, 0, 1);
    pthread_create(&threads[0], NULL, read_page, NULL);
    pthread_create(&threads[1], NULL, read_page, NULL);
    pthread_create(&threads[2], NULL, write_page, NULL);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    printf("read by two, written by one\n");
    return 0;
}
