/* summary.h: the end of a campaign: what was found, once each, and what that rests on.
 *
 * The campaign (harness/) fills in the struct; it knows nothing of layout, and this nothing of
 * campaigns. The rule: a figure that is not known is 0 and is then not printed; silence is told
 * together with how much was tried.
 */
#ifndef SNAG_REPORT_SUMMARY_H
#define SNAG_REPORT_SUMMARY_H

#include <stdio.h>

#include "exec/unmodelled.h"
#include "finding/ledger.h"
#include "snag/run.h"

struct snag__summary_finding {
    const struct snag__ledger_entry *entry; /* borrowed */
    uint64_t times;                         /* seen, the first one included; 0: not counted */
};

enum { SNAG__TURNS_MAX = 3 };

/* The share of one flavour in a campaign of several. */
struct snag__summary_turn {
    char flavour[32];
    uint64_t executions;
};

enum { SNAG__DISCOVERY_POINTS = 4 };

/* How the search of one flavour went: what was seen after 1/8, 1/4, 1/2 and all of its schedules,
 * and how likely the next one shows something new (harness/coverage.h). A *pair* is an event that
 * met what another actor's event left on an object (exec/feedback.h); to the reader, a meeting. */
struct snag__discovery {
    char flavour[32];
    uint64_t schedules, sampled; /* run; whose pairs were looked at */
    unsigned points;             /* that are known: all, or 1: what was seen in the end */
    uint64_t traces[SNAG__DISCOVERY_POINTS], pairs[SNAG__DISCOVERY_POINTS];
    double new_trace, new_pair;
};

/* What the schedules of one strategy came to; or of nobody: those that were given (the default one,
 * or an input's own); or those beside the others that go after what hazards warn of. */
#define SNAG__YIELD_GIVEN "given"
#define SNAG__YIELD_PURSUIT "pursuit"
struct snag__summary_yield {
    const char *name;
    uint64_t schedules;
    uint64_t pairs, traces, findings; /* that they showed first */
    bool beside;                      /* not in the sequence */
};
enum { SNAG__YIELDS_MAX = 32 };

struct snag__summary_walk;

struct snag__summary {
    const char *target, *flavour, *strategy; /* strategy NULL: several */
    const char *command; /* how the user calls snag ("build/snag"); NULL: "snag" */
    uint64_t seed;
    uint64_t executions;       /* schedules run */
    uint64_t first_finding;    /* number of the one that showed the first new finding; 0: none */
    const char *first_flavour; /* in whose count */
    /* Several flavours took turns: `executions` is then their sum. None: it was `flavour` alone. */
    struct snag__summary_turn turns[SNAG__TURNS_MAX];
    size_t turns_count;
    bool partial; /* nobody knows what the whole campaign covered: all below, up to the findings */
    uint64_t programs, traces;         /* distinct ones, estimates */
    double tasks_mean, ops_mean;       /* of a program */
    double points_mean, switches_mean; /* of an execution */
    uint64_t limits[SNAG_LIMIT_KINDS]; /* executions that ran into each bound, and into none */
    uint64_t unknown;                  /* executions whose history could not be decided */
    uint64_t pursuits;                 /* schedules beside these, after what hazards warn of */
    uint32_t pairs, pairs_seen;        /* pairs of operations that could overlap, and did */
    const char *const *pairs_missing;  /* the others ("get/len"), pairs - pairs_seen of them */
    struct snag__discovery discoveries[SNAG__TURNS_MAX];
    size_t discoveries_count;
    uint32_t jobs; /* processes that shared the schedules; 0 or 1: there was but one */
    struct snag__summary_yield yields[SNAG__YIELDS_MAX]; /* of those that ran at all */
    size_t yields_count;
    /* Calls in the code under test that snag does not control; not a matter of coverage. */
    const struct snag__unmodelled *unmodelled;
    size_t unmodelled_count;
    /* Those of a program by which it learns what lies outside of it. */
    const struct snag__unmodelled *inputs;
    size_t inputs_count;
    const struct snag__summary_finding *findings;
    size_t findings_count;
    const struct snag__summary_walk *walk; /* summary_walk.h; NULL: no exhaustive exploration */
};

/* For a person: at most `columns` (0: 80) wide, file names excepted. */
void snag__summary_print(FILE *out, const struct snag__summary *s, uint32_t columns, bool colour);
/* The same as one JSON object, without newline at the end. */
void snag__summary_json(FILE *out, const struct snag__summary *s);

#endif
