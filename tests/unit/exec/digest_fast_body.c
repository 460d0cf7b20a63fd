/* digest_fast_body.c: a little of everything that is in the synchronisation log, for digest.h.
 *
 * Blocks are freed and allocated again with locks and atomics inside: allocators differ in which
 * addresses they hand out again.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "snag/scenario.h"

struct block {
    pthread_mutex_t lock;
    atomic_int count;
    long words[12];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int arrived;

static void use_blocks(void) {
    for (int i = 1; i <= 3; i++) {
        struct block *b = malloc(sizeof(*b) * (size_t)i);
        pthread_mutex_init(&b->lock, NULL);
        atomic_init(&b->count, i);
        pthread_mutex_lock(&b->lock);
        int expected = i;
        atomic_compare_exchange_strong(&b->count, &expected, i + 1);
        atomic_fetch_add_explicit(&b->count, 1, memory_order_acq_rel);
        pthread_mutex_unlock(&b->lock);
        pthread_mutex_destroy(&b->lock);
        struct block *grown = realloc(b, sizeof(*b) * 5);
        free(grown != NULL ? grown : b);
    }
}

/* Whether the second block lies where the first one was is up to the allocator. */
static void use_again(void) {
    struct block *b = calloc(1, 260);
    atomic_fetch_add(&b->count, 1);
    free(b);
    b = calloc(1, 300);
    atomic_fetch_add(&b->count, 1);
    free(b);
}

static void *work(void *unused) {
    use_blocks();
    use_again();
    pthread_mutex_lock(&lock);
    if (++arrived == 2) {
        pthread_cond_broadcast(&changed);
    }
    while (arrived < 2) {
        pthread_cond_wait(&changed, &lock);
    }
    pthread_mutex_unlock(&lock);
    usleep(10);
    use_blocks();
    return unused;
}

SNAG_SCENARIO(digest) {
    pthread_t t, u;
    pthread_create(&t, NULL, work, NULL);
    pthread_create(&u, NULL, work, NULL);
    pthread_join(t, NULL);
    pthread_join(u, NULL);
}
