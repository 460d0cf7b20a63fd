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
