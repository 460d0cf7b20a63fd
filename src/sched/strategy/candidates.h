/* candidates.h: what strategies share: going through candidates, what they stand before, and who of
 * them gives way.
 *
 * It decides nothing. The rule: it looks at the set of a choice, word by word, so that a thousand
 * vthreads cost as many words as they fill, and a bit each.
 */
#ifndef SNAG_SCHED_STRATEGY_CANDIDATES_H
#define SNAG_SCHED_STRATEGY_CANDIDATES_H

#include "base/assert.h"
#include "base/event_class.h"
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

/* The next of a walk over a set in index order; `left`: what is to come of word `word`. False: it
 * is over. */
static inline bool snag__walk_on(const uint64_t *set, uint32_t words, uint64_t *left,
                                 uint64_t *word, uint64_t *v) {
    while (*left == 0) {
        if (++*word >= words) {
            return false;
        }
        *left = set[*word];
    }
    *v = *word * 64 + (uint64_t)__builtin_ctzll(*left);
    *left &= *left - 1;
    return true;
}

/* All of a set of `words` > 0 words; it may change meanwhile, but for the word that `v` is in. */
#define SNAG__EACH_OF(set, words, v)                                                               \
    for (uint64_t v##_left = (set)[0], v##_word = 0, v = 0;                                        \
         snag__walk_on(set, words, &v##_left, &v##_word, &v);)

/* A choice of NEXT among no more than a word of vthreads: nearly all are. Compiled for it alone, a
 * walk over the candidates is one over the bits of a register, and what takes more is not in the
 * way: `choose` hands that on to a function of its own. */
static inline bool snag__is_usual(const struct snag_choice *c) {
    return snag__likely(c->kind == SNAG_CHOOSE_NEXT && c->words == 1);
}

/* Word `w` of the set of `v` alone. */
static inline uint64_t snag__bit_in(uint32_t w, uint32_t v) {
    return (uint64_t)(v / 64 == w) << (v % 64);
}

static inline bool snag__is_candidate(const struct snag_choice *c, uint32_t v) {
    return v / 64 < c->words && (c->set[v / 64] >> (v % 64) & 1) != 0;
}

/* The index of the bit number `k` of those that are set; there are more than `k`. A random `k` is
 * one that no processor can predict: the usual ones take no branch. */
static inline uint32_t snag__bit_number(uint64_t bits, uint32_t k) {
    uint64_t second = bits & (bits - 1), third = second & (second - 1);
    uint64_t other = snag__unpredictable(k == 1) ? second : third;
    bits = snag__unpredictable(k == 0) ? bits : other;
#pragma clang loop unroll(disable)
    for (; snag__unlikely(k > 2); k--) {
        bits &= bits - 1;
    }
    return (uint32_t)__builtin_ctzll(bits);
}

/* The number `k` of a set, in index order. */
static inline uint32_t snag__number_in(const uint64_t *set, uint32_t words, uint32_t k) {
    uint32_t w = 0;
    if (snag__unlikely(words > 1)) {
        for (uint32_t here; k >= (here = (uint32_t)__builtin_popcountll(set[w])); w++) {
            k -= here;
        }
    }
    return w * 64 + snag__bit_number(set[w], k);
}

/* What `c->pending` returns, in place. */
static inline const struct snag_pending *snag__pending(uint64_t v) {
    return &snag__vthreads[v].pend;
}

/* snag_pending_conflict, in place where it is plain that they do or do not. */
static inline bool snag__conflict(const struct snag_pending *a, const struct snag_pending *b) {
    if (a->object == b->object) {
        return a->object != 0 && !(snag__only_reads(a->kind) && snag__only_reads(b->kind));
    }
    bool mixed = ((a->object ^ b->object) & SNAG_PENDING_MEMORY) != 0;
    return mixed && snag_pending_conflict(a, b);
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
    bool enabled = snag__is_candidate(c, c->current) && !snag__pending(c->current)->timed_out;
    bool timed = snag__vthreads[c->current].deadline != UINT64_MAX;
    return enabled || (timed && snag__prng_below(p, 2) == 0);
}

/* Any candidate, each with the same probability. */
static inline uint32_t snag__any_candidate(struct snag__prng *p, const struct snag_choice *c) {
    return snag_choice_candidate(c, snag__prng_below(p, c->n));
}

#endif
