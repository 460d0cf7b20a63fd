/* tired_body.c: code under test for tired_test.c: loops that wait for plain variables. */
#define _GNU_SOURCE
#include "../exec/cases.h"
#include "snag/scenario.h"

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

static volatile int flag, turn, wants[2];
static volatile long looked;
static int plain_flag, guarded;
static int table[4096];

static void *sets(void *unused) {
    sched_yield();
    plain_flag = 1;
    flag = 1;
    return unused;
}

static void *sets_nothing(void *unused) {
    sched_yield();
    return unused;
}

static void beside(void *(*waits)(void *), void *(*other)(void *)) {
    pthread_t t, u;
    pthread_create(&t, NULL, waits, NULL);
    pthread_create(&u, NULL, other, NULL);
    pthread_join(t, NULL);
    pthread_join(u, NULL);
    out(flag);
}

static void *looks(void *unused) {
    while (flag == 0) {
    }
    return unused;
}

static void *looks_and_pauses(void *unused) {
    while (plain_flag == 0)
        __asm__ volatile("" ::: "memory");
    return unused;
}

static void *looks_and_yields(void *unused) {
    while (plain_flag == 0)
        sched_yield();
    return unused;
}

static void *looks_and_sleeps(void *unused) {
    while (plain_flag == 0)
        usleep(10);
    return unused;
}

static void *looks_and_counts(void *unused) {
    while (flag == 0)
        looked++;
    return unused;
}

static void *looks_and_counts_itself(void *unused) {
    volatile long own = 0;
    while (flag == 0)
        own++;
    return unused;
}

#define WAITS(X)                                                                                   \
    X(looks)                                                                                       \
    X(looks_and_pauses)                                                                            \
    X(looks_and_yields)                                                                            \
    X(looks_and_sleeps)                                                                            \
    X(looks_and_counts)                                                                            \
    X(looks_and_counts_itself)
#define CASE(name)                                                                                 \
    void case_##name(void);                                                                        \
    void case_##name(void) {                                                                       \
        beside(name, case_in ? sets_nothing : sets);                                               \
    }
WAITS(CASE)

/* Two who wait for each other. */
void both_look(void);
void both_look(void) {
    beside(looks, looks);
}

/* Peterson, Myths about the mutual exclusion problem (1981). */
static void excluded(int self) {
    wants[self] = 1;
    turn = 1 - self;
    while (wants[1 - self] && turn == 1 - self) {
    }
    guarded++;
    wants[self] = 0;
}

static void *first(void *unused) {
    excluded(0);
    return unused;
}

static void *second(void *unused) {
    excluded(1);
    return unused;
}

void peterson(void);
void peterson(void) {
    beside(first, second);
    out(guarded);
}

/* Much to do, and nobody to wait for. */
static void *computes(void *unused) {
    for (int round = 0; round < 64; round++)
        for (int i = 0; i < 4096; i++)
            table[i] += table[(i * 7 + round) % 4096] + 1;
    return unused;
}

void much_to_do(void);
void much_to_do(void) {
    beside(computes, computes);
}

/* The same on the stack: what others do is of no matter to it. */
void much_for_itself(void);
void much_for_itself(void) {
    volatile int own[64] = {0};
    for (int i = 0; i < 200000; i++)
        own[i % 64]++;
    out(own[5]);
}

/* A look that ends by itself: it is no spin. */
static void *looks_for_a_while(void *unused) {
    int left = 100000;
    while (flag == 0 && left > 0)
        left--;
    out(left == 0);
    return unused;
}

void a_while(void);
void a_while(void) {
    pthread_t t;
    pthread_create(&t, NULL, looks_for_a_while, NULL);
    pthread_join(t, NULL);
}

SNAG_SCENARIO(tired) {
    case_body();
}
