/* readers-writers: the first reader takes the room for all of them, the last one gives it back.
 *
 * Wrong: whether a reader is the first is asked after the lock that counts them was given up. If
 * another one comes in between, neither is, and the writer finds the room free.
 * Expected: a failed assertion; and a race on the count. */
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
    pthread_mutex_unlock(&counting);
    if (readers == 1)
        sem_wait(&room);
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
