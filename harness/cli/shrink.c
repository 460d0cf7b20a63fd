/* shrink.c: `shrink`: makes a repro smaller and writes the result to --out.
 *
 * The rule: what is written shows the same key and is never larger. It goes where an exploration
 * would have written it; of a file that came from there it takes the place.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "cli/commands.h"
#include "exec/recorder.h"
#include "keep.h"
#include "load.h"
#include "minimise.h"
#include "sched/schedule.h"

static volatile bool interrupted;

static void on_interrupt(int sig) {
    (void)sig;
    interrupted = true;
}

struct size {
    uint32_t tasks, ops, choices;
};

static struct size size_of(const struct snag__shrink_case *c) {
    return (struct size){c->has_program ? c->program.tasks : 0,
                         c->has_program ? c->program.first[c->program.tasks] : 0,
                         c->schedule.count};
}

/* "2 tasks, 1 operation, 3 choices" */
static void print_size(struct size s) {
    printf("%u task%s, %u operation%s, %u choice%s", s.tasks, s.tasks == 1 ? "" : "s", s.ops,
           s.ops == 1 ? "" : "s", s.choices, s.choices == 1 ? "" : "s");
}

static void report(const struct snag__options *o, struct size before, struct size after,
                   uint64_t runs, const char *key, const char *path) {
    if (!o->json) {
        printf("%s\n", key);
        print_size(before);
        printf(" -> ");
        print_size(after);
        printf(" (%llu execution%s)\n%s\n", (unsigned long long)runs, runs == 1 ? "" : "s", path);
        return;
    }
    printf("{\"tasks\":%u,\"operations\":%u,\"choices\":%u,\"executions\":%llu,\"key\":",
           after.tasks, after.ops, after.choices, (unsigned long long)runs);
    snag__json_string(stdout, key);
    fputs(",\"repro\":", stdout);
    snag__json_string(stdout, path);
    puts("}");
}

static int shrink(struct snag__session *s, const char *path) {
    static struct snag__repro r, smaller;
    static struct snag__shrink_case c;
    char written[1024];
    int status = snag__load(path, s, &r, NULL, 0, NULL);
    if (status != 0)
        return status;
    c.has_program = r.has_program;
    if (r.has_program)
        c.program = r.program;
    struct snag_verdict v;
    if (snag__session_show(s, snag__load_program(&r), 0, &r.schedule, r.kind, r.key, &v) ==
            UINT32_MAX ||
        !snag__exec_schedule(&c.schedule)) {
        fprintf(stderr, "snag: %s: does not show '%s' (any more); nothing to shrink\n", path,
                r.key);
        return SNAG__EXIT_USAGE;
    }
    snag__session_study(s, snag__load_program(&r), &c.schedule);
    struct size before = size_of(&c);
    uint64_t runs = snag__minimise(s, &c, r.kind, r.key, s->options->shrink_seconds,
                                   !s->options->json, &interrupted);
    uint32_t i =
        snag__session_show(s, c.has_program ? &c.program : NULL, 0, &c.schedule, r.kind, r.key, &v);
    if (i == UINT32_MAX) {
        fprintf(stderr, "snag: internal error, please report: '%s' does not replay\n", r.key);
        return SNAG__EXIT_TROUBLE;
    }
    snag__keep_describe(&smaller, s, &c, &v, i);
    if (!snag__keep_write(&smaller, s, written, sizeof written))
        return SNAG__EXIT_TROUBLE;
    report(s->options, before, size_of(&c), runs, r.key, written);
    return SNAG__EXIT_NOTHING;
}

int snag__cmd_shrink(const struct snag__options *o, int argc, char **positional) {
    (void)argc;
    struct snag__session s;
    struct sigaction action = {.sa_handler = on_interrupt};
    sigemptyset(&action.sa_mask);
    (void)sigaction(SIGINT, &action, NULL);
    int status = snag__session_open(&s, o);
    if (status == 0) {
        status = shrink(&s, positional[0]);
        snag__session_close(&s);
    }
    return status;
}
