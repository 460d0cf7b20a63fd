/* log.c: writes events, and hashes a finished log.
 *
 * It decides nothing. The rule: an event's anchor comes from the place of the actor that runs, and
 * nothing in it depends on an address or on time.
 */
#include "sched/log.h"
#include "base/event_class.h"
#include "sched/sched.h"

struct snag_event *snag__log(enum snag_event_kind kind, const struct snag__object *o,
                             uint32_t site) {
    return snag__log_inline(kind, o, site);
}

/* Multiply and fold, as in wyhash: fast, and every bit of both words counts. */
static inline uint64_t fold(uint64_t a, uint64_t b) {
    __uint128_t m =
        (__uint128_t)(a ^ UINT64_C(0xa0761d6478bd642f)) * (b ^ UINT64_C(0xe7037ed1a0b428db));
    return (uint64_t)m ^ (uint64_t)(m >> 64);
}

/* Inlined with and without `sync`, which costs a third of it. */
static inline uint64_t digest(const struct snag_event *events, uint32_t count, uint64_t *sync) {
    uint64_t h = 0, hs = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct snag_event *e = &events[i];
        uint64_t who = (uint64_t)e->vthread << 48 | (uint64_t)e->task << 32 |
                       (uint64_t)e->kind << 24 | (uint64_t)e->flags << 16 | e->op;
        uint64_t where = (uint64_t)e->ordinal << 32 | e->object;
        uint64_t what = (uint64_t)e->value << 32 | (uint64_t)e->sub << 16 | e->bytes;
        uint64_t f = fold(who, where);
        h = fold(h ^ f, what);
        if (sync != NULL && snag__event_classes[e->kind] <= SNAG__EVENT_ATOMIC) {
            hs = fold(hs ^ f, e->value);
        }
    }
    if (sync != NULL) {
        *sync = hs;
    }
    return h;
}

void snag__log_digest(const struct snag_event *events, uint32_t count, uint64_t *all,
                      uint64_t *sync) {
    *all = sync != NULL ? digest(events, count, sync) : digest(events, count, NULL);
}
