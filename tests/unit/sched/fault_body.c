/* fault_body.c: code under test for fault_test.c: it copes with every fault, and counts some. */
#define _GNU_SOURCE
#include "../exec/cases.h"
#include "snag/scenario.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 8 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turned = PTHREAD_COND_INITIALIZER;
static int turn;

/* Two threads take turns; the odd one has a deadline at first. Reports waits that ended for no
 * reason. */
static void *take_turns(void *mine) {
    int me = *(int *)mine, patient = me == 0;
    pthread_mutex_lock(&lock);
    for (int round = 0; round < ROUNDS; round++) {
        while (turn % 2 != me) {
            int before = turn, result = 0;
            struct timespec at = {.tv_sec = 4000000000};
            if (!patient)
                result = pthread_cond_timedwait(&turned, &lock, &at);
            else
                pthread_cond_wait(&turned, &lock);
            if (result == 0 && turn == before)
                out(me);
            patient |= result == ETIMEDOUT; /* the time has come, and would come again at once */
            snag_assert(result == 0 || result == ETIMEDOUT);
        }
        turn++;
        pthread_cond_signal(&turned);
    }
    pthread_mutex_unlock(&lock);
    return NULL;
}

void turns(void);
void turns(void) {
    static int numbers[] = {0, 1};
    pthread_t t;
    if (pthread_create(&t, NULL, take_turns, &numbers[1]) != 0)
        return;
    take_turns(&numbers[0]);
    pthread_join(t, NULL);
    snag_assert(turn == 2 * ROUNDS);
}

/* Not even this ends for want of a signal: one wakeup, and it waits again. */
void waits_for_ever(void);
void waits_for_ever(void) {
    pthread_mutex_lock(&lock);
    while (turn == 0)
        pthread_cond_wait(&turned, &lock);
    pthread_mutex_unlock(&lock);
}

typedef const char *text;
struct halves {
    short a, b;
};

/* Every way to reach a compare-and-swap, each of values that are equal. Reports whether it failed,
 * and leaves everything as it was then. */
#define TRY(type, name, cas)                                                                       \
    static void name(type from, type to) {                                                         \
        _Atomic(type) v;                                                                           \
        type expected = from, now;                                                                 \
        atomic_init(&v, from);                                                                     \
        bool done = cas;                                                                           \
        out(!done);                                                                                \
        now = atomic_load(&v);                                                                     \
        snag_assert(memcmp(&expected, &from, sizeof(type)) == 0);                                  \
        snag_assert(memcmp(&now, done ? &to : &from, sizeof(type)) == 0);                          \
    }
#define PLAIN(type) ((type *)(void *)&v)

TRY(int, weak_int, atomic_compare_exchange_weak(&v, &expected, to))
TRY(unsigned char, weak_char,
    atomic_compare_exchange_weak_explicit(&v, &expected, to, memory_order_acquire,
                                          memory_order_relaxed))
TRY(text, weak_pointer, atomic_compare_exchange_weak(&v, &expected, to))
/* Compared by its bytes, as a compare-and-swap does.
 * NOLINTNEXTLINE(bugprone-suspicious-memory-comparison) */
TRY(float, weak_float, atomic_compare_exchange_weak(&v, &expected, to))
TRY(struct halves, weak_struct, atomic_compare_exchange_weak(&v, &expected, to))
TRY(long long, weak_builtin,
    __atomic_compare_exchange_n(PLAIN(long long), &expected, to, true, __ATOMIC_SEQ_CST,
                                __ATOMIC_SEQ_CST))
TRY(short, weak_generic,
    __atomic_compare_exchange(PLAIN(short), &expected, &to, true, __ATOMIC_SEQ_CST,
                              __ATOMIC_RELAXED))
TRY(int, strong_int, atomic_compare_exchange_strong(&v, &expected, to))
TRY(int, strong_builtin,
    __atomic_compare_exchange_n(PLAIN(int), &expected, to, false, __ATOMIC_SEQ_CST,
                                __ATOMIC_SEQ_CST))
TRY(long, strong_sync, __sync_bool_compare_and_swap(PLAIN(long), expected, to))

/* Seven weak ones, then three strong ones. */
void compare_and_swaps(void);
void compare_and_swaps(void) {
    weak_int(1, 2);
    weak_char(1, 2);
    weak_pointer(NULL, "to");
    weak_float(1, 2);
    weak_struct((struct halves){1, 2}, (struct halves){3, 4});
    weak_builtin(1, 2);
    weak_generic(1, 2);
    strong_int(1, 2);
    strong_builtin(1, 2);
    strong_sync(1, 2);
}

/* Every function that allocates. Reports which returned nothing, and that it said so. */
void allocations(void);
void allocations(void) {
    char *kept = malloc(4), *grown, *more;
    void *volatile p[3] = {NULL}; /* or the compiler leaves them out */
    void *aligned = &aligned;
    volatile int *error = &errno; /* which the compiler thinks malloc leaves alone */
    if (kept == NULL)
        return;
    strcpy(kept, "old");
    *error = 0;
    p[0] = malloc(8);
    out(p[0] == NULL && *error == ENOMEM);
    *error = 0;
    p[1] = calloc(2, 8);
    out(p[1] == NULL && *error == ENOMEM);
    *error = 0;
    grown = realloc(kept, 100);
    out(grown == NULL && *error == ENOMEM);
    snag_assert(strcmp(grown != NULL ? grown : kept, "old") == 0);
    kept = grown != NULL ? grown : kept;
    *error = 0;
    more = reallocarray(kept, 100, 2);
    out(more == NULL && *error == ENOMEM);
    snag_assert(strcmp(more != NULL ? more : kept, "old") == 0);
    kept = more != NULL ? more : kept;
    *error = 0;
    p[2] = aligned_alloc(64, 64);
    out(p[2] == NULL && *error == ENOMEM);
    *error = 0;
    int result = posix_memalign(&aligned, 64, 64);
    snag_assert(*error == 0 && (result == 0) == (aligned != (void *)&aligned));
    out(result == ENOMEM);
    free(kept);
    for (int i = 0; i < 3; i++)
        free(p[i]);
    if (result == 0)
        free(aligned);
}

static void *nothing(void *unused) {
    return unused;
}

static int nothing_c11(void *unused) {
    (void)unused;
    return 0;
}

/* Every call that may be interrupted or refused a thread. Reports which said so, in its own way. */
void refusals(void);
void refusals(void) {
    struct timespec left = {0}, second = {.tv_sec = 1}, later = {.tv_sec = 4000000000};
    pthread_t t;
    thrd_t c11;
    sem_t empty, full;
    int result;
    sem_init(&empty, 0, 0);
    sem_init(&full, 0, 1);
    out(sleep(2) == 2);
    out(usleep(1000) == -1 && errno == EINTR);
    result = nanosleep(&second, &left);
    snag_assert(result == 0 || left.tv_sec == 1 || left.tv_nsec > 0);
    out(result == -1 && errno == EINTR);
    out(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &later, NULL) == EINTR);
    out(thrd_sleep(&second, NULL) == -1);
    out(sem_timedwait(&empty, &later) == -1 && errno == EINTR);
    result = pthread_create(&t, NULL, nothing, NULL);
    out(result == EAGAIN);
    if (result == 0)
        pthread_join(t, NULL);
    result = thrd_create(&c11, nothing_c11, NULL);
    out(result == thrd_error);
    if (result == thrd_success)
        thrd_join(c11, NULL);
    mtx_t mutex;
    mtx_init(&mutex, mtx_plain);
    result = mtx_trylock(&mutex);
    out(result == thrd_busy);
    if (result == thrd_success)
        mtx_unlock(&mutex);
    /* What need not wait is not interrupted, and pthread's mutexes are never busy for nothing. */
    out(sem_wait(&full) != 0);
    out(pthread_mutex_trylock(&lock) != 0);
    pthread_mutex_unlock(&lock);
}

SNAG_SCENARIO(cases) {
    case_body();
}
