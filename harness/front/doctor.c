/* doctor.c: `snag doctor PROGRAM`: one process, supervised. What it tells is in
 * harness/cli/doctor.c. */
#include "front/front.h"
#include "front/recovery.h"

int snag__front_doctor(const struct snag__options *o, int argc, char **positional) {
    struct snag__chosen chosen;
    struct snag__line line;
    struct snag__end end;
    struct snag_error e = {0};
    if (snag__choose(o, positional[0], &chosen, &e) != SNAG_ERR_OK)
        return snag__front_fail(&e);
    snag__line_start(&line, chosen.executable, "doctor", o, 0);
    if (argc > 1)
        snag__line_add(&line, "--");
    for (int i = 1; i < argc; i++)
        snag__line_add(&line, "%s", positional[i]);
    if (snag__line_run(&line, o, &end, &e) != SNAG_ERR_OK)
        return snag__front_fail(&e);
    int status = end.status;
    if (end.how != SNAG__ENDED) {
        char text[128];
        snag__end_text(&end, text, sizeof text);
        fprintf(stderr, "snag doctor: %s (%s) %s; see what snag explore says of it\n",
                chosen.target, chosen.flavour, text);
        status = SNAG__EXIT_TROUBLE;
    }
    snag__end_free(&end);
    return status;
}
