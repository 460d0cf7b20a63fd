/* plain_bodies.h: code under test for plain_cases.h: accesses that race, and many that do not.
 *
 * Included once by a body of each flavour. */
#include "../exec/cases.h"
#include "snag/scenario.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER, other = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static atomic_int flag;
static volatile int left, right; /* volatile: read and written as it stands here */
static struct { char a, b; } pair;
static int *handed;

static void two(void *(*first)(void *), void *(*second)(void *)) {
    pthread_t t[2];
    pthread_create(&t[0], NULL, first, NULL);
    pthread_create(&t[1], NULL, second, NULL);
    pthread_join(t[0], NULL);
    pthread_join(t[1], NULL);
}

static void *write_both(void *unused) {
    pthread_mutex_lock(&lock);
    left = left + 1;
    right = right + 1;
    pthread_mutex_unlock(&lock);
    return unused;
}

static void *read_both(void *unused) {
    free(malloc(8));
    int l = left;
    int r = right;
    snag_assert(l == r);
    return unused;
}

void torn(void);
void torn(void) {
    two(write_both, read_both);
}

static void *read_both_locked(void *unused) {
    pthread_mutex_lock(&lock);
    (void)read_both(NULL);
    pthread_mutex_unlock(&lock);
    return unused;
}

/* Copies that run into themselves. */
void copies(void);
void copies(void) {
    static const volatile size_t most = 200;
    static unsigned char bytes[256];
    for (int i = 0; i < 256; i++)
        bytes[i] = (unsigned char)i;
    memmove(bytes + 9, bytes, most);
    for (int i = 0; i < 256; i++)
        snag_assert(bytes[i] == (i < 9 || i >= 209 ? i : i - 9));
    memmove(bytes, bytes + 9, most);
    for (int i = 0; i < 200; i++)
        snag_assert(bytes[i] == i);
    memset(bytes + 1, 7, most);
    for (int i = 0; i < 202; i++)
        snag_assert(bytes[i] == (i >= 1 && i < 201 ? 7 : i == 0 ? 0 : 192));
}

void locked(void);
void locked(void) {
    left = right = 7;
    two(write_both, read_both_locked);
    left = 0; /* after the joins */
}

static void *publish(void *unused) {
    left = 1;
    atomic_store(&flag, 1);
    return unused;
}

static void *consume(void *unused) {
    if (atomic_load(&flag) == 1)
        left = left + 1;
    return unused;
}

void published(void);
void published(void) {
    two(publish, consume);
}

static void *hand_over(void *unused) {
    int *p = malloc(sizeof *p);
    *p = 5; /* not under the lock: nobody else has it yet */
    pthread_mutex_lock(&lock);
    handed = p;
    pthread_cond_signal(&cond);
    pthread_mutex_unlock(&lock);
    return unused;
}

static void *take_over(void *unused) {
    pthread_mutex_lock(&lock);
    while (handed == NULL)
        pthread_cond_wait(&cond, &lock);
    int *p = handed;
    pthread_mutex_unlock(&lock);
    *p = *p + 1; /* nor here: nobody else has it any more */
    free(p);
    return unused;
}

void handed_over(void);
void handed_over(void) {
    two(hand_over, take_over);
}

static void *first_neighbour(void *unused) {
    pthread_mutex_lock(&lock);
    pair.a = (char)(pair.a + 1);
    pthread_mutex_unlock(&lock);
    return unused;
}

static void *second_neighbour(void *unused) {
    pthread_mutex_lock(&other);
    pair.b = (char)(pair.b + 1);
    pthread_mutex_unlock(&other);
    return unused;
}

void neighbours(void);
void neighbours(void) {
    two(first_neighbour, second_neighbour);
}

static void *idle(void *unused) {
    return unused;
}

/* Only the last two of a hundred touch it. */
void crowd(void);
void crowd(void) {
    enum { THREADS = 100 };
    pthread_t t[THREADS];
    for (int i = 0; i < THREADS; i++)
        pthread_create(&t[i], NULL,
                       i < THREADS - 2   ? idle
                       : i < THREADS - 1 ? write_both
                                         : read_both,
                       NULL);
    for (int i = 0; i < THREADS; i++)
        pthread_join(t[i], NULL);
}

static void *reader(void *unused) {
    pthread_rwlock_rdlock(&rwlock);
    out(left);
    pthread_rwlock_unlock(&rwlock);
    return unused;
}

static void *writer(void *unused) {
    pthread_rwlock_wrlock(&rwlock);
    left = left + 1;
    pthread_rwlock_unlock(&rwlock);
    return unused;
}

void readers_and_writer(void);
void readers_and_writer(void) {
    pthread_t t[3];
    pthread_create(&t[0], NULL, reader, NULL);
    pthread_create(&t[1], NULL, writer, NULL);
    pthread_create(&t[2], NULL, reader, NULL);
    for (int i = 0; i < 3; i++)
        pthread_join(t[i], NULL);
}

static void *writes_as_reader(void *unused) {
    pthread_rwlock_rdlock(&rwlock);
    left = left + 1;
    pthread_rwlock_unlock(&rwlock);
    return unused;
}

void written_by_readers(void);
void written_by_readers(void) {
    two(writes_as_reader, writes_as_reader);
}

static void *heap_of_its_own(void *unused) {
    for (int i = 0; i < 3; i++) {
        int *p = malloc(sizeof *p);
        *p = i;
        free(p); /* the other one may get this very block, with no order between the two */
        atomic_load(&flag);
    }
    return unused;
}

void reused(void);
void reused(void) {
    two(heap_of_its_own, heap_of_its_own);
}

static int *lent;
static pthread_mutex_t lending = PTHREAD_MUTEX_INITIALIZER;

/* Looks at it under the lock, and writes to it later on: unless `in_time`. */
static void *borrow(void *in_time) {
    pthread_mutex_lock(&lending);
    int *mine = lent;
    if (mine != NULL && in_time != NULL)
        (*mine)++;
    pthread_mutex_unlock(&lending);
    if (mine != NULL && in_time == NULL)
        (*mine)++;
    return NULL;
}

static void lend(void *in_time) {
    pthread_t thread;
    lent = calloc(1, sizeof *lent);
    pthread_create(&thread, NULL, borrow, in_time);
    pthread_mutex_lock(&lending);
    free(lent);
    lent = NULL;
    pthread_mutex_unlock(&lending);
    pthread_join(thread, NULL);
}

void given_back(void);
void given_back(void) {
    lend(NULL);
}

void given_back_in_time(void);
void given_back_in_time(void) {
    lend(&lending);
}

/* The compiler knows nothing of what is behind this pointer. */
static void sum(const int *numbers, int *to) {
    for (int i = 0; i < 4; i++)
        *to += numbers[i];
}

static void *on_its_stack(void *unused) {
    int numbers[4] = {1, 2, 3, 4}, total = 0;
    sum(numbers, &total);
    out(total);
    return unused;
}

void stacks(void);
void stacks(void) {
    two(on_its_stack, on_its_stack);
}

static void *raise_flag(void *unused) {
    atomic_store(&flag, 1);
    return unused;
}

static void *await_flag(void *unused) {
    while (atomic_load(&flag) == 0)
        ;
    return unused;
}

void spinning(void);
void spinning(void) {
    two(await_flag, raise_flag);
}

SNAG_SCENARIO(plain) {
    case_body();
}

/* Accesses that race, copies and allocations, in turn between the same two calls. */
static struct { char name[40]; } record;

static void *allocate(void *unused) {
    int refused = 0;
    for (int i = 0; i < 3; i++) {
        left = left + 1;
        char *volatile block = malloc(sizeof(record));
        refused += block == NULL;
        right = right + 1;
        if (block != NULL)
            memcpy(block, &record, sizeof(record));
        char *volatile other_block = calloc(1, 8);
        refused += other_block == NULL;
        memset(&record, i, sizeof(record));
        free(block);
        free(other_block);
        pthread_mutex_lock(&lock);
        pthread_mutex_unlock(&lock);
    }
    snag_assert(refused == 0 || left == right);
    return unused;
}

void allocations(void);
void allocations(void) {
    two(allocate, allocate);
}
