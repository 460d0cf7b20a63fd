/* prng.h: pseudo-random numbers for generators, mutators and strategies.
 *
 * It is not a source of secrets or of entropy: everything that looks random in snag is a pure
 * function of a seed. The rule: the sequence of a seed never changes, because inputs and campaigns
 * are named by seeds; improving it means a new input format version.
 *
 * SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014): one
 * word of state, so that seeding costs nothing, which matters where an execution takes a
 * microsecond. We scramble the seed first: neighbouring seeds would otherwise give the same
 * sequence, shifted.
 */
#ifndef SNAG_BASE_PRNG_H
#define SNAG_BASE_PRNG_H

#include <stdbool.h>
#include <stdint.h>

struct snag__prng {
    uint64_t state;
};

/* The finaliser of SplitMix64: a bijection on 64 bits that spreads every input bit. */
static inline uint64_t snag__mix64(uint64_t x) {
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static inline void snag__prng_seed(struct snag__prng *p, uint64_t seed) {
    p->state = snag__mix64(seed + UINT64_C(0x632be59bd9b4e019));
}

static inline uint64_t snag__prng_next(struct snag__prng *p) {
    p->state += UINT64_C(0x9e3779b97f4a7c15);
    return snag__mix64(p->state);
}

/* Of a number drawn, one in [0, n); 0 if n is 0. Multiply and shift (Lemire 2019) on 32 random
 * bits, without the rejection step: the bias is below n / 2^32. */
static inline uint32_t snag__prng_scale(uint64_t drawn, uint32_t n) {
    return (uint32_t)(((drawn >> 32) * n) >> 32);
}

/* A number in [0, n); 0 if n is 0. */
static inline uint32_t snag__prng_below(struct snag__prng *p, uint32_t n) {
    return snag__prng_scale(snag__prng_next(p), n);
}

/* The same, where there is often only one: that takes no drawing. */
static inline uint32_t snag__prng_below_few(struct snag__prng *p, uint32_t n) {
    if (n <= 1) {
        p->state += UINT64_C(0x9e3779b97f4a7c15);
        return 0;
    }
    return snag__prng_below(p, n);
}

/* A number in [min, max], both included; min if max < min. */
static inline int64_t snag__prng_between(struct snag__prng *p, int64_t min, int64_t max) {
    if (max <= min) {
        return min;
    }
    uint64_t span = (uint64_t)max - (uint64_t)min + 1; /* 0: all of 2^64 */
    uint64_t r = snag__prng_next(p);
    if (span != 0) {
        r = (uint64_t)(((unsigned __int128)r * span) >> 64);
    }
    return (int64_t)((uint64_t)min + r);
}

/* True `num` times in `den`. */
static inline bool snag__prng_chance(struct snag__prng *p, uint32_t num, uint32_t den) {
    return snag__prng_below(p, den) < num;
}

#endif
