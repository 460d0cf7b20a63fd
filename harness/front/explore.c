/* explore.c: `snag explore TARGET`: one campaign in one flavour. */
#include "front/campaign.h"
#include "front/front.h"

#include <unistd.h>

int snag__front_explore(const struct snag__options *o, int argc, char **positional) {
    struct snag__campaign c = {
        .command = "explore", .options = o, .rest = positional + 1, .rest_count = argc - 1};
    char ledger[512];
    struct snag_error e;
    if (snag__choose(o, positional[0], &c.chosen, &e) != SNAG_ERR_OK)
        return snag__front_fail(&e);
    if (argc > 1 && !c.chosen.program) {
        fprintf(stderr,
                "snag explore: '%s' is one argument too many: '%s' is not a program; see snag "
                "explore --help\n",
                positional[1], positional[0]);
        return SNAG__EXIT_USAGE;
    }
    if (!snag__ledger_new(ledger, sizeof ledger))
        return SNAG__EXIT_TROUBLE;
    c.ledger = ledger;
    c.coverage_fd = snag__coverage_new();
    int status = snag__campaign_run(&c);
    (void)close(c.coverage_fd);
    (void)unlink(ledger);
    return status;
}
