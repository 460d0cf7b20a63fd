/* pending.c: the signals that are pending, for a vthread or for the process. See signal.h.
 *
 * One list for all. The rule: as on Linux, of the standard signals one at most is pending for each
 * target, of the realtime ones as many as were sent, in their order; the lowest number comes first.
 */
#include "shim/signal/signal.h"

#include "exec/parts.h"

enum { PENDING_MAX = 256, FIRST_REALTIME = 32 };

static struct snag__signal list[PENDING_MAX];
static uint32_t count;

static void remove_at(uint32_t i) {
    for (count--; i < count; i++) {
        list[i] = list[i + 1];
    }
}

static bool is_pending(const struct snag__signal *s) {
    for (uint32_t i = 0; i < count; i++) {
        if (list[i].number == s->number && list[i].vthread == s->vthread) {
            return true;
        }
    }
    return false;
}

bool snag__signal_put(const struct snag__signal *s) {
    if (s->number < FIRST_REALTIME && is_pending(s)) {
        return true;
    }
    if (count == PENDING_MAX) {
        return false;
    }
    snag__part_use(SNAG__PART_SIGNALS);
    list[count++] = *s;
    return true;
}

static bool is_for(const struct snag__signal *s, const struct snag__vthread *v) {
    return s->vthread == v->index || s->vthread == SNAG__NOBODY;
}

bool snag__signal_take(const struct snag__vthread *v, snag__sigset set, struct snag__signal *s) {
    uint32_t best = PENDING_MAX;
    for (uint32_t i = 0; i < count; i++) {
        if (is_for(&list[i], v) && (set & snag__sigset_one(list[i].number)) != 0 &&
            (best == PENDING_MAX || list[i].number < list[best].number)) {
            best = i;
        }
    }
    if (best == PENDING_MAX) {
        return false;
    }
    *s = list[best];
    remove_at(best);
    return true;
}

snag__sigset snag__signals_pending(const struct snag__vthread *v) {
    snag__sigset set = 0;
    for (uint32_t i = 0; i < count; i++) {
        set |= is_for(&list[i], v) ? snag__sigset_one(list[i].number) : 0;
    }
    return set;
}

void snag__signals_discard(int number) {
    for (uint32_t i = count; i-- > 0;) {
        if (list[i].number == number) {
            remove_at(i);
        }
    }
}

void snag__signals_forget(void) {
    count = 0;
}
