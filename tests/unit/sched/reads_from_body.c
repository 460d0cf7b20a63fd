/* reads_from_body.c: programs in which who reads from whom depends on the schedule. */
#include "../exec/cases.h"
#include "reads_from_bodies.h"
#include "snag/scenario.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>

enum { CREW_MAX = 32 };
static pthread_t crew[CREW_MAX];
static int crew_count;

static void begin(void *(*work)(void *), void *argument) {
    pthread_create(&crew[crew_count++], NULL, work, argument);
}

static void await_all(void) {
    while (crew_count > 0) {
        pthread_join(crew[--crew_count], NULL);
    }
}

static _Atomic int value, flag;

static void *store_one(void *unused) {
    atomic_store(&value, 1);
    return unused;
}
static void *store_two(void *unused) {
    atomic_store(&value, 2);
    return unused;
}
static void *add_three(void *unused) {
    atomic_fetch_add(&value, 3);
    return unused;
}
static void *load(void *unused) {
    (void)atomic_load(&value);
    return unused;
}

/* The reader comes last, and once. */
void three_stores(void) {
    for (int i = 0; i < 4; i++) {
        begin(store_one, NULL);
        begin(store_two, NULL);
    }
    begin(add_three, NULL);
    begin(load, NULL);
    await_all();
}

static void *load_thrice(void *unused) {
    for (int i = 0; i < 3; i++) {
        case_out[case_outs++] = atomic_load(&value);
    }
    return unused;
}

void three_loads(void) {
    begin(store_one, NULL);
    begin(store_one, NULL);
    begin(load_thrice, NULL);
    await_all();
}

static pthread_mutex_t first_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t second_lock = PTHREAD_MUTEX_INITIALIZER;
static int number, follows;

static void *write_both(void *unused) {
    pthread_mutex_lock(&first_lock);
    number = 1;
    pthread_mutex_unlock(&first_lock);
    pthread_mutex_lock(&second_lock);
    follows = 2;
    pthread_mutex_unlock(&second_lock);
    return unused;
}
static void *read_both(void *unused) {
    pthread_mutex_lock(&first_lock);
    (void)number;
    pthread_mutex_unlock(&first_lock);
    pthread_mutex_lock(&second_lock);
    (void)follows;
    pthread_mutex_unlock(&second_lock);
    return unused;
}

void two_stage(void) {
    for (int i = 0; i < 10; i++) {
        begin(write_both, NULL);
    }
    begin(read_both, NULL);
    await_all();
}

/* In the same eight bytes. */
static struct { _Alignas(8) volatile int left, right; } pair;

static void *write_left(void *unused) {
    pair.left = 1;
    return unused;
}
static void *write_right(void *unused) {
    pair.right = 1;
    return unused;
}
static void *read_left(void *unused) {
    (void)pair.left;
    return unused;
}
static void *read_right(void *unused) {
    (void)pair.right;
    return unused;
}

void neighbours(void) {
    begin(write_left, NULL);
    begin(write_right, NULL);
    begin(read_left, NULL);
    begin(read_right, NULL);
    await_all();
}

static void *store_then_raise(void *unused) {
    atomic_store(&value, 1);
    atomic_store(&flag, 1);
    return unused;
}
static void *load_when_raised(void *unused) {
    while (atomic_load(&flag) == 0) {
        sched_yield();
    }
    (void)atomic_load(&value);
    return unused;
}

/* Nobody can read `value` as it was in the beginning. */
void after_a_flag(void) {
    begin(load_when_raised, NULL);
    begin(store_then_raise, NULL);
    await_all();
}

static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int left;

static void *hand(void *unused) {
    pthread_mutex_lock(&first_lock);
    left++;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&first_lock);
    return unused;
}
static void *take(void *unused) {
    pthread_mutex_lock(&first_lock);
    while (left == 0) {
        pthread_cond_wait(&changed, &first_lock);
    }
    left--;
    pthread_mutex_unlock(&first_lock);
    return unused;
}

void hand_over(void) {
    for (int i = 0; i < 3; i++) {
        begin(take, NULL);
        begin(hand, NULL);
    }
    await_all();
}

static volatile int64_t one, other;

static void *set(void *unused) {
    one = 1;
    other = 1;
    return unused;
}
static void *check(void *unused) {
    if (one == 1 && other == 0) {
        case_out[case_outs++] = 1;
    }
    return unused;
}

/* Of `case_in` setters none may have come to the second half when one has done the first. */
void reorder(void) {
    for (int64_t i = 0; i < case_in; i++) {
        begin(set, NULL);
    }
    begin(check, NULL);
    await_all();
}

SNAG_SCENARIO(reads_from) {
    case_body();
}
