/* token-ring, mended: what one thread takes and another one gives is a semaphore. Expected:
 * nothing. */
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

enum { NODES = 3 };
static sem_t gates[NODES];
static int token; /* only touched by who has it */

static void *pass(void *number) {
    int me = *(int *)number;
    sem_wait(&gates[me]);
    token++;
    sem_post(&gates[(me + 1) % NODES]);
    return NULL;
}

int main(void) {
    pthread_t nodes[NODES];
    int numbers[NODES];
    for (int i = 0; i < NODES; i++) {
        sem_init(&gates[i], 0, i == 0 ? 1 : 0);
    }
    for (int i = 0; i < NODES; i++) {
        numbers[i] = i;
        pthread_create(&nodes[i], NULL, pass, &numbers[i]);
    }
    for (int i = 0; i < NODES; i++)
        pthread_join(nodes[i], NULL);
    printf("passed %d times\n", token);
    return 0;
}
