/* tally.c: see tally.h. */
#include "tally.h"

#include <string.h>

#include "base/hash.h"

static uint64_t hash_of(const char *key) {
    uint64_t h = snag__hash(key, strlen(key), 0);
    return h != 0 ? h : 1;
}

/* The row of that hash, or the one that it would get; SNAG__TALLY_MAX: there is no room. */
static uint32_t row_of(const struct snag__tally *t, uint64_t h) {
    for (uint32_t i = 0; i < SNAG__TALLY_MAX; i++) {
        uint32_t row = (uint32_t)(h + i) % SNAG__TALLY_MAX;
        if (t->rows[row].key == h || t->rows[row].key == 0)
            return row;
    }
    return SNAG__TALLY_MAX;
}

void snag__tally_add(struct snag__tally *t, const char *key) {
    uint64_t h = hash_of(key);
    uint32_t row = row_of(t, h);
    if (row == SNAG__TALLY_MAX) {
        t->overflowed = true;
        return;
    }
    t->rows[row].key = h;
    t->rows[row].times++;
}

uint64_t snag__tally_of(const struct snag__tally *t, const char *key) {
    uint32_t row = row_of(t, hash_of(key));
    return row != SNAG__TALLY_MAX ? t->rows[row].times : 0;
}
