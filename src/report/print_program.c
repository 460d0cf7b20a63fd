/* print_program.c: operation programs for a person.
 *
 *     task 1   put(key=1, value=7)
 *              visit(key=1) {
 *                  remove(key=1)
 *              }
 *
 * It is not the repro format (src/repro). The rule: nothing is left out; the same program prints
 * the same bytes.
 */
#include "report/print_program.h"

#include "report/sheet.h"
#include "repro/repro.h"

#include <inttypes.h>
#include <string.h>

enum { NESTED_BY = 4 };

void snag__report_shape(const struct snag_program *p, const struct snag_impl *impl,
                        const char *before, char *text, size_t room) {
    bool async = impl->mode == SNAG_TASKS;
    int runners = async ? p->workers : p->tasks;
    int n =
        snprintf(text, room, "%s%d task%s on %d %s%s", before, p->tasks, p->tasks == 1 ? "" : "s",
                 runners, async ? "worker" : "thread", runners == 1 ? "" : "s");
    for (int i = 0; i < SNAG_CONFIG_MAX && impl->spec->config[i].name != NULL; i++)
        if (n >= 0 && (size_t)n < room)
            n += snprintf(text + n, room - (size_t)n, ", %s=%" PRId64, impl->spec->config[i].name,
                          p->config.values[i]);
}

static void print_op(FILE *out, const struct snag_spec *spec, const struct snag__op *op,
                     const char *label, uint32_t indent, uint32_t columns) {
    char call[SNAG__WORDS], line[2 * SNAG__WORDS];
    uint32_t label_width = (uint32_t)strlen(label);
    (void)snag__op_print(spec, op, call, sizeof call);
    (void)snprintf(line, sizeof line, "%s%*s%s%s", label, op->depth * NESTED_BY, "", call,
                   op->nested > 0 ? " {" : "");
    snag__wrap(out, line, indent, indent + label_width + NESTED_BY, columns);
}

void snag__report_program(FILE *out, const struct snag_program *p, const struct snag_impl *impl,
                          uint32_t indent, uint32_t columns) {
    for (int t = 0; t < p->tasks; t++) {
        char label[32];
        (void)snprintf(label, sizeof label, "task %-3d ", t + 1);
        uint32_t open = 0; /* nested operations still to come */
        for (int i = p->first[t]; i < p->first[t + 1]; i++) {
            const struct snag__op *op = &p->ops[i];
            print_op(out, impl->spec, op, label, indent, columns);
            memset(label, ' ', strlen(label));
            open = op->depth > 0 && open > 0 ? open - 1 : op->nested;
            if (open == 0 && op->depth > 0)
                (void)fprintf(out, "%*s%s}\n", (int)indent, "", label);
        }
    }
}
