/* event_names.c: static data of event kinds, from events.def. */
#include "base/event_class.h"

static const struct {
    const char *verb;
    enum snag__event_class class;
} kinds[] = {
#define X(id, verb, class) {verb, SNAG__EVENT_##class},
#include "snag/events.def"
#undef X
};

const char *snag_event_verb(enum snag_event_kind kind) {
    return (unsigned)kind < SNAG_EVENT_KINDS ? kinds[kind].verb : "?";
}

enum snag__event_class snag__event_class(unsigned kind) {
    return kind < SNAG_EVENT_KINDS ? kinds[kind].class : SNAG__EVENT_MARK;
}
