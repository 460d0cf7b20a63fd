/* info.c: `info`: what this executable is, for the front command and for scripts, as JSON.
 *
 * It runs nothing. The rule: what it prints is all that a repro's header is checked against.
 */
#include "base/json.h"
#include "cli/commands.h"
#include "program/program.h"
#include "snag/scenario.h"
#include "snag/spec.h"

#include <inttypes.h>

static void print_operations(const struct snag_spec *spec) {
    fputs(",\"operations\":[", stdout);
    for (size_t i = 0; i < SNAG_OPS_MAX && spec->ops[i].name != NULL; i++) {
        const struct snag_op_decl *op = &spec->ops[i];
        fputs(i == 0 ? "{\"name\":" : ",{\"name\":", stdout);
        snag__json_string(stdout, op->name);
        fputs(",\"arguments\":[", stdout);
        for (size_t a = 0; a < SNAG_ARGS_MAX && op->args[a].type != SNAG_NONE; a++) {
            if (a > 0)
                fputc(',', stdout);
            snag__json_string(stdout, op->args[a].name);
        }
        fputs("]}", stdout);
    }
    fputc(']', stdout);
}

int snag__cmd_info(const struct snag__options *o, int argc, char **positional) {
    (void)o, (void)argc, (void)positional;
    fputs("{\"target\":", stdout);
    snag__json_string(stdout, snag__target_name);
    fputs(",\"flavour\":", stdout);
    snag__json_string(stdout, snag__target_flavour);
    if (&snag__target_impl != NULL) {
        const struct snag_impl *impl = snag__target_impl;
        fputs(",\"spec\":", stdout);
        snag__json_string(stdout, impl->spec->name);
        printf(",\"spec_hash\":\"%016" PRIx64 "\",\"mode\":\"%s\"", snag__spec_hash(impl->spec),
               impl->mode == SNAG_TASKS ? "tasks" : "threads");
        print_operations(impl->spec);
    } else {
        fputs(",\"mode\":\"scenario\",\"operations\":[]", stdout);
    }
    puts("}");
    return SNAG__EXIT_NOTHING;
}
