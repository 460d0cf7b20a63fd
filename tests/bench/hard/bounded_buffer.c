/* bounded_buffer.c: a buffer of one place, one who puts, two who get.
 *
 * Wrong: who was woken does not look again whether there is an item (`if` for `while`). Another one
 * may have taken it before the lock was theirs.
 */
#include "crew.h"

#include "snag/scenario.h"

enum { ITEMS = 2 };
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t not_empty = PTHREAD_COND_INITIALIZER;
static pthread_cond_t not_full = PTHREAD_COND_INITIALIZER;
static int items;

#ifdef FIXED
#define IF while
#else
#define IF if
#endif

static void *put(void *unused) {
    for (int i = 0; i < ITEMS; i++) {
        pthread_mutex_lock(&lock);
        while (items == 1) {
            pthread_cond_wait(&not_full, &lock);
        }
        items++;
        pthread_cond_signal(&not_empty);
        pthread_mutex_unlock(&lock);
    }
    return unused;
}

static void *get(void *unused) {
    pthread_mutex_lock(&lock);
    IF(items == 0) {
        pthread_cond_wait(&not_empty, &lock);
    }
    snag_assert(items == 1);
    items--;
    pthread_cond_signal(&not_full);
    pthread_mutex_unlock(&lock);
    return unused;
}

SNAG_SCENARIO(bounded_buffer) {
    begin(put, NULL);
    begin(get, NULL);
    begin(get, NULL);
    await_all();
}
