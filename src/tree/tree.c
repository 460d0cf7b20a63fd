/* tree.c: the path from the root to where the walk is, and the way from one execution to the next.
 * See tree.h. */
#define _GNU_SOURCE
#include "tree/tree.h"

#include <string.h>
#include <sys/mman.h>

#include "base/assert.h"

enum { NONE = UINT32_MAX, TOUCHES_PER_NODE = 32, TRIES_PER_NODE = 4 };

/* ---- room ---- */

/* Zeroed, and touched only where it is used. */
static void *room(size_t n, size_t bytes) {
    void *at = mmap(NULL, n * bytes, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return at != MAP_FAILED ? at : NULL;
}

static void drop(void *at, size_t n, size_t bytes) {
    if (at != NULL) {
        (void)munmap(at, n * bytes);
    }
}

bool snag__tree_open(struct snag__tree *t, uint32_t nodes) {
    t->nodes_max = nodes;
    t->touches_max = nodes * TOUCHES_PER_NODE;
    t->tries_max = nodes * TRIES_PER_NODE;
    t->nodes = room(nodes, sizeof(t->nodes[0]));
    t->clocks = room((size_t)nodes * SNAG__TREE_ACTORS_MAX, sizeof(t->clocks[0]));
    t->slept = room((size_t)nodes * SNAG__TREE_ACTORS_MAX, sizeof(t->slept[0]));
    t->touches = room(t->touches_max, sizeof(t->touches[0]));
    t->tries = room(t->tries_max, sizeof(t->tries[0]));
    snag__tree_reset(t);
    return t->nodes != NULL && t->clocks != NULL && t->slept != NULL && t->touches != NULL &&
           t->tries != NULL;
}

void snag__tree_close(struct snag__tree *t) {
    drop(t->nodes, t->nodes_max, sizeof(t->nodes[0]));
    drop(t->clocks, (size_t)t->nodes_max * SNAG__TREE_ACTORS_MAX, sizeof(t->clocks[0]));
    drop(t->slept, (size_t)t->nodes_max * SNAG__TREE_ACTORS_MAX, sizeof(t->slept[0]));
    drop(t->touches, t->touches_max, sizeof(t->touches[0]));
    drop(t->tries, t->tries_max, sizeof(t->tries[0]));
}

void snag__tree_reset(struct snag__tree *t) {
    t->count = t->touches_count = t->tries_count = 0;
    t->full = t->diverged = t->moved = t->bound_cut = t->faults_cut = false;
    t->open = NONE;
}

/* ---- an execution ---- */

void snag__tree_begin(struct snag__tree *t) {
    t->at = t->actors = t->preemptions = t->faults = 0;
    t->fixed = t->count;
    t->open = NONE;
    t->stood = 0;
    t->cut = t->blind = false;
    t->last_step = 0;
    for (uint32_t i = t->count; i > 0 && t->last_step == 0; i--) {
        t->last_step = t->nodes[i - 1].is_value ? 0 : i - 1;
    }
    t->analysed = t->last_step;
}

/* Is what the step in progress touches new? */
static inline bool notes(const struct snag__tree *t) {
    return !t->blind && t->open != NONE && t->open >= t->last_step;
}

static void open_step(struct snag__tree *t, uint32_t at) {
    struct snag__tree_node *n = &t->nodes[at];
    t->open = at;
    t->stood = n->enabled;
    if (at >= t->last_step) {
        n->step = (struct snag__footprint){.first = t->touches_count};
        n->touched = false;
        n->waits = SNAG__STEP_NEVER;
        n->affected = n->takes = n->gives = 0;
    }
}

static void close_step(struct snag__tree *t, uint64_t enabled) {
    if (notes(t)) {
        struct snag__tree_node *n = &t->nodes[t->open];
        n->touched = true;
        n->affected = (t->stood ^ enabled) & ~snag__tree_bit(n->picked);
    }
}

void snag__tree_meet(struct snag__tree *t, uint32_t actors) {
    for (; t->actors < actors; t->actors++) {
        t->born_at[t->actors] = t->open == NONE ? 0 : t->open + 1;
    }
}

/* It touched that the last time, too. */
static bool is_known(const struct snag__tree *t, const struct snag__footprint *f,
                     const struct snag__touch *new) {
    for (uint32_t i = 0; i < f->count; i++) {
        const struct snag__touch *old = &t->touches[f->first + i];
        if (old->from == new->from && old->bytes == new->bytes &&
            (old->how == new->how || old->how == SNAG__TOUCH_CHANGES)) {
            return true;
        }
    }
    return false;
}

void snag__tree_touch(struct snag__tree *t, uint64_t from, uint32_t bytes,
                      enum snag__touch_how how) {
    const struct snag__touch new = {.from = from, .bytes = bytes, .how = how};
    if (!notes(t)) {
        t->moved |= !t->blind && t->open != NONE && !t->nodes[t->open].step.all &&
                    !is_known(t, &t->nodes[t->open].step, &new);
        return;
    }
    struct snag__footprint *f = &t->nodes[t->open].step;
    if (is_known(t, f, &new)) {
        return;
    }
    if (t->touches_count == t->touches_max) {
        f->all = true;
        return;
    }
    t->touches[t->touches_count++] = new;
    snag__footprint_add(f, &new);
}

void snag__tree_touch_all(struct snag__tree *t) {
    if (notes(t)) {
        t->nodes[t->open].step.all = true;
    }
}

void snag__tree_waits(struct snag__tree *t, enum snag__step_waits waits, uint64_t place) {
    if (notes(t)) {
        t->nodes[t->open].waits = (uint8_t)waits;
        t->nodes[t->open].takes = place;
    }
}

void snag__tree_gives(struct snag__tree *t, uint64_t place) {
    if (notes(t)) {
        t->nodes[t->open].gives = place;
    }
}

/* ---- choices ---- */

/* Those at a node that would not be a fault too many. */
static uint64_t within_faults(const struct snag__tree *t, const struct snag__tree_node *n) {
    uint64_t set = snag__tree_useful(n), rest = set & ~n->faulty;
    return n->faults >= t->faults_max && rest != 0 ? rest : set;
}

/* Were all the preemptions taken, and would another one than the current be one more? */
static bool is_spent(const struct snag__tree *t, const struct snag__tree_node *n) {
    return n->current_enabled && n->preemptions >= t->preemptions_max;
}

uint64_t snag__tree_possible(struct snag__tree *t, const struct snag__tree_node *n) {
    uint64_t set = within_faults(t, n);
    t->faults_cut |= set != snag__tree_useful(n);
    return set;
}

uint64_t snag__tree_allowed(struct snag__tree *t, const struct snag__tree_node *n) {
    uint64_t set = snag__tree_possible(t, n), current = snag__tree_bit(n->current);
    return is_spent(t, n) && (set & current) != 0 ? current : set;
}

/* The actors that slept, or were tried, at node `k` and of which the step taken there is
 * independent: they sleep on at the next step, node `at`. */
static uint64_t sleep_on(struct snag__tree *t, uint32_t k, uint32_t at) {
    const struct snag__tree_node *n = &t->nodes[k];
    uint64_t set =
        (n->asleep | n->done) & ~snag__tree_bit(n->picked) & t->nodes[at].enabled & ~n->affected;
    uint64_t stay = 0;
    for (; set != 0; set &= set - 1) {
        uint32_t q = (uint32_t)__builtin_ctzll(set);
        uint32_t from = (n->done & snag__tree_bit(q)) != 0
                            ? k
                            : t->slept[(size_t)k * SNAG__TREE_ACTORS_MAX + q];
        uint32_t end = from + 1 < at ? t->nodes[from + 1].tries_before : t->tries_count;
        bool depends = false;
        for (uint32_t i = t->nodes[from].tries_before; i < end && !depends; i++) {
            depends = t->tries[i].actor == q &&
                      snag__footprints_conflict(t->touches, &t->tries[i].step, &n->step);
        }
        if (!depends) {
            t->slept[(size_t)at * SNAG__TREE_ACTORS_MAX + q] = from;
            stay |= snag__tree_bit(q);
        }
    }
    return stay;
}

static uint32_t nth(uint64_t set, uint32_t k) {
    for (; k > 0; k--) {
        set &= set - 1;
    }
    return (uint32_t)__builtin_ctzll(set);
}

/* The first of `set` after `actor`, in cyclic order. */
static uint32_t after(uint64_t set, uint32_t actor) {
    uint64_t above = set & (~UINT64_C(1) << actor);
    return (uint32_t)__builtin_ctzll(above != 0 ? above : set);
}

/* The first to be tried at a new node; SNAG__TREE_CUT: all are asleep. */
static uint32_t first_try(struct snag__tree *t, struct snag__tree_node *n) {
    uint64_t allowed = snag__tree_allowed(t, n), awake = allowed & ~n->asleep;
    if (awake == 0) {
        return SNAG__TREE_CUT;
    }
    if (t->probe != NULL) {
        uint32_t k = snag__prng_below(t->probe, (uint32_t)__builtin_popcountll(awake));
        return nth(awake, k);
    }
    return (awake & snag__tree_bit(n->preferred)) != 0 ? n->preferred : after(awake, n->current);
}

/* Room for one more. NULL: there is none. */
static struct snag__tree_node *new_node(struct snag__tree *t) {
    if (t->count == t->nodes_max) {
        t->full = t->blind = true;
        return NULL;
    }
    struct snag__tree_node *n = &t->nodes[t->count++];
    *n = (struct snag__tree_node){.preemptions = t->preemptions,
                                  .faults = t->faults,
                                  .touches_before = t->touches_count,
                                  .tries_before = t->tries_count};
    return n;
}

static uint32_t new_step(struct snag__tree *t, const struct snag__tree_state *s) {
    uint32_t before = t->open;
    struct snag__tree_node *n = new_node(t);
    if (n == NULL) {
        return s->preferred;
    }
    n->current = (uint8_t)s->current;
    n->current_enabled = s->current_enabled;
    n->preferred = (uint16_t)s->preferred;
    n->enabled = s->enabled;
    n->useful = s->enabled & ~s->useless;
    n->faulty = s->faulty;
    if (snag__tree_sleeps(t) && before != NONE) {
        n->asleep = sleep_on(t, before, t->count - 1);
    }
    uint32_t picked = first_try(t, n);
    if (picked == SNAG__TREE_CUT) {
        t->count--;
        t->stood = s->enabled;
        t->cut = t->blind = true;
        return SNAG__TREE_CUT;
    }
    n->picked = (uint16_t)picked;
    n->backtrack = snag__tree_reduces(t) ? snag__tree_bit(picked) : snag__tree_possible(t, n);
    return picked;
}

static uint32_t leave_path(struct snag__tree *t, uint32_t preferred) {
    t->diverged = t->blind = true;
    return preferred;
}

uint32_t snag__tree_next(struct snag__tree *t, const struct snag__tree_state *s) {
    if (t->blind) {
        return t->cut ? SNAG__TREE_CUT : s->preferred;
    }
    close_step(t, s->enabled);
    snag__tree_meet(t, s->actors);
    if (t->at < t->fixed) {
        const struct snag__tree_node *n = &t->nodes[t->at];
        if (n->is_value || n->enabled != s->enabled || n->current != s->current) {
            return leave_path(t, s->preferred);
        }
    } else {
        uint32_t picked = new_step(t, s);
        if (t->blind) {
            return picked;
        }
    }
    const struct snag__tree_node *n = &t->nodes[t->at];
    t->preemptions += n->current_enabled && n->picked != n->current;
    t->faults +=
        (n->faulty & snag__tree_bit(n->picked)) != 0 && (snag__tree_useful(n) & ~n->faulty) != 0;
    open_step(t, t->at++);
    return n->picked;
}

uint32_t snag__tree_value(struct snag__tree *t, uint32_t n, uint32_t preferred, bool fault) {
    if (t->blind) {
        return preferred;
    }
    struct snag__tree_node *v;
    if (t->at < t->fixed) {
        v = &t->nodes[t->at];
        if (!v->is_value || v->n != n || v->preferred != preferred) {
            return leave_path(t, preferred);
        }
    } else {
        v = new_node(t);
        if (v == NULL) {
            return preferred;
        }
        v->is_value = true;
        v->is_fault = fault;
        v->n = (uint16_t)n;
        v->preferred = v->picked = (uint16_t)preferred;
        if (t->probe != NULL && (!fault || t->faults < t->faults_max)) {
            v->picked = (uint16_t)snag__prng_below(t->probe, n);
        }
    }
    t->faults += v->is_fault && v->picked != v->preferred;
    t->at++;
    return v->picked;
}

/* ---- the end of an execution ---- */

void snag__tree_shorten(struct snag__tree *t) {
    enum { FIRST = 1000 };
    uint32_t n = FIRST;
    while (n < t->count && n > t->fixed && t->nodes[n].is_value) {
        n--;
    }
    if (n < t->count && n > t->fixed && n > 0) {
        t->touches_count = t->nodes[n].touches_before;
        t->tries_count = t->nodes[n].tries_before;
        t->count = n;
        t->blind = true;
    }
}

void snag__tree_end(struct snag__tree *t) {
    close_step(t, t->stood);
    t->diverged |= !t->blind && t->at < t->fixed;
    for (uint32_t j = t->analysed; j < t->count && snag__tree_reduces(t); j++) {
        if (!t->nodes[j].is_value) {
            snag__tree_races(t, j);
        }
    }
    t->analysed = t->count;
}

/* ---- to the next one ---- */

/* What the step of node `k` touched, this time. */
static void keep_try(struct snag__tree *t, uint32_t k) {
    struct snag__tree_node *n = &t->nodes[k];
    if (!n->touched) {
        return;
    }
    n->touched = false;
    if (!snag__tree_sleeps(t)) {
        return;
    }
    if (t->tries_count == t->tries_max) {
        t->full = true;
        return;
    }
    t->tries[t->tries_count++] =
        (struct snag__tree_try){.node = k, .actor = n->picked, .step = n->step};
    for (uint32_t i = k + 1; i < t->count; i++) {
        t->nodes[i].tries_before = t->tries_count;
    }
}

/* The number after the one picked: first the preferred one, then all others in order. */
static bool next_number(struct snag__tree *t, struct snag__tree_node *v) {
    uint32_t number = v->picked == v->preferred ? 0 : v->picked + 1U;
    number += number == v->preferred;
    if (number >= v->n) {
        return false;
    }
    if (v->is_fault && v->faults >= t->faults_max) {
        t->faults_cut = true;
        return false;
    }
    v->picked = (uint16_t)number;
    return true;
}

static bool next_actor(struct snag__tree *t, struct snag__tree_node *n) {
    n->done |= snag__tree_bit(n->picked);
    uint64_t left = n->backtrack & ~n->done & ~n->asleep & snag__tree_possible(t, n);
    uint64_t allowed = left & snag__tree_allowed(t, n);
    t->bound_cut |= left != allowed;
    if (allowed == 0) {
        return false;
    }
    n->picked = (uint16_t)after(allowed, n->current);
    return true;
}

bool snag__tree_advance(struct snag__tree *t) {
    while (t->count > 0) {
        struct snag__tree_node *n = &t->nodes[t->count - 1];
        uint32_t k = t->count - 1;
        while (t->nodes[k].is_value && k > 0) {
            k--;
        }
        if (!t->nodes[k].is_value) {
            keep_try(t, k);
        }
        if (n->is_value ? next_number(t, n) : next_actor(t, n)) {
            return true;
        }
        if (!n->is_value) {
            t->touches_count = n->touches_before;
            t->tries_count = n->tries_before;
        }
        t->count--;
    }
    return false;
}

/* ---- how far ---- */

/* Of how many branches of a node the picked one is the how-manieth, from 0. */
static uint32_t branches(const struct snag__tree *t, const struct snag__tree_node *n,
                         uint32_t *before) {
    if (n->is_value) {
        *before = n->picked == n->preferred ? 0 : n->picked + (n->picked < n->preferred);
        return n->is_fault && n->faults >= t->faults_max ? 1 : n->n;
    }
    uint64_t live = (n->backtrack & ~n->asleep) | snag__tree_bit(n->picked);
    *before = (uint32_t)__builtin_popcountll(n->done);
    return is_spent(t, n) ? 1 : (uint32_t)__builtin_popcountll(live);
}

double snag__tree_explored(const struct snag__tree *t) {
    double part = 1.0, explored = 0.0;
    for (uint32_t i = 0; i < t->count; i++) {
        uint32_t before, n = branches(t, &t->nodes[i], &before);
        explored += part * before / n;
        part /= n;
    }
    return t->count == 0 ? 1.0 : explored;
}

void snag__tree_estimate(const struct snag__tree *t, double *reduced, double *whole) {
    *reduced = *whole = 1.0;
    for (uint32_t i = 0; i < t->count; i++) {
        const struct snag__tree_node *n = &t->nodes[i];
        uint32_t before, here = branches(t, n, &before);
        bool as_here = n->is_value || is_spent(t, n);
        *reduced *= here;
        *whole *= as_here ? here : (uint32_t)__builtin_popcountll(within_faults(t, n));
    }
}
