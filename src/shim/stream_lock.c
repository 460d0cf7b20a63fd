/* stream_lock.c: flockfile and its kin: a recursive lock for each stream, under control.
 *
 * The C library's own belongs to the OS thread, which all vthreads share. The rule: it is a lock as
 * any other, so that a hang names it. printf and the like do not take it: they are never
 * interrupted.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>

#include "shim/mutex.h"

void __real_flockfile(FILE *stream);
int __real_ftrylockfile(FILE *stream);
void __real_funlockfile(FILE *stream);
void __wrap_flockfile(FILE *stream);
int __wrap_ftrylockfile(FILE *stream);
void __wrap_funlockfile(FILE *stream);

enum { LOCKS_MAX = 64 };

/* By first use in the process. Whoever comes too late shares the last. */
static struct {
    FILE *stream;
    pthread_mutex_t lock;
} locks[LOCKS_MAX];

static pthread_mutex_t *lock_of(FILE *stream) {
    static const pthread_mutex_t fresh = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
    int i = 0;
    while (i < LOCKS_MAX - 1 && locks[i].stream != NULL && locks[i].stream != stream) {
        i++;
    }
    if (locks[i].stream == NULL) {
        locks[i].stream = stream;
        locks[i].lock = fresh;
    }
    return &locks[i].lock;
}

void __wrap_flockfile(FILE *stream) {
    if (snag__self == NULL) {
        __real_flockfile(stream);
        return;
    }
    (void)snag__mutex_lock(lock_of(stream), SNAG_EV_LOCK, UINT64_MAX, SNAG__SITE());
}

int __wrap_ftrylockfile(FILE *stream) {
    return snag__self != NULL ? snag__mutex_trylock(lock_of(stream), false, SNAG__SITE())
                              : __real_ftrylockfile(stream);
}

void __wrap_funlockfile(FILE *stream) {
    if (snag__self == NULL) {
        __real_funlockfile(stream);
        return;
    }
    (void)snag__mutex_unlock(lock_of(stream), SNAG__SITE());
}
