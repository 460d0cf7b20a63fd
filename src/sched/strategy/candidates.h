/* candidates.h: what strategies share: going through candidates, and who of them gives way.
 *
 * It decides nothing. The rule: it looks at the set of a choice, word by word, so that a thousand
 * vthreads cost as many words as they fill, and a bit each.
 */
#ifndef SNAG_SCHED_STRATEGY_CANDIDATES_H
#define SNAG_SCHED_STRATEGY_CANDIDATES_H

#include "base/prng.h"
#include "sched/vthread.h"
#include "snag/strategy.h"

#define SNAG__NO_CANDIDATE UINT32_MAX

/* The first candidate from index `from` on, in index order; SNAG__NO_CANDIDATE: there is none. */
static inline uint32_t snag__candidate_from(const struct snag_choice *c, uint32_t from) {
    for (uint32_t w = from / 64; w < c->words; w++, from = 0) {
        uint64_t bits = c->set[w] & (~UINT64_C(0) << (from % 64));
        if (bits != 0) {
            return w * 64 + (uint32_t)__builtin_ctzll(bits);
        }
    }
    return SNAG__NO_CANDIDATE;
}

/* The next one after `v` in cyclic order; `v` itself if it is the only one. */
static inline uint32_t snag__candidate_after(const struct snag_choice *c, uint32_t v) {
    uint32_t next = snag__candidate_from(c, v + 1);
    return next != SNAG__NO_CANDIDATE ? next : snag__candidate_from(c, 0);
}

/* The one before it in cyclic order. */
static inline uint32_t snag__candidate_before(const struct snag_choice *c, uint32_t v) {
    uint32_t w = v / 64;
    uint64_t bits = w < c->words ? c->set[w] & ~(~UINT64_C(0) << (v % 64)) : 0;
    while (bits == 0) {
        w = w > 0 && w < c->words ? w - 1 : c->words - 1;
        bits = c->set[w]; /* round once, it is all of the word of `v` */
    }
    return w * 64 + 63 - (uint32_t)__builtin_clzll(bits);
}

#define SNAG__EACH_CANDIDATE(c, v)                                                                 \
    for (uint32_t v = snag__candidate_from(c, 0); v != SNAG__NO_CANDIDATE;                         \
         v = snag__candidate_from(c, v + 1))

static inline bool snag__is_candidate(const struct snag_choice *c, uint32_t v) {
    return v / 64 < c->words && (c->set[v / 64] >> (v % 64) & 1) != 0;
}

/* The current one gives way: it yields or spins, and whoever lets it go on for that it is first, or
 * has most to do, lets it run for ever. Or it waits, but only until a time comes: loops that look
 * now and then whether there is something to do are kept going like that by whoever lets time pass
 * for one of them each time; and yet it may be what matters that time passes early. So half of
 * those do. */
static inline bool snag__gives_way(const struct snag_choice *c, struct snag__prng *p) {
    if (c->current_enabled) {
        return false;
    }
    bool enabled = snag__is_candidate(c, c->current) && !c->pending(c->current)->timed_out;
    bool timed = snag__vthreads[c->current].deadline != UINT64_MAX;
    return enabled || (timed && snag__prng_below(p, 2) == 0);
}

/* Any candidate, each with the same probability. */
static inline uint32_t snag__any_candidate(struct snag__prng *p, const struct snag_choice *c) {
    return snag_choice_candidate(c, snag__prng_below(p, c->n));
}

#endif
