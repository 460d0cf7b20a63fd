/* explore_body.c: code under test for explore_test.c: small programs with every kind of choice. */
#include "cases.h"
#include "snag/scenario.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t other = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t ready = PTHREAD_COND_INITIALIZER;
static int counter, items;
static atomic_int word;

static struct timespec after_ms(clockid_t clock, long ms) {
    struct timespec t;
    clock_gettime(clock, &t);
    t.tv_nsec += ms * 1000000;
    t.tv_sec += t.tv_nsec / 1000000000;
    t.tv_nsec %= 1000000000;
    return t;
}

/* ---- two threads, four locked increments each ---- */

static void *increment(void *unused) {
    (void)unused;
    for (int i = 0; i < 4; i++) {
        pthread_mutex_lock(&lock);
        counter++;
        pthread_mutex_unlock(&lock);
    }
    return NULL;
}

void lock2x4(void);
void lock2x4(void) {
    pthread_t a, b;
    pthread_create(&a, NULL, increment, NULL);
    pthread_create(&b, NULL, increment, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    snag_assert(counter == 8);
    out(counter);
}

void lock3x4(void);
void lock3x4(void) {
    pthread_t t[3];
    for (int i = 0; i < 3; i++)
        pthread_create(&t[i], NULL, increment, NULL);
    for (int i = 0; i < 3; i++)
        pthread_join(t[i], NULL);
    out(counter);
}

/* ---- a bit of everything: conditions with and without deadlines, sleeps, atomics, the heap ----
 */

static void *produce(void *unused) {
    (void)unused;
    for (int i = 0; i < 2; i++) {
        int *block = malloc(16);
        pthread_mutex_lock(&lock);
        items++;
        pthread_cond_signal(&ready);
        pthread_mutex_unlock(&lock);
        atomic_fetch_add(&word, 1);
        free(block);
        usleep(700);
    }
    pthread_mutex_lock(&lock);
    items += 10;
    pthread_cond_broadcast(&ready);
    pthread_mutex_unlock(&lock);
    return NULL;
}

static void *consume(void *unused) {
    (void)unused;
    pthread_mutex_lock(&lock);
    while (items == 0)
        pthread_cond_wait(&ready, &lock);
    items--;
    pthread_mutex_unlock(&lock);
    sched_yield();
    return NULL;
}

static void *consume_for_a_while(void *unused) {
    (void)unused;
    struct timespec until = after_ms(CLOCK_REALTIME, 1);
    pthread_mutex_lock(&lock);
    while (items == 0) {
        if (pthread_cond_timedwait(&ready, &lock, &until) == ETIMEDOUT)
            break;
    }
    items -= items > 0;
    pthread_mutex_unlock(&lock);
    return NULL;
}

static void *try_things(void *unused) {
    (void)unused;
    struct timespec until = after_ms(CLOCK_REALTIME, 1);
    int expected = 0;
    if (pthread_mutex_timedlock(&other, &until) == 0) {
        if (pthread_mutex_trylock(&lock) == 0) {
            counter++;
            pthread_mutex_unlock(&lock);
        }
        usleep(1500);
        pthread_mutex_unlock(&other);
    }
    atomic_compare_exchange_strong(&word, &expected, 7);
    return NULL;
}

void everything(void);
void everything(void) {
    static void *(*const roles[])(void *) = {consume, consume_for_a_while, consume,
                                             produce, try_things,          try_things};
    enum { N = sizeof(roles) / sizeof(roles[0]) };
    pthread_t t[N];
    for (int i = 0; i < N; i++)
        pthread_create(&t[i], NULL, roles[i], NULL);
    for (int i = 0; i < N; i++)
        pthread_join(t[i], NULL);
    out(items);
    out(counter);
    out(atomic_load(&word));
}

/* ---- what goes wrong, now and then ---- */

static void *ab(void *unused) {
    (void)unused;
    pthread_mutex_lock(&lock);
    pthread_mutex_lock(&other);
    pthread_mutex_unlock(&other);
    pthread_mutex_unlock(&lock);
    return NULL;
}

static void *ba(void *unused) {
    (void)unused;
    pthread_mutex_lock(&other);
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
    pthread_mutex_unlock(&other);
    return NULL;
}

void inversion(void);
void inversion(void) {
    pthread_t a, b;
    pthread_create(&a, NULL, ab, NULL);
    pthread_create(&b, NULL, ba, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
}

static void *crash(void *at) {
    counter++;
    *(volatile int *)at = 1;
    return NULL;
}

void null_write(void);
void null_write(void) {
    pthread_t a;
    pthread_create(&a, NULL, crash, NULL);
    pthread_join(a, NULL);
}

/* Blocks of many sizes, left behind. */
void litter(void);
void litter(void) {
    static void *keep[24];
    for (size_t i = 0; i < 24; i++)
        keep[i] = calloc(1, (size_t)7 << (i % 14));
    errno = 33;
    for (size_t i = 0; i < 24; i++)
        out((int64_t)(uintptr_t)keep[i]);
    out((int64_t)(uintptr_t)&keep);
    counter = 99;
}

static void *tick(void *unused) {
    (void)unused;
    atomic_fetch_add(&word, 1);
    return NULL;
}

/* What stands where nothing was written, and where things lie. */
static void *look_around(void *unused) {
    (void)unused;
    unsigned char frame[3000];
    unsigned char *volatile at = frame; /* read as it is found */
    int64_t sum = 0;
    for (int i = 0; i < 3000; i++)
        sum += at[i];
    out(sum);
    out((int64_t)(uintptr_t)at);
    for (size_t n = 8; n < 300000; n *= 3) {
        unsigned char *volatile block = malloc(n);
        sum = 0;
        for (size_t i = 0; i < n; i++)
            sum = sum * 31 + block[i];
        out(sum);
        out((int64_t)(uintptr_t)block);
        memset(block, 77, n);
        if (n > 100)
            free(block);
    }
    memset(at, 78, sizeof(frame));
    return NULL;
}

void unwritten(void);
void unwritten(void) {
    pthread_t a, b;
    pthread_create(&a, NULL, look_around, NULL);
    pthread_create(&b, NULL, look_around, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
}

static void fill(unsigned char *at, size_t n) {
    memset(at, 79, n);
}

static void *fill_stack(void *unused) {
    (void)unused;
    unsigned char frame[100000];
    fill(frame, sizeof(frame));
    if (case_in)
        *(volatile int *)NULL = 1;
    return NULL;
}

void dirty_stacks(void);
void dirty_stacks(void) {
    pthread_t t[7];
    for (int i = 0; i < 7; i++)
        pthread_create(&t[i], NULL, fill_stack, NULL);
    for (int i = 0; i < 7; i++)
        pthread_join(t[i], NULL);
}

void crowd(void);
void crowd(void) {
    pthread_t t[1000];
    int n = (int)case_in;
    for (int i = 0; i < n; i++)
        pthread_create(&t[i], NULL, tick, NULL);
    for (int i = 0; i < n; i++)
        pthread_join(t[i], NULL);
    out(atomic_load(&word));
}

SNAG_SCENARIO(explore) {
    case_body();
}
