/* lock_order_body.c: code under test for lock_order_test.c: orders in which two or more take locks.
 *
 * Two threads, first_thread and second_thread, run what the case gives them; `case_in` picks the
 * variant. Functions are named for what the keys should say.
 */
#define _GNU_SOURCE
#include "../exec/cases.h"
#include "snag/annotate.h"
#include "snag/scenario.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>

enum { LOCKS = 48 };

static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER,
                       c = PTHREAD_MUTEX_INITIALIZER, gate = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER, gates = PTHREAD_RWLOCK_INITIALIZER;
static pthread_spinlock_t spin;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static pthread_mutex_t many[LOCKS], more[2 * LOCKS];
static atomic_int hand; /* a lock made by hand */
static bool told;

static void start(pthread_t *t, void (*f)(void)) {
    pthread_create(t, NULL, (void *(*)(void *))(void *)f, NULL);
}

static void both(void (*first)(void), void (*second)(void)) {
    pthread_t t[2];
    start(&t[0], first);
    start(&t[1], second);
    pthread_join(t[0], NULL);
    pthread_join(t[1], NULL);
}

static void take(pthread_mutex_t *one, pthread_mutex_t *two) {
    pthread_mutex_lock(one);
    pthread_mutex_lock(two);
    pthread_mutex_unlock(two);
    pthread_mutex_unlock(one);
}

static void a_then_b(void) {
    pthread_mutex_lock(&a);
    pthread_mutex_lock(&b);
    pthread_mutex_unlock(&b);
    pthread_mutex_unlock(&a);
}

static void b_then_a(void) {
    pthread_mutex_lock(&b);
    pthread_mutex_lock(&a);
    pthread_mutex_unlock(&a);
    pthread_mutex_unlock(&b);
}

/* ---- two and three ---- */

void two(void);
void two(void) {
    both(a_then_b, case_in ? a_then_b : b_then_a);
}

static void each_way(void) {
    a_then_b();
    b_then_a();
}

static void nothing(void) {}

/* One actor alone cannot meet himself. */
void alone(void);
void alone(void) {
    both(each_way, case_in ? nothing : a_then_b);
}

static void b_then_c(void) {
    take(&b, &c);
}

static void c_then_a(void) {
    if (case_in)
        take(&a, &c);
    else
        take(&c, &a);
}

void three(void);
void three(void) {
    pthread_t t;
    start(&t, c_then_a);
    both(a_then_b, b_then_c);
    pthread_join(t, NULL);
}

/* ---- gates ---- */

static void gated_a_then_b(void) {
    pthread_mutex_lock(&gate);
    a_then_b();
    pthread_mutex_unlock(&gate);
}

static void gated_b_then_a(void) {
    if (case_in)
        pthread_mutex_lock(&gate);
    b_then_a();
    if (case_in)
        pthread_mutex_unlock(&gate);
}

void gated(void);
void gated(void) {
    both(gated_a_then_b, gated_b_then_a);
}

static void lock_gates(void) {
    if (case_in)
        pthread_rwlock_wrlock(&gates);
    else
        pthread_rwlock_rdlock(&gates);
}

static void read_gated_a_then_b(void) {
    lock_gates();
    a_then_b();
    pthread_rwlock_unlock(&gates);
}

static void read_gated_b_then_a(void) {
    lock_gates();
    b_then_a();
    pthread_rwlock_unlock(&gates);
}

/* Two readers pass a gate at the same time. */
void read_gated(void);
void read_gated(void) {
    both(read_gated_a_then_b, read_gated_b_then_a);
}

/* ---- order by starting and joining ---- */

/* 0: b then a while the other one may be at it; 1: before it is started; 2: after it was joined. */
void started(void);
void started(void) {
    pthread_t t;
    if (case_in == 1)
        b_then_a();
    start(&t, a_then_b);
    if (case_in == 0)
        b_then_a();
    pthread_join(t, NULL);
    if (case_in == 2)
        b_then_a();
}

/* Before, meanwhile and after: one of them counts. */
void thrice(void);
void thrice(void) {
    pthread_t t;
    b_then_a();
    start(&t, a_then_b);
    if (case_in == 0)
        b_then_a();
    pthread_join(t, NULL);
    b_then_a();
}

static void starts_b_then_a(void) {
    pthread_t t;
    start(&t, b_then_a);
    pthread_join(t, NULL);
}

/* A thread that is joined; then one that starts another. */
void in_turn(void);
void in_turn(void) {
    pthread_t t, u;
    start(&t, a_then_b);
    if (case_in)
        pthread_join(t, NULL);
    start(&u, starts_b_then_a);
    pthread_join(u, NULL);
    if (!case_in)
        pthread_join(t, NULL);
}

/* ---- kinds of locks ---- */

static void reads_then_a(void) {
    pthread_rwlock_rdlock(&rw);
    pthread_mutex_lock(&a);
    pthread_mutex_unlock(&a);
    pthread_rwlock_unlock(&rw);
}

static void a_then_rw(void) {
    pthread_mutex_lock(&a);
    if (case_in)
        pthread_rwlock_rdlock(&rw);
    else
        pthread_rwlock_wrlock(&rw);
    pthread_rwlock_unlock(&rw);
    pthread_mutex_unlock(&a);
}

void readers(void);
void readers(void) {
    both(reads_then_a, a_then_rw);
}

static void spin_then_a(void) {
    pthread_spin_lock(&spin);
    pthread_mutex_lock(&a);
    pthread_mutex_unlock(&a);
    pthread_spin_unlock(&spin);
}

static void a_then_spin(void) {
    if (!case_in)
        pthread_mutex_lock(&a);
    pthread_spin_lock(&spin);
    pthread_spin_unlock(&spin);
    if (!case_in)
        pthread_mutex_unlock(&a);
}

void spins(void);
void spins(void) {
    pthread_spin_init(&spin, 0);
    both(spin_then_a, a_then_spin);
}

/* `case_in`: only tries it. */
static bool hand_lock(void) {
    if (!case_in)
        SNAG_LOCK_WAIT(&hand);
    while (atomic_exchange(&hand, 1) != 0)
        if (case_in)
            return false;
    SNAG_LOCK_ACQUIRED(&hand);
    return true;
}

static void hand_unlock(void) {
    SNAG_LOCK_RELEASED(&hand);
    atomic_store(&hand, 0);
}

static void hand_then_a(void) {
    if (!hand_lock())
        return;
    pthread_mutex_lock(&a);
    pthread_mutex_unlock(&a);
    hand_unlock();
}

static void a_then_hand(void) {
    pthread_mutex_lock(&a);
    if (hand_lock())
        hand_unlock();
    pthread_mutex_unlock(&a);
}

void by_hand(void);
void by_hand(void) {
    both(hand_then_a, a_then_hand);
}

/* ---- ways of taking ---- */

static const struct timespec late = {.tv_sec = 1000000};

/* 0: waits as long as it takes; 1: tries; 2: waits until a time. */
static void b_then_maybe_a(void) {
    pthread_mutex_lock(&b);
    int got = case_in == 0   ? pthread_mutex_lock(&a)
              : case_in == 1 ? pthread_mutex_trylock(&a)
                             : pthread_mutex_timedlock(&a, &late);
    if (got == 0)
        pthread_mutex_unlock(&a);
    pthread_mutex_unlock(&b);
}

void tried(void);
void tried(void) {
    both(a_then_b, b_then_maybe_a);
}

static void tries_b_then_a(void) {
    if (pthread_mutex_trylock(&b) != 0)
        return;
    if (!case_in)
        pthread_mutex_lock(&a);
    if (!case_in)
        pthread_mutex_unlock(&a);
    pthread_mutex_unlock(&b);
}

/* A lock that was tried is held like any other. */
void tried_first(void);
void tried_first(void) {
    both(a_then_b, tries_b_then_a);
}

static void waits_holding_b(void) {
    pthread_mutex_lock(&a);
    if (!case_in)
        pthread_mutex_lock(&b);
    while (!told)
        pthread_cond_wait(&cond, &a);
    if (!case_in)
        pthread_mutex_unlock(&b);
    pthread_mutex_unlock(&a);
}

static void tells_then_b(void) {
    pthread_mutex_lock(&a);
    told = true;
    pthread_cond_signal(&cond);
    pthread_mutex_unlock(&a);
    a_then_b();
}

/* By a wait, a mutex is taken again, under whatever else is held. */
void waited(void);
void waited(void) {
    both(waits_holding_b, tells_then_b);
}

static pthread_mutex_t again = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

static void again_then_a(void) {
    pthread_mutex_lock(&again);
    pthread_mutex_lock(&a);
    pthread_mutex_lock(&again);
    pthread_mutex_unlock(&again);
    pthread_mutex_unlock(&a);
    pthread_mutex_unlock(&again);
}

static void a_then_again(void) {
    pthread_mutex_lock(&a);
    pthread_mutex_lock(&again);
    pthread_mutex_unlock(&again);
    pthread_mutex_unlock(&a);
}

/* Who has a recursive one does not wait for it. */
void recursive(void);
void recursive(void) {
    both(again_then_a, case_in ? again_then_a : a_then_again);
}

/* ---- bounds ---- */

static void all_pairs(void) {
    for (int i = 0; i < LOCKS; i++)
        for (int k = i + 1; k < LOCKS; k++)
            take(&many[i], &many[k]);
}

/* More ways than are kept: 48 * 47 / 2. */
void ways(void);
void ways(void) {
    both(all_pairs, nothing);
}

static void neighbours(void) {
    for (int i = 0; i + 1 < 2 * LOCKS; i++)
        take(&more[i], &more[i + 1]);
}

static void twice_neighbours(void) {
    both(neighbours, neighbours);
}

/* Many locks, each taken under the one before it, by four: there is nothing to be tried. */
void rising(void);
void rising(void) {
    both(twice_neighbours, twice_neighbours);
}

static void *locks_some(void *from) {
    for (int i = 0; i < 8; i++)
        for (int k = 0; k < 8; k++)
            if (i != k && ((i + k + *(const int *)from) & 1) != 0)
                take(&many[i], &many[k]);
    return NULL;
}

/* More chains than are tried, of threads that come one after another; then two that meet. */
void phases(void);
void phases(void) {
    for (int i = 0; i < 6; i++) {
        pthread_t t;
        pthread_create(&t, NULL, locks_some, &i);
        pthread_join(t, NULL);
    }
    both(a_then_b, b_then_a);
}

/* More at a time than are kept. `case_in`: how many. */
void deep(void);
void deep(void) {
    for (int64_t i = 0; i < case_in; i++)
        pthread_mutex_lock(&many[i]);
    for (int64_t i = 0; i < case_in; i++)
        pthread_mutex_unlock(&many[i]);
}

SNAG_SCENARIO(lock_order) {
    case_body();
}
