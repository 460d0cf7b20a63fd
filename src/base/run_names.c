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

#define ALWAYS_SYNC 1
#define ALWAYS_ATOMIC 0
#define ALWAYS_SUB 1
#define ALWAYS_MARK 1
/* The last of two initialisers counts, which is meant. */
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Winitializer-overrides"
const uint8_t snag__event_changes[SNAG_EVENT_KINDS] = {
#define X(id, verb, class) [SNAG_EV_##id] = ALWAYS_##class,
#include "snag/events.def"
#undef X
    [SNAG_EV_READ] = 0,         [SNAG_EV_WRITE] = 0,       [SNAG_EV_YIELD] = 0,
    [SNAG_EV_TRYLOCK] = 0,      [SNAG_EV_TRYRDLOCK] = 0,   [SNAG_EV_TRYWRLOCK] = 0,
    [SNAG_EV_SPIN_TRYLOCK] = 0, [SNAG_EV_SEM_TRYWAIT] = 0, [SNAG_EV_SEM_GETVALUE] = 0,
    [SNAG_EV_TRYJOIN] = 0,
};
#pragma clang diagnostic pop

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
