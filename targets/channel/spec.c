/* spec.c: the specifications of channels: a queue, of bounded capacity or not, that can be closed;
 * oneshots; a broadcast to every task; one value that is watched; a total that is asked for by
 * messages.
 *
 * Knows nothing of implementations. The rule: a call waits only where it rightly may, a send while
 * the channel is full and open, a recv while it is empty and open, whoever waits for the end while
 * it is open, a watcher while it has seen the latest value; and what was sent before it closed is
 * received.
 */
#include <string.h>

#include "actor_spec.h"
#include "broadcast.h"
#include "channel.h"
#include "oneshot.h"
#include "watch.h"

/* May it return `expected`? A pending call may have done its work. */
static enum snag_step returns(const struct snag_call *call, int64_t expected) {
    return call->pending || call->result.i == expected ? SNAG_ACCEPT : SNAG_REJECT;
}

/* ---- a queue --------------------------------------------------------------------------------- */

enum { QUEUE_MAX = 256 };

/* The oldest value first, zeroes behind the last one: equal contents are equal bytes. */
struct model {
    uint16_t closed, count;
    uint8_t queue[];
};

/* A capacity of 0 is none. */
static enum snag_step send_value(struct model *m, const struct snag_call *call, int64_t capacity) {
    if (!call->pending && call->result.i == CHANNEL_NOMEM)
        return SNAG_ACCEPT;
    if (m->closed)
        return returns(call, CHANNEL_CLOSED);
    if (m->count == (capacity != 0 ? capacity : QUEUE_MAX))
        return call->op == CHANNEL_SEND ? SNAG_BLOCKED : returns(call, CHANNEL_FULL);
    m->queue[m->count++] = (uint8_t)call->args[0].i;
    return returns(call, CHANNEL_OK);
}

static enum snag_step receive_value(struct model *m, const struct snag_call *call) {
    if (m->count == 0 && m->closed)
        return returns(call, CHANNEL_CLOSED);
    if (m->count == 0)
        return call->op == CHANNEL_RECV ? SNAG_BLOCKED : returns(call, CHANNEL_EMPTY);
    int64_t value = m->queue[0];
    m->count--;
    memmove(m->queue, m->queue + 1, m->count);
    m->queue[m->count] = 0;
    return returns(call, value);
}

static enum snag_step step(const struct snag_config *config, void *state,
                           const struct snag_call *call) {
    struct model *m = state;
    if ((call->pending && call->variant > 0) || call->dropped)
        return SNAG_REJECT; /* what is cancelled has sent or received nothing */
    switch ((enum channel_op)call->op) {
    case CHANNEL_SEND:
    case CHANNEL_TRY_SEND:
        return send_value(m, call, config->values[CHANNEL_CONFIG_CAPACITY]);
    case CHANNEL_RECV:
    case CHANNEL_TRY_RECV:
        return receive_value(m, call);
    case CHANNEL_CLOSE: {
        enum snag_step s = returns(call, m->closed ? CHANNEL_CLOSED : CHANNEL_OK);
        m->closed = 1;
        return s;
    }
    case CHANNEL_AWAIT_END:
        return m->closed ? SNAG_ACCEPT : SNAG_BLOCKED;
    }
    return SNAG_REJECT;
}

/* What the versions of clang-format differ about; once closed, a channel shows little: seldom. */
/* clang-format off */
#define VALUE {.name = "value", .type = SNAG_INT, .min = 1, .max = CHANNEL_VALUES}
#define OPS(send_flags)                                                                            \
    {                                                                                              \
        [CHANNEL_SEND] = {.name = "send", .args = {VALUE}, .flags = send_flags},                   \
        [CHANNEL_RECV] = {.name = "recv", .flags = SNAG_OP_MAY_WAIT},                              \
        [CHANNEL_TRY_SEND] = {.name = "try_send", .args = {VALUE}, .weight = 4},                   \
        [CHANNEL_TRY_RECV] = {.name = "try_recv", .weight = 4},                                    \
        [CHANNEL_CLOSE] = {.name = "close", .weight = 2},                                          \
        [CHANNEL_AWAIT_END] = {.name = "closed", .result = SNAG_RESULT_NONE,                       \
                               .flags = SNAG_OP_MAY_WAIT, .weight = 2},                            \
    }
/* clang-format on */

const struct snag_spec channel_spec = {
    .name = "channel",
    .ops = OPS(SNAG_OP_MAY_WAIT),
    .config = {{"capacity", 1, CHANNEL_CAPACITY_MAX}},
    .state_bytes = sizeof(struct model) + CHANNEL_CAPACITY_MAX,
    .step = step,
};

const struct snag_spec channel_unbounded_spec = {
    .name = "channel",
    .ops = OPS(0),
    .state_bytes = sizeof(struct model) + QUEUE_MAX,
    .step = step,
};

/* ---- oneshot --------------------------------------------------------------------------------- */

enum half { WAITS_FOR_OWNER, OWNED, USED_UP };

struct shot {
    uint8_t sender, receiver; /* enum half */
    uint8_t value;            /* sent and not yet received; 0: none */
};

struct shots {
    struct shot shots[ONESHOT_IDS];
};

/* The id that a call is about; -1: its handle refers to what was never a half. */
static int64_t id_of(const struct snag_call *call) {
    bool by_id = call->op == ONESHOT_SENDER || call->op == ONESHOT_RECEIVER;
    int64_t first = by_id ? 0 : oneshot_name(0);
    int64_t given = call->args[0].i;
    return given >= first && given < first + ONESHOT_IDS ? given - first : -1;
}

static enum snag_step claim(uint8_t *half, const struct snag_call *call, int64_t name) {
    if (*half != WAITS_FOR_OWNER)
        return returns(call, ONESHOT_GONE);
    *half = OWNED;
    return returns(call, name);
}

static enum snag_step shoot(struct shot *s, const struct snag_call *call) {
    if (s->sender != OWNED)
        return SNAG_REJECT;
    s->sender = USED_UP;
    if (call->op == ONESHOT_DROP)
        return SNAG_ACCEPT;
    if (s->receiver == USED_UP)
        return returns(call, CHANNEL_CLOSED);
    s->value = (uint8_t)call->args[1].i;
    return returns(call, CHANNEL_OK);
}

static enum snag_step hear(struct shot *s, const struct snag_call *call) {
    if (s->receiver == WAITS_FOR_OWNER)
        return SNAG_REJECT;
    bool nothing_yet = s->receiver == OWNED && s->value == 0 && s->sender != USED_UP;
    if (call->op == ONESHOT_POLL && nothing_yet)
        return returns(call, CHANNEL_EMPTY);
    if (call->op == ONESHOT_RECV && nothing_yet)
        return SNAG_BLOCKED;
    int64_t value = s->value;
    s->receiver = USED_UP;
    s->value = 0;
    if (call->op == ONESHOT_FORGET)
        return SNAG_ACCEPT;
    return returns(call, value != 0 ? value : CHANNEL_CLOSED);
}

static enum snag_step oneshot_step(const struct snag_config *config, void *state,
                                   const struct snag_call *call) {
    int64_t id = id_of(call);
    (void)config;
    if (id < 0 || (call->pending && call->variant > 0))
        return SNAG_REJECT;
    struct shot *s = &((struct shots *)state)->shots[id];
    switch ((enum oneshot_op)call->op) {
    case ONESHOT_SENDER:
        return claim(&s->sender, call, oneshot_name(id));
    case ONESHOT_RECEIVER:
        return claim(&s->receiver, call, oneshot_name(id));
    case ONESHOT_SEND:
    case ONESHOT_DROP:
        return shoot(s, call);
    case ONESHOT_RECV:
    case ONESHOT_POLL:
    case ONESHOT_FORGET:
        return hear(s, call);
    }
    return SNAG_REJECT;
}

static int64_t oneshot_partition(const struct snag_config *config, const struct snag_call *call) {
    (void)config;
    return id_of(call);
}

/* clang-format off */
#define ID {.name = "id", .type = SNAG_KEY, .max = ONESHOT_IDS - 1}
#define TAKEN(kind) {.name = kind, .type = SNAG_HANDLE, .tag = kind, .takes = true}
#define HANDLE(kind) {.name = kind, .type = SNAG_HANDLE, .tag = kind}
#define RETURNS(kind) .result = SNAG_RESULT_HANDLE, .returns = kind
/* clang-format on */

const struct snag_spec oneshot_spec = {
    .name = "oneshot",
    .ops =
        {
            [ONESHOT_SENDER] = {.name = "sender", .args = {ID}, RETURNS("sender")},
            [ONESHOT_SEND] = {.name = "send", .args = {TAKEN("sender"), VALUE}},
            [ONESHOT_DROP] = {.name = "drop",
                              .args = {TAKEN("sender")},
                              .result = SNAG_RESULT_NONE},
            [ONESHOT_RECEIVER] = {.name = "receiver", .args = {ID}, RETURNS("receiver")},
            [ONESHOT_RECV] = {.name = "recv",
                              .args = {TAKEN("receiver")},
                              .flags = SNAG_OP_MAY_WAIT},
            [ONESHOT_POLL] = {.name = "poll", .args = {HANDLE("receiver")}},
            [ONESHOT_FORGET] = {.name = "forget",
                                .args = {TAKEN("receiver")},
                                .result = SNAG_RESULT_NONE},
        },
    .state_bytes = sizeof(struct shots),
    .step = oneshot_step,
    .partition = oneshot_partition,
};

/* ---- broadcast ------------------------------------------------------------------------------- */

struct broadcast {
    uint16_t closed, sent;
    uint16_t next[BROADCAST_TASKS];     /* per task: what it receives next */
    uint8_t kept[CHANNEL_CAPACITY_MAX]; /* the newest first */
};

static enum snag_step broadcast_value(struct broadcast *b, const struct snag_call *call) {
    if (b->closed)
        return returns(call, CHANNEL_CLOSED);
    memmove(b->kept + 1, b->kept, sizeof(b->kept) - 1);
    b->kept[0] = (uint8_t)call->args[0].i;
    b->sent++;
    return returns(call, CHANNEL_OK);
}

static enum snag_step subscriber_receives(struct broadcast *b, const struct snag_call *call,
                                          int64_t capacity) {
    uint16_t *next = &b->next[call->task];
    int64_t behind = b->sent - *next;
    if (behind == 0 && b->closed)
        return returns(call, CHANNEL_CLOSED);
    if (behind == 0)
        return call->op == BROADCAST_RECV ? SNAG_BLOCKED : returns(call, CHANNEL_EMPTY);
    if (behind > capacity) {
        *next = (uint16_t)(b->sent - capacity);
        return returns(call, BROADCAST_LAGGED + behind - capacity);
    }
    ++*next;
    return returns(call, b->kept[behind - 1]);
}

static enum snag_step broadcast_step(const struct snag_config *config, void *state,
                                     const struct snag_call *call) {
    struct broadcast *b = state;
    if (call->task >= BROADCAST_TASKS || (call->pending && call->variant > 0))
        return SNAG_REJECT;
    switch ((enum broadcast_op)call->op) {
    case BROADCAST_SEND:
        return broadcast_value(b, call);
    case BROADCAST_RECV:
    case BROADCAST_TRY_RECV:
        return subscriber_receives(b, call, config->values[CHANNEL_CONFIG_CAPACITY]);
    case BROADCAST_CLOSE: {
        enum snag_step s = returns(call, b->closed ? CHANNEL_CLOSED : CHANNEL_OK);
        b->closed = 1;
        return s;
    }
    }
    return SNAG_REJECT;
}

const struct snag_spec broadcast_spec = {
    .name = "broadcast",
    .ops =
        {
            [BROADCAST_SEND] = {.name = "send", .args = {VALUE}},
            [BROADCAST_RECV] = {.name = "recv", .flags = SNAG_OP_MAY_WAIT},
            [BROADCAST_TRY_RECV] = {.name = "try_recv"},
            [BROADCAST_CLOSE] = {.name = "close", .weight = 2},
        },
    .config = {{"capacity", 1, CHANNEL_CAPACITY_MAX}},
    .state_bytes = sizeof(struct broadcast),
    .step = broadcast_step,
};

/* ---- watch ----------------------------------------------------------------------------------- */

struct watched {
    uint16_t closed, value;
    uint16_t version;           /* of the value */
    uint16_t seen[WATCH_TASKS]; /* per task: the version that it has seen last; 0: none */
};

static void watch_init(const struct snag_config *config, void *state) {
    (void)config;
    ((struct watched *)state)->version = 1;
}

static enum snag_step watch_value(struct watched *w, const struct snag_call *call) {
    if (w->closed)
        return returns(call, CHANNEL_CLOSED);
    w->value = (uint16_t)call->args[0].i;
    w->version++;
    return returns(call, CHANNEL_OK);
}

static enum snag_step watcher_looks(struct watched *w, const struct snag_call *call) {
    uint16_t *seen = &w->seen[call->task];
    if (call->op == WATCH_CHANGED && *seen == w->version)
        return w->closed ? returns(call, CHANNEL_CLOSED) : SNAG_BLOCKED;
    *seen = w->version;
    return returns(call, w->value);
}

static enum snag_step watch_step(const struct snag_config *config, void *state,
                                 const struct snag_call *call) {
    struct watched *w = state;
    (void)config;
    if (call->task >= WATCH_TASKS || (call->pending && call->variant > 0))
        return SNAG_REJECT;
    switch ((enum watch_op)call->op) {
    case WATCH_SEND:
        return watch_value(w, call);
    case WATCH_GET:
    case WATCH_CHANGED:
        return watcher_looks(w, call);
    case WATCH_CLOSE: {
        enum snag_step s = returns(call, w->closed ? CHANNEL_CLOSED : CHANNEL_OK);
        w->closed = 1;
        return s;
    }
    }
    return SNAG_REJECT;
}

const struct snag_spec watch_spec = {
    .name = "watch",
    .ops =
        {
            [WATCH_SEND] = {.name = "send", .args = {VALUE}},
            [WATCH_GET] = {.name = "get"},
            [WATCH_CHANGED] = {.name = "changed", .flags = SNAG_OP_MAY_WAIT},
            [WATCH_CLOSE] = {.name = "close", .weight = 2},
        },
    .state_bytes = sizeof(struct watched),
    .init = watch_init,
    .step = watch_step,
};

/* ---- a total, kept by actors ----------------------------------------------------------------- */

static enum snag_step actor_step(const struct snag_config *config, void *state,
                                 const struct snag_call *call) {
    int64_t *total = state;
    (void)config;
    if (call->pending && call->variant > 0)
        return SNAG_REJECT;
    if (!call->pending && call->result.i == CHANNEL_NOMEM)
        return SNAG_ACCEPT;
    if (call->op == ACTOR_ADD)
        *total += call->args[0].i;
    return returns(call, *total);
}

const struct snag_spec actor_spec = {
    .name = "actor",
    .ops =
        {
            [ACTOR_ADD] = {.name = "add", .args = {VALUE}},
            [ACTOR_GET] = {.name = "get"},
        },
    .config = {{"mailbox", 1, CHANNEL_CAPACITY_MAX}},
    .state_bytes = sizeof(int64_t),
    .step = actor_step,
};
