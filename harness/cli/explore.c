/* explore.c: `explore`: schedules of generated programs, without libFuzzer.
 *
 * A pure function of its options: execution i of a campaign is the same whoever runs it, in
 * whichever process, however many came before it there.
 */
#include <stdlib.h>

#include "base/prng.h"
#include "campaign.h"
#include "cli/commands.h"

/* Which program execution `i` (from 0) is of, and the seed of its strategy. */
static void explore(struct snag__campaign *c, struct snag_program *program) {
    const struct snag__options *o = c->session->options;
    const struct snag_impl *impl = c->session->impl;
    uint64_t batch = UINT64_MAX, id = 0;
    while (c->executions < o->schedules && !snag__campaign_over(c)) {
        uint64_t i = c->executions;
        if (impl != NULL && i / o->batch != batch) {
            batch = i / o->batch;
            snag__program_generate(program, impl, snag__mix64(o->seed) + batch);
            id = snag__program_hash(program);
            snag__campaign_program(c, program, id);
        }
        const struct snag_program *p = impl != NULL ? program : NULL;
        struct snag_verdict v;
        snag__campaign_begins(c);
        snag__session_search(c->session, c->session->strategy, p, id,
                             snag__mix64(o->seed ^ snag__mix64(i)), &v);
        snag__campaign_saw(c, p, id, &v);
    }
}

int snag__cmd_explore(const struct snag__options *o, int argc, char **positional) {
    (void)argc;
    (void)positional;
    struct snag__session s;
    struct snag__campaign c;
    int status = snag__session_open(&s, o);
    if (status != 0)
        return status;
    status = snag__campaign_open(&c, &s);
    if (status != 0)
        return status;
    struct snag_program *program = calloc(1, sizeof *program);
    if (program == NULL) {
        fprintf(stderr, "snag: out of memory\n");
        return SNAG__EXIT_TROUBLE;
    }
    explore(&c, program);
    status = snag__campaign_end(&c);
    free(program);
    snag__session_close(&s);
    return status;
}
