/* replay.c: the commands that take a repro: `snag replay FILE`, `show`, `shrink`. One process each,
 * supervised; a replay that gets stuck or dies has shown something, and is ended by `recover`. */
#include "front/front.h"
#include "front/recovery.h"

static int run(const char *command, const struct snag__options *o, const char *file,
               bool can_recover) {
    struct snag__chosen chosen;
    struct snag__line line;
    struct snag__end end;
    struct snag_error e = {0};
    if (snag__choose_for_repro(o, file, &chosen, &e) != SNAG_ERR_OK)
        return snag__front_fail(&e);
    snag__line_start(&line, chosen.executable, command, o, 0);
    snag__line_add(&line, "--");
    snag__line_add(&line, "%s", file);
    if (snag__line_run(&line, o, &end, &e) != SNAG_ERR_OK)
        return snag__front_fail(&e);
    int status = end.status;
    bool outside = end.how == SNAG__CRASHED || end.how == SNAG__STRAYED;
    if (end.how != SNAG__ENDED && !outside && can_recover) {
        if (!o->json)
            snag__end_tell(&chosen, &end);
        status = snag__recover_replay(&chosen, o, &end, file);
    } else if (end.how != SNAG__ENDED && !end.interrupted) {
        char text[128];
        snag__end_text(&end, text, sizeof text);
        fprintf(stderr, "snag %s: the process for %s (%s) %s\n", command, chosen.target,
                chosen.flavour, text);
        status = SNAG__EXIT_TROUBLE;
    } else if (end.how != SNAG__ENDED) {
        fprintf(stderr, "snag %s: interrupted\n", command);
        status = SNAG__EXIT_TROUBLE;
    }
    snag__end_free(&end);
    return status;
}

int snag__front_replay(const struct snag__options *o, int argc, char **positional) {
    (void)argc;
    return run("replay", o, positional[0], true);
}

int snag__front_show(const struct snag__options *o, int argc, char **positional) {
    (void)argc;
    return run("show", o, positional[0], false);
}

int snag__front_shrink(const struct snag__options *o, int argc, char **positional) {
    (void)argc;
    return run("shrink", o, positional[0], false);
}
