/* atomic_body.c: code under test for atomic_test.c: every operation in every width and order. */
#include "../exec/cases.h"
#include "snag/scenario.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

/* For each width: all operations on two operands; what each returns and leaves goes into `all`. */
#define WIDTH(type, name)                                                                          \
    static uint64_t name(uint64_t x, uint64_t y) {                                                 \
        static _Atomic type v;                                                                     \
        uint64_t all = 0;                                                                          \
        type expected;                                                                             \
        bool done;                                                                                 \
        atomic_store(&v, (type)x);                                                                 \
        MIX(atomic_load_explicit(&v, memory_order_acquire));                                       \
        MIX(atomic_exchange(&v, (type)y));                                                         \
        MIX(atomic_fetch_add_explicit(&v, (type)x, memory_order_relaxed));                         \
        MIX(atomic_fetch_sub_explicit(&v, (type)(y + 3), memory_order_release));                   \
        MIX(atomic_fetch_and_explicit(&v, (type)~x, memory_order_acq_rel));                        \
        MIX(atomic_fetch_or(&v, (type)(y << 1)));                                                  \
        MIX(atomic_fetch_xor(&v, (type)(x * 5)));                                                  \
        MIX(__atomic_fetch_nand((type *)(void *)&v, (type)(x | y), __ATOMIC_SEQ_CST));             \
        MIX(atomic_load_explicit(&v, memory_order_relaxed));                                       \
        expected = (type)(atomic_load(&v) + 1);                                                    \
        done = atomic_compare_exchange_strong(&v, &expected, (type)x);                             \
        MIX(done);                                                                                 \
        MIX(expected);                                                                             \
        done = atomic_compare_exchange_strong_explicit(                                            \
            &v, &expected, (type)x, memory_order_acq_rel, memory_order_acquire);                   \
        MIX(done);                                                                                 \
        MIX(expected);                                                                             \
        MIX(__sync_val_compare_and_swap((type *)(void *)&v, (type)x, (type)y));                    \
        MIX(__sync_val_compare_and_swap((type *)(void *)&v, (type)(y + 1), (type)x));              \
        while (!atomic_compare_exchange_weak(&v, &expected, (type)(expected + y)))                 \
            ;                                                                                      \
        atomic_thread_fence(memory_order_seq_cst);                                                 \
        atomic_signal_fence(memory_order_seq_cst);                                                 \
        atomic_store_explicit(&v, (type)(atomic_load(&v) + x), memory_order_release);              \
        MIX(atomic_load(&v));                                                                      \
        return all;                                                                                \
    }
#define MIX(value) (all = all * UINT64_C(0x9e3779b97f4a7c15) + (uint64_t)(value) + 1)

WIDTH(uint8_t, on8)
WIDTH(uint16_t, on16)
WIDTH(uint32_t, on32)
WIDTH(uint64_t, on64)
WIDTH(__uint128_t, on128)

void every_operation(void);
void every_operation(void) {
    uint64_t x = (uint64_t)case_in * UINT64_C(0xd1342543de82ef95) + 7, y = x ^ (x >> 29);
    out((int64_t)on8(x, y));
    out((int64_t)on16(x, y));
    out((int64_t)on32(x, y));
    out((int64_t)on64(x, y));
    out((int64_t)on128(x, y));
}

/* ---- as scheduling points ---- */

static atomic_int number;
static atomic_bool flag;
static _Atomic(void *) pointer;

static void *add_by_load_and_store(void *unused) {
    (void)unused;
    for (int i = 0; i < 3; i++)
        atomic_store(&number, atomic_load(&number) + 1); /* loses updates */
    return NULL;
}

static void *add_at_once(void *unused) {
    (void)unused;
    for (int i = 0; i < 3; i++)
        atomic_fetch_add(&number, 1);
    return NULL;
}

static void *add_by_cas(void *unused) {
    (void)unused;
    for (int i = 0; i < 3; i++) {
        int seen = atomic_load(&number);
        while (!atomic_compare_exchange_weak(&number, &seen, seen + 1))
            ;
    }
    return NULL;
}

void adders(void);
void adders(void) {
    static void *(*const how[])(void *) = {add_by_load_and_store, add_at_once, add_by_cas};
    pthread_t t[3];
    for (int i = 0; i < 3; i++)
        pthread_create(&t[i], NULL, how[case_in], NULL);
    for (int i = 0; i < 3; i++)
        pthread_join(t[i], NULL);
    out(atomic_load(&number));
}

/* Each side fences between its store and its load: at least one sees the other. */
static void *fenced(void *argument) {
    atomic_int *mine = argument;
    static atomic_int sides[2];
    int me = mine == &number;
    atomic_store_explicit(&sides[me], 1, memory_order_relaxed);
    atomic_thread_fence(memory_order_seq_cst);
    out(atomic_load_explicit(&sides[!me], memory_order_relaxed));
    return NULL;
}

void fences(void);
void fences(void) {
    pthread_t a, b;
    pthread_create(&a, NULL, fenced, &number);
    pthread_create(&b, NULL, fenced, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
}

/* A pointer and a count, changed as one: as a stack does that must not mistake a node for what it
 * was. */
struct tagged {
    uint64_t at, count;
};
static _Atomic struct tagged top __attribute__((aligned(16)));

static void *moves_both(void *unused) {
    (void)unused;
    for (int i = 0; i < 3; i++) {
        struct tagged seen = atomic_load(&top), next;
        do {
            next = (struct tagged){seen.at + 2, seen.count + 1};
        } while (!atomic_compare_exchange_strong(&top, &seen, next));
    }
    return NULL;
}

void both_halves(void);
void both_halves(void) {
    pthread_t t[3];
    for (int i = 0; i < 3; i++)
        pthread_create(&t[i], NULL, moves_both, NULL);
    for (int i = 0; i < 3; i++)
        pthread_join(t[i], NULL);
    struct tagged end = atomic_load(&top);
    out((int64_t)end.at);
    out((int64_t)end.count);
}

/* Values that are addresses leave no trace in the log. */
void addresses(void);
void addresses(void) {
    void *block = malloc((size_t)case_in);
    atomic_store(&pointer, block);
    out(atomic_load(&pointer) == block);
    atomic_store(&flag, true);
    free(block);
}

SNAG_SCENARIO(atomics) {
    case_body();
}
