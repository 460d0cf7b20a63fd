/* libev.c: a key-value store that is served by the callbacks of libev, as Debian ships it: see
 * tests/e2e/libev_test.sh.
 *
 * Two loops, each on a thread of its own; a client hands a request to that of its key, and waits
 * for the answer. A fetch takes a while, in which its loop serves others. The rule: a callback
 * holds the lock of the table for a few instructions, never until the next callback of its request.
 * Built with LIBEV_HOLDS, a fetch does, to keep others from fetching the same key at the same time:
 * R1, in the style of an event loop. Its loop is then blocked by the next request that wants the
 * lock, and never comes to the timer that would give it up.
 */
#include <ev.h>
#include <pthread.h>
#include <stdlib.h>

#include "kv.h"
#include "snag/coroutine.h"
#include "table.h"

#ifdef LIBEV_HOLDS
enum { HOLDS = 1 };
#else
enum { HOLDS = 0 };
#endif

enum { LOOPS = 2 };

struct kv;

struct server {
    struct kv *kv;
    struct ev_loop *loop;
    ev_async wake, quit;
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows */
    struct request *first, **last;
};

struct kv {
    pthread_mutex_t lock; /* guards `table` */
    struct kv_table table;
    struct server servers[LOOPS];
};

/* On the stack of who asks; the loop's until it is answered. */
struct request {
    struct server *server;
    struct request *next;
    enum kv_op op;
    int64_t key, value;
    struct kv_entry *entry; /* one to put there, or one that was taken out */
    ev_timer fetch;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t done;
    bool is_done;
    int64_t answer;
};

/* ---- requests, on the loop ---- */

static void answer(struct request *r, int64_t value) {
    SNAG_TASK_ENDED(r);
    pthread_mutex_lock(&r->lock);
    r->answer = value;
    r->is_done = true;
    pthread_cond_signal(&r->done);
    pthread_mutex_unlock(&r->lock);
}

static int64_t put(struct kv *kv, struct request *r, int64_t value, int64_t success) {
    return kv_table_put(&kv->table, r->key, value, &r->entry) ? success : KV_FULL;
}

static int64_t handle(struct kv *kv, struct request *r) {
    const struct kv_entry *entry = kv_table_find(&kv->table, r->key);
    int64_t held = entry != NULL ? entry->value : KV_ABSENT;
    switch (r->op) {
    case KV_GET:
        return held;
    case KV_PUT:
        return put(kv, r, r->value, KV_OK);
    case KV_ADD: {
        int64_t sum = (entry != NULL ? held : 0) + r->value;
        return put(kv, r, sum, sum);
    }
    case KV_REMOVE:
        r->entry = kv_table_take(&kv->table, r->key);
        return held;
    default:
        return kv->table.count;
    }
}

static void on_fetched(struct ev_loop *loop, ev_timer *timer, int events) {
    struct request *r = timer->data;
    struct kv *kv = r->server->kv;
    (void)loop, (void)events;
    SNAG_TASK_RESUMED(r);
    if (!HOLDS)
        pthread_mutex_lock(&kv->lock);
    int64_t result = put(kv, r, snag_io_answer(kv_request(r->key, r->value)), KV_OK);
    pthread_mutex_unlock(&kv->lock);
    answer(r, result);
}

static void fetch(struct request *r) {
    if (HOLDS)
        pthread_mutex_lock(&r->server->kv->lock);
    snag_name(&r->fetch, "backend");
    ev_timer_init(&r->fetch, on_fetched, 0.001, 0.0);
    r->fetch.data = r;
    ev_timer_start(r->server->loop, &r->fetch);
    SNAG_TASK_SUSPENDED(r, &r->fetch);
}

static void on_request(struct request *r) {
    struct kv *kv = r->server->kv;
    snag_name(r, "%s %d", kv_spec.ops[r->op].name, (int)r->key);
    SNAG_TASK_CREATED(r);
    SNAG_TASK_RESUMED(r);
    if (r->op == KV_FETCH_PUT) {
        fetch(r);
        return;
    }
    pthread_mutex_lock(&kv->lock);
    int64_t result = handle(kv, r);
    pthread_mutex_unlock(&kv->lock);
    answer(r, result);
}

/* ---- loops ---- */

static void on_wake(struct ev_loop *loop, ev_async *wake, int events) {
    struct server *s = wake->data;
    (void)loop, (void)events;
    pthread_mutex_lock(&s->lock);
    struct request *r = s->first;
    s->first = NULL;
    s->last = &s->first;
    pthread_mutex_unlock(&s->lock);
    while (r != NULL) {
        struct request *next = r->next; /* it is gone when it is answered */
        on_request(r);
        r = next;
    }
}

static void on_quit(struct ev_loop *loop, ev_async *quit, int events) {
    (void)quit, (void)events;
    ev_break(loop, EVBREAK_ALL);
}

static void *serve(void *server) {
    ev_run(((struct server *)server)->loop, 0);
    return NULL;
}

static void begin(struct kv *kv, struct server *s) {
    s->kv = kv;
    s->last = &s->first;
    pthread_mutex_init(&s->lock, NULL);
    s->loop = ev_loop_new(EVBACKEND_POLL | EVFLAG_NOENV);
    ev_async_init(&s->wake, on_wake);
    s->wake.data = s;
    ev_async_start(s->loop, &s->wake);
    ev_async_init(&s->quit, on_quit);
    ev_async_start(s->loop, &s->quit);
    pthread_create(&s->thread, NULL, serve, s);
}

static void end(struct server *s) {
    ev_async_send(s->loop, &s->quit);
    pthread_join(s->thread, NULL);
    ev_loop_destroy(s->loop);
    pthread_mutex_destroy(&s->lock);
}

static void *kv_create(const struct snag_config *config) {
    struct kv *kv = calloc(1, sizeof *kv);
    if (kv == NULL)
        return NULL;
    pthread_mutex_init(&kv->lock, NULL);
    snag_name(&kv->lock, "table");
    kv->table.capacity = config->values[KV_CONFIG_CAPACITY];
    for (int i = 0; i < LOOPS; i++)
        begin(kv, &kv->servers[i]);
    return kv;
}

static void kv_destroy(void *shared) {
    struct kv *kv = shared;
    for (int i = 0; i < LOOPS; i++)
        end(&kv->servers[i]);
    kv_table_clear(&kv->table);
    pthread_mutex_destroy(&kv->lock);
    free(kv);
}

/* ---- who asks ---- */

static int64_t ask(struct kv *kv, enum kv_op op, int64_t key, int64_t value) {
    struct server *s = &kv->servers[key % LOOPS];
    struct request r = {.server = s, .op = op, .key = key, .value = value};
    if (op == KV_PUT || op == KV_ADD || op == KV_FETCH_PUT) {
        r.entry = malloc(sizeof *r.entry);
        if (r.entry == NULL)
            return KV_NOMEM;
    }
    pthread_mutex_init(&r.lock, NULL);
    pthread_cond_init(&r.done, NULL);
    pthread_mutex_lock(&s->lock);
    *s->last = &r;
    s->last = &r.next;
    pthread_mutex_unlock(&s->lock);
    ev_async_send(s->loop, &s->wake);
    pthread_mutex_lock(&r.lock);
    while (!r.is_done)
        pthread_cond_wait(&r.done, &r.lock);
    pthread_mutex_unlock(&r.lock);
    pthread_cond_destroy(&r.done);
    pthread_mutex_destroy(&r.lock);
    free(r.entry);
    return r.answer;
}

static int64_t kv_get(struct kv *kv, int64_t key) {
    return ask(kv, KV_GET, key, 0);
}

static int64_t kv_put(struct kv *kv, int64_t key, int64_t value) {
    return ask(kv, KV_PUT, key, value);
}

static int64_t kv_add(struct kv *kv, int64_t key, int64_t delta) {
    return ask(kv, KV_ADD, key, delta);
}

static int64_t kv_remove(struct kv *kv, int64_t key) {
    return ask(kv, KV_REMOVE, key, 0);
}

static int64_t kv_len(struct kv *kv) {
    return ask(kv, KV_LEN, 0, 0);
}

static int64_t kv_visit(struct kv *kv, int64_t key, kv_visitor *visitor, void *arg) {
    int64_t value = kv_get(kv, key);
    if (value != KV_ABSENT)
        visitor(key, value, arg);
    return value;
}

static int64_t kv_fetch_put(struct kv *kv, int64_t key, int64_t arg) {
    return ask(kv, KV_FETCH_PUT, key, arg);
}

/* The loops are idle, and nobody asks. */
static const char *kv_check(void *shared, enum snag_when when) {
    const struct kv *kv = shared;
    (void)when;
    return kv_table_check(&kv->table);
}

#include "adapter.h"

KV_TARGET("libev/kv", SNAG_THREADS);
