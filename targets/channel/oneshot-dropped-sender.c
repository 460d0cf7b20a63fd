/* oneshot-dropped-sender.c: a planted bug. Its healthy twin is oneshot.c.
 *
 * Wrong: a sender that goes without sending only notes that it has gone. A receiver who comes later
 * sees it; one who waits already is never told, and waits for good. Breaks R6: whoever holds the
 * other half must hear of every end.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "oneshot.h"

struct oneshot {
    pthread_mutex_t lock; /* guards the rest */
    pthread_cond_t sent;
    bool sender, receiver; /* they are there */
    int64_t value;         /* 0: none */
};

static struct oneshot *oneshot_new(void) {
    struct oneshot *oneshot = calloc(1, sizeof *oneshot);
    if (oneshot == NULL)
        return NULL;
    pthread_mutex_init(&oneshot->lock, NULL);
    pthread_cond_init(&oneshot->sent, NULL);
    oneshot->sender = oneshot->receiver = true;
    return oneshot;
}

/* Gives up the lock; `half` is used up. */
static void give_up(struct oneshot *oneshot, bool *half) {
    *half = false;
    bool last = !oneshot->sender && !oneshot->receiver;
    pthread_mutex_unlock(&oneshot->lock);
    if (last) {
        pthread_cond_destroy(&oneshot->sent);
        pthread_mutex_destroy(&oneshot->lock);
        free(oneshot);
    }
}

static int64_t oneshot_send(struct oneshot *oneshot, int64_t value) {
    pthread_mutex_lock(&oneshot->lock);
    bool wanted = oneshot->receiver;
    oneshot->value = value;
    pthread_cond_signal(&oneshot->sent);
    give_up(oneshot, &oneshot->sender);
    return wanted ? CHANNEL_OK : CHANNEL_CLOSED;
}

static void oneshot_drop(struct oneshot *oneshot) {
    pthread_mutex_lock(&oneshot->lock);
    give_up(oneshot, &oneshot->sender);
}

static int64_t oneshot_recv(struct oneshot *oneshot) {
    pthread_mutex_lock(&oneshot->lock);
    while (oneshot->value == 0 && oneshot->sender)
        pthread_cond_wait(&oneshot->sent, &oneshot->lock);
    int64_t value = oneshot->value;
    give_up(oneshot, &oneshot->receiver);
    return value != 0 ? value : CHANNEL_CLOSED;
}

static int64_t oneshot_poll(struct oneshot *oneshot) {
    pthread_mutex_lock(&oneshot->lock);
    int64_t value = oneshot->value;
    if (value == 0 && oneshot->sender) {
        pthread_mutex_unlock(&oneshot->lock);
        return CHANNEL_EMPTY;
    }
    give_up(oneshot, &oneshot->receiver);
    return value != 0 ? value : CHANNEL_CLOSED;
}

static void oneshot_forget(struct oneshot *oneshot) {
    pthread_mutex_lock(&oneshot->lock);
    give_up(oneshot, &oneshot->receiver);
}

#include "oneshot_adapter.h"
ONESHOT_TARGET("channel/oneshot-dropped-sender", SNAG_THREADS);
