/* parking_lot.h: where threads sleep that wait for a word in memory, so that a lock can be one
 * word.
 *
 * Not a lock itself. As in WebKit's WTF::ParkingLot: queues stand in a table hashed by the word's
 * address, shared by all words of the program. The rule: a word's queue and what the word says of
 * it ("somebody is parked") change together, under the bucket's lock; so nobody goes to sleep on a
 * word that changed since it was looked at, and nobody who sleeps is forgotten.
 */
#ifndef KV_PARKING_LOT_H
#define KV_PARKING_LOT_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PARKING_BUCKETS = 4 };

/* A thread that sleeps; on its stack. */
struct parked {
    struct parked *next;
    const _Atomic uint32_t *word;
    pthread_cond_t wakeup;
    bool unparked;
};

struct parking_bucket {
    pthread_mutex_t lock; /* guards the queue, and the words of those who stand in it */
    struct parked *first; /* longest parked first */
};

#define PARKING_BUCKET                                                                             \
    { PTHREAD_MUTEX_INITIALIZER, NULL }
static struct parking_bucket parking_lot[PARKING_BUCKETS] = {PARKING_BUCKET, PARKING_BUCKET,
                                                             PARKING_BUCKET, PARKING_BUCKET};
#undef PARKING_BUCKET

static inline struct parking_bucket *parking_bucket_of(const _Atomic uint32_t *word) {
    return &parking_lot[(uintptr_t)word / sizeof *word % PARKING_BUCKETS];
}

/* Sleeps until unparked; not at all if `word` is not `expected` any more. */
static inline void parking_lot_park(const _Atomic uint32_t *word, uint32_t expected) {
    struct parking_bucket *bucket = parking_bucket_of(word);
    pthread_mutex_lock(&bucket->lock);
    if (atomic_load(word) == expected) {
        struct parked self = {.word = word, .wakeup = PTHREAD_COND_INITIALIZER};
        struct parked **last = &bucket->first;
        while (*last != NULL)
            last = &(*last)->next;
        *last = &self;
        while (!self.unparked)
            pthread_cond_wait(&self.wakeup, &bucket->lock);
        pthread_cond_destroy(&self.wakeup);
    }
    pthread_mutex_unlock(&bucket->lock);
}

/* Wakes the one that has slept longest on `word`, if any, and sets the word: to `more` if others
 * still sleep on it, else to `none`. */
static inline void parking_lot_unpark_one(_Atomic uint32_t *word, uint32_t more, uint32_t none) {
    struct parking_bucket *bucket = parking_bucket_of(word);
    struct parked *woken = NULL;
    bool others = false;
    pthread_mutex_lock(&bucket->lock);
    for (struct parked **link = &bucket->first; *link != NULL && !others;) {
        struct parked *parked = *link;
        if (parked->word != word) {
            link = &parked->next;
        } else if (woken == NULL) {
            woken = parked;
            *link = parked->next;
        } else {
            others = true;
        }
    }
    atomic_store(word, others ? more : none);
    if (woken != NULL) {
        woken->unparked = true;
        pthread_cond_signal(&woken->wakeup); /* still locked: it is gone when it has seen that */
    }
    pthread_mutex_unlock(&bucket->lock);
}

#endif
