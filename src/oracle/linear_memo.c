/* linear_memo.c: the set of configurations already known to lead nowhere (Lowe, CPE 2017).
 *
 * It decides nothing. The rule: it answers "has" only for a key that was added since the last
 * reset, compared in full.
 *
 * We deviate from Lowe in what is kept: configurations are added when the search *leaves* them
 * without success, not when it reaches them. On the way down a configuration cannot meet itself
 * (every step adds an operation), so nothing is lost, and a history that is linearizable at the
 * first descent, which is nearly every one, never hashes anything.
 */
#include "oracle/linear_parts.h"

#include <stdlib.h>
#include <string.h>

enum {
    SLOTS_FIRST = 256,
    KEY_WORDS_MAX = 1 << 23 /* 64 MiB of keys; more is forgotten */
};

void snag__memo_reset(struct snag__memo *m, uint32_t key_words) {
    m->key_words = key_words;
    if (m->entries == 0)
        return;
    m->entries = 0;
    if (++m->generation == 0 && m->slots != NULL) {
        memset(m->slots, 0, m->slots_count * sizeof *m->slots);
        m->generation = 1;
    }
}

bool snag__memo_holds(const struct snag__memo *m, const uint64_t *key, uint64_t hash) {
    for (size_t i = hash;; i++) {
        const struct snag__memo_slot *slot = &m->slots[i & (m->slots_count - 1)];
        if (slot->generation != m->generation)
            return false;
        if (slot->hash == hash &&
            snag__words_equal(&m->keys[(size_t)slot->entry * m->key_words], key, m->key_words))
            return true;
    }
}

/* The slot into which a key that is not in the table goes. */
static struct snag__memo_slot *free_slot(struct snag__memo_slot *slots, size_t count,
                                         uint32_t generation, uint64_t hash) {
    size_t i = hash & (count - 1);
    while (slots[i].generation == generation)
        i = (i + 1) & (count - 1);
    return &slots[i];
}

/* Keeps the table at most half full. */
static bool grow_slots(struct snag__memo *m) {
    if (m->entries < m->slots_count / 2)
        return true;
    size_t count = m->slots_count == 0 ? SLOTS_FIRST : m->slots_count * 2;
    struct snag__memo_slot *slots = calloc(count, sizeof *slots);
    if (slots == NULL)
        return false;
    if (m->generation == 0)
        m->generation = 1;
    for (size_t i = 0; i < m->slots_count; i++) {
        const struct snag__memo_slot *old = &m->slots[i];
        if (old->generation == m->generation)
            *free_slot(slots, count, m->generation, old->hash) = *old;
    }
    free(m->slots);
    m->slots = slots;
    m->slots_count = count;
    return true;
}

static bool grow_keys(struct snag__memo *m) {
    size_t needed = ((size_t)m->entries + 1) * m->key_words;
    if (needed <= m->keys_capacity)
        return true;
    if (needed > KEY_WORDS_MAX)
        return false;
    size_t capacity = needed * 2;
    uint64_t *keys = realloc(m->keys, capacity * sizeof *keys);
    if (keys == NULL)
        return false;
    m->keys = keys;
    m->keys_capacity = capacity;
    return true;
}

void snag__memo_add(struct snag__memo *m, const uint64_t *key, uint64_t hash) {
    if (!grow_slots(m) || !grow_keys(m))
        return;
    struct snag__memo_slot *slot = free_slot(m->slots, m->slots_count, m->generation, hash);
    *slot = (struct snag__memo_slot){hash, m->generation, m->entries};
    snag__words_copy(&m->keys[(size_t)m->entries * m->key_words], key, m->key_words);
    m->entries++;
}

void snag__memo_free(struct snag__memo *m) {
    free(m->slots);
    free(m->keys);
}
