/* chance.c: rand, random, drand48, getrandom, arc4random and their kin. See chance.h.
 *
 * Each family of the C library has a state of its own, and so it is here; what takes its state from
 * its caller (rand_r, erand48) is left to the C library. Not its sequences: no program may count on
 * those, but for drand48, which is what POSIX defines.
 */
#define _GNU_SOURCE
#include "shim/chance.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/prng.h"
#include "exec/parts.h"
#include "sched/sched.h"

int __real_rand(void);
void __real_srand(unsigned seed);
long __real_random(void);
void __real_srandom(unsigned seed);
double __real_drand48(void);
long __real_lrand48(void);
long __real_mrand48(void);
void __real_srand48(long seed);
unsigned short *__real_seed48(unsigned short seed[3]);
void __real_lcong48(unsigned short parameters[7]);
ssize_t __real_getrandom(void *to, size_t bytes, unsigned flags);
int __real_getentropy(void *to, size_t bytes);
/* Since glibc 2.36. */
uint32_t __real_arc4random(void) __attribute__((weak));
void __real_arc4random_buf(void *to, size_t bytes) __attribute__((weak));
uint32_t __real_arc4random_uniform(uint32_t bound) __attribute__((weak));

int __wrap_rand(void);
void __wrap_srand(unsigned seed);
long __wrap_random(void);
void __wrap_srandom(unsigned seed);
double __wrap_drand48(void);
long __wrap_lrand48(void);
long __wrap_mrand48(void);
void __wrap_srand48(long seed);
unsigned short *__wrap_seed48(unsigned short seed[3]);
void __wrap_lcong48(unsigned short parameters[7]);
ssize_t __wrap_getrandom(void *to, size_t bytes, unsigned flags);
int __wrap_getentropy(void *to, size_t bytes);
uint32_t __wrap_arc4random(void);
void __wrap_arc4random_buf(void *to, size_t bytes);
uint32_t __wrap_arc4random_uniform(uint32_t bound);

static struct snag__prng numbers, system_chance; /* of rand and random; of the kernel */

static struct {
    uint64_t x, a, c;
    unsigned short last[3]; /* what seed48 returned */
} linear;

static void linear_parameters(void) {
    linear.a = UINT64_C(0x5deece66d);
    linear.c = 0xb;
}

void snag__chance_begin(void) {
    snag__prng_seed(&numbers, 1); /* as if srand(1) had been called */
    snag__prng_seed(&system_chance, 2);
    linear.x = 0;
    linear_parameters();
}

uint64_t snag__chance_state(void) {
    return numbers.state + 3 * system_chance.state + 5 * linear.x;
}

void snag__chance_bytes(void *to, size_t bytes) {
    snag__part_use(SNAG__PART_CHANCE);
    for (unsigned char *at = to; bytes > 0; bytes--) {
        *at++ = (unsigned char)(snag__prng_next(&system_chance) >> 56);
    }
}

/* ---- rand and random, which have one state in the C library, too ---- */

static long next(void) {
    snag__part_use(SNAG__PART_CHANCE);
    return (long)(snag__prng_next(&numbers) >> 33); /* 31 bits: RAND_MAX */
}

int __wrap_rand(void) {
    return snag__self != NULL ? (int)next() : __real_rand();
}

long __wrap_random(void) {
    return snag__self != NULL ? next() : __real_random();
}

void __wrap_srand(unsigned seed) {
    if (snag__self == NULL) {
        __real_srand(seed);
        return;
    }
    snag__part_use(SNAG__PART_CHANCE);
    snag__prng_seed(&numbers, seed);
}

void __wrap_srandom(unsigned seed) {
    if (snag__self == NULL) {
        __real_srandom(seed);
        return;
    }
    snag__part_use(SNAG__PART_CHANCE);
    snag__prng_seed(&numbers, seed);
}

/* ---- drand48: x = a * x + c in 48 bits ---- */

#define BITS_48 (UINT64_C(0xffffffffffff))

static uint64_t step(void) {
    snag__part_use(SNAG__PART_CHANCE);
    return linear.x = (linear.a * linear.x + linear.c) & BITS_48;
}

static uint64_t join_48(const unsigned short x[3]) {
    return (uint64_t)x[2] << 32 | (uint64_t)x[1] << 16 | x[0];
}

double __wrap_drand48(void) {
    return snag__self != NULL ? (double)step() / (double)(UINT64_C(1) << 48) : __real_drand48();
}

long __wrap_lrand48(void) {
    return snag__self != NULL ? (long)(step() >> 17) : __real_lrand48();
}

long __wrap_mrand48(void) {
    return snag__self != NULL ? (long)(int32_t)(step() >> 16) : __real_mrand48();
}

void __wrap_srand48(long seed) {
    if (snag__self == NULL) {
        __real_srand48(seed);
        return;
    }
    snag__part_use(SNAG__PART_CHANCE);
    linear_parameters();
    linear.x = (uint64_t)(uint32_t)seed << 16 | 0x330e;
}

unsigned short *__wrap_seed48(unsigned short seed[3]) {
    if (snag__self == NULL) {
        return __real_seed48(seed);
    }
    for (int i = 0; i < 3; i++) {
        linear.last[i] = (unsigned short)(linear.x >> 16 * i);
    }
    snag__part_use(SNAG__PART_CHANCE);
    linear_parameters();
    linear.x = join_48(seed);
    return linear.last;
}

void __wrap_lcong48(unsigned short parameters[7]) {
    if (snag__self == NULL) {
        __real_lcong48(parameters);
        return;
    }
    snag__part_use(SNAG__PART_CHANCE);
    linear.x = join_48(parameters);
    linear.a = join_48(parameters + 3);
    linear.c = parameters[6];
}

/* ---- the kernel's ---- */

ssize_t __wrap_getrandom(void *to, size_t bytes, unsigned flags) {
    if (snag__self == NULL) {
        return __real_getrandom(to, bytes, flags);
    }
    snag__chance_bytes(to, bytes);
    return (ssize_t)bytes;
}

int __wrap_getentropy(void *to, size_t bytes) {
    if (snag__self == NULL || bytes > 256) {
        return __real_getentropy(to, bytes);
    }
    snag__chance_bytes(to, bytes);
    return 0;
}

uint32_t __wrap_arc4random(void) {
    if (snag__self == NULL) {
        return __real_arc4random();
    }
    snag__part_use(SNAG__PART_CHANCE);
    return (uint32_t)(snag__prng_next(&system_chance) >> 32);
}

void __wrap_arc4random_buf(void *to, size_t bytes) {
    if (snag__self == NULL) {
        __real_arc4random_buf(to, bytes);
        return;
    }
    snag__chance_bytes(to, bytes);
}

uint32_t __wrap_arc4random_uniform(uint32_t bound) {
    if (snag__self == NULL) {
        return __real_arc4random_uniform(bound);
    }
    snag__part_use(SNAG__PART_CHANCE);
    return snag__prng_below(&system_chance, bound > 0 ? bound : 1);
}
