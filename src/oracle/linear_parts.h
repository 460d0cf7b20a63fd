/* linear_parts.h: what the files of the linearizability checker share: one partition, its memo.
 *
 * It is for src/oracle/linear*.c only. The rule: everything here lives in the checker and is reused
 * from one history to the next; nothing is cleared in proportion to a capacity.
 */
#ifndef SNAG_ORACLE_LINEAR_PARTS_H
#define SNAG_ORACLE_LINEAR_PARTS_H

#include "oracle/linear.h"

/* ---- the memo: configurations from which no linearization exists ------------------------------
 */

/* A configuration is {set of operations done, model state} as words. Whole keys are kept and
 * compared: a hash collision must not turn into a false "no". Losing an entry is harmless. */
struct snag__memo_slot {
    uint64_t hash;
    uint32_t generation; /* the slot is live if this is the memo's */
    uint32_t entry;      /* its key starts at keys[entry * key_words] */
};

struct snag__memo {
    struct snag__memo_slot *slots; /* slots_count of them, a power of two; open addressing */
    uint64_t *keys;
    size_t slots_count, keys_capacity; /* keys_capacity: in words */
    uint32_t generation, entries, key_words;
};

/* Empties the memo for keys of `key_words` words: constant time. */
void snag__memo_reset(struct snag__memo *m, uint32_t key_words);
/* `done` is of `done_words` words, `state` fills the rest of the key. */
bool snag__memo_has(const struct snag__memo *m, const uint64_t *done, uint32_t done_words,
                    const uint64_t *state);
/* May forget instead (no memory, bound reached): then the search only takes longer. */
void snag__memo_add(struct snag__memo *m, const uint64_t *done, uint32_t done_words,
                    const uint64_t *state);
void snag__memo_free(struct snag__memo *m);

/* ---- one partition of a history ---------------------------------------------------------------
 */

/* An operation, in the order of returns; pending ones last. */
struct snag__item {
    uint32_t invoked;
    uint32_t returned;    /* UINT32_MAX: pending */
    uint32_t invoked_min; /* over this item and all after it: where a scan may stop */
    uint32_t index : 31;  /* in the history */
    uint32_t waits : 1;   /* pending, and may not take effect (may_wait only) */
};

/* Where the search came from, to go on there after backtracking. */
struct snag__frame {
    uint32_t item;    /* which was linearized */
    uint32_t variant; /* pending items: the next of its effects to try */
    uint32_t first;   /* first completed item not done before it */
};

struct snag__search {
    const struct snag_spec *spec;
    const struct snag_config *config;
    const struct snag_history *history;
    const struct snag__item *items; /* the partition */
    uint32_t items_count;
    uint32_t completed; /* items before this index have returned */
    uint32_t budget_steps;
    bool all_wait; /* also demand that in the last state every item with `waits` is blocked */

    struct snag__memo *memo;
    struct snag__frame *frames; /* items_count + 1 */
    uint64_t *states;           /* (items_count + 2) * state_words */
    uint64_t *done;             /* bit set over items: snag__done_words(items_count) */
    uint32_t state_words;

    uint32_t stopped_at; /* out, on NO: the item at which the longest explained prefix ends */
};

static inline uint32_t snag__done_words(uint32_t items) {
    return (items + 63) / 64;
}

enum snag__linear snag__linear_search(struct snag__search *s);

#endif
