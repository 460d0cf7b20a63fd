/* vector_clock.h: how far each vthread had come when another one heard of it last, directly or by
 * others.
 *
 * It is not who hears of whom, nor when (learn.c). The rule: what is written is `width` numbers; of
 * vthreads from there on it is zero.
 */
#ifndef SNAG_SCHED_VECTOR_CLOCK_H
#define SNAG_SCHED_VECTOR_CLOCK_H

#include "sched/vthread.h"

struct snag__clock {
    uint32_t generation; /* of another one than the user's: zero for all */
    uint32_t known_to;   /* a vthread that knows all of it; VTHREADS_MAX: none is known to */
    uint32_t width;
    uint32_t at[SNAG__VTHREADS_MAX];
};

static inline void snag__clock_widen(struct snag__clock *c, uint32_t width) {
    while (c->width < width) {
        c->at[c->width++] = 0;
    }
}

static inline void snag__clock_join(struct snag__clock *to, const struct snag__clock *from) {
    snag__clock_widen(to, from->width);
    for (uint32_t i = 0; i < from->width; i++) {
        to->at[i] = from->at[i] > to->at[i] ? from->at[i] : to->at[i];
    }
}

/* What it says of vthread `v`. */
static inline uint32_t snag__clock_of(const struct snag__clock *c, uint32_t v) {
    return v < c->width ? c->at[v] : 0;
}

#endif
