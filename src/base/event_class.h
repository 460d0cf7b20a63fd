/* event_class.h: which family a kind of event belongs to (events.def).
 *
 * SYNC and ATOMIC events take ordinals, ACCESS and SUB events sub-ordinals, MARK events neither.
 * The rule: the list is events.def; nothing here repeats it.
 */
#ifndef SNAG_BASE_EVENT_CLASS_H
#define SNAG_BASE_EVENT_CLASS_H

#include <stdbool.h>

#include "snag/run.h"

enum snag__event_class {
    SNAG__EVENT_SYNC,
    SNAG__EVENT_ATOMIC,
    SNAG__EVENT_ACCESS,
    SNAG__EVENT_SUB,
    SNAG__EVENT_MARK
};

/* By kind: a byte each, for the hot path. */
extern const uint8_t snag__event_classes[SNAG_EVENT_KINDS];

/* By kind: what writing an event needs to know, as numbers to add and masks, so that it takes no
 * branch; nothing at all where the kind is a constant. */
struct snag__event_traits {
    uint32_t ordinal; /* all ones: it carries the ordinal of its place */
    uint16_t sub;     /* all ones: and a sub-ordinal, which it takes */
    uint8_t takes;    /* 1: it takes a sub-ordinal */
    uint8_t
        changes; /* 1: it changes something that another vthread may see; 0: who logs it says so */
};
static inline const struct snag__event_traits *snag__event_traits(enum snag_event_kind kind) {
/* Events that may well leave everything as it was. */
#define SNAG__DEPENDS(kind)                                                                        \
    ((kind) == SNAG_EV_READ || (kind) == SNAG_EV_WRITE || (kind) == SNAG_EV_YIELD ||               \
     (kind) == SNAG_EV_TRYLOCK || (kind) == SNAG_EV_TRYRDLOCK || (kind) == SNAG_EV_TRYWRLOCK ||    \
     (kind) == SNAG_EV_SPIN_TRYLOCK || (kind) == SNAG_EV_SEM_TRYWAIT ||                            \
     (kind) == SNAG_EV_SEM_GETVALUE || (kind) == SNAG_EV_TRYJOIN || (kind) == SNAG_EV_FD_READ ||   \
     (kind) == SNAG_EV_FD_WRITE || (kind) == SNAG_EV_FD_SET || (kind) == SNAG_EV_FD_BIND ||        \
     (kind) == SNAG_EV_FD_LISTEN || (kind) == SNAG_EV_FD_ACCEPT || (kind) == SNAG_EV_FD_CONNECT || \
     (kind) == SNAG_EV_FD_SHUTDOWN || (kind) == SNAG_EV_FD_POLL || (kind) == SNAG_EV_FD_AWAIT ||   \
     (kind) == SNAG_EV_TEST_CANCEL || (kind) == SNAG_EV_FUTEX_WAIT ||                              \
     (kind) == SNAG_EV_FUTEX_WAKE || (kind) == SNAG_EV_FUTEX_REQUEUE || (kind) == SNAG_EV_SPIN)
    static const struct snag__event_traits traits[SNAG_EVENT_KINDS] = {
#define X(id, verb, class)                                                                         \
    {.ordinal = SNAG__EVENT_##class == SNAG__EVENT_MARK ? 0 : UINT32_MAX,                          \
     .sub = SNAG__EVENT_##class == SNAG__EVENT_SUB ? UINT16_MAX : 0,                               \
     .takes = SNAG__EVENT_##class == SNAG__EVENT_SUB,                                              \
     .changes = SNAG__EVENT_##class != SNAG__EVENT_ATOMIC && !SNAG__DEPENDS(SNAG_EV_##id)},
#include "snag/events.def"
#undef X
#undef SNAG__DEPENDS
    };
    return &traits[kind];
}

/* SNAG__EVENT_MARK for a kind out of range. */
enum snag__event_class snag__event_class(unsigned kind);

/* Events that leave their object as it was, whatever comes of them. X(ID) */
#define SNAG__READING_EVENTS(X)                                                                    \
    X(LOAD) X(READ) X(RDLOCK) X(TRYRDLOCK) X(TIMEDRDLOCK) X(SEM_GETVALUE)

static inline bool snag__only_reads(unsigned kind) {
    switch (kind) {
#define X(id) case SNAG_EV_##id:
        SNAG__READING_EVENTS(X)
#undef X
        return true;
    default:
        return false;
    }
}

/* Somebody parks (snag/async.h), whatever for. */
static inline bool snag__is_park(unsigned kind) {
    return kind == SNAG_EV_PARK || kind == SNAG_EV_PARK_MUTEX || kind == SNAG_EV_PARK_CHANNEL ||
           kind == SNAG_EV_PARK_SEMAPHORE || kind == SNAG_EV_PARK_RWLOCK ||
           kind == SNAG_EV_PARK_ROOM;
}

#endif
