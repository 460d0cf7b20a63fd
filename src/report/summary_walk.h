/* summary_walk.h: what an exhaustive exploration can say: that no schedule fails, or how far it
 * came.
 *
 * The walk (harness/exhaustive) fills in the struct. The rule: "no schedule" is said only where
 * each one within the bounds that are named was explored, and ended within the bounds of an
 * execution.
 */
#ifndef SNAG_REPORT_SUMMARY_WALK_H
#define SNAG_REPORT_SUMMARY_WALK_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { SNAG__WALK_BOUNDS_MAX = 64 };
#define SNAG__WALK_UNBOUNDED UINT32_MAX

/* Why not everything was explored. X(ID, "words") */
#define SNAG__WALK_GAPS(X)                                                                         \
    X(STOPPED, "it was stopped")                                                                   \
    X(FOUND, "a finding ends it (--on-finding)")                                                   \
    X(LIMIT, "some schedules were cut short by a bound: see below")                                \
    X(UNDECIDED, "some histories took too long to check")                                          \
    X(VTHREADS, "there are more than 64 threads")                                                  \
    X(DEPTH, "an execution has more choices than there is room for")                               \
    X(SITES, "there are more racing accesses than can be followed")                                \
    X(DIVERGED, "the same choices did not lead to the same place again")                           \
    X(MOVED, "memory lies at other addresses in each execution: use --flavour fast or tsan")       \
    X(DIED, "the process got stuck or died in one schedule, and what follows is not known")

enum snag__walk_gap {
#define SNAG__WALK_GAP_ENUM(id, words) SNAG__WALK_GAP_##id,
    SNAG__WALK_GAPS(SNAG__WALK_GAP_ENUM)
#undef SNAG__WALK_GAP_ENUM
        SNAG__WALK_GAP_KINDS
};

struct snag__walk_bound {
    uint32_t preemptions; /* or SNAG__WALK_UNBOUNDED */
    uint64_t schedules;   /* explored under it */
    uint64_t exactly;     /* of them, those with so many: the others a smaller bound had, too */
    uint64_t repeats;     /* given up when all that followed had been seen */
};

struct snag__summary_walk {
    const char *reduction;
    struct snag__walk_bound bounds[SNAG__WALK_BOUNDS_MAX]; /* one after the other, the last perhaps
                                                              not to its end */
    uint32_t bounds_count;
    bool ended;       /* the last bound was explored to its end, and was the last one asked for */
    bool whole;       /* the last bound left nothing out: it is all there is */
    uint32_t gaps;    /* a bit for each enum snag__walk_gap: 0: complete */
    uint64_t limited; /* schedules that a bound of an execution cut short */
    uint64_t probes;  /* schedules at random, for the estimate and to see which accesses race */
    double estimate, estimate_plain; /* schedules under the last bound, before it began; without
                                        reduction; 0: none was made */
    double explored;                 /* part of the last bound */
    uint64_t restarts;               /* each time another access was seen to race */
    uint32_t faults_max;
    bool faults_cut;    /* there could have been more faults in one schedule */
    const char *points; /* of --points, if others than those that race are left out; or NULL */
};

/* How many different schedules were explored. */
uint64_t snag__walk_schedules(const struct snag__summary_walk *w);
/* `found`: findings were. */
void snag__summary_walk_print(FILE *out, const struct snag__summary_walk *w, bool found,
                              uint32_t columns);
struct cJSON;
void snag__summary_walk_json(struct cJSON *to, const struct snag__summary_walk *w);

#endif
