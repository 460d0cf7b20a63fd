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
    uint32_t sites_count; /* 0: nothing is selected */
    uint32_t noted_count;
    struct snag__noted noted[SNAG__ACCESSES_NOTED_MAX];
    uint16_t slots[SNAG__ACCESS_SLOTS]; /* hash table: index into `noted`, + 1; 0: empty */
};

static inline bool snag__is_selected(const struct snag__selection *s, uint32_t site,
                                     unsigned kind) {
    for (uint32_t i = 0; i < s->sites_count; i++) {
        if (s->sites[i] == site) {
            return kind != SNAG_EV_UNLOCK && kind != SNAG_EV_RWUNLOCK &&
                   kind != SNAG_EV_SPIN_UNLOCK && kind != SNAG_EV_START && kind != SNAG_EV_SPAWN;
        }
    }
    return false;
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
