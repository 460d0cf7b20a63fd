/* selection.h: events that are selected: those about an object, or a few, that several vthreads
 * use.
 *
 * Which ones is drawn from what one execution showed. The rule: they are told by their call sites,
 * for a call site is the same in every execution, and the number of an object or an address is not:
 * what is called there about another object is selected, too.
 *
 * Events about objects are in logs. Plain accesses are not, and are noted at choices.
 */
#ifndef SNAG_SCHED_STRATEGY_SELECTION_H
#define SNAG_SCHED_STRATEGY_SELECTION_H

#include "base/prng.h"
#include "snag/strategy.h"

enum {
    SNAG__SITES_SELECTED_MAX = 32,
    SNAG__SITE_SLOTS = 2 * SNAG__SITES_SELECTED_MAX,
    SNAG__ACCESSES_NOTED_MAX = 1024,
    SNAG__ACCESS_SLOTS = 2 * SNAG__ACCESSES_NOTED_MAX
};

/* Plain accesses of one vthread at one call site. */
struct snag__noted {
    uint32_t site, vthread;
    uint32_t execution;  /* the last one in which there was any */
    uint32_t memory;     /* in that one, of the last */
    uint32_t here, most; /* how many in that one, and in any */
};

struct snag__selection {
    uint32_t sites[SNAG__SITES_SELECTED_MAX];
    uint32_t sites_count;                  /* 0: nothing is selected */
    uint32_t site_slots[SNAG__SITE_SLOTS]; /* hash table: sites, + 1; 0: empty */
    uint32_t noted_count;
    struct snag__noted noted[SNAG__ACCESSES_NOTED_MAX];
    uint16_t slots[SNAG__ACCESS_SLOTS]; /* hash table: index into `noted`, + 1; 0: empty */
};

/* Where `site` is in the hash table, or would be. */
static inline uint32_t *snag__site_slot(struct snag__selection *s, uint32_t site) {
    uint32_t at = (site * UINT32_C(0x9e3779b1)) >> 26;
    _Static_assert(SNAG__SITE_SLOTS == 1 << (32 - 26), "the hash is as wide as the table");
    while (s->site_slots[at] != site + 1 && s->site_slots[at] != 0) {
        at = (at + 1) % SNAG__SITE_SLOTS;
    }
    return &s->site_slots[at];
}

/* Could others come before an event of this kind, and does it matter? */
static inline bool snag__is_selectable(unsigned kind) {
    return kind != SNAG_EV_UNLOCK && kind != SNAG_EV_RWUNLOCK && kind != SNAG_EV_SPIN_UNLOCK &&
           kind != SNAG_EV_START && kind != SNAG_EV_SPAWN;
}

static inline bool snag__is_selected(struct snag__selection *s, uint32_t site, unsigned kind) {
    return *snag__site_slot(s, site) != 0 && snag__is_selectable(kind);
}

/* Nothing is selected or noted. */
void snag__selection_forget(struct snag__selection *s);
/* Vthread `v` stands before plain access `p` in that execution. */
void snag__selection_note(struct snag__selection *s, uint32_t execution, uint32_t v,
                          const struct snag_pending *p);
/* Draws what is selected from the events of `log` and the accesses noted in `execution`; that may
 * be nothing. */
void snag__selection_draw(struct snag__selection *s, struct snag__prng *prng,
                          const struct snag_log *log, uint32_t execution);

#endif
