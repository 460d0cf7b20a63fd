/* explore.c: `snag explore TARGET`: one campaign in one flavour, by one process or several. */
#include "front/campaign.h"
#include "front/front.h"
#include "front/jobs.h"

#include <string.h>
#include <unistd.h>

static bool is_sound(const struct snag__campaign *c, const char *target) {
    if (c->rest_count > 0 && !c->chosen.program) {
        fprintf(stderr,
                "snag explore: '%s' is one argument too many: '%s' is not a program; see snag "
                "explore --help\n",
                c->rest[0], target);
        return false;
    }
    if (c->options->exhaustive && snag__jobs_wanted(c->options) > 1) {
        fputs("snag explore: --jobs and --exhaustive do not go together: that takes one schedule "
              "after another; leave --jobs out\n",
              stderr);
        return false;
    }
    return true;
}

static int run_share(struct snag__campaign *mine, const void *unused) {
    (void)unused;
    return snag__campaign_run(mine);
}

int snag__front_explore(const struct snag__options *o, int argc, char **positional) {
    struct snag__campaign c = {
        .command = "explore", .options = o, .rest = positional + 1, .rest_count = argc - 1};
    char ledger[512];
    struct snag_error e;
    if (snag__choose(o, positional[0], &c.chosen, &e) != SNAG_ERR_OK)
        return snag__front_fail(&e);
    if (!is_sound(&c, positional[0]))
        return SNAG__EXIT_USAGE;
    if (!snag__ledger_new(ledger, sizeof ledger))
        return SNAG__EXIT_TROUBLE;
    c.ledger = ledger;
    c.coverage_fd = snag__coverage_new();
    uint32_t jobs = snag__jobs_wanted(o);
    const struct snag__work work = {.run = run_share,
                                    .schedules = o->schedules,
                                    .flavours = &c.chosen.flavour,
                                    .flavours_count = 1};
    int status = jobs > 1 ? snag__jobs_run(&c, jobs, &work) : snag__campaign_run(&c);
    (void)close(c.coverage_fd);
    (void)unlink(ledger);
    return status;
}
