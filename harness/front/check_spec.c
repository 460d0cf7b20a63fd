/* check_spec.c: `snag check-spec TARGET`: one process, supervised. What it looks for is in
 * harness/cli/check_spec.c. */
#include "front/front.h"
#include "front/recovery.h"

int snag__front_check_spec(const struct snag__options *o, int argc, char **positional) {
    struct snag__chosen chosen;
    struct snag__line line;
    struct snag__end end;
    struct snag_error e = {0};
    (void)argc;
    if (snag__choose(o, positional[0], &chosen, &e) != SNAG_ERR_OK)
        return snag__front_fail(&e);
    snag__line_start(&line, chosen.executable, "check-spec", o, 0);
    if (snag__line_run(&line, o, &end, &e) != SNAG_ERR_OK)
        return snag__front_fail(&e);
    int status = end.status;
    if (end.how != SNAG__ENDED) {
        char text[128];
        snag__end_text(&end, text, sizeof text);
        if (end.how == SNAG__LOOPS || end.how == SNAG__BLOCKS)
            (void)snprintf(text, sizeof text, "got stuck in %s", end.stack.stuck_in);
        fprintf(stderr,
                "snag check-spec: the process for %s (%s) %s, in a program of one task alone; see "
                "what snag explore says of the implementation\n",
                chosen.target, chosen.flavour, text);
        status = SNAG__EXIT_TROUBLE;
    }
    snag__end_free(&end);
    return status;
}
