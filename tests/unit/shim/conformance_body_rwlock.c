/* conformance_body_rwlock.c: read-write locks of each preference, and spin locks. See
 * conformance.h.
 */
#define _GNU_SOURCE
#include "conformance.h"

#include <errno.h>
#include <unistd.h>

static pthread_rwlock_t rw;
static pthread_rwlock_t in_place = PTHREAD_RWLOCK_INITIALIZER;
static pthread_rwlock_t in_place_writers = PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;
static pthread_spinlock_t spin;

static int make(int preference) {
    pthread_rwlockattr_t attr;
    pthread_rwlockattr_init(&attr);
    pthread_rwlockattr_setkind_np(&attr, preference);
    int result = pthread_rwlock_init(&rw, &attr);
    pthread_rwlockattr_destroy(&attr);
    return result;
}

static void undo(int result) {
    out(result);
    if (result == 0)
        pthread_rwlock_unlock(&rw);
}

/* Every call that does not wait for ever, by one who holds nothing. */
static void *asks(void *unused) {
    struct timespec real = conf_in(CLOCK_REALTIME, 2), mono = conf_in(CLOCK_MONOTONIC, 2);
    undo(pthread_rwlock_tryrdlock(&rw));
    undo(pthread_rwlock_trywrlock(&rw));
    undo(pthread_rwlock_timedrdlock(&rw, &real));
    undo(pthread_rwlock_timedrdlock(&rw, &conf_past));
    undo(pthread_rwlock_timedrdlock(&rw, &conf_nonsense));
    undo(pthread_rwlock_clockrdlock(&rw, CLOCK_MONOTONIC, &mono));
    undo(pthread_rwlock_clockrdlock(&rw, CLOCK_REALTIME, &conf_past));
    undo(pthread_rwlock_clockrdlock(&rw, CLOCK_MONOTONIC, &conf_nonsense));
    undo(pthread_rwlock_clockrdlock(&rw, CLOCK_PROCESS_CPUTIME_ID, &mono));
    undo(pthread_rwlock_timedwrlock(&rw, &real));
    undo(pthread_rwlock_timedwrlock(&rw, &conf_past));
    undo(pthread_rwlock_timedwrlock(&rw, &conf_nonsense));
    undo(pthread_rwlock_clockwrlock(&rw, CLOCK_MONOTONIC, &mono));
    undo(pthread_rwlock_clockwrlock(&rw, CLOCK_REALTIME, &conf_past));
    undo(pthread_rwlock_clockwrlock(&rw, CLOCK_MONOTONIC, &conf_nonsense));
    undo(pthread_rwlock_clockwrlock(&rw, CLOCK_PROCESS_CPUTIME_ID, &mono));
    return unused;
}

static void of_preference(int preference) {
    out(make(preference));
    asks(NULL); /* free */
    out(pthread_rwlock_rdlock(&rw));
    conf_elsewhere(asks, NULL);
    asks(NULL); /* by a reader: to read again is legal */
    out(pthread_rwlock_rdlock(&rw));
    out(pthread_rwlock_unlock(&rw));
    conf_elsewhere(asks, NULL);
    out(pthread_rwlock_unlock(&rw));
    out(pthread_rwlock_wrlock(&rw));
    conf_elsewhere(asks, NULL);
    asks(NULL);
    out(pthread_rwlock_rdlock(&rw)); /* the owner is told, and does not wait for itself */
    out(pthread_rwlock_wrlock(&rw));
    out(pthread_rwlock_unlock(&rw));
    conf_elsewhere(asks, NULL);
    out(pthread_rwlock_destroy(&rw));
}

static void prefers_readers(void) {
    of_preference(PTHREAD_RWLOCK_PREFER_READER_NP);
}

static void prefers_writers(void) {
    of_preference(PTHREAD_RWLOCK_PREFER_WRITER_NP);
}

static void prefers_writers_nonrecursive(void) {
    of_preference(PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
}

static void made_in_place(void) {
    out(pthread_rwlock_rdlock(&in_place));
    out(pthread_rwlock_unlock(&in_place));
    out(pthread_rwlock_wrlock(&in_place_writers));
    out(pthread_rwlock_unlock(&in_place_writers));
    out(pthread_rwlock_rdlock(&in_place_writers));
    out(pthread_rwlock_rdlock(&in_place_writers)); /* nobody waits to write */
    out(pthread_rwlock_unlock(&in_place_writers));
    out(pthread_rwlock_unlock(&in_place_writers));
}

static void *writes_in_time(void *ms) {
    struct timespec late = conf_in(CLOCK_REALTIME, *(int *)ms);
    int result = pthread_rwlock_timedwrlock(&rw, &late);
    if (result == 0)
        pthread_rwlock_unlock(&rw);
    return (void *)(intptr_t)result;
}

static void *tries_to_read(void *unused) {
    int result = pthread_rwlock_tryrdlock(&rw);
    if (result == 0)
        pthread_rwlock_unlock(&rw);
    (void)unused;
    return (void *)(intptr_t)result;
}

static int reader_finds(void) {
    return (int)(intptr_t)conf_elsewhere(tries_to_read, NULL);
}

/* While a writer waits no reader comes in, where the lock prefers writers; when it has given up,
 * they do. */
static void readers_behind_a_writer(void) {
    static int ms = 200;
    pthread_t writer;
    void *result;
    make(PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    out(pthread_rwlock_rdlock(&rw));
    pthread_create(&writer, NULL, writes_in_time, &ms);
    while (reader_finds() == 0)
        usleep(100);
    out(reader_finds());
    pthread_join(writer, &result);
    out((intptr_t)result);
    out(reader_finds());
    out(pthread_rwlock_unlock(&rw));
}

/* It gets the lock as soon as the last reader has left. */
static void *reads_a_while(void *unused) {
    pthread_rwlock_rdlock(&rw);
    usleep(1000);
    pthread_rwlock_unlock(&rw);
    return unused;
}

static void writer_after_readers(void) {
    static int ms = 100000;
    pthread_t t[3];
    void *result;
    make(PTHREAD_RWLOCK_DEFAULT_NP);
    pthread_create(&t[0], NULL, reads_a_while, NULL);
    pthread_create(&t[1], NULL, writes_in_time, &ms);
    pthread_create(&t[2], NULL, reads_a_while, NULL);
    for (int i = 0; i < 3; i++) {
        pthread_join(t[i], &result);
        out((intptr_t)result);
    }
}

static int counter, wrong;

static void *counts(void *unused) {
    for (int i = 0; i < 10; i++) {
        pthread_rwlock_wrlock(&rw);
        counter++;
        pthread_rwlock_unlock(&rw);
        pthread_rwlock_rdlock(&rw);
        int before = counter;
        sched_yield();
        if (counter != before)
            wrong++;
        pthread_rwlock_unlock(&rw);
    }
    return unused;
}

static void excludes(void) {
    for (int preference = 0; preference < 3; preference++) {
        pthread_t t[3];
        make(preference);
        counter = wrong = 0;
        for (int i = 0; i < 3; i++)
            pthread_create(&t[i], NULL, counts, NULL);
        for (int i = 0; i < 3; i++)
            pthread_join(t[i], NULL);
        out(counter);
        out(wrong);
        pthread_rwlock_destroy(&rw);
    }
}

/* ---- spin locks ---- */

static void *tries_spin(void *unused) {
    int result = pthread_spin_trylock(&spin);
    out(result);
    if (result == 0)
        pthread_spin_unlock(&spin);
    return unused;
}

static void spin_results(void) {
    for (int shared = PTHREAD_PROCESS_PRIVATE; shared <= PTHREAD_PROCESS_SHARED; shared++) {
        out(pthread_spin_init(&spin, shared));
        out(pthread_spin_lock(&spin));
        out(pthread_spin_trylock(&spin));
        conf_elsewhere(tries_spin, NULL);
        out(pthread_spin_unlock(&spin));
        conf_elsewhere(tries_spin, NULL);
        out(pthread_spin_trylock(&spin));
        out(pthread_spin_unlock(&spin));
        out(pthread_spin_destroy(&spin));
    }
}

static void *spins(void *unused) {
    for (int i = 0; i < 20; i++) {
        pthread_spin_lock(&spin);
        counter++;
        pthread_spin_unlock(&spin);
    }
    return unused;
}

static void spin_excludes(void) {
    pthread_t t[3];
    counter = 0;
    pthread_spin_init(&spin, 0);
    for (int i = 0; i < 3; i++)
        pthread_create(&t[i], NULL, spins, NULL);
    for (int i = 0; i < 3; i++)
        pthread_join(t[i], NULL);
    out(counter);
}

const struct conformance_case conformance_cases_rwlock[] = {
    {"rwlock that prefers readers", "pthread_rwlock_*", prefers_readers, NULL},
    {"rwlock that prefers writers", "pthread_rwlock_*", prefers_writers, NULL},
    {"rwlock that prefers writers, not recursive", "pthread_rwlock_*", prefers_writers_nonrecursive,
     NULL},
    {"rwlocks made in place", "pthread_rwlock_rdlock", made_in_place, NULL},
    {"readers behind a writer", "pthread_rwlock_tryrdlock", readers_behind_a_writer, NULL},
    {"a writer after readers", "pthread_rwlock_timedwrlock", writer_after_readers, NULL},
    {"rwlock exclusion", "pthread_rwlock_wrlock pthread_rwlock_rdlock", excludes, NULL},
    {"spin lock", "pthread_spin_*", spin_results, NULL},
    {"spin lock exclusion", "pthread_spin_lock pthread_spin_unlock", spin_excludes, NULL},
    {0},
};
