/* as_it_is.c: a program of real threads, to be run as it is: what a compiler and the C library
 * alone would have it do is what it does.
 *
 * Prints one line for each thing that holds, and ends with status 7, by way of an atexit handler.
 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { THREADS = 4, ROUNDS = 50000, LITMUS_ROUNDS = 2000 };

static atomic_int count;
static _Thread_local int own = 5;
static _Thread_local char room[64] __attribute__((aligned(64)));
static pthread_key_t key;
static atomic_int destroyed;

__attribute__((constructor)) static void before_main(void) {
    own += getpid() > 0; /* what the compiler cannot work out beforehand */
}

/* Runs when the thread's other thread-locals are still there. */
static void destroy(void *value) {
    if (own == ROUNDS + 5 && value == &own)
        atomic_fetch_add(&destroyed, 1);
}

static void *counts(void *unused) {
    (void)unused;
    for (int i = 0; i < ROUNDS; i++) {
        atomic_fetch_add(&count, 1);
        own++;
    }
    room[0] = 1;
    pthread_setspecific(key, &own);
    return ((size_t)room & 63) == 0 && own == ROUNDS + 5 ? (void *)1 : NULL;
}

/* Each stores one and loads the other: never are both loads too early. */
static atomic_int x, y, round, arrived;
static int seen[2];

static void until(atomic_int *what, int value) {
    while (atomic_load(what) < value)
        sched_yield();
}

static void *crosses(void *argument) {
    for (int i = 1; i <= LITMUS_ROUNDS; i++) {
        until(&round, i);
        if (argument != NULL) {
            atomic_store(&x, i);
            seen[1] = atomic_load(&y);
        } else {
            atomic_store(&y, i);
            seen[0] = atomic_load(&x);
        }
        atomic_fetch_add(&arrived, 1);
    }
    return NULL;
}

static int litmus(void) {
    pthread_t t[2];
    int wrong = 0;
    for (int i = 0; i < 2; i++)
        pthread_create(&t[i], NULL, crosses, i == 0 ? NULL : t);
    for (int i = 1; i <= LITMUS_ROUNDS; i++) {
        atomic_store(&round, i);
        until(&arrived, 2 * i);
        wrong += seen[0] != i && seen[1] != i;
    }
    for (int i = 0; i < 2; i++)
        pthread_join(t[i], NULL);
    return wrong == 0;
}

static void at_exit(void) {
    puts("exit handler");
    fflush(stdout);
    _exit(7);
}

int main(int argc, char **argv) {
    pthread_t threads[THREADS];
    int good = 0;
    (void)argv;
    pthread_key_create(&key, destroy);
    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, counts, NULL);
    for (int i = 0; i < THREADS; i++) {
        void *result;
        pthread_join(threads[i], &result);
        good += result != NULL;
    }
    if (count == THREADS * ROUNDS)
        puts("atomics");
    if (good == THREADS && own == 6)
        puts("thread-locals");
    if (destroyed == THREADS)
        puts("destructors");
    if (litmus())
        puts("order");
    if (getenv("AS_IT_IS") != NULL && argc == 1)
        puts("environment");
    atexit(at_exit);
    return 0;
}
