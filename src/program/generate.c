/* generate.c: a random program: the distribution of `explore`.
 *
 * For any spec, tuned to none: 2 to 6 tasks (mean 3.3) of 1 to 6 operations each (mean 3.4,
 * about 11 to 12 a program), keys out of at most three hot ones nine times out of ten, so that
 * operations collide; handles used only where one is live; values small or extreme six times out of
 * ten; 1 to 4 workers, mostly 1 or 2. Few tasks and short programs find most concurrency bugs (Lu,
 * Park, Seo, Zhou: ASPLOS 2008: 96 % need at most two threads, 92 % at most four accesses); enough
 * of them per program gives the schedule something to choose from.
 *
 * The rule: no allocation and no loop over SNAG__PROGRAM_OPS_MAX: it runs every few executions at a
 * million executions per second.
 */
#include "program/draw.h"

enum { ALONE_OPS_MAX = 12 };

/* `most` operations of one task; 0: as many tasks and operations as are usual. */
static void generate(struct snag_program *p, const struct snag_impl *impl, uint64_t seed,
                     unsigned most) {
    static const unsigned tasks_of[16] = {2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 4, 4, 4, 5, 5, 6};
    struct snag__menu menu;
    struct snag__draw d;
    struct snag__builder b;
    struct snag_config config;
    snag__menu_make(&menu, impl);
    if (most > 0) {
        menu.cancellable = 0; /* what is cancelled runs beside the one that waits for it */
    }
    snag__draw_begin(&d, &menu, seed);
    snag__draw_config(&d, &menu, &config);
    snag__build_begin(&b, &menu, p, &config);
    unsigned tasks = most > 0 ? 1 : tasks_of[snag__prng_below(&d.rng, 16)];
    for (unsigned t = 0; t < tasks && snag__build_task(&b); t++) {
        snag__draw_task(&d, &b,
                        most > 0 ? 1 + snag__prng_below(&d.rng, most) : snag__draw_length(&d));
    }
    snag__build_end(&b, snag__draw_workers(&d, tasks));
}

void snag__program_generate(struct snag_program *p, const struct snag_impl *impl, uint64_t seed) {
    generate(p, impl, seed, 0);
}

void snag__program_generate_alone(struct snag_program *p, const struct snag_impl *impl,
                                  uint64_t seed) {
    generate(p, impl, seed, ALONE_OPS_MAX);
}
