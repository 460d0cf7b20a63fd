/* campaign_summary.c: the end of a campaign. See campaign_summary.h.
 *
 * Nothing here depends on time, so that `explore` prints the same for the same options.
 */
#include "campaign_summary.h"

#include <inttypes.h>
#include <string.h>

#include "base/json.h"
#include "cli/commands.h"
#include "exec/body.h"

static double mean(uint64_t sum, uint64_t count) {
    return count != 0 ? (double)sum / (double)count : 0.0;
}

/* ---- which operations overlapped ---- */

struct overlaps {
    uint32_t seen, possible;
};

/* Both directions of a pair count as one; an operation that the target lacks makes none. */
static bool pair_seen(uint32_t a, uint32_t b) {
    const uint32_t *rows = snag__body_overlaps();
    return ((rows[a] >> b | rows[b] >> a) & 1) != 0;
}

static bool op_exists(const struct snag_impl *impl, uint32_t op) {
    const struct snag_op_decl *decl = &impl->spec->ops[op];
    return (impl->without >> op & 1) == 0 &&
           ((decl->flags & SNAG_OP_ASYNC_ONLY) == 0 || impl->mode == SNAG_TASKS);
}

/* Calls `missing` (which may be NULL) for each pair that never overlapped. */
static struct overlaps count_overlaps(const struct snag_impl *impl, FILE *out,
                                      void (*missing)(FILE *out, bool first, const char *a,
                                                      const char *b)) {
    struct overlaps o = {0};
    if (impl == NULL)
        return o;
    for (uint32_t a = 0; a < SNAG_OPS_MAX && impl->spec->ops[a].name != NULL; a++) {
        for (uint32_t b = 0; b <= a; b++) {
            if (!op_exists(impl, a) || !op_exists(impl, b))
                continue;
            if (pair_seen(a, b))
                o.seen++;
            else if (missing != NULL)
                missing(out, o.possible == o.seen, impl->spec->ops[a].name,
                        impl->spec->ops[b].name);
            o.possible++;
        }
    }
    return o;
}

/* ---- for a machine ---- */

static void print_text(FILE *out, const char *name, const char *value) {
    fprintf(out, ",\"%s\":", name);
    snag__json_string(out, value);
}

static void print_missing(FILE *out, bool first, const char *a, const char *b) {
    fprintf(out, "%s\"%s/%s\"", first ? "" : ",", b, a);
}

static void print_found(FILE *out, const struct snag__found *f) {
    const struct snag__ledger_entry *e = &f->entry;
    fputs("{\"kind\":", out);
    snag__json_string(out, snag_finding_name(e->kind));
    print_text(out, "key", e->key);
    print_text(out, "grade", snag_grade_name(e->grade));
    print_text(out, "rule", e->rule);
    print_text(out, "standing", snag__standing_name(e->standing));
    print_text(out, "flavour", e->flavour);
    fprintf(out, ",\"schedule\":%" PRIu64 ",\"times\":%" PRIu64, e->executions, f->times);
    print_text(out, "repro", e->repro);
    fputc('}', out);
}

/* What a campaign shows of its list: all but what is known and was not seen. */
static bool is_shown(const struct snag__found *f) {
    return f->times > 0 || f->entry.standing != SNAG__KNOWN;
}

static void print_limits(FILE *out, const struct snag__campaign *c) {
    bool first = true;
    fputs(",\"limits\":{", out);
    for (uint32_t i = 1; i < SNAG_LIMIT_KINDS; i++) {
        if (c->limits[i] == 0)
            continue;
        fputs(first ? "" : ",", out);
        snag__json_string(out, snag_limit_text((enum snag_limit)i));
        fprintf(out, ":%" PRIu64, c->limits[i]);
        first = false;
    }
    fputc('}', out);
}

static void print_json(FILE *out, const struct snag__campaign *c) {
    const struct snag__options *o = c->session->options;
    fputs("{\"target\":", out);
    snag__json_string(out, snag__target_name);
    print_text(out, "flavour", snag__target_flavour);
    print_text(out, "strategy", o->strategy);
    fprintf(out,
            ",\"seed\":%" PRIu64 ",\"schedules\":%" PRIu64 ",\"first_finding\":%" PRIu64
            ",\"programs\":%" PRIu64 ",\"traces\":%" PRIu64
            ",\"mean_tasks\":%.2f,\"mean_ops\":%.2f,\"points_per_schedule\":%.1f"
            ",\"switches_per_schedule\":%.1f,\"undecided_histories\":%" PRIu64,
            o->seed, c->executions, c->first_finding, snag__distinct_estimate(&c->programs),
            snag__distinct_estimate(&c->traces), mean(c->tasks_count, c->programs_count),
            mean(c->ops_count, c->programs_count), mean(c->points, c->counted),
            mean(c->switches, c->counted), c->unknown);
    print_limits(out, c);
    struct overlaps overlaps = count_overlaps(c->session->impl, NULL, NULL);
    fprintf(out, ",\"overlaps\":{\"pairs_seen\":%u,\"pairs_possible\":%u,\"missing\":[",
            overlaps.seen, overlaps.possible);
    (void)count_overlaps(c->session->impl, out, print_missing);
    fputs("]},\"findings\":[", out);
    bool first = true;
    for (uint32_t i = 0; i < c->found_count; i++) {
        if (!is_shown(&c->found[i]))
            continue;
        fputs(first ? "" : ",", out);
        first = false;
        print_found(out, &c->found[i]);
    }
    fputs("]}\n", out);
}

/* ---- for a person ---- */

static void say_missing(FILE *out, bool first, const char *a, const char *b) {
    fprintf(out, "%s%s/%s", first ? "  never at once: " : ", ", b, a);
}

static void say_covered(FILE *out, const struct snag__campaign *c) {
    const struct snag_impl *impl = c->session->impl;
    fprintf(out, "%s (%s): %" PRIu64 " schedules", snag__target_name, snag__target_flavour,
            c->executions);
    if (impl != NULL)
        fprintf(out, " of about %" PRIu64 " programs", snag__distinct_estimate(&c->programs));
    fprintf(out, ", about %" PRIu64 " distinct traces\n", snag__distinct_estimate(&c->traces));
    if (impl != NULL) {
        struct overlaps o = count_overlaps(impl, NULL, NULL);
        fprintf(
            out,
            "  a program: %.1f tasks, %.1f operations; a schedule: %.1f points, %.1f switches\n",
            mean(c->tasks_count, c->programs_count), mean(c->ops_count, c->programs_count),
            mean(c->points, c->counted), mean(c->switches, c->counted));
        fprintf(out, "  pairs of operations that overlapped: %u of %u\n", o.seen, o.possible);
        if (o.seen < o.possible) {
            (void)count_overlaps(impl, out, say_missing);
            fputc('\n', out);
        }
    }
    for (uint32_t i = 1; i < SNAG_LIMIT_KINDS; i++)
        if (c->limits[i] > 0)
            fprintf(out, "  inconclusive: %" PRIu64 " schedules hit the bound of %s\n",
                    c->limits[i], snag_limit_text((enum snag_limit)i));
    if (c->unknown > 0)
        fprintf(out, "  undecided: %" PRIu64 " histories ran out of budget\n", c->unknown);
}

static void say_found(FILE *out, const struct snag__found *f) {
    const struct snag__ledger_entry *e = &f->entry;
    fprintf(out, "\n%s %s%s%s%s\n", snag__standing_name(e->standing), snag_grade_name(e->grade),
            e->rule[0] != '\0' ? " (rule " : "", e->rule, e->rule[0] != '\0' ? ")" : "");
    fprintf(out, "  %s\n", e->key);
    fprintf(out, "  first at schedule %" PRIu64 " (%s)", e->executions, e->flavour);
    if (f->times > 0)
        fprintf(out, ", seen %" PRIu64 " times", f->times);
    if (e->repro[0] != '\0')
        fprintf(out, "\n  snag replay %s", e->repro);
    fputc('\n', out);
}

static void print_table(FILE *out, const struct snag__campaign *c) {
    uint32_t counts[SNAG_GRADE_HINT + 1] = {0};
    say_covered(out, c);
    for (uint32_t i = 0; i < c->found_count; i++) {
        if (is_shown(&c->found[i])) {
            counts[c->found[i].entry.grade]++;
            say_found(out, &c->found[i]);
        }
    }
    fprintf(out, "\n%u findings, %u hazards, %u hints", counts[SNAG_GRADE_FINDING],
            counts[SNAG_GRADE_HAZARD], counts[SNAG_GRADE_HINT]);
    if (c->first_finding != 0)
        fprintf(out, "; the first finding at schedule %" PRIu64, c->first_finding);
    fputc('\n', out);
}

void snag__campaign_summary(FILE *out, const struct snag__campaign *c) {
    if (c->session->options->json)
        print_json(out, c);
    else
        print_table(out, c);
    (void)fflush(out);
}
