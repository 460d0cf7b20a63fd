/* copies.c: a record that is replaced and read as a whole, each time by one copy, without a lock:
 * one of COPIES_COPY (a struct assignment), COPIES_MOVE (memmove), COPIES_SET (memset) says how it
 * is written. With COPIES_NOT there is a lock: the silent twin.
 *
 * Nothing of it is a call of a lock or an atomic, nor an access of a single word: only a switch
 * within a copy shows it.
 */
#include <pthread.h>
#include <string.h>

#include "snag/scenario.h"

struct record {
    long fields[6];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct record record;

static void replace(const struct record *by) {
#if defined(COPIES_MOVE)
    memmove(&record, by, sizeof record);
#elif defined(COPIES_SET)
    memset(&record, (int)(by->fields[0] & 0xff), sizeof record);
#else
    record = *by;
#endif
}

static void *writer(void *unused) {
    for (int i = 1; i <= 2; i++) {
        struct record next;
        memset(&next, i, sizeof next);
#if defined(COPIES_NOT)
        pthread_mutex_lock(&lock);
#endif
        replace(&next);
#if defined(COPIES_NOT)
        pthread_mutex_unlock(&lock);
#endif
    }
    return unused;
}

static void look(const struct record *r) {
    snag_assert(r->fields[0] == r->fields[5]);
}

static void *reader(void *unused) {
#if defined(COPIES_NOT)
    pthread_mutex_lock(&lock);
#endif
    struct record seen = record;
#if defined(COPIES_NOT)
    pthread_mutex_unlock(&lock);
#endif
    look(&seen);
    return unused;
}

SNAG_SCENARIO(copies) {
    pthread_t t[2];
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
    pthread_create(&t[0], NULL, writer, NULL);
    pthread_create(&t[1], NULL, reader, NULL);
    pthread_join(t[0], NULL);
    pthread_join(t[1], NULL);
}
