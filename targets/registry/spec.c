/* spec.c: the specification of a registry of reference-counted objects.
 *
 * Knows nothing of implementations. Each id is a world of its own. The rule: an object lives while
 * the registry or a reference holds it, and once dead it stays dead.
 */
#include "registry.h"

struct object {
    uint8_t held; /* by the registry */
    uint8_t references;
    uint16_t uses;
};

struct model {
    struct object objects[REGISTRY_IDS];
};

static void init(const struct snag_config *config, void *state) {
    struct model *m = state;
    for (int64_t id = 0; id < config->values[REGISTRY_CONFIG_LOADED]; id++)
        m->objects[id].held = 1;
}

/* The id that a call is about; -1: its handle refers to what was never an object. */
static int64_t id_of(const struct snag_call *call) {
    bool by_id = call->op == REGISTRY_ACQUIRE || call->op == REGISTRY_EVICT;
    int64_t first = by_id ? 0 : registry_name(0);
    int64_t given = call->args[0].i;
    return given >= first && given < first + REGISTRY_IDS ? given - first : -1;
}

/* A call may return `expected`, and a pending one may have done its work. */
static enum snag_step returns(const struct snag_call *call, int64_t expected) {
    return call->pending || call->result.i == expected ? SNAG_ACCEPT : SNAG_REJECT;
}

static enum snag_step refer(struct object *o, const struct snag_call *call, int64_t name) {
    if (o->held == 0 && o->references == 0)
        return returns(call, REGISTRY_GONE);
    o->references++;
    return returns(call, name);
}

static enum snag_step step(const struct snag_config *config, void *state,
                           const struct snag_call *call) {
    int64_t id = id_of(call);
    (void)config;
    if (id < 0 || (call->pending && call->variant > 0))
        return SNAG_REJECT;
    if (!call->pending && call->result.bytes_count == REGISTRY_NOMEM)
        return SNAG_ACCEPT;
    struct object *o = &((struct model *)state)->objects[id];
    switch ((enum registry_op)call->op) {
    case REGISTRY_ACQUIRE:
    case REGISTRY_UPGRADE:
        return refer(o, call, registry_name(id));
    case REGISTRY_USE:
        return o->references != 0 ? returns(call, ++o->uses) : SNAG_REJECT;
    case REGISTRY_WATCH:
        return o->references != 0 ? returns(call, registry_name(id)) : SNAG_REJECT;
    case REGISTRY_RELEASE:
        if (o->references == 0)
            return SNAG_REJECT;
        o->references--;
        return SNAG_ACCEPT;
    case REGISTRY_EVICT: {
        uint8_t held = o->held;
        o->held = 0;
        return returns(call, held);
    }
    case REGISTRY_UNWATCH:
        return SNAG_ACCEPT;
    }
    return SNAG_REJECT;
}

static int64_t partition(const struct snag_config *config, const struct snag_call *call) {
    (void)config;
    return id_of(call);
}

#define ID                                                                                         \
    { .name = "id", .type = SNAG_KEY, .max = REGISTRY_IDS - 1 }
#define HANDLE(kind)                                                                               \
    { .name = kind, .type = SNAG_HANDLE, .tag = kind }
#define TAKEN(kind)                                                                                \
    { .name = kind, .type = SNAG_HANDLE, .tag = kind, .takes = true }
#define RETURNS(kind) .result = SNAG_RESULT_HANDLE, .returns = kind

const struct snag_spec registry_spec = {
    .name = "registry",
    .ops =
        {
            [REGISTRY_ACQUIRE] = {.name = "acquire", .args = {ID}, RETURNS("ref")},
            [REGISTRY_USE] = {.name = "use", .args = {HANDLE("ref")}},
            [REGISTRY_RELEASE] = {.name = "release",
                                  .args = {TAKEN("ref")},
                                  .result = SNAG_RESULT_NONE},
            [REGISTRY_EVICT] = {.name = "evict", .args = {ID}},
            [REGISTRY_WATCH] = {.name = "watch", .args = {HANDLE("ref")}, RETURNS("weak")},
            [REGISTRY_UPGRADE] = {.name = "upgrade", .args = {HANDLE("weak")}, RETURNS("ref")},
            [REGISTRY_UNWATCH] = {.name = "unwatch",
                                  .args = {TAKEN("weak")},
                                  .result = SNAG_RESULT_NONE},
        },
    .config = {{"loaded", 1, REGISTRY_IDS}},
    .state_bytes = sizeof(struct model),
    .init = init,
    .step = step,
    .partition = partition,
};
