/* fuzz.h: what a fuzzing engine's calls work on: the campaign of this process, and its inputs.
 *
 * The entry points (LLVMFuzzerTestOneInput and the others) are in fuzz.c and fuzz_mutate.c, the
 * driver that calls them in cli/fuzz.c, or in an engine that is not ours. The rule: what an input
 * does depends on its bytes and on which faults are on, not on what ran before it, nor on time, so
 * that one that was saved does the same again.
 */
#ifndef SNAG_HARNESS_FUZZ_H
#define SNAG_HARNESS_FUZZ_H

#include <time.h>

#include "aimed.h"
#include "campaign.h"
#include "program/input.h"
#include "progress.h"

/* Under an engine that is not ours a finding ends the process with abort(), as engines expect.
 * "continue" in this variable changes that. */
#define SNAG__ENV_ON_FINDING "SNAG_ON_FINDING"

struct snag__fuzz {
    bool opened;
    bool ours;                /* the command `fuzz` drives, not a stranger */
    bool shows_code;          /* to the engine: --feedback */
    bool shows_interleavings; /* the same */
    const char *inputs;       /* where new inputs go, if ours */
    time_t began;
    struct snag__session session;
    struct snag__campaign campaign;
    struct snag__progress progress;
    struct snag__aimed aimed; /* of the input that runs */
};
extern struct snag__fuzz snag__fuzz;

/* Opens target and campaign; from then on the end of the process is the end of the campaign. Says
 * what is wrong on standard error; 0 or an exit status. A second call changes nothing. `inputs`:
 * the folder that new inputs go to; only ours has one. */
int snag__fuzz_open(const struct snag__options *o, bool ours, const char *inputs);
/* The process's fuzzing ended without a run (a help text): it ends as libFuzzer wants. */
void snag__fuzz_drop(void);

/* An input from any bytes (input.h), without the faults that --faults leaves out, its strategy one
 * that there is. */
void snag__fuzz_decode(const struct snag__fuzz *f, struct snag__input *in, const uint8_t *data,
                       size_t size);

/* Which schedule of a batch learns what races: what the first one orders by chance, a random one
 * may not. */
enum { SNAG__FUZZ_LEARNS = 1 };
/* Runs schedule number `k` of the input's batch: its explicit one, then those of its strategy, or
 * of a walk (input.h). In order, from 0. `id`: the hash of its program, 0 if it has none. */
void snag__fuzz_run(struct snag__fuzz *f, const struct snag__input *in, uint64_t id, uint32_t k,
                    struct snag_verdict *v);
/* The program of an input, NULL for a scenario. */
const struct snag_program *snag__fuzz_program(const struct snag__fuzz *f,
                                              const struct snag__input *in);

#endif
