/* strategies.h: how the tests of strategies drive them, and judge the distributions they make.
 *
 * For one test file per executable, as drive.h. The rule: seeds are fixed, so that a test is either
 * right or wrong; that the bounds would hold of other seeds, too, is what the statistics are for.
 */
#ifndef TESTS_STRATEGY_STRATEGIES_H
#define TESTS_STRATEGY_STRATEGIES_H

#include "../../exec/drive.h"
#include "bodies.h"

#include "base/prng.h"
#include "sched/log.h"

static inline struct snag_log last_log(void) {
    struct snag_log log = {.vthreads = snag__exec_vthreads()};
    log.events = snag__exec_events(&log.events_count);
    log.choices = snag__exec_choices(&log.choices_count);
    return log;
}

/* Runs `body` once under the strategy, and shows it what came of it. */
static inline const struct snag_verdict *search(const char *name, void (*body)(void),
                                                uint64_t seed) {
    const struct snag_strategy *s = snag_strategy_find(name);
    struct snag__request r = drive_next_request(name, seed);
    case_body = body;
    const struct snag_verdict *v = drive(&r);
    struct snag_log log = last_log();
    if (s->saw != NULL)
        s->saw(drive_state(s), &log);
    return v;
}

/* Another program follows, which is run a few times. */
static inline void warm_up(const char *name, void (*body)(void)) {
    const struct snag_strategy *s = snag_strategy_find(name);
    if (s->renew != NULL)
        s->renew(drive_state(s));
    for (uint64_t seed = 0; seed < 40; seed++)
        (void)search(name, body, ~seed);
}

/* How often what was met. */
enum { CLASSES_MAX = 4096 };
struct classes {
    uint64_t name[CLASSES_MAX], times[CLASSES_MAX], sum;
    uint32_t count;
};

static inline void classes_add(struct classes *c, uint64_t name) {
    uint32_t i = 0;
    while (i < c->count && c->name[i] != name)
        i++;
    if (i == c->count && EXPECT(c->count < CLASSES_MAX)) {
        c->name[i] = name;
        c->times[i] = 0;
        c->count++;
    }
    c->times[i]++;
    c->sum++;
}

/* Is it uniform over as many? By chi-square: five standard deviations from its mean are not. */
static inline bool is_uniform(const struct classes *c, uint32_t classes) {
    double expected = (double)c->sum / classes, freedom = classes - 1;
    double off = (classes - c->count) * expected - freedom;
    for (uint32_t i = 0; i < c->count; i++) {
        double d = (double)c->times[i] - expected;
        off += d * d / expected;
    }
    return c->count <= classes && (off < 0 || off * off <= 25 * 2 * freedom);
}

/* Is `times` of `of` what chance makes of a probability of `numerator` in `denominator`? Five
 * standard deviations are. */
static inline bool is_about(uint64_t times, uint64_t of, uint64_t numerator, uint64_t denominator) {
    double p = (double)numerator / (double)denominator;
    double off = (double)times - (double)of * p;
    bool is = off * off <= 25 * (double)of * p * (1 - p);
    if (!is)
        printf("  %llu of %llu, not %llu/%llu\n", (unsigned long long)times, (unsigned long long)of,
               (unsigned long long)numerator, (unsigned long long)denominator);
    return is;
}

#endif
