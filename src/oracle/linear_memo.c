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

/* Empties the slots. */
static void next_generation(struct snag__memo *m) {
    if (++m->generation == 0) {
        memset(m->slots, 0, m->slots_capacity * sizeof *m->slots);
        m->generation = 1;
    }
}

/* One large history makes a large table: the others are to stay in a corner of it. */
void snag__memo_reset(struct snag__memo *m, uint32_t key_words) {
    m->key_words = key_words;
    if (m->entries == 0)
        return;
    m->entries = 0;
    m->slots_used = SLOTS_FIRST;
    next_generation(m);
}

static const uint64_t *key_of(const struct snag__memo *m, uint32_t entry) {
    return &m->keys[(size_t)entry * m->key_words];
}

bool snag__memo_holds(const struct snag__memo *m, const uint64_t *key, uint64_t hash) {
    for (size_t i = hash;; i++) {
        const struct snag__memo_slot *slot = &m->slots[i & (m->slots_used - 1)];
        if (slot->generation != m->generation)
            return false;
        if (slot->hash == hash && snag__words_equal(key_of(m, slot->entry), key, m->key_words))
            return true;
    }
}

/* Of a key that is not in the table. */
static void fill_slot(struct snag__memo *m, uint32_t entry, uint64_t hash) {
    size_t i = hash & (m->slots_used - 1);
    while (m->slots[i].generation == m->generation)
        i = (i + 1) & (m->slots_used - 1);
    m->slots[i] = (struct snag__memo_slot){hash, m->generation, entry};
}

/* Room for twice as many. Nothing that is in there is needed any more. */
static bool make_slots(struct snag__memo *m, size_t count) {
    struct snag__memo_slot *slots = calloc(count, sizeof *slots);
    if (slots == NULL)
        return false;
    free(m->slots);
    m->slots = slots;
    m->slots_capacity = count;
    m->generation = 0;
    return true;
}

/* Keeps the table at most half full. */
static bool grow_slots(struct snag__memo *m) {
    if (m->entries < m->slots_used / 2)
        return true;
    size_t count = m->slots_used == 0 ? SLOTS_FIRST : m->slots_used * 2;
    if (count > m->slots_capacity && !make_slots(m, count))
        return false;
    m->slots_used = count;
    next_generation(m);
    for (uint32_t entry = 0; entry < m->entries; entry++)
        fill_slot(m, entry, snag__words_hash(key_of(m, entry), m->key_words));
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
    snag__words_copy(&m->keys[(size_t)m->entries * m->key_words], key, m->key_words);
    fill_slot(m, m->entries++, hash);
}

void snag__memo_free(struct snag__memo *m) {
    free(m->slots);
    free(m->keys);
}
