/* philosophers, mended: at most two of the three sit down at a time. Expected: nothing. */
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

enum { SEATS = 3 };
static sem_t forks[SEATS];
static sem_t chairs;
static int meals[SEATS];

static void *dine(void *seat) {
    int left = (int)((int *)seat - meals), right = (left + 1) % SEATS;
    sem_wait(&chairs);
    sem_wait(&forks[left]);
    sem_wait(&forks[right]);
    meals[left]++;
    sem_post(&forks[right]);
    sem_post(&forks[left]);
    sem_post(&chairs);
    return NULL;
}

int main(void) {
    pthread_t philosophers[SEATS];
    for (int i = 0; i < SEATS; i++)
        sem_init(&forks[i], 0, 1);
    sem_init(&chairs, 0, SEATS - 1);
    for (int i = 0; i < SEATS; i++)
        pthread_create(&philosophers[i], NULL, dine, &meals[i]);
    for (int i = 0; i < SEATS; i++)
        pthread_join(philosophers[i], NULL);
    printf("meals %d %d %d\n", meals[0], meals[1], meals[2]);
    return 0;
}
