/* token-ring: three threads hand a token round in a circle; each waits at its own gate.
 *
 * Wrong: the gates are mutexes. Each is locked by one thread and unlocked by another, to which
 * POSIX gives no meaning. Expected: a misuse. */
#include <pthread.h>
#include <stdio.h>

enum { NODES = 3 };
static pthread_mutex_t gates[NODES];
static int token; /* only touched by who has it */

static void *pass(void *number) {
    int me = *(int *)number;
    pthread_mutex_lock(&gates[me]);
    token++;
    pthread_mutex_unlock(&gates[(me + 1) % NODES]);
    return NULL;
}

int main(void) {
    pthread_t nodes[NODES];
    int numbers[NODES];
    for (int i = 0; i < NODES; i++) {
        pthread_mutex_init(&gates[i], NULL);
        if (i > 0)
            pthread_mutex_lock(&gates[i]);
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
