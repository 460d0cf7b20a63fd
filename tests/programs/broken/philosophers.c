/* philosophers: three of them around a table, a fork between any two. A fork is a semaphore.
 *
 * Wrong: each takes the fork on the left, then the one on the right.
 * Expected: a hang, in which all hold one fork. */
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

enum { SEATS = 3 };
static sem_t forks[SEATS];
static int meals[SEATS];

static void *dine(void *seat) {
    int left = (int)((int *)seat - meals), right = (left + 1) % SEATS;
    sem_wait(&forks[left]);
    sem_wait(&forks[right]);
    meals[left]++;
    sem_post(&forks[right]);
    sem_post(&forks[left]);
    return NULL;
}

int main(void) {
    pthread_t philosophers[SEATS];
    for (int i = 0; i < SEATS; i++)
        sem_init(&forks[i], 0, 1);
    for (int i = 0; i < SEATS; i++)
        pthread_create(&philosophers[i], NULL, dine, &meals[i]);
    for (int i = 0; i < SEATS; i++)
        pthread_join(philosophers[i], NULL);
    printf("meals %d %d %d\n", meals[0], meals[1], meals[2]);
    return 0;
}
