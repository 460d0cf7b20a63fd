/* input_test: decoding is total, encoding is its inverse, mutation keeps inputs legal and moves
 * them. */
#include "program/input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/prng.h"
#include "inputs.h"
#include "sched/schedule.h"
#include "snag/fault.h"
#include "specs.h"
#include "test.h"

static struct snag__input in, again, other;
static uint8_t bytes[SNAG__INPUT_BYTES_MAX];
static const struct snag_impl *const impls[] = {&store_impl, &pool_impl, NULL};
enum { IMPLS = 3, HEADER = 12 };

static void round_trip(const struct snag_impl *impl) {
    CHECK_EQ_STR(input_wrong(&in, impl), NULL);
    size_t n = snag__input_encode(&in, impl, bytes, sizeof bytes);
    CHECK(n > 0);
    memset(&again.program, 0xa5, sizeof again.program);
    if (impl == NULL) {
        again.program.tasks = 0;
    }
    /* From memory of exactly that size: reading past the end is caught by the sanitizer. */
    uint8_t *copy = malloc(n);
    CHECK(copy != NULL);
    memcpy(copy, bytes, n);
    snag__input_decode(&again, impl, copy, n);
    free(copy);
    CHECK(input_equal(&in, &again, impl));
}

TEST(any_bytes_decode_to_a_legal_input_that_round_trips) {
    struct snag__prng rng;
    snag__prng_seed(&rng, 1);
    for (int round = 0; round < 30000; round++) {
        const struct snag_impl *impl = impls[round % IMPLS];
        uint8_t raw[600];
        size_t n = snag__prng_below(&rng, sizeof raw + 1);
        bool sparse = snag__prng_chance(&rng, 1, 2); /* small numbers reach deeper */
        for (size_t i = 0; i < n; i++) {
            raw[i] = (uint8_t)(sparse ? snag__prng_below(&rng, 10) : snag__prng_next(&rng));
        }
        if (n >= HEADER && round % 16 != 0) { /* mostly past the header check */
            uint64_t hash = impl == NULL ? 0 : snag__spec_hash(impl->spec);
            memcpy(raw, "sn\1", 4);
            for (int i = 0; i < 8; i++) {
                raw[4 + i] = (uint8_t)(hash >> 8 * i);
            }
        }
        snag__input_decode(&in, impl, raw, n);
        round_trip(impl);
    }
}

TEST(generated_programs_round_trip_and_truncation_is_legal) {
    for (uint64_t seed = 0; seed < 3000; seed++) {
        for (int k = 0; k < IMPLS; k++) {
            snag__input_decode(&in, impls[k], (const uint8_t *)&seed, sizeof seed);
            for (uint64_t m = 0; m < 3; m++) {
                snag__input_mutate(&in, impls[k], UINT32_MAX, seed * 3 + m);
            }
            round_trip(impls[k]);
            size_t n = snag__input_encode(&in, impls[k], bytes, sizeof bytes);
            CHECK_EQ_INT(snag__input_encode(&in, impls[k], bytes, n - 1), 0);
            snag__input_decode(&in, impls[k], bytes, n * (seed % 7) / 7);
            round_trip(impls[k]);
        }
    }
}

TEST(a_hundred_mutations_stay_legal_and_move) {
    for (uint64_t seed = 0; seed < 300; seed++) {
        for (int k = 0; k < IMPLS; k++) {
            snag__input_decode(&in, impls[k], (const uint8_t *)&seed, sizeof seed);
            snag__input_decode(&other, impls[k], (const uint8_t *)&seed, sizeof seed - 1);
            unsigned moved = 0;
            for (uint64_t m = 0; m < 100; m++) {
                size_t before = snag__input_encode(&in, impls[k], bytes, sizeof bytes);
                snag__input_decode(&again, impls[k], bytes, before);
                if (m % 8 == 7) {
                    snag__input_cross(&in, &other, impls[k], seed * 1000 + m);
                    snag__input_mutate(&other, impls[k], UINT32_MAX, m);
                } else {
                    snag__input_mutate(&in, impls[k], UINT32_MAX, seed * 1000 + m);
                }
                moved += !input_equal(&in, &again, impls[k]);
                round_trip(impls[k]);
            }
            CHECK(moved > 60);
        }
    }
}

TEST(mutation_is_a_function_of_its_seed) {
    for (uint64_t seed = 0; seed < 500; seed++) {
        for (int k = 0; k < IMPLS; k++) {
            memset(&in.program, 0x11, sizeof in.program);
            memset(&again.program, 0x22, sizeof again.program);
            in.program.tasks = again.program.tasks = 0;
            snag__input_decode(&in, impls[k], (const uint8_t *)&seed, sizeof seed);
            snag__input_decode(&again, impls[k], (const uint8_t *)&seed, sizeof seed);
            snag__input_mutate(&in, impls[k], UINT32_MAX, seed);
            snag__input_mutate(&again, impls[k], UINT32_MAX, seed);
            CHECK(input_equal(&in, &again, impls[k]));
        }
    }
}

/* Entries of faults in the schedules of a chain of mutations; *others: of a fault not in the set.
 */
static unsigned guessed_faults(uint32_t faults, unsigned *others) {
    unsigned n = 0;
    uint64_t seed = 5;
    snag__input_decode(&in, &store_impl, (const uint8_t *)&seed, sizeof seed);
    snag__schedule_clear(&in.schedule);
    *others = 0;
    for (uint64_t m = 0; m < 5000; m++) {
        snag__input_mutate(&in, &store_impl, faults, m);
        for (uint32_t i = 0; i < in.schedule.count; i++) {
            enum snag_fault fault = snag_fault_of(in.schedule.list[i].kind);
            if (fault == SNAG_FAULT_KINDS) {
                continue;
            }
            n++;
            *others += (faults & SNAG_FAULT_SET(fault)) == 0 || in.schedule.list[i].number != 1;
        }
    }
    return n;
}

TEST(only_faults_that_are_on_are_guessed) {
    unsigned others;
    CHECK_EQ_INT(guessed_faults(0, &others), 0);
    CHECK(guessed_faults(SNAG_FAULT_SET(SNAG_FAULT_OOM), &others) > 100);
    CHECK_EQ_INT(others, 0);
    CHECK(guessed_faults(UINT32_MAX, &others) > 100);
    CHECK_EQ_INT(others, 0);
}

TEST(mutation_reaches_sizes_that_generation_does_not) {
    unsigned most_tasks = 0, most_ops = 0, least_ops = 99, most_entries = 0, nested = 0, subs = 0;
    uint64_t seed = 3;
    snag__input_decode(&in, &store_impl, (const uint8_t *)&seed, sizeof seed);
    for (uint64_t m = 0; m < 20000; m++) {
        snag__input_mutate(&in, &store_impl, UINT32_MAX, m);
        unsigned ops = in.program.first[in.program.tasks];
        most_tasks = in.program.tasks > most_tasks ? in.program.tasks : most_tasks;
        most_ops = ops > most_ops ? ops : most_ops;
        least_ops = ops < least_ops ? ops : least_ops;
        most_entries = in.schedule.count > most_entries ? in.schedule.count : most_entries;
        for (unsigned i = 0; i < ops; i++) {
            nested += in.program.ops[i].nested;
        }
        for (uint32_t i = 0; i < in.schedule.count; i++) {
            subs += in.schedule.list[i].sub != 0;
        }
    }
    CHECK_EQ_STR(input_wrong(&in, &store_impl), NULL);
    printf("# 20,000 mutations: operations %u..%u, tasks up to %u, entries up to %u\n", least_ops,
           most_ops, most_tasks, most_entries);
    CHECK(most_tasks > 6);
    CHECK(most_ops > 20 && least_ops < 6);
    CHECK(most_entries > 4);
    CHECK(nested > 0);
    CHECK(subs > 100);
}

static bool has_value(const struct snag_program *p, int64_t value) {
    for (unsigned i = 0; i < p->first[p->tasks]; i++) {
        if (p->ops[i].op == STORE_PUT && p->ops[i].args[1].i == value) {
            return true;
        }
    }
    return false;
}

TEST(crossover_takes_from_both) {
    unsigned both = 0, schedules = 0;
    for (uint64_t seed = 0; seed < 200; seed++) {
        struct snag_switch w = {.op = 77, .at = {.depth = 1}, .to = {.depth = 1}};
        for (int k = 0; k < 2; k++) {
            struct snag__input *x = k == 0 ? &in : &other;
            snag__input_decode(x, &store_impl, (const uint8_t *)&seed, sizeof seed);
            x->program.tasks = 1;
            x->program.first[1] = 1;
            x->program.ops[0] = (struct snag__op){.op = STORE_PUT};
            x->program.ops[0].args[1].i = k + 1;
        }
        CHECK(snag__schedule_push(&other.schedule, &w));
        snag__input_cross(&in, &other, &store_impl, seed);
        CHECK_EQ_STR(input_wrong(&in, &store_impl), NULL);
        both += has_value(&in.program, 1) && has_value(&in.program, 2);
        schedules += in.schedule.count == 1 && in.schedule.list[0].op == 77;
    }
    CHECK(both > 40);
    CHECK(schedules > 20);
}

TEST(another_spec_or_version_is_not_reinterpreted) {
    static struct snag_spec changed;
    static struct snag_impl impl;
    changed = store_spec;
    impl = store_impl;
    impl.spec = &changed;
    uint64_t seed = 5;
    snag__input_decode(&in, &store_impl, (const uint8_t *)&seed, sizeof seed);
    in.seed = 4242;
    size_t n = snag__input_encode(&in, &store_impl, bytes, sizeof bytes);
    snag__input_decode(&again, &impl, bytes, n);
    CHECK(input_equal(&in, &again, &store_impl)); /* a copy of the spec is the same spec */

    struct snag_op_decl put = changed.ops[STORE_PUT];
    changed.ops[STORE_PUT] = changed.ops[STORE_READ];
    changed.ops[STORE_READ] = put;
    snag__input_decode(&again, &impl, bytes, n);
    CHECK_EQ_U64(again.seed, 4242);
    CHECK_EQ_STR(input_wrong(&again, &impl), NULL);
    for (unsigned i = 0; i < in.program.first[in.program.tasks]; i++) {
        CHECK_EQ_STR(changed.ops[again.program.ops[i].op].name,
                     store_spec.ops[in.program.ops[i].op].name);
    }

    changed = store_spec;
    changed.ops[STORE_PUT].args[0].max = 8;
    snag__input_decode(&again, &impl, bytes, n);
    CHECK(again.seed != 4242);
    CHECK_EQ_STR(input_wrong(&again, &impl), NULL);
    bytes[2]++;
    snag__input_decode(&again, &store_impl, bytes, n);
    CHECK(again.seed != 4242);
}

TEST(the_largest_program_fits) {
    memset(&in.program, 0, sizeof in.program);
    in.program.tasks = SNAG__TASKS_MAX;
    in.program.config.values[0] = 1;
    for (unsigned t = 0; t < SNAG__TASKS_MAX; t++) {
        in.program.first[t + 1] = (uint16_t)((t + 1) * 16);
    }
    for (unsigned i = 0; i < SNAG__PROGRAM_OPS_MAX; i++) {
        in.program.ops[i].op = STORE_PUT;
        in.program.ops[i].args[2].bytes_count = 16;
    }
    snag__schedule_clear(&in.schedule);
    in.batch = 256;
    round_trip(&store_impl);
    snag__input_mutate(&in, &store_impl, UINT32_MAX, 1);
    round_trip(&store_impl);
}

TEST(free_gives_everything_back) {
    snag__input_free(&in);
    snag__input_free(&again);
    snag__input_free(&other);
    CHECK(in.schedule.list == NULL);
}
