/* futex.h: a lock, a notification and a barrier that wait by futex(2) alone.
 *
 * The lock is the third mutex of Drepper, Futexes are tricky (2011). The rule: nobody sleeps but on
 * a word that still is as he saw it when he decided to, and whoever changes it wakes.
 */
#ifndef FUTEX_H
#define FUTEX_H

#include <limits.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

static void futex_wait(atomic_uint *word, unsigned seen) {
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, seen, NULL, NULL, 0);
}

static void futex_wake(atomic_uint *word, int most) {
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, most, NULL, NULL, 0);
}

/* 0: free, 1: locked, 2: and somebody may wait. */
static void word_lock(atomic_uint *word) {
    unsigned was = 0;
    if (atomic_compare_exchange_strong(word, &was, 1))
        return;
    if (was != 2)
        was = atomic_exchange(word, 2);
    while (was != 0) {
        futex_wait(word, 2);
        was = atomic_exchange(word, 2);
    }
}

static void word_unlock(atomic_uint *word) {
    if (atomic_exchange(word, 0) == 2)
        futex_wake(word, 1);
}

struct notify {
    atomic_uint lock; /* guards the rest */
    bool kept;
    unsigned came;
    atomic_uint told; /* of those who came; they look at it without the lock */
};

static void notify_init(struct notify *n) {
    atomic_init(&n->lock, 0);
    atomic_init(&n->told, 0);
    n->kept = false;
    n->came = 0;
}

static void notify_destroy(struct notify *n) {
    (void)n;
}

static void notify_wait(struct notify *n) {
    word_lock(&n->lock);
    bool kept = n->kept;
    unsigned self = n->came, told;
    n->came += !kept;
    n->kept = false;
    word_unlock(&n->lock);
    while (!kept && (told = atomic_load(&n->told)) <= self)
        futex_wait(&n->told, told);
}

static void notify_one(struct notify *n) {
    word_lock(&n->lock);
    if (atomic_load(&n->told) < n->came) {
        atomic_fetch_add(&n->told, 1);
        futex_wake(&n->told, INT_MAX); /* whose turn it is, only they know */
    } else {
        n->kept = true;
    }
    word_unlock(&n->lock);
}

static int64_t notify_all(struct notify *n) {
    word_lock(&n->lock);
    int64_t waiting = n->came - atomic_load(&n->told);
    atomic_store(&n->told, n->came);
    futex_wake(&n->told, INT_MAX);
    word_unlock(&n->lock);
    return waiting;
}

struct barrier {
    atomic_uint lock; /* guards the rest */
    int64_t parties, arrived;
    atomic_uint generation; /* they look at it without the lock */
};

static void barrier_init(struct barrier *b, int64_t parties) {
    atomic_init(&b->lock, 0);
    atomic_init(&b->generation, 0);
    b->parties = parties;
    b->arrived = 0;
}

static void barrier_destroy(struct barrier *b) {
    (void)b;
}

static bool barrier_wait(struct barrier *b) {
    word_lock(&b->lock);
    unsigned own = atomic_load(&b->generation);
    bool last = ++b->arrived == b->parties;
    if (last) {
        b->arrived = 0;
        atomic_store(&b->generation, own + 1);
        futex_wake(&b->generation, INT_MAX);
    }
    word_unlock(&b->lock);
    while (atomic_load(&b->generation) == own)
        futex_wait(&b->generation, own);
    return last;
}

#endif
