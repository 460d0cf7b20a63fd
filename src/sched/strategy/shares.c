/* shares.c: what each vthread has to do, learned from logs. See shares.h. */
#include "sched/strategy/shares.h"

#include <string.h>

#include "base/event_class.h"

void snag__shares_forget(struct snag__shares *s) {
    memset(s->of, 0, s->known * sizeof s->of[0]);
    s->known = 0;
}

/* That of the end of a vthread belongs to the last one before it; that the root starts is nobody's
 * choice. */
static bool was_a_point(const struct snag_event *e) {
    enum snag__event_class class = snag__event_class(e->kind);
    return (class == SNAG__EVENT_SYNC || class == SNAG__EVENT_ATOMIC) && e->kind != SNAG_EV_END &&
           (e->kind != SNAG_EV_START || e->vthread != 0);
}

static bool is_join(uint8_t kind) {
    return kind == SNAG_EV_JOIN || kind == SNAG_EV_TIMEDJOIN;
}

void snag__shares_read(struct snag__shares *s, const struct snag_log *log, void *to,
                       void (*count)(void *to, const struct snag_event *e, bool rest)) {
    s->logs++;
    s->known = log->vthreads > s->known ? log->vthreads : s->known;
    for (uint32_t i = 0; i < log->events_count; i++) {
        const struct snag_event *e = &log->events[i];
        struct snag__share *share = &s->of[e->vthread];
        if (is_join(e->kind)) {
            share->joined = s->logs;
        }
        bool rest = share->joined == s->logs;
        if (e->kind == SNAG_EV_SPAWN && e->value > e->vthread && e->value < s->known) {
            s->of[e->value].parent = e->vthread;
            s->of[e->value].late = rest;
        }
        if (was_a_point(e)) {
            count(to, e, rest);
        }
    }
}

void snag__shares_sum(struct snag__shares *s) {
    for (uint32_t v = s->known; v-- > 1;) {
        const struct snag__share *child = &s->of[v];
        struct snag__share *parent = &s->of[child->parent];
        *(child->late ? &parent->rest : &parent->first) += child->first + child->rest;
    }
}
