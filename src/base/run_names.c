/* run_names.c: static data of event and choice kinds and of bounds, from events.def, choices.def,
 * run.h.
 */
#include "base/event_class.h"

static const char *const verbs[] = {
#define X(id, verb, class) verb,
#include "snag/events.def"
#undef X
};

const uint8_t snag__event_classes[SNAG_EVENT_KINDS] = {
#define X(id, verb, class) SNAG__EVENT_##class,
#include "snag/events.def"
#undef X
};

/* Events that may well leave everything as it was. */
#define DEPENDS(kind)                                                                              \
    ((kind) == SNAG_EV_READ || (kind) == SNAG_EV_WRITE || (kind) == SNAG_EV_YIELD ||               \
     (kind) == SNAG_EV_TRYLOCK || (kind) == SNAG_EV_TRYRDLOCK || (kind) == SNAG_EV_TRYWRLOCK ||    \
     (kind) == SNAG_EV_SPIN_TRYLOCK || (kind) == SNAG_EV_SEM_TRYWAIT ||                            \
     (kind) == SNAG_EV_SEM_GETVALUE || (kind) == SNAG_EV_TRYJOIN)
#define CLASS(class) (SNAG__EVENT_##class)
#define TRAITS(id, class)                                                                          \
    {                                                                                              \
        CLASS(class) == SNAG__EVENT_MARK ? 0 : UINT32_MAX,                                         \
            CLASS(class) == SNAG__EVENT_SUB ? UINT16_MAX : 0, CLASS(class) == SNAG__EVENT_SUB,     \
            CLASS(class) != SNAG__EVENT_ATOMIC && !DEPENDS(SNAG_EV_##id)                           \
    }
const struct snag__event_traits snag__event_traits[SNAG_EVENT_KINDS] = {
#define X(id, verb, class) TRAITS(id, class),
#include "snag/events.def"
#undef X
};

const char *snag_event_verb(enum snag_event_kind kind) {
    return (unsigned)kind < SNAG_EVENT_KINDS ? verbs[kind] : "?";
}

enum snag__event_class snag__event_class(unsigned kind) {
    return kind < SNAG_EVENT_KINDS ? snag__event_classes[kind] : SNAG__EVENT_MARK;
}

enum snag_choice_takes snag_choice_takes(enum snag_choice_kind kind) {
    static const uint8_t takes_of[] = {
#define X(id, name, takes, help) SNAG_TAKES_##takes,
#include "snag/choices.def"
#undef X
    };
    return (enum snag_choice_takes)takes_of[kind];
}

const char *snag_choice_name(enum snag_choice_kind kind) {
    static const char *const names[] = {
#define X(id, name, takes, help) name,
#include "snag/choices.def"
#undef X
    };
    return (unsigned)kind < SNAG_CHOICE_KINDS ? names[kind] : "?";
}

const char *snag_limit_text(enum snag_limit limit) {
    static const char *const texts[] = {"none",
#define X(id, text) text,
                                        SNAG_LIMITS(X)
#undef X
    };
    return texts[limit];
}
