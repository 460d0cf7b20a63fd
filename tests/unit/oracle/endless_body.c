/* endless_body.c: code under test for endless_test.c: executions that do not end, each beside a
 * twin that does (`case_in` 1).
 */
#include "../exec/cases.h"
#include "snag/scenario.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER, other = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static atomic_int flag, flags[2], word;
static int turns, ready;

static void run(void *(*const *f)(void *), int n) {
    pthread_t t[8];
    for (int i = 0; i < n; i++)
        pthread_create(&t[i], NULL, f[i], NULL);
    for (int i = 0; i < n; i++)
        pthread_join(t[i], NULL);
}

/* ---- spins ---- */

static void *waits_for_flag(void *unused) {
    while (atomic_load(&flag) == 0) {
    }
    return unused;
}

static void *sets_flag(void *unused) {
    if (case_in)
        atomic_store(&flag, 1);
    return unused;
}

void spin_on_a_load(void);
void spin_on_a_load(void) {
    static void *(*const f[])(void *) = {waits_for_flag, waits_for_flag, sets_flag};
    run(f, 3);
}

static void *takes_spin_lock(void *unused) {
    while (atomic_exchange(&flag, 1) != 0)
        sched_yield();
    if (case_in)
        atomic_store(&flag, 0);
    return unused;
}

void spin_on_an_exchange(void);
void spin_on_an_exchange(void) {
    static void *(*const f[])(void *) = {takes_spin_lock, takes_spin_lock};
    run(f, 2);
}

static void *tries_for_ever(void *unused) {
    while (pthread_mutex_trylock(&lock) != 0) {
    }
    if (case_in)
        pthread_mutex_unlock(&lock);
    return unused;
}

void spin_on_a_trylock(void);
void spin_on_a_trylock(void) {
    static void *(*const f[])(void *) = {tries_for_ever, tries_for_ever};
    run(f, 2);
}

/* Two places in one loop: the state comes back after both. */
static void *looks_at_two(void *unused) {
    for (;;) {
        int expected = 1;
        if (atomic_load(&flags[0]) != 0 || atomic_compare_exchange_strong(&flags[1], &expected, 2))
            return unused;
    }
}

static void *sets_the_second(void *unused) {
    if (case_in)
        atomic_store(&flags[1], 1);
    return unused;
}

void spin_on_two(void);
void spin_on_two(void) {
    static void *(*const f[])(void *) = {looks_at_two, sets_the_second};
    run(f, 2);
}

/* ---- what looks like a spin for ever, and ends ---- */

static void *counts_in_a_register(void *unused) {
    for (int i = 0; i < 700 && atomic_load(&flag) == 0; i++) {
    }
    return unused;
}

static void *counts_in_memory(void *unused) {
    while (atomic_load(&flag) == 0 && ++turns < 700) {
    }
    return unused;
}

static void *waits_a_while(void *unused) {
    struct timespec start, now;
    clock_gettime(CLOCK_MONOTONIC, &start);
    do {
        clock_gettime(CLOCK_MONOTONIC, &now);
    } while (atomic_load(&flag) == 0 && now.tv_nsec - start.tv_nsec < 300000);
    return unused;
}

void bounded_spins(void);
void bounded_spins(void) {
    static void *(*const f[])(void *) = {counts_in_a_register, counts_in_memory, waits_a_while};
    run(&f[case_in % 3], 1);
}

static void *sleeps_and_sets(void *unused) {
    usleep(1000);
    atomic_store(&flag, 1);
    return unused;
}

void spin_beside_a_sleeper(void);
void spin_beside_a_sleeper(void) {
    static void *(*const f[])(void *) = {waits_for_flag, waits_for_flag, sleeps_and_sets};
    run(f, 3);
}

/* ---- some wait, others go on ---- */

static void *polls(void *unused) {
    while (atomic_load(&flag) == 0)
        usleep(10);
    return unused;
}

static void *waits_once(void *unused) {
    pthread_mutex_lock(&lock);
    if (!case_in || !ready)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
    return unused;
}

static void *signals_once(void *unused) {
    pthread_mutex_lock(&lock);
    ready = 1;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
    return unused;
}

/* A lost wakeup, beside a thread that looks now and then and one that spins: neither is at fault.
 */
void lost_beside_a_poller(void);
void lost_beside_a_poller(void) {
    pthread_t p, w, s;
    pthread_create(&p, NULL, polls, NULL);
    pthread_create(&w, NULL, waits_once, NULL);
    pthread_create(&s, NULL, signals_once, NULL);
    pthread_join(w, NULL);
    pthread_join(s, NULL);
    atomic_store(&flag, 1);
    pthread_join(p, NULL);
}

void lost_beside_a_spinner(void);
void lost_beside_a_spinner(void) {
    pthread_t p, w, s;
    pthread_create(&p, NULL, waits_for_flag, NULL);
    pthread_create(&w, NULL, waits_once, NULL);
    pthread_create(&s, NULL, signals_once, NULL);
    pthread_join(w, NULL);
    pthread_join(s, NULL);
    atomic_store(&flag, 1);
    pthread_join(p, NULL);
}

static void *waits_for_more(void *unused) {
    pthread_mutex_lock(&lock);
    while (ready < 2 && !case_in)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
    return unused;
}

/* Nothing would help who waits; the poller is a bystander. */
void hung_beside_a_poller(void);
void hung_beside_a_poller(void) {
    pthread_t p, w, s;
    pthread_create(&p, NULL, polls, NULL);
    pthread_create(&w, NULL, waits_for_more, NULL);
    pthread_create(&s, NULL, signals_once, NULL);
    pthread_join(s, NULL);
    pthread_join(w, NULL);
    atomic_store(&flag, 1);
    pthread_join(p, NULL);
}

static void *first_then_other(void *unused) {
    pthread_mutex_lock(&lock);
    pthread_mutex_lock(&other);
    pthread_mutex_unlock(&other);
    pthread_mutex_unlock(&lock);
    return unused;
}

static void *other_then_first(void *unused) {
    pthread_mutex_lock(case_in ? &lock : &other);
    pthread_mutex_lock(case_in ? &other : &lock);
    pthread_mutex_unlock(&lock);
    pthread_mutex_unlock(&other);
    return unused;
}

void deadlock_beside_a_spin(void);
void deadlock_beside_a_spin(void) {
    pthread_t p, w, s;
    pthread_create(&p, NULL, waits_for_flag, NULL);
    pthread_create(&w, NULL, first_then_other, NULL);
    pthread_create(&s, NULL, other_then_first, NULL);
    pthread_join(w, NULL);
    pthread_join(s, NULL);
    atomic_store(&flag, 1);
    pthread_join(p, NULL);
}

/* ---- starvation ---- */

/* A lock of one word, as one would write it: the number of readers, -1 for a writer. Readers come
 * in beside readers, whoever else waits. */
static void read_lock(void) {
    for (;;) {
        int readers = atomic_load(&word);
        if (readers >= 0 && atomic_compare_exchange_strong(&word, &readers, readers + 1))
            return;
    }
}

static void read_unlock(void) {
    atomic_fetch_sub(&word, 1);
}

/* Never without a reader: each stays until the other one has come in again. */
static void *reads_first(void *unused) {
    for (int i = 0; case_in ? i < 3 : atomic_load(&flag) == 0; i++) {
        read_lock();
        int mine = atomic_fetch_add(&flags[0], 1) + 1;
        while (!case_in && !atomic_load(&flag) && atomic_load(&flags[1]) < mine) {
        }
        read_unlock();
    }
    return unused;
}

static void *reads_second(void *unused) {
    for (int i = 0; case_in ? i < 3 : atomic_load(&flag) == 0; i++) {
        read_lock();
        int mine = atomic_fetch_add(&flags[1], 1) + 1;
        while (!case_in && !atomic_load(&flag) && atomic_load(&flags[0]) <= mine) {
        }
        read_unlock();
    }
    return unused;
}

static void *writes(void *unused) {
    int none = 0;
    while (!atomic_compare_exchange_strong(&word, &none, -1))
        none = 0;
    atomic_store(&flag, 1);
    atomic_store(&word, 0);
    return unused;
}

void starved_writer(void);
void starved_writer(void) {
    static void *(*const f[])(void *) = {reads_first, reads_second, writes};
    run(f, 3);
}

/* A counter that never stops is no lock: who waits for a flag that nobody sets is not starved of
 * it. */
static void *counts(void *unused) {
    while (atomic_load(&flag) == 0)
        atomic_fetch_add(&word, 1);
    return unused;
}

void spin_beside_a_counter(void);
void spin_beside_a_counter(void) {
    static void *(*const f[])(void *) = {counts, waits_for_flag, sets_flag};
    run(f, 3);
}

/* ---- livelock: each gives way to the other, for ever ---- */

static void *after_you(void *me) {
    atomic_int *mine = me, *theirs = mine == &flags[0] ? &flags[1] : &flags[0];
    for (;;) {
        atomic_store(mine, 1);
        if (atomic_load(theirs) == 0 || (case_in && mine == &flags[0]))
            break;
        atomic_store(mine, 0);
        sched_yield();
    }
    if (case_in)
        atomic_store(mine, 0);
    return NULL;
}

void too_polite(void);
void too_polite(void) {
    pthread_t a, b;
    pthread_create(&a, NULL, after_you, &flags[0]);
    pthread_create(&b, NULL, after_you, &flags[1]);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
}

SNAG_SCENARIO(endless) {
    case_body();
}
