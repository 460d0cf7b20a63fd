/* fold.c: see fold.h.
 *
 * A call begins by taking the primitive's own mutex. It is told by another row if it comes to wait
 * (the park says for what, and where), if it goes on after that, or if it takes or gives up an
 * async lock.
 */
#include "report/fold.h"

#include <stdio.h>
#include <string.h>

#include "base/symbol.h"
#include "report/walk.h"

static bool tells_of_lock(uint8_t kind) {
    return kind == SNAG_EV_ASYNC_ACQUIRE || kind == SNAG_EV_ASYNC_RELEASE ||
           kind == SNAG_EV_ASYNC_READ || kind == SNAG_EV_ASYNC_WRITE ||
           kind == SNAG_EV_ASYNC_RWRELEASE;
}

/* The next event of whoever did event `index`; the number of events: there is none. */
static uint32_t next_of(const struct snag__view *v, uint32_t index) {
    const struct snag_event *e = &v->in->events[index++];
    while (index < v->in->events_count &&
           snag__who(v->in->events[index].vthread, v->in->events[index].task) !=
               snag__who(e->vthread, e->task))
        index++;
    return index;
}

/* Does another row tell of the call that takes its mutex by event `index`? */
static bool is_told(const struct snag__view *v, uint32_t index) {
    const struct snag_event *taken = &v->in->events[index];
    const char *file = snag__symbol_of_site(taken->site)->file;
    if (strcmp(file, "waiters.h") == 0 || strcmp(file, "select.c") == 0)
        return true; /* it goes on after a park; one of several looks of a select */
    uint32_t i = next_of(v, index);
    for (; i < v->in->events_count; i = next_of(v, i)) {
        const struct snag_event *e = &v->in->events[i];
        if (tells_of_lock(e->kind))
            return true;
        if (e->kind == SNAG_EV_UNLOCK && e->object == taken->object)
            break;
    }
    i = i < v->in->events_count ? next_of(v, i) : i;
    return i < v->in->events_count && snag__is_park_kind(v->in->events[i].kind);
}

enum snag__fold snag__fold(const struct snag__view *v, uint32_t index) {
    const struct snag_event *e = &v->in->events[index];
    if (e->site == 0 || !snag__symbol_of_site(e->site)->primitive)
        return SNAG__FOLD_NOT;
    return e->kind == SNAG_EV_LOCK && !is_told(v, index) ? SNAG__FOLD_CALL : SNAG__FOLD_AWAY;
}

const char *snag__fold_call(const struct snag__view *v, const struct snag_event *e,
                            char text[SNAG__WORDS]) {
    char object[SNAG__NAME];
    (void)snprintf(text, SNAG__WORDS, "%s by %s", snag__symbol_of_site(e->site)->outer,
                   snag__view_object(v, e->object, object));
    return text;
}
