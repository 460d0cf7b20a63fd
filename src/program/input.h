/* input.h: one fuzz input: a program, an explicit schedule, a strategy with its seed, a batch size.
 *
 * The bytes are an engine's (libFuzzer, AFL++); the value is ours. The rule: decoding is total (any
 * bytes give a legal input) and decode(encode(x)) == x.
 *
 * Layout (format version 1): magic 's','n', version, reserved, spec hash (8 bytes, little endian),
 * then the fields of `struct snag__input` as wire.h says. Bytes of another version or spec hash, or
 * without any operation, decode to the generated program whose seed is their hash: never to a
 * silently different meaning.
 *
 * A legal input: a program that passes snag__program_check (tasks == 0 for a scenario), a batch in
 * [1, SNAG__BATCH_MAX], and schedule entries in which what their kind does not use is zero.
 */
#ifndef SNAG_PROGRAM_INPUT_H
#define SNAG_PROGRAM_INPUT_H

#include "program/program.h"
#include "snag/run.h"

enum {
    SNAG__INPUT_VERSION = 1,
    SNAG__BATCH_MAX = 256,
    SNAG__BATCH_DEFAULT = 16, /* of inputs made up rather than decoded */
    SNAG__INPUT_BYTES_MAX = 1 << 16,
    /* In `strategy`: most schedules of the batch are made from the one before, by turning round a
     * near-race (exec/aim.h); the strategy is for where such a walk begins. */
    SNAG__INPUT_AIMED = 0x80
};

struct snag__input {
    struct snag_program program; /* tasks == 0 for a scenario target */
    struct snag_schedule schedule;
    /* Index for snag_strategy_at, modulo their number, and SNAG__INPUT_AIMED; used when batch > 1.
     */
    uint8_t strategy;
    uint64_t seed;
    uint16_t batch; /* schedules to run, >= 1: the explicit one, then batch - 1 by strategy */
};

/* impl NULL: a scenario target. `in` must have been zeroed or decoded before (its schedule is
 * reused). */
void snag__input_decode(struct snag__input *in, const struct snag_impl *impl, const uint8_t *bytes,
                        size_t count);
/* Returns the bytes written, 0 if `room` is too small. */
size_t snag__input_encode(const struct snag__input *in, const struct snag_impl *impl,
                          uint8_t *bytes, size_t room);
/* Structural mutation in place, and crossover of `other` into `in`: pure functions of `seed`.
 * `faults`: SNAG_FAULT_SETs that may be guessed into the schedule. */
void snag__input_mutate(struct snag__input *in, const struct snag_impl *impl, uint32_t faults,
                        uint64_t seed);
void snag__input_cross(struct snag__input *in, const struct snag__input *other,
                       const struct snag_impl *impl, uint64_t seed);
void snag__input_free(struct snag__input *in);

#endif
