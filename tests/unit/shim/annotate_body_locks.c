/* annotate_body_locks.c: code under test for annotate_test.c: locks and waits made by hand, one
 * that spins and one that parks, with one bug each, and beside it the silent twin (`case_in` 1).
 * Functions are named for what the keys should say.
 */
#define _GNU_SOURCE
#include "../exec/cases.h"
#include "snag/annotate.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>

/* ---- a lock that spins ---- */

struct spin {
    atomic_int word;
};

static void spin_lock(struct spin *s) {
    SNAG_LOCK_WAIT(s);
    while (atomic_exchange(&s->word, 1) != 0)
        sched_yield();
    SNAG_LOCK_ACQUIRED(s);
}

static bool spin_try(struct spin *s) {
    if (atomic_exchange(&s->word, 1) != 0)
        return false;
    SNAG_LOCK_ACQUIRED(s);
    return true;
}

static void spin_unlock(struct spin *s) {
    SNAG_LOCK_RELEASED(s);
    atomic_store(&s->word, 0);
}

/* ---- a lock that parks ---- */

struct park {
    pthread_mutex_t inside;
    pthread_cond_t freed;
    bool taken;
};

static void park_lock(struct park *p) {
    SNAG_LOCK_WAIT(p);
    pthread_mutex_lock(&p->inside);
    while (p->taken)
        pthread_cond_wait(&p->freed, &p->inside);
    p->taken = true;
    pthread_mutex_unlock(&p->inside);
    SNAG_LOCK_ACQUIRED(p);
}

static void park_unlock(struct park *p) {
    SNAG_LOCK_RELEASED(p);
    pthread_mutex_lock(&p->inside);
    p->taken = false;
    pthread_cond_signal(&p->freed);
    pthread_mutex_unlock(&p->inside);
}

static struct spin a, b;
static struct park pa = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false},
                   pb = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false};
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

static void both(void (*f)(void), void (*g)(void)) {
    pthread_t t[2];
    pthread_create(&t[0], NULL, (void *(*)(void *))(void *)f, NULL);
    pthread_create(&t[1], NULL, (void *(*)(void *))(void *)g, NULL);
    pthread_join(t[0], NULL);
    pthread_join(t[1], NULL);
}

/* ---- deadlocks ---- */

static void a_then_b(void) {
    spin_lock(&a);
    spin_lock(&b);
    spin_unlock(&b);
    spin_unlock(&a);
}

static void b_then_a(void) {
    spin_lock(case_in ? &a : &b);
    spin_lock(case_in ? &b : &a);
    spin_unlock(&a);
    spin_unlock(&b);
}

void spins_abba(void);
void spins_abba(void) {
    both(a_then_b, b_then_a);
}

static void park_a_then_b(void) {
    park_lock(&pa);
    park_lock(&pb);
    park_unlock(&pb);
    park_unlock(&pa);
}

static void park_b_then_a(void) {
    park_lock(case_in ? &pa : &pb);
    park_lock(case_in ? &pb : &pa);
    park_unlock(&pa);
    park_unlock(&pb);
}

void parks_abba(void);
void parks_abba(void) {
    both(park_a_then_b, park_b_then_a);
}

static void spin_then_mutex(void) {
    spin_lock(&a);
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
    spin_unlock(&a);
}

static void mutex_then_spin(void) {
    if (case_in)
        spin_lock(&a);
    pthread_mutex_lock(&m);
    if (!case_in)
        spin_lock(&a);
    pthread_mutex_unlock(&m);
    spin_unlock(&a);
}

void spin_and_mutex(void);
void spin_and_mutex(void) {
    both(spin_then_mutex, mutex_then_spin);
}

static void asks_again(void) {
    if (!case_in)
        spin_lock(&a);
    else
        SNAG_LOCK_ACQUIRED(&a); /* it knows its owner */
}

void spin_again(void);
void spin_again(void) {
    spin_lock(&a);
    asks_again();
    if (case_in)
        SNAG_LOCK_RELEASED(&a);
    spin_unlock(&a);
}

/* ---- readers ---- */

/* Of the lock only the declarations; who may hold what is up to the caller. */
static char shared;

static void reads(void) {
    SNAG_LOCK_WAIT_SHARED(&shared);
    SNAG_LOCK_ACQUIRED_SHARED(&shared);
}

static void writes(void) {
    SNAG_LOCK_WAIT(&shared);
    SNAG_LOCK_ACQUIRED(&shared);
}

static void takes(void) {
    SNAG_LOCK_ACQUIRED(&shared);
}

static void leaves(void) {
    SNAG_LOCK_RELEASED(&shared);
}

void reader_wants_to_write(void);
void reader_wants_to_write(void) {
    reads();
    reads();
    if (case_in) {
        leaves();
        SNAG_LOCK_ACQUIRED(&shared); /* a lock that can be upgraded by its only reader */
    } else {
        writes();
    }
    leaves();
    writes();
    leaves();
}

static void reads_a_while(void) {
    reads();
    sched_yield();
    leaves();
}

static void reads_or_writes(void) {
    case_in ? reads() : takes();
    sched_yield();
    leaves();
}

void reader_and_writer(void);
void reader_and_writer(void) {
    both(reads_a_while, reads_or_writes);
}

/* ---- what only a lock made by hand does ---- */

static void takes_badly(void) {
    if (case_in) {
        while (atomic_exchange(&a.word, 1) != 0)
            sched_yield();
    } else {
        while (atomic_load(&a.word) != 0)
            sched_yield();
        atomic_store(&a.word, 1);
    }
    SNAG_LOCK_ACQUIRED(&a);
}

static void calls_it(void) {
    takes_badly();
    sched_yield(); /* something that is done under it, and seen */
    spin_unlock(&a);
}

void two_at_once(void);
void two_at_once(void) {
    both(calls_it, calls_it);
}

/* ---- misuses ---- */

static void unlocks(void) {
    spin_unlock(&a);
}

void releases_nothing(void);
void releases_nothing(void) {
    if (case_in)
        spin_lock(&a);
    unlocks();
}

void releases_anothers(void);
void releases_anothers(void) {
    pthread_t t;
    spin_lock(&a);
    if (!case_in) {
        pthread_create(&t, NULL, (void *(*)(void *))(void *)unlocks, NULL);
        pthread_join(t, NULL);
    } else {
        unlocks();
    }
}

static void destroys(void) {
    SNAG_LOCK_DESTROYED(&a);
}

static void destroys_it(void) {
    destroys();
}

void destroys_held(void);
void destroys_held(void) {
    spin_lock(&a);
    if (case_in)
        spin_unlock(&a);
    destroys_it();
}

static void creates(void) {
    SNAG_LOCK_CREATED(&a);
}

void uses_destroyed(void);
void uses_destroyed(void) {
    destroys();
    if (case_in)
        creates();
    if (spin_try(&a))
        spin_unlock(&a);
}

/* ---- giving up ---- */

static bool patient(struct spin *s) {
    SNAG_LOCK_WAIT(s);
    for (int i = 0; i < 3; i++) {
        if (spin_try(s))
            return true;
        sched_yield();
    }
    SNAG_LOCK_GAVE_UP(s);
    return false;
}

static bool impatient(struct spin *s) {
    for (int i = 0; i < 3; i++) {
        if (spin_try(s))
            return true;
        sched_yield();
    }
    return false;
}

static void tries(struct spin *first, struct spin *second) {
    spin_lock(first);
    if (impatient(second))
        spin_unlock(second);
    spin_unlock(first);
}

static void tries_a_b(void) {
    tries(&a, &b);
}

static void tries_b_a(void) {
    tries(&b, &a);
}

void gives_up(void);
void gives_up(void) {
    both(tries_a_b, tries_b_a);
    spin_lock(&a);
    out(patient(&b)); /* nobody has it */
    spin_unlock(&b);
    spin_unlock(&a);
}

static void waits_then_owns(void) {
    if (!patient(&a))
        spin_lock(&b); /* it does not want `a` any more */
    else
        spin_unlock(&a);
    if (atomic_load(&b.word))
        spin_unlock(&b);
}

static void owns_meanwhile(void) {
    spin_lock(&a);
    for (int i = 0; i < 8; i++)
        sched_yield();
    spin_unlock(&a);
}

void gave_up(void);
void gave_up(void) {
    both(owns_meanwhile, waits_then_owns);
}

/* ---- owners that are gone, and events that never come ---- */

static void takes_and_ends(void) {
    spin_lock(&a);
    if (case_in)
        spin_unlock(&a);
}

static void wants_it(void) {
    spin_lock(&a);
    spin_unlock(&a);
}

void owner_ends(void);
void owner_ends(void) {
    both(takes_and_ends, wants_it);
}

static atomic_int ready;

static void awaits(void) {
    SNAG_WAIT_BEGIN(&ready);
    while (atomic_load(&ready) == 0)
        sched_yield();
    SNAG_WAIT_END(&ready);
}

static void announces(void) {
    if (case_in)
        atomic_store(&ready, 1);
}

void event_never_comes(void);
void event_never_comes(void) {
    both(awaits, announces);
}

static void awaits_silently(void) {
    while (atomic_load(&ready) == 0)
        sched_yield();
}

void event_undeclared(void);
void event_undeclared(void) {
    both(awaits_silently, announces);
}

/* One waits, but another one is at work, if to no purpose. */
void event_beside_work(void);
static void works(void) {
    while (atomic_load(&ready) == 0)
        atomic_fetch_add(&a.word, 1);
}
void event_beside_work(void) {
    both(awaits, works);
}
