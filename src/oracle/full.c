/* full.c: a circle of full channels. See full.h.
 *
 * Whoever waits for room waits for at most one other: who received last from that channel.
 */
#include "oracle/full.h"

#include <string.h>

#include "oracle/graph.h"
#include "oracle/hang.h"
#include "oracle/raise.h"
#include "task/park.h"
#include "task/receiver.h"

/* The channel in which `node` waits for room, without an end in sight. NULL: it does not. */
static const struct snag__object *full_for(uint32_t node, uint32_t *site) {
    if (node < SNAG__NODE_TASKS) {
        const struct snag__vthread *v = &snag__vthreads[node];
        *site = v->pend.site;
        return snag__is_parked(v) && v->awaits_room ? snag__graph_wanted(v) : NULL;
    }
    const struct snag__task *t = snag__task_at(node - SNAG__NODE_TASKS);
    bool waits = t->state == SNAG__TASK_SUSPENDED && t->parked && t->awaits_room;
    *site = t->suspend_site;
    return waits && t->ready_at == UINT64_MAX ? snag__object_get(t->awaits) : NULL;
}

/* Who is to make room for `node`. False: it does not wait for any, or nobody knows. */
static bool next_of(uint32_t node, uint16_t *next) {
    uint32_t site;
    const struct snag__object *channel = full_for(node, &site);
    return channel != NULL && snag__receiver_of(channel, next);
}

/* Does the way from `start` lead back to it? */
static bool is_circle(uint16_t start) {
    uint16_t at = start;
    for (uint32_t steps = 0; steps < SNAG_PARTIES_MAX; steps++) {
        if (!next_of(at, &at)) {
            return false;
        }
        if (at == start) {
            return true;
        }
    }
    return false;
}

static void add_party(struct snag_finding *f, uint16_t node) {
    uint32_t site;
    const struct snag__object *channel = full_for(node, &site);
    struct snag_party *p = snag__raise_party(f, channel->number, site);
    if (p != NULL) {
        bool task = node >= SNAG__NODE_TASKS;
        p->vthread = task ? 0 : node;
        p->task = task ? (uint16_t)(node - SNAG__NODE_TASKS + 1) : snag__vthreads[node].task_number;
        p->suspended = task;
    }
}

static void raise_circle(uint16_t start) {
    static const char others[] = "full channels in a circle";
    static const char itself[] = "its own channel is full";
    struct snag_finding *f = snag__raise(SNAG_HANG);
    uint16_t node = start;
    do {
        add_party(f, node);
    } while (next_of(node, &node) && node != start);
    bool alone = f != NULL && f->parties_count == 1;
    snag__hang_try_wakeup(f);
    if (f != NULL && f->kind == SNAG_HANG) {
        snag__raise_rule(f, "R6");
        memcpy(f->detail, alone ? itself : others, alone ? sizeof(itself) : sizeof(others));
    }
    snag__raise_done(f);
}

bool snag__full_explain(void) {
    for (uint32_t i = 0; snag__graph_has(i); i = snag__graph_next(i)) {
        if (is_circle((uint16_t)i)) {
            raise_circle((uint16_t)i);
            return true;
        }
    }
    return false;
}
