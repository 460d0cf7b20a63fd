/* fuzz_mutate.c: a new input from one or two others, for the fuzzing engine.
 *
 * The edits themselves are src/program's. Here is what needs executions, or the campaign's options.
 * The rule: a pure function of bytes and seed; what does not fit into the engine's buffer is left
 * as it was.
 */
#include <string.h>

#include "base/prng.h"
#include "fuzz.h"
#include "sched/schedule.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *data1, size_t size1, const uint8_t *data2,
                                 size_t size2, uint8_t *out, size_t max_out_size,
                                 unsigned int seed);

/* Of 16 mutations, how many begin anew, and how many settle a schedule: one of the first four. */
enum { ANEW = 6, SETTLED = 2, OF = 16, SETTLES_AFTER = 4 };

static struct snag__input one, other;

static struct snag__fuzz *opened(void) {
    if (!snag__fuzz.opened)
        (void)LLVMFuzzerInitialize(NULL, NULL);
    return &snag__fuzz;
}

/* Whether its searches aim: --aim of 16 do. It is not inherited: walks cover more that is new to
 * the engine than they find, and where inputs are few most would soon be walks, whatever --aim
 * says. */
static void draw_aim(const struct snag__fuzz *f, struct snag__input *in, uint64_t drawn) {
    bool aims = snag__prng_scale(drawn, OF) < f->session.options->aim;
    in->strategy &= (uint8_t)~SNAG__INPUT_AIMED;
    in->strategy |= aims ? SNAG__INPUT_AIMED : 0;
}

/* Another program, as `explore` would make it: no corpus holds all there is. Each strategy of the
 * portfolio is as likely: what they yielded so far is not to decide here. */
static void begin_anew(const struct snag__fuzz *f, struct snag__input *in, struct snag__prng *rng) {
    if (f->session.impl != NULL)
        snag__program_generate(&in->program, f->session.impl, snag__prng_next(rng));
    snag__schedule_clear(&in->schedule);
    in->strategy = (uint8_t)snag__portfolio_arm(snag__prng_below(rng, snag__portfolio_arms()));
    draw_aim(f, in, snag__prng_next(rng));
    in->batch = (uint16_t)f->session.options->batch;
}

/* Makes a schedule that the strategy found the explicit one, now and then with a near-race turned
 * round: later mutations then edit switches that fit, where guessed ones seldom do. */
static void settle(struct snag__fuzz *f, struct snag__input *in, struct snag__prng *rng) {
    const struct snag_program *p = snag__fuzz_program(f, in);
    uint64_t id = p != NULL ? snag__program_hash(p) : 0;
    struct snag_verdict v;
    uint32_t k = snag__prng_below(rng, SETTLES_AFTER);
    for (uint32_t i = 0; i <= k; i++)
        snag__fuzz_run(f, in, id, i, &v);
    if (!snag__exec_schedule(&in->schedule))
        snag__schedule_clear(&in->schedule);
    if (f->session.options->aim > 0 && snag__prng_chance(rng, 1, 2))
        (void)snag__aimed_turn(&in->schedule, rng);
}

/* Into `bytes`, without its explicit schedule if that does not fit. 0: not even so. With a new
 * seed: where only the explicit schedule is another one, the rest of the batch would be the same
 * schedules again. */
static size_t encode(const struct snag__fuzz *f, struct snag__input *in, uint64_t seed,
                     uint8_t *bytes, size_t room) {
    in->seed = seed;
    if (!f->session.portfolio)
        in->strategy = (uint8_t)f->session.strategy;
    size_t n = snag__input_encode(in, f->session.impl, bytes, room);
    if (n == 0) {
        snag__schedule_clear(&in->schedule);
        n = snag__input_encode(in, f->session.impl, bytes, room);
    }
    return n;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed) {
    struct snag__fuzz *f = opened();
    struct snag__prng rng;
    snag__prng_seed(&rng, seed);
    snag__fuzz_decode(f, &one, data, size);
    uint32_t r = snag__prng_below(&rng, OF);
    if (r < ANEW)
        begin_anew(f, &one, &rng);
    else if (r < ANEW + SETTLED)
        settle(f, &one, &rng);
    else
        snag__input_mutate(&one, f->session.impl, f->session.faults, snag__prng_next(&rng));
    uint64_t search = snag__prng_next(&rng);
    if (r >= ANEW)
        draw_aim(f, &one, snag__mix64(search));
    size_t n = encode(f, &one, search, data, max_size);
    return n != 0 ? n : size;
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *data1, size_t size1, const uint8_t *data2,
                                 size_t size2, uint8_t *out, size_t max_out_size,
                                 unsigned int seed) {
    struct snag__fuzz *f = opened();
    snag__fuzz_decode(f, &one, data1, size1);
    snag__fuzz_decode(f, &other, data2, size2);
    snag__input_cross(&one, &other, f->session.impl, seed);
    uint64_t search = snag__mix64(seed);
    draw_aim(f, &one, snag__mix64(search));
    return encode(f, &one, search, out, max_out_size);
}
