/* sem-handshake: one thread asks another one, by two semaphores.
 *
 * Wrong: the answer is announced before it is written.
 * Expected: a failed assertion; and a race on the answer. */
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <unistd.h>

static sem_t asked, answered;
static int question, answer;

static void *serve(void *unused) {
    (void)unused;
    sem_wait(&asked);
    sem_post(&answered);
    answer = question * 2;
    return NULL;
}

int main(void) {
    pthread_t server;
    sem_init(&asked, 0, 0);
    sem_init(&answered, 0, 0);
    pthread_create(&server, NULL, serve, NULL);
    question = 21;
    sem_post(&asked);
    usleep(10000); /* something else meanwhile */
    sem_wait(&answered);
    int got = answer;
    assert(got == 42);
    printf("the answer is %d\n", got);
    pthread_join(server, NULL);
    return 0;
}
