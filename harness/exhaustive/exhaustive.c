/* exhaustive.c: see exhaustive.h. */
#include "exhaustive/exhaustive.h"

#include <stdio.h>
#include <string.h>

#include "base/prng.h"
#include "cli/commands.h"
#include "exhaustive/walk.h"
#include "repro/repro.h"
#include "snag/fault.h"

static bool given(const struct snag__options *o, unsigned option) {
    return (o->given >> option & 1) != 0;
}

int snag__exhaustive_asked(const struct snag__options *o) {
    static const struct {
        unsigned option;
        const char *name;
    } only[] = {{SNAG__OPTION_preemptions, "--preemptions"},
                {SNAG__OPTION_reduction, "--reduction"},
                {SNAG__OPTION_faults_max, "--faults-max"},
                {SNAG__OPTION_checkpoint, "--checkpoint"},
                {SNAG__OPTION_program, "--program"}};
    for (size_t i = 0; i < sizeof only / sizeof only[0]; i++) {
        if (given(o, only[i].option) && !o->exhaustive) {
            fprintf(stderr, "snag explore: %s goes with --exhaustive only\n", only[i].name);
            return SNAG__EXIT_USAGE;
        }
    }
    if (o->exhaustive && given(o, SNAG__OPTION_strategy)) {
        fprintf(stderr, "snag explore: --strategy does not go with --exhaustive, which is one\n");
        return SNAG__EXIT_USAGE;
    }
    return 0;
}

/* The program of the repro `path`, which may be another implementation's; its schedule is left
 * out. */
static int read_program(const struct snag__session *s, const char *path,
                        struct snag_program *program) {
    static struct snag__repro r;
    struct snag_error e = {0};
    if (s->impl == NULL) {
        fprintf(stderr, "snag explore: --program: %s takes no program of operations\n",
                snag__target_name);
        return SNAG__EXIT_USAGE;
    }
    if (snag__repro_read(path, s->impl, NULL, &r, &e) != SNAG_ERR_OK) {
        fprintf(stderr, "snag explore: %s\n", e.line);
        return SNAG__EXIT_USAGE;
    }
    if (r.has_program)
        *program = r.program;
    else
        fprintf(stderr, "snag explore: %s: has no program of operations\n", path);
    bool has_program = r.has_program;
    snag__repro_free(&r);
    return has_program ? 0 : SNAG__EXIT_USAGE;
}

/* Without --program, the one that the seed draws. */
static int choose_program(struct snag__walk *w, struct snag_program *program) {
    struct snag__session *s = w->campaign->session;
    const struct snag__options *o = s->options;
    int status = 0;
    if (o->program != NULL)
        status = read_program(s, o->program, program);
    else if (s->impl != NULL)
        snag__program_generate(program, s->impl, snag__mix64(o->seed));
    if (status != 0 || s->impl == NULL)
        return status;
    snag__session_fix_workers(s, program);
    w->program = program;
    w->id = snag__program_hash(program);
    snag__campaign_program(w->campaign, program, w->id);
    return 0;
}

static enum snag__reduction reduction_of(const char *word) {
    return strcmp(word, "none") == 0    ? SNAG__REDUCTION_NONE
           : strcmp(word, "sleep") == 0 ? SNAG__REDUCTION_SLEEP
                                        : SNAG__REDUCTION_SOURCE;
}

int snag__exhaust(struct snag__campaign *c, struct snag_program *program) {
    static struct snag__walk w;
    const struct snag__options *o = c->session->options;
    w = (struct snag__walk){
        .campaign = c,
        .preemptions_max =
            given(o, SNAG__OPTION_preemptions) ? (uint32_t)o->preemptions : SNAG__TREE_UNBOUNDED,
        .executions_max = given(o, SNAG__OPTION_schedules) ? o->schedules : UINT64_MAX,
        .checkpoint = o->checkpoint,
        .tree = {.reduction = reduction_of(o->reduction), .faults_max = (uint32_t)o->faults_max},
        .said = {.reduction = o->reduction, .faults_max = (uint32_t)o->faults_max}};
    if (!given(o, SNAG__OPTION_faults))
        snag__session_inject(c->session, SNAG_FAULT_SET(SNAG_FAULT_TIMEOUT) |
                                             SNAG_FAULT_SET(SNAG_FAULT_WEAK_CAS));
    if (c->session->points != SNAG__POINTS_SHARED && c->session->points != SNAG__POINTS_ALL)
        w.said.points = o->points;
    c->walk = &w.said;
    int status = choose_program(&w, program);
    if (status == 0)
        status = snag__walk_run(&w);
    snag__walk_close(&w);
    return status;
}
