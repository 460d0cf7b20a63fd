/* event_names.c: static data of event kinds and bounds, from events.def and run.h. */
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

const char *snag_limit_text(enum snag_limit limit) {
    static const char *const texts[] = {"none",
#define X(id, text) text,
                                        SNAG_LIMITS(X)
#undef X
    };
    return texts[limit];
}
