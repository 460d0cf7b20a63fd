/* stock_spec.c: what a stock promises (the model), and how snag calls it.
 *
 * Four steps make it yours: name the operations and the domains of their arguments; say in `step`
 * what they may return; call your code in `run`; make and free it in `create` and `destroy`. The
 * rule: the model is what a stock is *without* threads. <snag/spec.h> has the rest: results of
 * other types, operations that may wait, handles, callbacks, async tasks.
 */
#include "stock.h"

#include <snag/spec.h>

/* ---- 1. the operations ---- */

enum { PUT, TAKE, COUNT }; /* their domains stand below, in `spec` */
enum { CAPACITY };         /* what varies from program to program */

/* ---- 2. the model ---- */

struct model {
    int64_t count;
};

/* May `call` return what it did, in this state? Then it is accepted, and the state goes on. */
static enum snag_step step(const struct snag_config *config, void *state,
                           const struct snag_call *call) {
    struct model *m = state;
    int64_t n = call->args[0].i, expected = 0, after = m->count;
    switch (call->op) {
    case PUT:
        expected = m->count + n <= config->values[CAPACITY];
        after = expected ? m->count + n : m->count;
        break;
    case TAKE:
        expected = m->count >= n;
        after = expected ? m->count - n : m->count;
        break;
    case COUNT:
        expected = m->count;
        break;
    }
    if (call->pending && call->variant > 0)
        return SNAG_REJECT; /* a call that never returned has one possible effect, or none */
    if (!call->pending && call->result.i != expected)
        return SNAG_REJECT;
    m->count = after;
    return SNAG_ACCEPT;
}

/* ---- 3. how it is called ---- */

static void run(void *shared, void *local, const struct snag_call *call, struct snag_result *result,
                struct snag_scope *scope) {
    struct stock *s = shared;
    int n = (int)call->args[0].i;
    (void)local, (void)scope;
    switch (call->op) {
    case PUT:
        result->i = stock_put(s, n);
        break;
    case TAKE:
        result->i = stock_take(s, n);
        break;
    case COUNT:
        result->i = stock_count(s);
        break;
    }
}

/* ---- 4. how it is made, and what must be true of it ---- */

static void *create(const struct snag_config *config) {
    return stock_new((int)config->values[CAPACITY]);
}

static void destroy(void *shared) {
    stock_free(shared);
}

static const char *invariant(void *shared, enum snag_when when) {
    (void)when;
    return stock_broken(shared);
}

/* ---- all of it together ---- */

static const struct snag_spec spec = {
    .name = "stock",
    .ops = {[PUT] = {.name = "put", .args = {{.name = "n", .type = SNAG_INT, .min = 1, .max = 3}}},
            [TAKE] = {.name = "take",
                      .args = {{.name = "n", .type = SNAG_INT, .min = 1, .max = 3}}},
            [COUNT] = {.name = "count"}},
    .config = {[CAPACITY] = {"capacity", 1, 4}},
    .state_bytes = sizeof(struct model), /* all zero at first: an empty stock */
    .step = step,
};

static const struct snag_impl mutex = {
    .name = "stock/mutex",
    .spec = &spec,
    .create = create,
    .destroy = destroy,
    .run = run,
    .invariant = invariant,
    .invariant_when = SNAG_AT_QUIESCENCE,
};
SNAG_TARGET(mutex);
