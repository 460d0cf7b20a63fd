/* lanes.c: the report of one execution: title, program, lanes, findings, how it ended.
 *
 * The parts are in files of their own; this is their order. The rule: readable from the top by
 * somebody who knows C and threads, and has never seen snag.
 */
#include "report/findings.h"
#include "report/print_program.h"
#include "report/walk.h"

#include "sched/schedule.h"

#include <stdlib.h>
#include <string.h>

static const char *end_words(const struct snag_verdict *v) {
    switch (v->end) {
    case SNAG_END_DONE:
        return "it ended by itself";
    case SNAG_END_STUCK:
        return v->findings_count > 0 ? "nobody could go on"
                                     : "nobody could go on, and who still waits may rightly do so";
    case SNAG_END_STEPS:
        return "it went on beyond the bound on scheduling points, under a fair schedule too";
    case SNAG_END_LIVELOCK:
        return "whoever could go on did the same again and again, and nobody was left to change "
               "that";
    case SNAG_END_UNSETTLED:
        return "it reached the bound on scheduling points, and ended under a fair schedule";
    case SNAG_END_LIMIT:
        return "it hit a bound of this run (threads, objects or heap)";
    case SNAG_END_STOPPED:
        return "it was stopped where the finding was seen";
    }
    return "";
}

static void print_title(FILE *out, const struct snag__report_input *in, uint32_t columns,
                        bool colour) {
    const struct snag_verdict *v = in->verdict;
    char text[1024];
    int n = snprintf(text, sizeof text, "%s (%s): %s", in->target, in->flavour,
                     v->findings_count == 0 ? "no finding" : "");
    for (uint32_t i = 0; i < v->findings_count && n >= 0 && (size_t)n < sizeof text; i++) {
        const struct snag_finding *f = &v->findings[i];
        bool rule = f->rule[0] != '\0';
        n += snprintf(text + n, sizeof text - (size_t)n, "%s%s%s%s%s", i > 0 ? ", " : "",
                      snag_finding_name(f->kind), rule ? " (" : "", f->rule, rule ? ")" : "");
    }
    (void)fputs(snag__style_on(colour, SNAG__BOLD), out);
    snag__wrap(out, text, 0, 4, columns);
    (void)fprintf(out, "%s\n", snag__style_off(colour, SNAG__BOLD));
}

static void add_lane(struct snag__sheet *s, const struct snag__view *v, int who) {
    const struct snag__actor_info *info = snag__view_info(v, who);
    if (s->lanes_count == SNAG__LANES_MAX || info == NULL)
        return;
    struct snag__lane *lane = &s->lanes[s->lanes_count++];
    char name[SNAG__NAME], path[SNAG__ACTOR_TEXT];
    *lane = (struct snag__lane){.who = who, .narrow = snag__view_role(v, who) == SNAG__ROLE_WORKER};
    (void)snag__view_name(v, who, name);
    if (lane->narrow)
        (void)snprintf(lane->slim, sizeof lane->slim, "w%d", info->actor.path[1]);
    if (snag__view_role(v, who) == SNAG__ROLE_OTHER)
        (void)snprintf(lane->title, sizeof lane->title, "%.40s", name);
    else
        (void)snprintf(lane->title, sizeof lane->title, "%.14s (%.30s)", name,
                       snag__actor_print(&info->actor, path));
}

/* Workers stand left of the tasks that they run; the rest in the order in which they began. */
static void add_lanes(struct snag__sheet *s, const struct snag__view *v) {
    for (int workers = 1; workers >= 0; workers--)
        for (uint32_t i = 0; i < v->in->vthreads_count; i++)
            if ((snag__view_role(v, (int)i) == SNAG__ROLE_WORKER) == (workers != 0))
                add_lane(s, v, (int)i);
    for (uint32_t i = 0; i < v->in->tasks_count; i++)
        add_lane(s, v, SNAG__WHO_TASK | (int)i);
}

static bool any_slim(const struct snag__sheet *s) {
    bool any = false;
    for (uint32_t i = 0; i < s->lanes_count; i++)
        any |= s->slim && s->lanes[i].narrow;
    return any;
}

static const char *heading(const struct snag__sheet *s) {
    if (any_slim(s))
        return "What happened, from top to bottom (\"|\" runs, \":\" does not; \"w1\" is worker 1, "
               "with "
               "the number of its task, \"#\" if that blocks it):";
    return s->listing ? "What happened, from top to bottom:"
                      : "What happened, from top to bottom (\"|\" runs, \":\" does not):";
}

static void print_lanes(FILE *out, const struct snag__view *v,
                        const struct snag__report_options *o) {
    struct snag__sheet *s = calloc(1, sizeof *s);
    if (s == NULL) {
        (void)fprintf(out, "(no memory for the lanes)\n");
        return;
    }
    s->columns = snag__sheet_columns(o->columns);
    s->colour = o->colour;
    s->all = o->trace;
    s->running = s->under = s->last_lane = -1;
    add_lanes(s, v);
    snag__walk(v, s); /* measures */
    snag__sheet_place(s);
    snag__wrap(out, heading(s), 0, 4, s->columns);
    (void)fprintf(out, "\n");
    snag__sheet_begin(s, out);
    snag__walk(v, s);
    free(s);
}

/* What the environment did that a reader may not have thought of. Returns how often. */
static uint32_t print_faults(FILE *out, const struct snag__report_input *in, uint32_t columns) {
    uint32_t count[SNAG_FAULT_KINDS + 1] = {0}, all = 0;
    for (uint32_t i = 0; i < in->events_count; i++)
        count[snag__view_fault(&in->events[i])]++;
    for (unsigned f = 0; f < SNAG_FAULT_KINDS; f++) {
        char text[512];
        if (count[f] == 0)
            continue;
        all += count[f];
        (void)snprintf(text, sizeof text, "Where it %s: %s.", snag_fault_says(f),
                       snag_fault_help(f));
        snag__wrap(out, text, 0, 4, columns);
    }
    (void)fputs(all > 0 ? "\n" : "", out);
    return all;
}

/* What the program wrote, as a terminal would show it, but for control characters. */
static void print_output(FILE *out, const struct snag__report_input *in) {
    bool at_start = true;
    if (in->output_bytes == 0)
        return;
    (void)fputs("It wrote:\n\n", out);
    for (size_t i = 0; i < in->output_bytes; i++) {
        unsigned char c = (unsigned char)in->output[i];
        if (at_start)
            (void)fputs("    ", out);
        at_start = c == '\n';
        (void)fputc(c == '\n' || c == '\t' || (c >= ' ' && c != 0x7f) ? c : '?', out);
    }
    (void)fprintf(out, "%s%s\n", at_start ? "" : "\n", in->output_cut ? "    (and more)\n" : "");
}

static void print_end(FILE *out, const struct snag_verdict *v, uint32_t faults, uint32_t columns) {
    char text[512], injected[32] = "";
    if (faults > 0)
        (void)snprintf(injected, sizeof injected, ", %u fault%s", faults, faults == 1 ? "" : "s");
    (void)snprintf(text, sizeof text, "%u event%s, %u switch%s (%u preemption%s)%s; %s.%s",
                   v->events, v->events == 1 ? "" : "s", v->switches, v->switches == 1 ? "" : "es",
                   v->preemptions, v->preemptions == 1 ? "" : "s", injected, end_words(v),
                   v->history_unknown != 0 ? " Whether its results are linearizable could not be "
                                             "decided within the budget."
                                           : "");
    snag__wrap(out, text, 0, 0, columns);
}

void snag__report_lanes(FILE *out, const struct snag__report_input *in,
                        const struct snag__report_options *options) {
    static const struct snag__report_options defaults = {0};
    const struct snag__report_options *o = options != NULL ? options : &defaults;
    uint32_t columns = snag__sheet_columns(o->columns);
    struct snag__view v;
    if (!snag__view_open(&v, in)) {
        (void)fprintf(out, "(no memory for the report)\n");
        return;
    }
    print_title(out, in, columns, o->colour);
    if (in->program != NULL && in->impl != NULL) {
        char shape[512];
        snag__report_shape(in->program, in->impl, "The program: ", shape, sizeof shape);
        snag__wrap(out, shape, 0, 4, columns);
        (void)fprintf(out, "\n");
        snag__report_program(out, in->program, in->impl, 2, columns);
        (void)fprintf(out, "\n");
    }
    print_lanes(out, &v, o);
    (void)fprintf(out, "\n");
    for (uint32_t i = 0; i < in->verdict->findings_count; i++) {
        snag__report_finding(out, &v, in->verdict, i, columns, o->colour);
        (void)fprintf(out, "\n");
    }
    print_output(out, in);
    uint32_t faults = print_faults(out, in, columns);
    print_end(out, in->verdict, faults, columns);
    snag__view_close(&v);
}
