/* spec.c: the specification of synchronisation primitives: what they are, one call at a time.
 *
 * Knows nothing of implementations. The rule: a call waits only where it rightly may: for a permit
 * while there is none, for a notification while none is due, at a barrier until the last has come.
 * A value is never waited for without end. Who is cancelled has done nothing.
 */
#include "sync.h"

/* Where several wait until one lets them all go on, the model has them go on directly behind it:
 * they had been there before it came. So what it has let go on is `due`, and used up first. */
struct model {
    uint16_t permits;
    uint16_t kept, told; /* notifications: for who comes; due to those who waited */
    uint16_t due;        /* how many the barrier has let go on, beside who came last */
    uint16_t made;       /* the value that was made; 0: none */
    uint16_t written;
};

static void init(const struct snag_config *config, void *state) {
    ((struct model *)state)->permits = (uint16_t)config->values[SYNC_CONFIG_PERMITS];
}

static enum snag_step accept_if(bool right) {
    return right ? SNAG_ACCEPT : SNAG_REJECT;
}

static enum snag_step acquire(struct model *m, const struct snag_call *call) {
    bool got = m->permits > 0;
    m->permits -= got;
    if (call->op == SYNC_ACQUIRE)
        return got ? SNAG_ACCEPT : SNAG_BLOCKED;
    return accept_if(call->pending || call->result.i == got);
}

/* Of a pending notification to all nobody knows how many it told: any number. */
static enum snag_step notify_all(struct model *m, const struct snag_call *call) {
    m->told += (uint16_t)(call->pending ? call->variant : call->result.i);
    return accept_if(call->pending ? call->variant < SNAG_OPS_MAX : call->result.i >= 0);
}

static enum snag_step wait(struct model *m) {
    if (m->told > 0)
        m->told--;
    else if (m->kept > 0)
        m->kept = 0;
    else
        return SNAG_BLOCKED;
    return SNAG_ACCEPT;
}

static enum snag_step arrive(struct model *m, const struct snag_call *call, int64_t parties) {
    bool others_go_on = m->due > 0;
    if (!call->pending && call->result.i == 1) {
        m->due = (uint16_t)(parties - 1);
        return accept_if(!others_go_on);
    }
    m->due -= others_go_on;
    return others_go_on ? SNAG_ACCEPT : call->pending && parties > 1 ? SNAG_BLOCKED : SNAG_REJECT;
}

static enum snag_step get(struct model *m, const struct snag_call *call) {
    if (m->made == 0)
        m->made = (uint16_t)call->args[0].i;
    return accept_if(call->pending || call->result.i == m->made);
}

/* Who tries may find it busy: with whom, the model cannot know. */
static enum snag_step access_value(struct model *m, const struct snag_call *call) {
    bool tries = call->op == SYNC_TRY_READ || call->op == SYNC_TRY_WRITE;
    if (!call->pending && tries && call->result.i == SYNC_BUSY)
        return SNAG_ACCEPT;
    if (call->op == SYNC_READ || call->op == SYNC_TRY_READ)
        return accept_if(call->pending || call->result.i == m->written);
    m->written = (uint16_t)call->args[0].i;
    return accept_if(call->pending || call->op == SYNC_WRITE || call->result.i == 0);
}

static enum snag_step step(const struct snag_config *config, void *state,
                           const struct snag_call *call) {
    struct model *m = state;
    if (call->dropped && call->op != SYNC_ARRIVE)
        return SNAG_REJECT; /* it may have come to the barrier; all others have done nothing */
    if (call->op == SYNC_NOTIFY_ALL)
        return notify_all(m, call);
    if (call->pending && call->variant > 0)
        return SNAG_REJECT;
    switch ((enum sync_op)call->op) {
    case SYNC_ACQUIRE:
    case SYNC_TRY_ACQUIRE:
        return acquire(m, call);
    case SYNC_RELEASE:
        m->permits++;
        return SNAG_ACCEPT;
    case SYNC_WAIT:
        return wait(m);
    case SYNC_NOTIFY_ONE:
        m->kept = 1;
        return SNAG_ACCEPT;
    case SYNC_ARRIVE:
        return arrive(m, call, config->values[SYNC_CONFIG_PARTIES]);
    case SYNC_GET:
        return get(m, call);
    default:
        return access_value(m, call);
    }
}

/* One for each primitive. */
static int64_t partition(const struct snag_config *config, const struct snag_call *call) {
    static const unsigned primitives[] = {SYNC_SEMAPHORE, SYNC_NOTIFY, SYNC_BARRIER, SYNC_ONCE,
                                          SYNC_RWLOCK};
    int64_t i = 0;
    (void)config;
    while ((primitives[i] >> call->op & 1) == 0)
        i++;
    return i;
}

/* What the versions of clang-format differ about. */
/* clang-format off */
#define VALUE(least) .args = {{.name = "value", .type = SNAG_INT, .min = least, .max = SYNC_VALUES}}
#define NOTHING .result = SNAG_RESULT_NONE
#define WAITS .flags = SNAG_OP_MAY_WAIT
/* clang-format on */

const struct snag_spec sync_spec = {
    .name = "sync",
    .ops =
        {
            [SYNC_ACQUIRE] = {.name = "acquire", NOTHING, WAITS},
            [SYNC_TRY_ACQUIRE] = {.name = "try_acquire"},
            [SYNC_RELEASE] = {.name = "release", NOTHING},
            [SYNC_WAIT] = {.name = "wait", NOTHING, WAITS},
            [SYNC_NOTIFY_ONE] = {.name = "notify_one", NOTHING},
            [SYNC_NOTIFY_ALL] = {.name = "notify_all"},
            [SYNC_ARRIVE] = {.name = "arrive", WAITS},
            [SYNC_GET] = {.name = "get", VALUE(0)},
            [SYNC_READ] = {.name = "read"},
            [SYNC_WRITE] = {.name = "write", VALUE(1), NOTHING},
            [SYNC_TRY_READ] = {.name = "try_read"},
            [SYNC_TRY_WRITE] = {.name = "try_write", VALUE(1)},
        },
    .config = {{"permits", 0, SYNC_PERMITS_MAX}, {"parties", 1, SYNC_PARTIES_MAX}},
    .state_bytes = sizeof(struct model),
    .init = init,
    .step = step,
    .partition = partition,
};
