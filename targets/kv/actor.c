/* actor.c: a key-value store that one actor owns, asked by messages: healthy.
 *
 * A bounded mailbox of requests, each with a oneshot for its answer; nothing is locked, for nothing
 * is shared. The rule: the actor never waits for anybody while it handles a request, and what takes
 * long (a fetch, a visitor) happens on the side of who asks.
 */
#include <pthread.h>
#include <stdlib.h>

#include "kv.h"
#include "snag/channel.h"
#include "table.h"

enum { MAILBOX = 2 };

struct kv {
    pthread_t actor;
    struct snag_channel *mailbox;
    struct kv_table table; /* the actor's own, until it has ended */
};

/* On the stack of who asks; the actor's until it is answered. */
struct request {
    enum kv_op op;
    int64_t key, value;
    struct kv_entry **spare;
    struct snag_oneshot *reply;
};

/* ---- the actor ---- */

static int64_t write_entry(struct kv *kv, const struct request *r, int64_t value, int64_t success) {
    return kv_table_put(&kv->table, r->key, value, r->spare) ? success : KV_FULL;
}

static int64_t handle(struct kv *kv, const struct request *r) {
    struct kv_entry *entry = kv_table_find(&kv->table, r->key);
    int64_t held = entry != NULL ? entry->value : KV_ABSENT;
    int64_t sum = (entry != NULL ? held : 0) + r->value;
    switch (r->op) {
    case KV_GET:
        return held;
    case KV_PUT:
        return write_entry(kv, r, r->value, KV_OK);
    case KV_ADD:
        return write_entry(kv, r, sum, sum);
    case KV_REMOVE:
        *r->spare = kv_table_take(&kv->table, r->key);
        return held;
    default:
        return kv->table.count;
    }
}

static void *actor_main(void *shared) {
    struct kv *kv = shared;
    void *message;
    while (snag_channel_recv(kv->mailbox, &message) == SNAG_CHANNEL_OK) {
        const struct request *request = message;
        int64_t answer = handle(kv, request);
        snag_oneshot_send(request->reply, (void *)(intptr_t)answer);
    }
    return NULL;
}

static void *kv_create(const struct snag_config *config) {
    struct kv *kv = calloc(1, sizeof *kv);
    if (kv == NULL)
        return NULL;
    kv->table.capacity = config->values[KV_CONFIG_CAPACITY];
    kv->mailbox = snag_channel_new(MAILBOX, NULL);
    if (kv->mailbox == NULL) {
        free(kv);
        return NULL;
    }
    if (pthread_create(&kv->actor, NULL, actor_main, kv) != 0) {
        snag_channel_sender_drop(kv->mailbox);
        snag_channel_receiver_drop(kv->mailbox);
        free(kv);
        return NULL;
    }
    return kv;
}

static void kv_destroy(void *shared) {
    struct kv *kv = shared;
    snag_channel_sender_drop(kv->mailbox);
    pthread_join(kv->actor, NULL);
    snag_channel_receiver_drop(kv->mailbox);
    kv_table_clear(&kv->table);
    free(kv);
}

/* ---- who asks ---- */

static int64_t ask(struct kv *kv, enum kv_op op, int64_t key, int64_t value,
                   struct kv_entry **spare) {
    struct request request = {op, key, value, spare, snag_oneshot_new(NULL)};
    void *answer = NULL;
    if (request.reply == NULL)
        return KV_NOMEM;
    snag_channel_send(kv->mailbox, &request);
    snag_oneshot_recv(request.reply, &answer);
    return (intptr_t)answer;
}

/* The entry that a new key would need goes along, and comes back if unused. */
static int64_t ask_to_write(struct kv *kv, enum kv_op op, int64_t key, int64_t value) {
    struct kv_entry *spare = malloc(sizeof *spare);
    if (spare == NULL)
        return KV_NOMEM;
    int64_t answer = ask(kv, op, key, value, &spare);
    free(spare);
    return answer;
}

static int64_t kv_get(struct kv *kv, int64_t key) {
    return ask(kv, KV_GET, key, 0, NULL);
}

static int64_t kv_put(struct kv *kv, int64_t key, int64_t value) {
    return ask_to_write(kv, KV_PUT, key, value);
}

static int64_t kv_add(struct kv *kv, int64_t key, int64_t delta) {
    return ask_to_write(kv, KV_ADD, key, delta);
}

static int64_t kv_remove(struct kv *kv, int64_t key) {
    struct kv_entry *taken = NULL;
    int64_t answer = ask(kv, KV_REMOVE, key, 0, &taken);
    free(taken);
    return answer;
}

static int64_t kv_len(struct kv *kv) {
    return ask(kv, KV_LEN, 0, 0, NULL);
}

static int64_t kv_visit(struct kv *kv, int64_t key, kv_visitor *visitor, void *arg) {
    int64_t value = kv_get(kv, key);
    if (value >= 0)
        visitor(key, value, arg);
    return value;
}

static int64_t kv_fetch_put(struct kv *kv, int64_t key, int64_t arg) {
    return kv_put(kv, key, kv_fetch(key, arg));
}

static const char *kv_check(void *shared, enum snag_when when) {
    const struct kv *kv = shared;
    (void)when;
    return kv_table_check(&kv->table);
}

#include "adapter.h"
KV_TARGET("kv/actor", SNAG_TASKS);
