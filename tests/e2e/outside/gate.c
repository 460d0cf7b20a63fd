/* gate.c: see gate.h. Planted: gate_leave wakes one waiter, who may want more permits than there
 * are while another one would have had enough; pthread_cond_broadcast mends it. */
#include "gate.h"
#include <pthread.h>
#include <stdlib.h>

struct gate {
    pthread_mutex_t lock;
    pthread_cond_t more;
    int permits;
};

struct gate *gate_new(int permits) {
    struct gate *g = malloc(sizeof *g);
    if (g == NULL)
        return NULL;
    pthread_mutex_init(&g->lock, NULL);
    pthread_cond_init(&g->more, NULL);
    g->permits = permits;
    return g;
}

void gate_free(struct gate *g) {
    pthread_cond_destroy(&g->more);
    pthread_mutex_destroy(&g->lock);
    free(g);
}

void gate_enter(struct gate *g, int n) {
    pthread_mutex_lock(&g->lock);
    while (g->permits < n)
        pthread_cond_wait(&g->more, &g->lock);
    g->permits -= n;
    pthread_mutex_unlock(&g->lock);
}

int gate_try(struct gate *g, int n) {
    pthread_mutex_lock(&g->lock);
    int ok = g->permits >= n;
    if (ok)
        g->permits -= n;
    pthread_mutex_unlock(&g->lock);
    return ok;
}

void gate_leave(struct gate *g, int n) {
    pthread_mutex_lock(&g->lock);
    g->permits += n;
    pthread_cond_signal(&g->more);
    pthread_mutex_unlock(&g->lock);
}
