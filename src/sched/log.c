/* log.c: writes events, and hashes a finished log.
 *
 * It decides nothing. The rule: an event's anchor comes from the place of the actor that runs, and
 * nothing in it depends on an address or on time.
 */
#include "sched/log.h"

#include <stddef.h>
#include <string.h>

#include "base/event_class.h"
#include "sched/sched.h"

struct snag_event *snag__log(enum snag_event_kind kind, const struct snag__object *o,
                             uint32_t site) {
    return snag__log_inline(kind, o, site);
}

/* Multiply and fold, as in wyhash: fast, and every bit of both words counts. */
#define SECRET_A UINT64_C(0xa0761d6478bd642f)
#define SECRET_B UINT64_C(0xe7037ed1a0b428db)
static inline uint64_t multiply(uint64_t a, uint64_t b) {
    __uint128_t m = (__uint128_t)a * b;
    return (uint64_t)m ^ (uint64_t)(m >> 64);
}
static inline uint64_t fold(uint64_t a, uint64_t b) {
    return multiply(a ^ SECRET_A, b ^ SECRET_B);
}

/* Eight bytes of an event as one word: the same on every machine that we run on, which are
 * little-endian. */
static inline uint64_t word_at(const void *from) {
    uint64_t w;
    memcpy(&w, from, sizeof(w));
    return w;
}

_Static_assert(
    offsetof(struct snag_event, ordinal) == 8 && offsetof(struct snag_event, sub) == 12 &&
        offsetof(struct snag_event, value) == offsetof(struct snag_event, object) + 4,
    "who (vthread, task, kind, flags, op), where (ordinal, sub, bytes) and what (object, "
    "value) are words");

/* h comes last, and is waited for. It hides `who`, whose secret is what h began with. */
static inline uint64_t digest_one(uint64_t h, const struct snag_event *e) {
    uint64_t where = word_at(&e->ordinal), what = word_at(&e->object);
    return multiply(h ^ word_at(e), where ^ what * UINT64_C(0x9e3779b97f4a7c15) ^ SECRET_B);
}

/* In two chains, of every other event: one would wait for itself all the time. */
static uint64_t digest_all(const struct snag_event *events, uint32_t count) {
    uint64_t even = SECRET_A, odd = SECRET_A + count;
    const struct snag_event *e = events, *end = events + (count & ~UINT32_C(1));
    for (; e < end; e += 2) {
        even = digest_one(even, &e[0]);
        odd = digest_one(odd, &e[1]);
    }
    return fold(count % 2 != 0 ? digest_one(even, e) : even, odd);
}

static __attribute__((noinline)) uint64_t digest_sync(const struct snag_event *events,
                                                      uint32_t count) {
    uint64_t h = 0;
    for (const struct snag_event *e = events; e < events + count; e++) {
        uint64_t who = (uint64_t)e->vthread << 48 | (uint64_t)e->task << 32 |
                       (uint64_t)e->kind << 24 | (uint64_t)e->flags << 16 | e->op;
        uint64_t where = (uint64_t)e->ordinal << 32 | e->object;
        if (snag__event_classes[e->kind] <= SNAG__EVENT_ATOMIC) {
            h = fold(h ^ fold(who, where), e->value);
        }
    }
    return h;
}

/* In place, where executions are framed. */
__attribute__((always_inline)) void
snag__log_digest(const struct snag_event *events, uint32_t count, uint64_t *all, uint64_t *sync) {
    *all = digest_all(events, count);
    if (sync != NULL) {
        *sync = digest_sync(events, count);
    }
}
