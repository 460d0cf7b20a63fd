/* linear_parts.h: what the files of the linearizability checker share: one partition, its memo.
 *
 * It is for src/oracle/linear*.c only. The rule: everything here lives in the checker and is reused
 * from one history to the next; nothing is cleared in proportion to a capacity.
 */
#ifndef SNAG_ORACLE_LINEAR_PARTS_H
#define SNAG_ORACLE_LINEAR_PARTS_H

#include "oracle/linear.h"

#include <string.h>

/* ---- configurations: {set of operations done, model state} as words ---------------------------
 *
 * They are a few words mostly: a call costs more than they do. */

enum { SNAG__WORDS_FEW = 12 };

static inline void snag__words_copy(uint64_t *to, const uint64_t *from, uint32_t count) {
    if (count > SNAG__WORDS_FEW) {
        memcpy(to, from, count * sizeof *to);
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        to[i] = from[i];
        __asm__ volatile("" ::: "memory"); /* keeps the compiler from making a call of it */
    }
}

static inline bool snag__words_equal(const uint64_t *a, const uint64_t *b, uint32_t count) {
    uint32_t i = 0;
    while (i < count && a[i] == b[i])
        i++;
    return i == count;
}

/* Never 0. */
static inline uint64_t snag__words_hash(const uint64_t *words, uint32_t count) {
    uint64_t hash = count;
#pragma clang loop unroll(disable)
    for (uint32_t i = 0; i < count; i++) {
        hash = (hash ^ words[i]) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 32;
    }
    return hash | UINT64_C(1) << 63;
}

/* ---- the memo: configurations from which no linearization exists ------------------------------
 */

/* Whole keys are kept and compared: a hash collision must not turn into a false "no". Losing an
 * entry is harmless. */
struct snag__memo_slot {
    uint64_t hash;
    uint32_t generation; /* the slot is live if this is the memo's */
    uint32_t entry;      /* its key starts at keys[entry * key_words] */
};

struct snag__memo {
    struct snag__memo_slot *slots; /* the first slots_used, a power of two; open addressing */
    uint64_t *keys;
    size_t slots_used, slots_capacity, keys_capacity; /* keys_capacity: in words */
    uint32_t generation, entries, key_words;
};

/* Empties the memo for keys of `key_words` words: constant time. */
void snag__memo_reset(struct snag__memo *m, uint32_t key_words);
/* `key` is a configuration, `hash` that of its words. */
bool snag__memo_holds(const struct snag__memo *m, const uint64_t *key, uint64_t hash);
/* May forget instead (no memory, bound reached): then the search only takes longer. */
void snag__memo_add(struct snag__memo *m, const uint64_t *key, uint64_t hash);
void snag__memo_free(struct snag__memo *m);

/* ---- one partition of a history ---------------------------------------------------------------
 */

/* An operation, in the order of returns; pending ones last. */
struct snag__item {
    uint32_t invoked;
    uint32_t returned;    /* UINT32_MAX: pending */
    uint32_t invoked_min; /* over this item and all after it: where a scan may stop */
    uint32_t likely;      /* when it has taken effect, as far as one can guess */
    uint32_t index : 31;  /* in the history */
    uint32_t waits : 1;   /* pending, and may not take effect (may_wait only) */
};

/* Where the search came from, to go on there after backtracking. */
struct snag__frame {
    uint32_t item;    /* which was linearized */
    uint32_t variant; /* pending items: the next of its effects to try */
    uint32_t first;   /* first completed item not done before it */
    uint64_t hash;    /* of the configuration that this led to; 0: nobody has asked yet */
};

struct snag__search {
    const struct snag_spec *spec;
    const struct snag_config *config;
    const struct snag_history *history;
    const struct snag__item *items; /* the partition */
    uint32_t items_count;
    uint32_t completed; /* items before this index have returned */
    uint32_t budget_steps;
    bool guess;    /* of some `likely` is another time than when they returned */
    bool all_wait; /* also demand that in the last state every item with `waits` is blocked */

    struct snag__memo *memo;
    uint32_t *order;            /* items_count */
    struct snag__frame *frames; /* items_count + 1 */
    uint64_t *configurations;   /* items_count + 2, by depth, of done_words + state_words each */
    uint32_t done_words;        /* bit set over items: snag__done_words(items_count) */
    uint32_t state_words;

    uint32_t stopped_at; /* out, on NO: the item at which the longest explained prefix ends */
};

static inline uint32_t snag__done_words(uint32_t items) {
    return (items + 63) / 64;
}

enum snag__linear snag__linear_search(struct snag__search *s);

#endif
