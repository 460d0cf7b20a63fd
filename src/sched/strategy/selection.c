/* selection.c: draws which events are selected. See selection.h. */
#include "sched/strategy/selection.h"

#include <string.h>

enum {
    OBJECTS_MAX = 4, /* whose events are selected together */
    DRAWS_MAX = 24   /* until objects are found that several use */
};

/* Those from number `count` on are no longer. */
static void keep_sites(struct snag__selection *s, uint32_t count) {
    if (count == s->sites_count) {
        return;
    }
    memset(s->site_slots, 0, sizeof s->site_slots);
    s->sites_count = 0;
    while (s->sites_count < count) { /* as it was, those that are left came first */
        uint32_t site = s->sites[s->sites_count++];
        *snag__site_slot(s, site) = site + 1;
    }
}

void snag__selection_forget(struct snag__selection *s) {
    if (s->noted_count != 0) {
        memset(s->slots, 0, sizeof s->slots);
    }
    s->noted_count = 0;
    keep_sites(s, 0);
}

/* ---- plain accesses ---- */

/* Its entry, a new one if there is room; NULL: there is not. */
static struct snag__noted *look_up(struct snag__selection *s, uint32_t site, uint32_t v) {
    uint32_t hash = (site * UINT32_C(0x9e3779b1)) ^ (v * UINT32_C(0x85ebca6b));
    uint32_t at = (hash >> 16) % SNAG__ACCESS_SLOTS;
    for (; s->slots[at] != 0; at = (at + 1) % SNAG__ACCESS_SLOTS) {
        struct snag__noted *n = &s->noted[s->slots[at] - 1];
        if (n->site == site && n->vthread == v) {
            return n;
        }
    }
    if (s->noted_count == SNAG__ACCESSES_NOTED_MAX) {
        return NULL;
    }
    struct snag__noted *n = &s->noted[s->noted_count++];
    *n = (struct snag__noted){.site = site, .vthread = v};
    s->slots[at] = (uint16_t)s->noted_count;
    return n;
}

void snag__selection_note(struct snag__selection *s, uint32_t execution, uint32_t v,
                          const struct snag_pending *p) {
    struct snag__noted *n = look_up(s, p->site, v);
    if (n != NULL) {
        n->here = n->execution == execution ? n->here + 1 : 1;
        n->most = n->here > n->most ? n->here : n->most;
        n->memory = p->object;
        n->execution = execution;
    }
}

/* ---- drawing ---- */

static void add_site(struct snag__selection *s, uint32_t site) {
    uint32_t *slot = snag__site_slot(s, site);
    if (*slot == 0 && s->sites_count < SNAG__SITES_SELECTED_MAX) {
        s->sites[s->sites_count++] = site;
        *slot = site + 1;
    }
}

/* Is it about an object, and not about a vthread? Those have orders of their own. */
static bool concerns_an_object(const struct snag_event *e) {
    return e->object != 0 && e->kind != SNAG_EV_START && e->kind != SNAG_EV_END &&
           e->kind != SNAG_EV_SPAWN && e->kind != SNAG_EV_JOIN && e->kind != SNAG_EV_TIMEDJOIN;
}

/* Selects what was done about the object of `e`. False: only one vthread did any. */
static bool add_object(struct snag__selection *s, const struct snag_log *log,
                       const struct snag_event *e) {
    uint32_t before = s->sites_count;
    bool shared = false;
    if (!concerns_an_object(e)) {
        return false;
    }
    for (uint32_t i = 0; i < log->events_count; i++) {
        const struct snag_event *other = &log->events[i];
        if (other->object == e->object) {
            shared |= other->vthread != e->vthread;
            add_site(s, other->site);
        }
    }
    keep_sites(s, shared ? s->sites_count : before);
    return shared;
}

/* The same of memory that was accessed in the same execution as that of `n`. */
static bool add_memory(struct snag__selection *s, const struct snag__noted *n) {
    uint32_t before = s->sites_count;
    bool shared = false;
    for (uint32_t i = 0; i < s->noted_count; i++) {
        const struct snag__noted *other = &s->noted[i];
        if (other->execution == n->execution && other->memory == n->memory) {
            shared |= other->vthread != n->vthread;
            add_site(s, other->site);
        }
    }
    keep_sites(s, shared ? s->sites_count : before);
    return shared;
}

void snag__selection_draw(struct snag__selection *s, struct snag__prng *prng,
                          const struct snag_log *log, uint32_t execution) {
    uint32_t objects = 1, last = 0;
    while (objects < OBJECTS_MAX && snag__prng_below(prng, 2) == 0) {
        objects++;
    }
    keep_sites(s, 0);
    for (uint32_t draws = 0; objects > 0 && draws < DRAWS_MAX; draws++) {
        uint32_t i = snag__prng_below(prng, log->events_count + s->noted_count);
        if (i < log->events_count) {
            const struct snag_event *e = &log->events[i];
            /* Of one that was drawn last, all are selected, as far as there is room. */
            bool again = e->object == last && concerns_an_object(e);
            bool shared = again || add_object(s, log, e);
            last = shared ? e->object : last;
            objects -= shared;
        } else if (s->noted[i - log->events_count].execution == execution) {
            objects -= add_memory(s, &s->noted[i - log->events_count]);
        }
    }
}
