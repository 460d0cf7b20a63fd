/* shares.h: how much each vthread still has to do, as far as is known, with what those have to do
 * that it has yet to spawn.
 *
 * It does not say what counts: events of all kinds (urw.c), or some (surw.c). Who spawned whom is
 * learned from logs. Vthreads are known by their index: where several spawn, which of the others'
 * children has which index is a matter of the schedule, and what is known of them is a mixture.
 *
 * What a vthread does after it has first waited for the end of another (a join) is counted apart,
 * and not before it comes to that: it cannot be interleaved with what that other has to do.
 */
#ifndef SNAG_SCHED_STRATEGY_SHARES_H
#define SNAG_SCHED_STRATEGY_SHARES_H

#include "base/event_class.h"
#include "sched/strategy/candidates.h"

struct snag__share {
    uint32_t first, rest; /* until its first join, and after; those of its children in them */
    uint32_t left, later; /* of these, in this execution */
    uint32_t joined;      /* generation: it has come to its first join, in the log that is read */
    uint16_t parent;      /* index */
    bool late;            /* spawned after its parent's first join */
};

struct snag__shares {
    uint32_t known;     /* vthreads of which something is known */
    uint32_t born;      /* those that there are in this execution, as far as was seen */
    uint32_t last_step; /* of the previous choice of who runs next */
    uint32_t logs;      /* generation of `joined` */
    struct snag__share of[SNAG__VTHREADS_MAX];
};

/* Nothing is known. */
void snag__shares_forget(struct snag__shares *s);
/* `first` and `rest` of all are those of each alone: adds those of their children. */
void snag__shares_sum(struct snag__shares *s);

/* That of the end of a vthread belongs to the last one before it; that the root starts is nobody's
 * choice. */
static inline bool snag__was_a_point(const struct snag_event *e) {
    return snag__event_classes[e->kind] <= SNAG__EVENT_ATOMIC && e->kind != SNAG_EV_END &&
           (e->kind != SNAG_EV_START || e->vthread != 0);
}

/* Reads who spawned whom, and calls `count` for each event that was a scheduling point: does it
 * come after the first join of its vthread? */
static inline __attribute__((always_inline)) void
snag__shares_read(struct snag__shares *s, const struct snag_log *log, void *to,
                  void (*count)(void *to, const struct snag_event *e, bool rest)) {
    s->logs++;
    s->known = log->vthreads > s->known ? log->vthreads : s->known;
    for (uint32_t i = 0; i < log->events_count; i++) {
        const struct snag_event *e = &log->events[i];
        struct snag__share *share = &s->of[e->vthread];
        if (e->kind == SNAG_EV_JOIN || e->kind == SNAG_EV_TIMEDJOIN) {
            share->joined = s->logs;
        }
        bool rest = share->joined == s->logs;
        if (e->kind == SNAG_EV_SPAWN && e->value > e->vthread && e->value < s->known) {
            s->of[e->value].parent = e->vthread;
            s->of[e->value].late = rest;
        }
        if (snag__was_a_point(e)) {
            count(to, e, rest);
        }
    }
}

static inline void snag__shares_begin(struct snag__shares *s) {
    s->born = 1;
    s->last_step = 0;
    s->of[0].left = s->of[0].first;
    s->of[0].later = s->of[0].rest;
}

static inline void snag__share_take(uint32_t *from, uint32_t n) {
    *from -= n < *from ? n : *from;
}

/* One that is there has its own share, not its parent's. */
static inline void snag__share_born(struct snag__shares *s, uint32_t v) {
    struct snag__share *child = &s->of[v], *parent = &s->of[child->parent];
    child->left = child->first;
    child->later = child->rest;
    snag__share_take(child->late ? &parent->later : &parent->left, child->first + child->rest);
}

/* Is it, or one that came after it? The next of them by number are born as long as somebody is. */
static inline bool snag__is_there(const struct snag_choice *c, uint32_t words, uint32_t v) {
    if (words == 1) {
        return v < 64 && c->set[0] >> v != 0;
    }
    return snag__candidate_from(c, v) != SNAG__NO_CANDIDATE;
}

/* `n` of what `v` had to do are done. */
static inline void snag__share_spend(struct snag__shares *s, uint32_t v, uint32_t n) {
    struct snag__share *share = &s->of[v];
    snag__share_take(share->left > 0 ? &share->left : &share->later, n);
}

/* What it has to do. 0: nothing that is known of. */
static inline uint32_t snag__share(const struct snag__shares *s, uint32_t v) {
    return s->of[v].left > 0 ? s->of[v].left : s->of[v].later;
}

#endif
