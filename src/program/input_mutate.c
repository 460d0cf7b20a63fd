/* input_mutate.c: mutation and crossover of whole inputs.
 *
 * It chooses which part changes; the edits are in mutate_program.c and mutate_schedule.c. The rule:
 * a legal input in, a legal input out, a pure function of the arguments.
 */
#include "program/edit.h"
#include "program/input.h"
#include "sched/schedule.h"

/* Several small edits now and then, to leave a local best. */
static unsigned edits(struct snag__prng *rng) {
    unsigned n = 1;
    while (n < 8 && snag__prng_chance(rng, 1, 3)) {
        n++;
    }
    return n;
}

static void mutate_program(struct snag__input *in, const struct snag_impl *impl, uint64_t seed) {
    struct snag__menu menu;
    struct snag__draw d;
    struct snag__edit e;
    snag__menu_make(&menu, impl);
    snag__draw_begin(&d, &menu, seed);
    snag__edit_load(&e, &menu, &in->program);
    for (unsigned n = edits(&d.rng); n > 0; n--) {
        snag__mutate_program(&e, &d);
    }
    snag__edit_build(&e, &d, &in->program);
}

/* How the batch is explored: by which strategy, from which seed, how often. */
static void mutate_search(struct snag__input *in, struct snag__prng *rng) {
    switch (snag__prng_below(rng, 4)) {
    case 0: {
        uint8_t aimed = in->strategy & SNAG__INPUT_AIMED;
        in->strategy = (uint8_t)snag__prng_next(rng) & (uint8_t)~SNAG__INPUT_AIMED;
        in->strategy |= aimed;
        break;
    }
    case 1: {
        unsigned doubled = in->batch * 2u > SNAG__BATCH_MAX ? SNAG__BATCH_MAX : in->batch * 2u;
        in->batch = (uint16_t)(snag__prng_chance(rng, 1, 2) ? doubled : 1 + in->batch / 2u);
        break;
    }
    default:
        in->seed = snag__prng_next(rng);
    }
}

void snag__input_mutate(struct snag__input *in, const struct snag_impl *impl, uint32_t faults,
                        uint64_t seed) {
    struct snag__prng rng;
    snag__prng_seed(&rng, seed);
    unsigned r = snag__prng_below(&rng, 16);
    if (impl != NULL && r < 9) {
        mutate_program(in, impl, snag__prng_next(&rng));
    } else if (r < 13) {
        for (unsigned n = edits(&rng); n > 0; n--) {
            snag__mutate_schedule(&in->schedule, &in->program, faults, &rng);
        }
    } else {
        mutate_search(in, &rng);
    }
}

/* Some tasks of each, in random shares; at least one of each. */
static void cross_tasks(struct snag__input *in, const struct snag__input *other,
                        const struct snag_impl *impl, struct snag__prng *rng) {
    struct snag__menu menu;
    struct snag__draw d;
    struct snag__edit e;
    snag__menu_make(&menu, impl);
    snag__draw_begin(&d, &menu, snag__prng_next(rng));
    uint32_t mine = (uint32_t)snag__prng_next(rng) | 1u << snag__prng_below(rng, in->program.tasks);
    uint64_t r = snag__prng_next(rng);
    uint32_t its = (uint32_t)r & (uint32_t)(r >> 32); /* about a quarter of them */
    its |= 1u << snag__prng_below(rng, other->program.tasks);
    e.menu = &menu;
    e.tasks = 0;
    e.count = 0;
    bool from_other = snag__prng_chance(rng, 1, 4);
    e.config = from_other ? other->program.config : in->program.config;
    e.workers = from_other ? other->program.workers : in->program.workers;
    snag__edit_append(&e, &in->program, mine, 0);
    snag__edit_append(&e, &other->program, its, SNAG__PROGRAM_OPS_MAX);
    snag__edit_build(&e, &d, &in->program);
}

/* The beginning of one schedule and the end of the other. */
static void cross_schedules(struct snag_schedule *s, const struct snag_schedule *other,
                            struct snag__prng *rng) {
    uint32_t keep = snag__prng_below(rng, s->count + 1);
    uint32_t from = snag__prng_below(rng, other->count + 1);
    s->count = keep;
    while (from < other->count && snag__schedule_push(s, &other->list[from])) {
        from++;
    }
}

void snag__input_cross(struct snag__input *in, const struct snag__input *other,
                       const struct snag_impl *impl, uint64_t seed) {
    struct snag__prng rng;
    snag__prng_seed(&rng, seed);
    switch (snag__prng_below(&rng, impl == NULL ? 3 : 5)) {
    case 0:
        snag__schedule_copy(&in->schedule, &other->schedule);
        break;
    case 1:
        cross_schedules(&in->schedule, &other->schedule, &rng);
        break;
    case 2:
        in->strategy = other->strategy;
        in->seed = other->seed;
        in->batch = other->batch;
        break;
    default:
        cross_tasks(in, other, impl, &rng);
    }
}

void snag__input_free(struct snag__input *in) {
    snag__schedule_free(&in->schedule);
    in->program.tasks = 0;
}
