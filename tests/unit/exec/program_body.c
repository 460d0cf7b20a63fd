/* program_body.c: the state manager under test for program_test.c. See program_cases.h. */
#include "program_cases.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>

struct ticket {
    int64_t id;
};

struct box {
    pthread_mutex_t lock, other;
    pthread_cond_t filled, never;
    int64_t slots[2], sum;
    int64_t item; /* 0: none */
    int64_t next_id;
    void *forgotten;
};

static struct box *made; /* a global: put back after each execution */
static int created;

static void *create(const struct snag_config *config) {
    if (bugs & BUG_VOID)
        return NULL;
    struct box *b = calloc(1, sizeof(*b));
    pthread_mutex_init(&b->lock, NULL);
    pthread_mutex_init(&b->other, NULL);
    pthread_cond_init(&b->filled, NULL);
    pthread_cond_init(&b->never, NULL);
    b->next_id = config->values[0];
    out(made == NULL && created++ == 0);
    made = b;
    return b;
}

static void destroy(void *shared) {
    struct box *b = shared;
    pthread_cond_destroy(&b->filled);
    pthread_cond_destroy(&b->never);
    pthread_mutex_destroy(&b->other);
    pthread_mutex_destroy(&b->lock);
    free(b);
}

static void *enter(void *shared) {
    (void)shared;
    return malloc(8);
}

static void leave(void *shared, void *local) {
    struct box *b = shared;
    free(local);
    if (bugs & BUG_STUCK_LEAVE) {
        pthread_mutex_lock(&b->other);
        while (b->next_id != -1)
            pthread_cond_wait(&b->never, &b->other);
    }
}

static int64_t put(struct box *b, int64_t slot, int64_t value) {
    if (bugs & WAIT_IN_VISIT) {
        static const struct timespec past = {.tv_sec = 1};
        pthread_cond_timedwait(&b->filled, &b->other, &past);
    }
    pthread_mutex_lock(&b->lock);
    int64_t old = b->slots[slot];
    b->slots[slot] = value;
    if (bugs & BUG_TORN)
        sched_yield();
    b->sum += value - old;
    if (bugs & BUG_BAD_SUM)
        b->sum++;
    if (!(bugs & BUG_FORGETS_UNLOCK))
        pthread_mutex_unlock(&b->lock);
    return old;
}

static int64_t get(struct box *b, int64_t slot) {
    int64_t before = b->slots[slot];
    pthread_mutex_lock(&b->lock);
    int64_t value = b->slots[slot];
    pthread_mutex_unlock(&b->lock);
    if (bugs & BUG_STALE_GET) {
        static int64_t last[2];
        int64_t old = last[slot];
        last[slot] = value;
        (void)before;
        return old;
    }
    return value;
}

static void open_ticket(struct box *b, struct snag_result *result) {
    if (bugs & BUG_NO_TICKETS)
        return;
    struct ticket *t = malloc(sizeof(*t));
    pthread_mutex_lock(&b->lock);
    t->id = ++b->next_id;
    pthread_mutex_unlock(&b->lock);
    result->i = t->id;
    result->handle = t;
}

static int64_t recv_item(struct box *b) {
    pthread_mutex_lock(&b->lock);
    while (b->item == 0)
        pthread_cond_wait(&b->filled, &b->lock);
    int64_t item = b->item;
    b->item = 0;
    pthread_mutex_unlock(&b->lock);
    return item;
}

/* Replaces what is there. */
static void send_item(struct box *b, int64_t item) {
    pthread_mutex_lock(&b->lock);
    b->item = item;
    if (!(bugs & BUG_LOST_WAKEUP))
        pthread_cond_signal(&b->filled);
    pthread_mutex_unlock(&b->lock);
}

static void run(void *shared, void *local, const struct snag_call *call, struct snag_result *result,
                struct snag_scope *scope) {
    struct box *b = shared;
    struct ticket *t = call->args[0].handle;
    *(char *)local = 1;
    switch (call->op) {
    case PUT:
        result->i = put(b, call->args[0].i, call->args[1].i);
        break;
    case GET:
        result->i = get(b, call->args[0].i);
        break;
    case OPEN:
        open_ticket(b, result);
        break;
    case USE:
        result->i = t->id == call->args[0].i ? t->id : -1;
        break;
    case CLOSE:
        if (bugs & BUG_LEAK)
            b->forgotten = t;
        else
            free(t);
        break;
    case VISIT:
        if (!(bugs & BUG_NO_VISIT)) {
            pthread_mutex_lock(&b->other);
            out(snag_run_nested(scope));
            out(snag_run_nested(scope)); /* only the first time */
            pthread_mutex_unlock(&b->other);
        }
        break;
    case RECV:
        result->i = recv_item(b);
        break;
    case SEND:
        send_item(b, call->args[0].i);
        break;
    default:
        abort();
    }
}

static const char *invariant(void *shared, enum snag_when when) {
    const struct box *b = shared;
    (void)when;
    return b->sum == b->slots[0] + b->slots[1] ? NULL : "sum is the sum";
}

struct snag_impl program_impl = {
    .name = "box",
    .spec = &program_spec,
    .create = create,
    .destroy = destroy,
    .run = run,
    .enter = enter,
    .leave = leave,
    .invariant = invariant,
    .invariant_when = SNAG_AT_QUIESCENCE,
};
SNAG_TARGET(program_impl);
