/* footprint.c: see footprint.h. */
#include "tree/footprint.h"

enum { WORD_BYTES = 8, WORDS_EXACT = 8 };

static uint64_t bits_of(const struct snag__touch *t) {
    uint64_t first = t->from / WORD_BYTES, last = (t->from + t->bytes - 1) / WORD_BYTES;
    uint64_t bits = 0;
    if (last - first >= WORDS_EXACT) {
        return UINT64_MAX;
    }
    for (uint64_t w = first; w <= last; w++) {
        bits |= UINT64_C(1) << (w * UINT64_C(0x9e3779b97f4a7c15) >> 58);
    }
    return bits;
}

void snag__footprint_add(struct snag__footprint *f, const struct snag__touch *t) {
    uint64_t bits = bits_of(t);
    f->touched |= bits;
    if (t->how != SNAG__TOUCH_READS) {
        f->changed |= bits;
    }
    f->count++;
}

static bool conflict(const struct snag__touch *a, const struct snag__touch *b) {
    if (a->from >= b->from + b->bytes || b->from >= a->from + a->bytes) {
        return false;
    }
    if (a->how == SNAG__TOUCH_CHANGES || b->how == SNAG__TOUCH_CHANGES) {
        return true;
    }
    return a->how != b->how && a->how != SNAG__TOUCH_READS && b->how != SNAG__TOUCH_READS;
}

bool snag__footprints_conflict(const struct snag__touch *touches, const struct snag__footprint *a,
                               const struct snag__footprint *b) {
    if (a->all || b->all) {
        return true;
    }
    if (((a->changed & b->touched) | (a->touched & b->changed)) == 0) {
        return false;
    }
    for (uint32_t i = 0; i < a->count; i++) {
        for (uint32_t k = 0; k < b->count; k++) {
            if (conflict(&touches[a->first + i], &touches[b->first + k])) {
                return true;
            }
        }
    }
    return false;
}
