/* lock_body.c: code under test for lock_test.c: rwlocks, spin locks, mutexes that are robust or
 * new.
 *
 * Each bug has a silent twin at `case_in` 1. Where an order matters, a case sleeps (virtual time).
 */
#define _GNU_SOURCE
#include "../exec/cases.h"
#include "snag/scenario.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;
static pthread_rwlock_t writers_first = PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;
static pthread_mutex_t plain = PTHREAD_MUTEX_INITIALIZER, robust;
static pthread_spinlock_t spin;

typedef void *(*thread_fn)(void *);

static void run(const thread_fn *f, int n) {
    pthread_t t[4];
    for (int i = 0; i < n; i++)
        pthread_create(&t[i], NULL, f[i], NULL);
    for (int i = 0; i < n; i++)
        pthread_join(t[i], NULL);
}

/* ---- several readers, one writer ---- */

static int inside, writing, seen_together, seen_wrong;

static void *reads(void *l) {
    for (int i = 0; i < 2; i++) {
        pthread_rwlock_rdlock(l);
        inside++;
        seen_together |= inside > 1;
        seen_wrong += writing;
        usleep(10);
        inside--;
        pthread_rwlock_unlock(l);
    }
    return NULL;
}

static void *writes(void *l) {
    for (int i = 0; i < 2; i++) {
        pthread_rwlock_wrlock(l);
        writing++;
        seen_wrong += writing != 1 || inside != 0;
        usleep(10);
        writing--;
        pthread_rwlock_unlock(l);
    }
    return NULL;
}

void rwlock_excludes(void);
void rwlock_excludes(void) {
    void *l = case_in ? &writers_first : &rw;
    static const thread_fn f[] = {reads, writes, reads, writes};
    pthread_t t[4];
    for (int i = 0; i < 4; i++)
        pthread_create(&t[i], NULL, f[i], l);
    for (int i = 0; i < 4; i++)
        pthread_join(t[i], NULL);
    out(seen_wrong);
    out(seen_together);
}

/* ---- a recursive read lock behind a waiting writer ---- */

static void read_again(pthread_rwlock_t *l) {
    pthread_rwlock_rdlock(l);
    pthread_rwlock_unlock(l);
}

static void *reads_twice(void *l) {
    pthread_rwlock_rdlock(l);
    if (!case_in)
        read_again(l);
    pthread_rwlock_unlock(l);
    return NULL;
}

static void *writes_once(void *l) {
    pthread_rwlock_wrlock(l);
    pthread_rwlock_unlock(l);
    return NULL;
}

static void recursion_of(pthread_rwlock_t *l) {
    pthread_t t, u;
    pthread_create(&t, NULL, reads_twice, l);
    pthread_create(&u, NULL, writes_once, l);
    pthread_join(t, NULL);
    pthread_join(u, NULL);
}

void recursive_read(void);
void recursive_read(void) {
    recursion_of(&rw);
}

void recursive_read_nonrecursive(void);
void recursive_read_nonrecursive(void) {
    recursion_of(&writers_first);
}

void recursive_read_alone(void);
void recursive_read_alone(void) {
    for (int i = 0; i < 3; i++)
        out(pthread_rwlock_rdlock(&writers_first));
    for (int i = 0; i < 3; i++)
        out(pthread_rwlock_unlock(&writers_first));
    out(pthread_rwlock_wrlock(&writers_first));
    out(pthread_rwlock_unlock(&writers_first));
}

/* ---- cycles through one of several readers ---- */

static void *only_reads(void *unused) {
    pthread_rwlock_rdlock(&rw);
    pthread_rwlock_unlock(&rw);
    return unused;
}

static void *read_then_lock(void *unused) {
    if (case_in)
        pthread_mutex_lock(&plain);
    pthread_rwlock_rdlock(&rw);
    if (!case_in)
        pthread_mutex_lock(&plain);
    pthread_mutex_unlock(&plain);
    pthread_rwlock_unlock(&rw);
    return unused;
}

static void *lock_then_write(void *unused) {
    pthread_mutex_lock(&plain);
    pthread_rwlock_wrlock(&rw);
    pthread_rwlock_unlock(&rw);
    pthread_mutex_unlock(&plain);
    return unused;
}

void one_of_the_readers(void);
void one_of_the_readers(void) {
    static const thread_fn f[] = {only_reads, lock_then_write, read_then_lock, only_reads};
    run(f, 4);
}

static void upgrade(void) {
    pthread_rwlock_wrlock(&rw);
    pthread_rwlock_unlock(&rw);
}

void upgrades(void);
void upgrades(void) {
    pthread_rwlock_rdlock(&rw);
    if (case_in)
        pthread_rwlock_unlock(&rw);
    upgrade();
    if (!case_in)
        pthread_rwlock_unlock(&rw);
}

static void *upgrades_too(void *unused) {
    upgrades();
    return unused;
}

/* Two that read, and both want to write: each holds up the other, or hangs alone. */
void both_upgrade(void);
void both_upgrade(void) {
    static const thread_fn f[] = {upgrades_too, upgrades_too};
    run(f, 2);
}

static void *reads_and_leaves(void *unused) {
    pthread_rwlock_rdlock(&rw);
    pthread_rwlock_unlock(&rw);
    return unused;
}

/* The others come and go while it stands before the lock: it still waits for itself alone. */
void upgrades_beside_readers(void);
void upgrades_beside_readers(void) {
    static const thread_fn f[] = {upgrades_too, reads_and_leaves, reads_and_leaves};
    run(f, 3);
}

/* What the owner is told, though writers who gave up waiting came and went. */
static void *tries_for_a_while(void *unused) {
    struct timespec at;
    clock_gettime(CLOCK_REALTIME, &at);
    at.tv_nsec = 0;
    if (pthread_rwlock_timedwrlock(&rw, &at) == 0)
        pthread_rwlock_unlock(&rw);
    return unused;
}

static void *owns_and_reads(void *unused) {
    pthread_rwlock_wrlock(&rw);
    out(pthread_rwlock_rdlock(&rw));
    out(pthread_rwlock_wrlock(&rw));
    pthread_rwlock_unlock(&rw);
    return unused;
}

void owner_beside_writers(void);
void owner_beside_writers(void) {
    static const thread_fn f[] = {owns_and_reads, tries_for_a_while, tries_for_a_while};
    run(f, 3);
}

/* ---- ended without giving it up ---- */

static void *ends_with(void *which) {
    if (which == &plain)
        pthread_mutex_lock(&plain);
    else if (which == &rw)
        pthread_rwlock_rdlock(&rw);
    else
        pthread_spin_lock(&spin);
    if (!case_in)
        pthread_exit(NULL);
    if (which == &plain)
        pthread_mutex_unlock(&plain);
    else if (which == &rw)
        pthread_rwlock_unlock(&rw);
    else
        pthread_spin_unlock(&spin);
    return NULL;
}

static void *needs(void *which) {
    if (which == &plain) {
        pthread_mutex_lock(&plain);
        pthread_mutex_unlock(&plain);
    } else if (which == &rw) {
        upgrade();
    } else {
        pthread_spin_lock(&spin);
        pthread_spin_unlock(&spin);
    }
    return NULL;
}

static void ended_with(void *which) {
    pthread_t t, u;
    pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE);
    pthread_create(&t, NULL, ends_with, which);
    pthread_join(t, NULL);
    pthread_create(&t, NULL, needs, which);
    pthread_create(&u, NULL, needs, which);
    pthread_join(t, NULL);
    pthread_join(u, NULL);
}

void ended_with_mutex(void);
void ended_with_mutex(void) {
    ended_with(&plain);
}

void ended_with_rwlock(void);
void ended_with_rwlock(void) {
    ended_with(&rw);
}

void ended_with_spin(void);
void ended_with_spin(void) {
    ended_with((void *)&spin);
}

/* ---- robust ---- */

static void *dies(void *unused) {
    (void)unused;
    out(pthread_mutex_lock(&robust));
    return NULL;
}

static void make_robust(void) {
    pthread_mutexattr_t attr;
    pthread_mutexattr_init(&attr);
    pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&robust, &attr);
    pthread_mutexattr_destroy(&attr);
}

static void let_die(void) {
    pthread_t t;
    pthread_create(&t, NULL, dies, NULL);
    pthread_join(t, NULL);
}

static void *wants_robust(void *unused) {
    (void)unused;
    int r = pthread_mutex_lock(&robust);
    out(r);
    if (r == 0 || r == EOWNERDEAD)
        pthread_mutex_unlock(&robust);
    return NULL;
}

/* In the end: one who waits for it when it becomes unusable. */
void robust_results(void);
void robust_results(void) {
    pthread_t t;
    make_robust();
    out(pthread_mutex_consistent(&robust));
    let_die();
    out(pthread_mutex_trylock(&robust));
    out(pthread_mutex_consistent(&robust));
    out(pthread_mutex_unlock(&robust));
    out(pthread_mutex_unlock(&robust));
    let_die();
    let_die();
    out(pthread_mutex_lock(&robust));
    pthread_create(&t, NULL, wants_robust, NULL);
    usleep(10);
    out(pthread_mutex_unlock(&robust));
    pthread_join(t, NULL);
    out(pthread_mutex_trylock(&robust));
    out(pthread_mutex_lock(&robust));
    out(pthread_mutex_consistent(&robust));
    out(pthread_mutex_destroy(&robust));
}

/* ---- spin locks ---- */

static void *spins(void *unused) {
    (void)unused;
    out(pthread_spin_trylock(&spin));
    pthread_spin_lock(&spin);
    out(inside);
    pthread_spin_unlock(&spin);
    return NULL;
}

void spin_results(void);
void spin_results(void) {
    pthread_t t;
    out(pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE));
    out(pthread_spin_trylock(&spin));
    pthread_create(&t, NULL, spins, NULL);
    usleep(10);
    inside = 7;
    out(pthread_spin_unlock(&spin));
    pthread_join(t, NULL);
    out(pthread_spin_destroy(&spin));
}

static void spin_again(void) {
    pthread_spin_lock(&spin);
    pthread_spin_unlock(&spin);
}

void spins_twice(void);
void spins_twice(void) {
    pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE);
    if (!case_in)
        pthread_spin_lock(&spin);
    spin_again();
    if (!case_in)
        pthread_spin_unlock(&spin);
}

/* ---- memory that is one mutex after another ---- */

/* By nobody's hand but the heap's: one is given back as it is, and another is zero, as a new one.
 */
void one_after_another(void);
void one_after_another(void) {
    for (int i = 0; i < 3; i++) {
        pthread_mutex_t *m = calloc(1, sizeof(*m));
        out((intptr_t)m);
        for (int k = 0; k < 2; k++) {
            pthread_mutex_lock(m);
            pthread_mutex_unlock(m);
        }
        free(m);
    }
}

/* ---- more readers than there is room for ---- */

void reads_too_many(void);
void reads_too_many(void) {
    static pthread_rwlock_t many[9000];
    for (int i = 0; i < (int)case_in; i++)
        pthread_rwlock_rdlock(&many[i]);
    out(1);
}

SNAG_SCENARIO(locks) {
    case_body();
}
