/* operations.c: the program of the benchmarks: some threads, each of which does one operation again
 * and again. Built by snag-cc, and by the compiler alone for real threads.
 *
 * usage: operations OPERATION THREADS ROUNDS
 *
 * It takes no time itself: an operation costs what a run of more rounds costs more. The rule:
 * nothing is wrong with it, and how many scheduling points it has depends on its arguments only.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS_MAX = 1024, KEYS = 64, CELLS = 16 };

struct worker {
    pthread_t thread;
    pthread_mutex_t lock;
    unsigned number;
    unsigned cells[CELLS];
};

static struct worker workers[THREADS_MAX];
static unsigned threads, rounds;
static void (*operation)(struct worker *self, unsigned round);

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_uint sum;
static unsigned counter;

/* What the others cost beside what they do. */
static void idle(struct worker *self, unsigned round) {
    (void)self, (void)round;
}

static void lock_shared(struct worker *self, unsigned round) {
    (void)self, (void)round;
    pthread_mutex_lock(&lock);
    counter++;
    pthread_mutex_unlock(&lock);
}

static void lock_own(struct worker *self, unsigned round) {
    (void)round;
    pthread_mutex_lock(&self->lock);
    self->cells[0]++;
    pthread_mutex_unlock(&self->lock);
}

static void add(struct worker *self, unsigned round) {
    (void)self, (void)round;
    atomic_fetch_add(&sum, 1);
}

/* Eight scheduling points in a row: so many that the round they are in hardly counts. */
static void add_eight(struct worker *self, unsigned round) {
    (void)self, (void)round;
    atomic_fetch_add(&sum, 1);
    atomic_fetch_add(&sum, 1);
    atomic_fetch_add(&sum, 1);
    atomic_fetch_add(&sum, 1);
    atomic_fetch_add(&sum, 1);
    atomic_fetch_add(&sum, 1);
    atomic_fetch_add(&sum, 1);
    atomic_fetch_add(&sum, 1);
}

/* Plain accesses, CELLS reads and as many writes, to memory that is the thread's own. */
static void touch(struct worker *self, unsigned round) {
    for (unsigned i = 0; i < CELLS; i++)
        *(volatile unsigned *)&self->cells[i] += round;
}

static void allocate(struct worker *self, unsigned round) {
    unsigned *block = malloc(32);
    if (block == NULL)
        abort();
    *(volatile unsigned *)block = round;
    self->cells[0] += *block;
    free(block);
}

/* ---- the turn goes round ---- */

static pthread_cond_t moved = PTHREAD_COND_INITIALIZER;
static unsigned turn;

static void take_turn(struct worker *self, unsigned round) {
    (void)round;
    pthread_mutex_lock(&lock);
    while (turn != self->number)
        pthread_cond_wait(&moved, &lock);
    turn = (turn + 1) % threads;
    pthread_cond_broadcast(&moved);
    pthread_mutex_unlock(&lock);
}

/* ---- threads ---- */

static void *nothing(void *self) {
    return self;
}

static void spawn(struct worker *self, unsigned round) {
    pthread_t child;
    (void)round;
    if (pthread_create(&child, NULL, nothing, self) != 0)
        abort();
    pthread_join(child, NULL);
}

/* ---- a map behind a mutex ---- */

static struct { unsigned key, value; } map[KEYS];

static void put_and_get(struct worker *self, unsigned round) {
    unsigned key = (round * 7 + self->number) % KEYS, at = key;
    pthread_mutex_lock(&lock);
    while (map[at].value != 0 && map[at].key != key)
        at = (at + 1) % KEYS;
    map[at].key = key;
    map[at].value = map[at].value + round + 1;
    pthread_mutex_unlock(&lock);
}

/* ---- the program ---- */

static const struct {
    const char *name;
    void (*run)(struct worker *self, unsigned round);
} operations[] = {{"lock", lock_shared},  {"own-lock", lock_own}, {"atomic", add},
                  {"atomics", add_eight}, {"access", touch},      {"heap", allocate},
                  {"turn", take_turn},    {"spawn", spawn},       {"map", put_and_get},
                  {"idle", idle}};

static void *work(void *argument) {
    struct worker *self = argument;
    for (unsigned i = 0; i < rounds; i++)
        operation(self, i);
    return NULL;
}

int main(int argc, char **argv) {
    for (size_t i = 0; argc == 4 && i < sizeof operations / sizeof operations[0]; i++)
        if (strcmp(operations[i].name, argv[1]) == 0)
            operation = operations[i].run;
    threads = argc == 4 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;
    rounds = argc == 4 ? (unsigned)strtoul(argv[3], NULL, 10) : 0;
    if (operation == NULL || threads == 0 || threads > THREADS_MAX) {
        fprintf(stderr, "usage: operations OPERATION THREADS ROUNDS\n");
        return 2;
    }
    for (unsigned i = 0; i < threads; i++) {
        workers[i].number = i;
        pthread_mutex_init(&workers[i].lock, NULL);
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
            abort();
    }
    for (unsigned i = 0; i < threads; i++)
        pthread_join(workers[i].thread, NULL);
    return 0;
}
