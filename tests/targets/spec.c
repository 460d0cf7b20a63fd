/* spec.c: a right spec, and the same with one mistake in it: SPEC_WRONG=KIND, a number below, says
 * which. For the end-to-end test of check-spec; the implementation is right, and has no tasks to
 * fear.
 *
 * A mailbox: slots that hold at most one value each; take waits for one; a ticket is a handle that
 * is drawn and given back.
 */
#include <pthread.h>
#include <stdlib.h>

#include "snag/spec.h"

enum {
    RIGHT,
    RESULT,
    WAITS,
    IMPURE,
    POINTER,
    PADDING,
    OUTSIDE,
    ARGUMENTS,
    GLOBALS,
    PENDING_RESULT,
    ENDLESS,
    MISSING_EFFECT,
    PARTITION,
    PARTITION_OF_RESULT,
    UNDECLARED,
    NEVER_BLOCKED,
    NEVER_ACCEPTED,
    NO_PRODUCER,
    UNUSED_HANDLE,
    NEVER_TAKEN,
    NOTHING_NESTS,
    NEVER_RUN,
    ARGUMENT,
    CONFIG
};
#define IS(kind) (SPEC_WRONG == (kind))

enum { SLOTS = 3, EMPTY = 0, BUSY = -1 };

/* ---- the implementation -----------------------------------------------------------------------
 */

struct box {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    int value[SLOTS];
    int limit, tickets;
};

static int put(struct box *b, int slot, int value) {
    pthread_mutex_lock(&b->lock);
    int full = b->value[slot] != EMPTY || value > b->limit;
    if (!full)
        b->value[slot] = value;
    pthread_cond_broadcast(&b->filled);
    pthread_mutex_unlock(&b->lock);
    return full ? BUSY : 0;
}

static int take(struct box *b, int slot) {
    pthread_mutex_lock(&b->lock);
    while (b->value[slot] == EMPTY)
        pthread_cond_wait(&b->filled, &b->lock);
    int value = b->value[slot];
    b->value[slot] = EMPTY;
    pthread_mutex_unlock(&b->lock);
    return value;
}

static int peek(struct box *b, int slot) {
    pthread_mutex_lock(&b->lock);
    int value = b->value[slot];
    pthread_mutex_unlock(&b->lock);
    return value;
}

static int draw(struct box *b, int by) {
    pthread_mutex_lock(&b->lock);
    b->tickets += by;
    int drawn = b->tickets;
    pthread_mutex_unlock(&b->lock);
    return drawn;
}

/* ---- the spec ---------------------------------------------------------------------------------
 */

enum { PUT, TAKE, PEEK, DRAW, GIVE, EACH };

struct model {
    int32_t value[SLOTS];
    int32_t tickets;
    union {
        struct model *self; /* a pointer, where none should be */
        struct {
            int8_t small; /* and padding */
            int32_t large;
        } padded;
    } odd;
};

static int calls; /* a global, where none should be */

static void init(const struct snag_config *config, void *state) {
    struct model *m = state;
    (void)config;
    if (IS(POINTER))
        m->odd.self = m;
}

/* What a compiler may do with a struct it fills in on the stack: deep in it, where the calls before
 * left no return address, which would be the same one each time. */
static void leave_padding(struct model *m) {
    enum { FRAME_BYTES = 512 };
    volatile uint8_t on_stack[FRAME_BYTES];
    on_stack[0] = 1;
    for (size_t i = 0; i < sizeof m->odd; i++)
        ((uint8_t *)&m->odd)[i] = on_stack[i]; /* NOLINT: uninitialised on purpose */
}

static void odd_ways(struct model *m, const struct snag_call *call) {
    if (IS(PADDING) && call->op == PUT)
        leave_padding(m);
    if (IS(OUTSIDE) && call->op == PUT)
        ((volatile uint8_t *)m)[sizeof *m] = 1;
    if (IS(ARGUMENTS) && call->op == PUT)
        ((struct snag_call *)(uintptr_t)call)->args[0].i = 0;
    if (IS(GLOBALS) || IS(IMPURE))
        calls++;
}

/* Does a call that took effect return this, in this state? */
static bool returns(const struct snag_config *config, const struct model *m,
                    const struct snag_call *call) {
    int64_t slot = call->args[0].i, got = call->result.i;
    switch (call->op) {
    case PUT: {
        bool full = m->value[slot] != EMPTY || call->args[1].i > config->values[0];
        return got == (full ? BUSY : 0);
    }
    case TAKE:
    case PEEK:
        return got == m->value[slot] + (IS(RESULT) && m->value[slot] == 3);
    case DRAW:
        return got == (IS(NEVER_RUN) ? 0 : m->tickets + 1);
    }
    return true;
}

static enum snag_step effect(const struct snag_config *config, struct model *m,
                             const struct snag_call *call) {
    int64_t slot = call->args[0].i;
    bool fits = !IS(CONFIG) ? call->args[1].i <= config->values[0] : true;
    switch (call->op) {
    case PUT:
        if (m->value[slot] == EMPTY && fits)
            m->value[slot] = IS(MISSING_EFFECT) && call->pending ? 1 : (int32_t)call->args[1].i;
        return SNAG_ACCEPT;
    case TAKE:
        if (m->value[slot] == EMPTY)
            return IS(NEVER_BLOCKED) ? SNAG_REJECT : SNAG_BLOCKED;
        m->value[slot] = EMPTY;
        return SNAG_ACCEPT;
    case DRAW:
        m->tickets += !IS(NEVER_RUN);
        return SNAG_ACCEPT;
    case GIVE:
        m->tickets--;
        return SNAG_ACCEPT;
    case PEEK:
        return IS(NEVER_ACCEPTED)                                           ? SNAG_REJECT
               : IS(UNDECLARED) && call->pending && m->value[slot] == EMPTY ? SNAG_BLOCKED
                                                                            : SNAG_ACCEPT;
    }
    return SNAG_ACCEPT;
}

static enum snag_step step(const struct snag_config *config, void *state,
                           const struct snag_call *call) {
    struct model *m = state;
    odd_ways(m, call);
    if (IS(IMPURE) && call->op == PEEK && calls % 2 == 0)
        return SNAG_REJECT;
    if (call->pending && call->variant > 0 && !(IS(ENDLESS) && call->op == GIVE))
        return SNAG_REJECT;
    if (IS(PENDING_RESULT) && call->op == DRAW && call->result.i < 1)
        return SNAG_REJECT;
    if (IS(CONFIG) && call->op == PUT && !call->pending)
        return call->result.i == 0 ? effect(config, m, call) : SNAG_ACCEPT;
    if (!call->pending && !returns(config, m, call))
        return SNAG_REJECT;
    return effect(config, m, call);
}

static int64_t partition(const struct snag_config *config, const struct snag_call *call) {
    (void)config;
    if (IS(PARTITION_OF_RESULT) && call->op == DRAW)
        return SLOTS + call->result.i;
    if (call->op == DRAW || call->op == GIVE)
        return IS(PARTITION) ? (int64_t)SLOTS + call->op : SLOTS;
    return call->op < DRAW ? call->args[0].i : -1;
}

/* clang-format off */
#define SLOT {.name = "slot", .type = SNAG_KEY, .max = SLOTS - 1}
#define TICKET(word) {.name = "ticket", .type = SNAG_HANDLE, .tag = word, .takes = !IS(NEVER_TAKEN)}
/* clang-format on */

static const struct snag_spec spec =
    {
        .name = "mailbox",
        .ops =
            {
                [PUT] = {.name = "put",
                         .args = {SLOT, {.name = "value", .type = SNAG_INT, .min = 1, .max = 4}},
                         .flags = IS(NOTHING_NESTS) ? 0 : SNAG_OP_NESTS},
                [TAKE] = {.name = "take",
                          .args = {SLOT},
                          .flags = IS(WAITS) ? 0 : SNAG_OP_MAY_WAIT},
                [PEEK] = {.name = "peek",
                          .args = {SLOT,
                                   {.name = IS(ARGUMENT) ? "why" : NULL,
                                    .type = IS(ARGUMENT) ? SNAG_INT : SNAG_NONE,
                                    .max = 9}}},
                [DRAW] = {.name = "draw", .result = SNAG_RESULT_HANDLE, .returns = "ticket"},
                [GIVE] = {.name = "give",
                          .args = {TICKET(IS(NO_PRODUCER) || IS(UNUSED_HANDLE) ? "tiket"
                                                                               : "ticket")},
                          .result = SNAG_RESULT_NONE},
                [EACH] = {.name = "each",
                          .args = {{.name = "program", .type = SNAG_PROGRAM, .max = 2}},
                          .result = SNAG_RESULT_NONE},
            },
        .config = {{"limit", 1, 4}},
        .state_bytes = sizeof(struct model),
        .init = init,
        .step = step,
        .partition = partition,
};

/* ---- how they fit together --------------------------------------------------------------------
 */

static void *create(const struct snag_config *config) {
    struct box *b = calloc(1, sizeof *b);
    if (b != NULL) {
        b->limit = (int)config->values[0];
        pthread_mutex_init(&b->lock, NULL);
        pthread_cond_init(&b->filled, NULL);
    }
    return b;
}

static void destroy(void *shared) {
    struct box *b = shared;
    pthread_cond_destroy(&b->filled);
    pthread_mutex_destroy(&b->lock);
    free(b);
}

static void run(void *shared, void *local, const struct snag_call *call, struct snag_result *result,
                struct snag_scope *scope) {
    int slot = (int)call->args[0].i;
    (void)local;
    switch (call->op) {
    case PUT:
        result->i = put(shared, slot, (int)call->args[1].i);
        break;
    case TAKE:
        result->i = take(shared, slot);
        break;
    case PEEK:
        result->i = peek(shared, slot);
        break;
    case DRAW:
        result->i = IS(NEVER_RUN) ? 0 : draw(shared, 1);
        break;
    case GIVE:
        (void)draw(shared, -1);
        break;
    case EACH:
        (void)snag_run_nested(scope);
        break;
    }
}

static const struct snag_impl mailbox = {
    .name = "spec", .spec = &spec, .create = create, .destroy = destroy, .run = run};
SNAG_TARGET(mailbox);
