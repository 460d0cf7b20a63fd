/* race.c: which steps of an execution could have come in the other order, and what is to be tried
 * to have them so.
 *
 * See tree.h for the papers. A step races with an earlier one of another actor if the two depend on
 * each other and nothing else orders them: its actor, up to where it stood before the step, does
 * not know of the earlier one. What is to be tried, at the node of the earlier step, is one of the
 * *initials*: actors with which an execution can begin that takes the steps after it that do not
 * know of it, and then the later step first.
 *
 * Deviation: whether a step can be taken earlier than it was depends on what it waits for. Where
 * its actor already stood before it, the node says so; of what only one can have (a mutex) it is
 * certain; otherwise the race is tried, and the ones before it are not taken for covered by that.
 */
#include <string.h>

#include "tree/tree.h"

enum { ACTORS = SNAG__TREE_ACTORS_MAX };

/* A step that was taken, or is stood before at the end. */
struct later {
    uint32_t at;    /* its node, or the number of nodes */
    uint32_t actor; /* who takes it */
    uint32_t since; /* node from which on its actor stood before it */
    const struct snag__footprint *step;
    enum snag__step_waits waits;
    uint64_t takes;
    uint32_t knows[ACTORS]; /* its actor when it stood before it */
    uint32_t clock[ACTORS]; /* and when it has taken it */
};

static uint32_t *clock_of(struct snag__tree *t, uint32_t node) {
    return &t->clocks[(size_t)node * ACTORS];
}

static void join(uint32_t *to, const uint32_t *from, uint32_t actors) {
    for (uint32_t i = 0; i < actors; i++) {
        to[i] = from[i] > to[i] ? from[i] : to[i];
    }
}

/* What its actor did last, or who made it: that it knows of. */
static void stand(struct snag__tree *t, struct later *l) {
    memset(l->knows, 0, t->actors * sizeof(l->knows[0]));
    uint32_t i = l->at;
    while (i > 0 && (t->nodes[i - 1].is_value || t->nodes[i - 1].picked != l->actor)) {
        i--;
    }
    i = i > 0 ? i : t->born_at[l->actor];
    if (i > 0) {
        join(l->knows, clock_of(t, i - 1), t->actors);
    }
    l->since = i;
}

static bool depends(const struct snag__tree *t, const struct later *l, uint32_t i) {
    const struct snag__tree_node *n = &t->nodes[i];
    return (i >= l->since && (n->affected & snag__tree_bit(l->actor)) != 0) ||
           snag__footprints_conflict(t->touches, &n->step, l->step);
}

/* All steps before it that it depends on, it knows of. */
static void know(struct snag__tree *t, struct later *l) {
    memcpy(l->clock, l->knows, t->actors * sizeof(l->clock[0]));
    for (uint32_t i = l->at; i-- > 0;) {
        const struct snag__tree_node *n = &t->nodes[i];
        if (!n->is_value && i + 1 > l->clock[n->picked] && depends(t, l, i)) {
            join(l->clock, clock_of(t, i), t->actors);
        }
    }
}

enum turns {
    NEVER,
    PERHAPS,
    IN_VAIN, /* it does nothing there, and is to be taken again */
    CERTAINLY
};

/* Was something that it waited for brought about after node `i`, by who does not know of its step?
 */
static bool enabled_since(struct snag__tree *t, const struct later *l, uint32_t i) {
    uint32_t who = t->nodes[i].picked;
    for (uint32_t k = i + 1; k < l->at; k++) {
        const struct snag__tree_node *n = &t->nodes[k];
        if (!n->is_value && l->clock[n->picked] > k && clock_of(t, k)[who] <= i) {
            return true;
        }
    }
    return false;
}

/* Can it come before the step of node `i`? */
static enum turns can_come_before(struct snag__tree *t, const struct later *l, uint32_t i) {
    const struct snag__tree_node *n = &t->nodes[i];
    bool stands = i >= l->since; /* there already */
    if (n->faulty != 0 && n->faults >= t->faults_max) {
        return PERHAPS; /* what would be tried may be a fault too many */
    }
    if (stands && (snag__tree_useful(n) & snag__tree_bit(l->actor)) != 0) {
        return CERTAINLY;
    }
    if (stands && (n->enabled & snag__tree_bit(l->actor)) != 0) {
        return IN_VAIN;
    }
    if (l->takes != 0 && l->takes == n->gives) {
        return NEVER; /* somebody else has it there */
    }
    if (stands) {
        return enabled_since(t, l, i) ? PERHAPS : NEVER;
    }
    if (l->waits == SNAG__STEP_TAKES && l->takes == n->takes) {
        return CERTAINLY; /* there nobody has it */
    }
    return l->waits == SNAG__STEP_NEVER ? CERTAINLY : PERHAPS;
}

/* ---- source sets ---- */

/* Who takes the first step of an execution from node `i` on that does all that comes between and
 * does not know of its step, and then `l`. */
static uint64_t initials(struct snag__tree *t, const struct later *l, uint32_t i) {
    uint32_t first[ACTORS], who = t->nodes[i].picked;
    uint64_t seen = 0, found = 0;
    for (uint32_t k = i + 1; k <= l->at; k++) {
        if (k < l->at && t->nodes[k].is_value) {
            continue;
        }
        const uint32_t *clock = k < l->at ? clock_of(t, k) : l->clock;
        uint32_t q = k < l->at ? t->nodes[k].picked : l->actor;
        if ((k < l->at && clock[who] > i) || (seen & snag__tree_bit(q)) != 0) {
            continue;
        }
        bool first_of_all = true;
        for (uint64_t others = seen; others != 0 && first_of_all; others &= others - 1) {
            uint32_t o = (uint32_t)__builtin_ctzll(others);
            first_of_all = clock[o] <= first[o];
        }
        found |= first_of_all ? snag__tree_bit(q) : 0;
        seen |= snag__tree_bit(q);
        first[q] = k;
    }
    return found;
}

static void try_source(struct snag__tree *t, const struct later *l, uint32_t i) {
    struct snag__tree_node *n = &t->nodes[i];
    uint64_t set = initials(t, l, i) & snag__tree_useful(n), within = snag__tree_possible(t, n);
    if (set != 0 && (set & (within | n->asleep)) == 0) {
        return; /* they would be a fault too many */
    }
    set &= within | n->asleep;
    if ((set & (n->backtrack | n->asleep)) != 0) {
        return;
    }
    if (set == 0) {
        n->backtrack |= n->enabled;
    } else {
        n->backtrack |=
            (set & snag__tree_bit(l->actor)) != 0 ? snag__tree_bit(l->actor) : set & -set;
    }
}

/* All races that no other one covers: the one that comes before it is found once that is turned. */
static void races_reduced(struct snag__tree *t, const struct later *l) {
    uint32_t covered[ACTORS] = {0};
    for (uint32_t i = l->at; i-- > 0;) {
        const struct snag__tree_node *n = &t->nodes[i];
        if (n->is_value || n->picked == l->actor || i < l->knows[n->picked] ||
            i < covered[n->picked] || !depends(t, l, i)) {
            continue;
        }
        enum turns turns = can_come_before(t, l, i);
        if (turns == PERHAPS || turns == CERTAINLY) {
            try_source(t, l, i);
        }
        if (turns >= IN_VAIN) {
            join(covered, clock_of(t, i), t->actors);
        }
    }
}

/* ---- persistent sets under a bound ---- */

static void try_at(struct snag__tree *t, uint32_t actor, uint32_t i) {
    struct snag__tree_node *n = &t->nodes[i];
    n->backtrack |=
        (snag__tree_useful(n) & snag__tree_bit(actor)) != 0 ? snag__tree_bit(actor) : n->enabled;
}

/* The first node of the steps that its actor takes in a row. */
static uint32_t block_of(const struct snag__tree *t, uint32_t i) {
    uint32_t first = i;
    for (uint32_t k = i; k-- > 0;) {
        if (t->nodes[k].is_value) {
            continue;
        }
        if (t->nodes[k].picked != t->nodes[i].picked) {
            break;
        }
        first = k;
    }
    return first;
}

/* With each other actor's last step that it races with. Conservatively also where that actor's turn
 * began: there it may cost no preemption. */
static void races_bounded(struct snag__tree *t, const struct later *l) {
    uint64_t met = snag__tree_bit(l->actor);
    for (uint32_t i = l->at; i-- > 0;) {
        const struct snag__tree_node *n = &t->nodes[i];
        if (n->is_value || (met & snag__tree_bit(n->picked)) != 0 || i < l->knows[n->picked] ||
            !depends(t, l, i)) {
            continue;
        }
        enum turns turns = can_come_before(t, l, i);
        if (turns != IN_VAIN) {
            try_at(t, l->actor, i);
            try_at(t, l->actor, block_of(t, i));
        }
        met |= i < l->since && turns >= IN_VAIN ? snag__tree_bit(n->picked) : 0;
    }
}

static void races_of(struct snag__tree *t, struct later *l) {
    stand(t, l);
    know(t, l);
    if (t->preemptions_max == SNAG__TREE_UNBOUNDED) {
        races_reduced(t, l);
    } else {
        races_bounded(t, l);
    }
}

void snag__tree_races(struct snag__tree *t, uint32_t j) {
    const struct snag__tree_node *n = &t->nodes[j];
    struct later l = {.at = j,
                      .actor = n->picked,
                      .step = &n->step,
                      .waits = (enum snag__step_waits)n->waits,
                      .takes = n->takes};
    races_of(t, &l);
    l.clock[l.actor] = j + 1;
    memcpy(clock_of(t, j), l.clock, sizeof(l.clock));
}

void snag__tree_left(struct snag__tree *t, uint32_t actor, struct snag__footprint *step,
                     enum snag__step_waits waits, uint64_t place) {
    struct later l = {.at = t->count, .actor = actor, .step = step, .waits = waits, .takes = place};
    bool asleep = t->cut && (t->stood & snag__tree_bit(actor)) != 0;
    if (snag__tree_reduces(t) && !asleep && (t->cut || !t->blind)) {
        races_of(t, &l);
    }
}
