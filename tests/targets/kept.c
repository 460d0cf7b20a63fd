/* kept.c: a gate for threads: whoever enters waits for a pass. One lock keeps those who enter in
 * order, another guards the passes. With -DKEPT_DOES who waits has both, and gives up the inner one
 * only; with -DKEPT_NOT the silent twin.
 */
#include <pthread.h>
#include <stdlib.h>

#include "snag/spec.h"

struct gate {
    pthread_mutex_t order, lock;
    pthread_cond_t given;
    int64_t passes; /* guarded by `lock` */
};

static void gate_wait(struct gate *g) {
    pthread_mutex_lock(&g->lock);
    while (g->passes == 0)
        pthread_cond_wait(&g->given, &g->lock);
    g->passes--;
    pthread_mutex_unlock(&g->lock);
}

static void gate_enter(struct gate *g) {
    pthread_mutex_lock(&g->order);
#if defined(KEPT_DOES)
    gate_wait(g);
    pthread_mutex_unlock(&g->order);
#else
    pthread_mutex_unlock(&g->order);
    gate_wait(g);
#endif
}

static void gate_give(struct gate *g) {
    pthread_mutex_lock(&g->lock);
    g->passes++;
    pthread_cond_signal(&g->given);
    pthread_mutex_unlock(&g->lock);
}

static int64_t gate_look(struct gate *g) {
    pthread_mutex_lock(&g->lock);
    int64_t passes = g->passes;
    pthread_mutex_unlock(&g->lock);
    return passes;
}

/* ---- how it is plugged in ----------------------------------------------------------------------
 */

enum { ENTER, GIVE, LOOK };

static enum snag_step step(const struct snag_config *config, void *state,
                           const struct snag_call *call) {
    int64_t *passes = state;
    (void)config;
    if (call->pending && call->variant > 0)
        return SNAG_REJECT;
    switch (call->op) {
    case ENTER:
        if (*passes == 0)
            return SNAG_BLOCKED;
        --*passes;
        return SNAG_ACCEPT;
    case GIVE:
        ++*passes;
        return SNAG_ACCEPT;
    default:
        return call->pending || call->result.i == *passes ? SNAG_ACCEPT : SNAG_REJECT;
    }
}

static const struct snag_spec spec = {
    .name = "gate",
    .ops = {[ENTER] = {.name = "enter", .flags = SNAG_OP_MAY_WAIT, .result = SNAG_RESULT_NONE},
            [GIVE] = {.name = "give", .result = SNAG_RESULT_NONE},
            [LOOK] = {.name = "look"}},
    .state_bytes = sizeof(int64_t),
    .step = step,
};

static void *gate_create(const struct snag_config *config) {
    struct gate *g = calloc(1, sizeof *g);
    (void)config;
    if (g != NULL) {
        pthread_mutex_init(&g->order, NULL);
        pthread_mutex_init(&g->lock, NULL);
        pthread_cond_init(&g->given, NULL);
    }
    return g;
}

static void gate_destroy(void *shared) {
    struct gate *g = shared;
    pthread_cond_destroy(&g->given);
    pthread_mutex_destroy(&g->lock);
    pthread_mutex_destroy(&g->order);
    free(g);
}

static void run(void *shared, void *local, const struct snag_call *call, struct snag_result *result,
                struct snag_scope *scope) {
    (void)local, (void)scope;
    if (call->op == ENTER)
        gate_enter(shared);
    else if (call->op == GIVE)
        gate_give(shared);
    else
        result->i = gate_look(shared);
}

static const struct snag_impl gate = {.name = "gate",
                                      .spec = &spec,
                                      .mode = SNAG_THREADS,
                                      .create = gate_create,
                                      .destroy = gate_destroy,
                                      .run = run};
SNAG_TARGET(gate);
