/* sem-handshake, mended: the answer is there before it is announced. Expected: nothing. */
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
    answer = question * 2;
    sem_post(&answered);
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
