/* deadlock.c: a program with a main of its own, and two locks taken in opposite orders.
 *
 * deadlock ROUNDS [safe]: two threads move money ROUNDS times each; `safe` takes the locks in one
 * order. Prints the sum.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct account {
    pthread_mutex_t lock;
    int balance;
};

static struct account accounts[2] = {{PTHREAD_MUTEX_INITIALIZER, 50},
                                     {PTHREAD_MUTEX_INITIALIZER, 50}};
static int rounds;
static int safe;

static void *mover(void *argument) {
    struct account *from = &accounts[argument != NULL], *to = &accounts[argument == NULL];
    struct account *first = safe ? &accounts[0] : from, *second = safe ? &accounts[1] : to;
    for (int i = 0; i < rounds; i++) {
        pthread_mutex_lock(&first->lock);
        pthread_mutex_lock(&second->lock);
        from->balance--;
        to->balance++;
        pthread_mutex_unlock(&second->lock);
        pthread_mutex_unlock(&first->lock);
    }
    return NULL;
}

int main(int argc, char **argv) {
    pthread_t threads[2];
    if (argc < 2) {
        fprintf(stderr, "usage: %s ROUNDS [safe]\n", argv[0]);
        return 2;
    }
    rounds = atoi(argv[1]);
    safe = argc > 2 && strcmp(argv[2], "safe") == 0;
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, mover, i == 0 ? NULL : &threads[i]);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    printf("sum %d\n", accounts[0].balance + accounts[1].balance);
    return 0;
}
