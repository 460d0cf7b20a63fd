/* check_spec.c: `check-spec`: programs of one task against the model, and the model against itself.
 *
 * What it looks for is in oracle/model.h. A pure function of its options. The rule: what it says is
 * about the spec; what the implementation alone does wrong is at most a note.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/json.h"
#include "base/prng.h"
#include "cli/commands.h"
#include "exec/recorder.h"
#include "oracle/model.h"
#include "report/sheet.h"
#include "session.h"

/* Kinds that one task alone shows because of the implementation or of the model, and nobody can say
 * which: the model's side of it is told. */
static bool is_of_model(const struct snag_finding *f) {
    return f->kind == SNAG_NON_LINEARIZABLE || f->kind == SNAG_SEQUENTIAL;
}

/* A lock taken twice is proof enough against the implementation, and so is one that was kept. */
static bool is_proof(const struct snag_finding *f) {
    bool kept = f->parties_count > 0 && f->parties[0].left_by != 0;
    return kept || f->kind == SNAG_SELF_DEADLOCK || f->kind == SNAG_DEADLOCK ||
           f->kind == SNAG_SUSPENDED_OWNER;
}

static void look(struct snag__model *m, const struct snag_program *p,
                 const struct snag_verdict *v) {
    bool proof = false;
    for (uint32_t i = 0; i < v->findings_count; i++) {
        const struct snag_finding *f = &v->findings[i];
        proof |= is_proof(f);
        if (f->grade == SNAG_GRADE_FINDING && !is_of_model(f) &&
            (v->end != SNAG_END_STUCK || is_proof(f)))
            snag__model_note_finding(m, f->key);
    }
    snag__model_saw(m, &p->config, snag__exec_history(), v->end == SNAG_END_STUCK && !proof);
}

static int run(struct snag__session *s, struct snag__model *m, const struct snag__options *o) {
    struct snag_program *p = calloc(1, sizeof *p);
    if (p == NULL) {
        fprintf(stderr, "snag: out of memory\n");
        return SNAG__EXIT_TROUBLE;
    }
    snag__model_declared(m);
    snag__recorder->watching = 1;
    for (uint64_t i = 0; i < o->programs; i++) {
        struct snag_verdict v;
        snag__program_generate_alone(p, s->impl, snag__mix64(o->seed) + i);
        snag__recorder->executions = i + 1;
        snag__session_replay(s, p, 0, NULL, &v);
        look(m, p, &v);
    }
    snag__recorder->watching = 0;
    snag__model_end(m);
    free(p);
    return 0;
}

static uint32_t count_of(const struct snag__model *m, bool grave) {
    uint32_t count, n = 0;
    const struct snag__model_problem *p = snag__model_problems(m, &count);
    for (uint32_t i = 0; i < count; i++)
        n += snag__model_problem_is_grave(p[i].kind) == grave;
    return n;
}

static void print_json(const struct snag__session *s, const struct snag__model *m) {
    struct snag__model_figures f = snag__model_figures(m);
    uint32_t count;
    const struct snag__model_problem *p = snag__model_problems(m, &count);
    fputs("{\"target\":", stdout);
    snag__json_string(stdout, snag__target_name);
    fputs(",\"spec\":", stdout);
    snag__json_string(stdout, s->impl->spec->name);
    printf(",\"programs\":%" PRIu64 ",\"calls\":%" PRIu64 ",\"states\":%" PRIu64
           ",\"pairs_swapped\":%" PRIu64 ",\"operations_accepted\":%" PRIu32
           ",\"operations\":%" PRIu32 ",\"problems\":[",
           f.histories, f.calls, f.states, f.pairs, f.ops, f.ops_usable);
    for (uint32_t i = 0; i < count; i++) {
        printf("%s{\"kind\":\"%s\",\"grade\":\"%s\",\"operation\":", i == 0 ? "" : ",",
               snag__model_problem_name(p[i].kind),
               snag__model_problem_is_grave(p[i].kind) ? "problem" : "note");
        snag__json_string(stdout, p[i].op >= 0 ? s->impl->spec->ops[p[i].op].name : "");
        fputs(",\"line\":", stdout);
        snag__json_string(stdout, p[i].text);
        fputs(",\"help\":", stdout);
        snag__json_string(stdout, snag__model_problem_help(p[i].kind));
        fputc('}', stdout);
    }
    puts("]}");
}

static void print_problems(const struct snag__model *m, bool grave, uint32_t columns) {
    uint32_t count;
    const struct snag__model_problem *p = snag__model_problems(m, &count);
    char line[1200];
    for (uint32_t i = 0; i < count; i++) {
        if (snag__model_problem_is_grave(p[i].kind) != grave)
            continue;
        (void)snprintf(line, sizeof line, "%s%s: %s; %s", grave ? "" : "note, ",
                       snag__model_problem_name(p[i].kind), p[i].text,
                       snag__model_problem_help(p[i].kind));
        snag__wrap(stdout, line, 2, 6, columns);
    }
}

static void print_text(const struct snag__session *s, const struct snag__model *m) {
    struct snag__model_figures f = snag__model_figures(m);
    const char *given = getenv("COLUMNS");
    uint32_t columns = snag__sheet_columns(given != NULL ? (uint32_t)strtoul(given, NULL, 10) : 0);
    uint32_t problems = count_of(m, true), notes = count_of(m, false);
    char line[512], more[64] = "";
    if (notes > 0)
        (void)snprintf(more, sizeof more, ", %" PRIu32 " note%s", notes, notes == 1 ? "" : "s");
    if (problems == 0)
        (void)snprintf(line, sizeof line, "spec %s, by %s: all is well%s", s->impl->spec->name,
                       snag__target_name, more);
    else
        (void)snprintf(line, sizeof line, "spec %s, by %s: %" PRIu32 " problem%s%s",
                       s->impl->spec->name, snag__target_name, problems, problems == 1 ? "" : "s",
                       more);
    snag__wrap(stdout, line, 0, 4, columns);
    if (problems + notes > 0)
        putchar('\n');
    print_problems(m, true, columns);
    print_problems(m, false, columns);
    if (s->impl->spec->state_bytes == 0)
        (void)snprintf(line, sizeof line,
                       "It has no model: %" PRIu64 " calls of one task alone were run, and none "
                       "was judged.",
                       f.calls);
    else
        (void)snprintf(line, sizeof line,
                       "%" PRIu64 " programs of one task: %" PRIu64 " calls, %" PRIu64
                       " states, %" PRIu64 " pairs of calls swapped, %" PRIu32 " of %" PRIu32
                       " operations accepted",
                       f.histories, f.calls, f.states, f.pairs, f.ops, f.ops_usable);
    putchar('\n');
    snag__wrap(stdout, line, 0, 4, columns);
}

int snag__cmd_check_spec(const struct snag__options *o, int argc, char **positional) {
    (void)argc, (void)positional;
    struct snag__session s;
    int status = snag__session_open(&s, o);
    if (status != 0)
        return status;
    if (s.impl == NULL) {
        fprintf(stderr, "snag check-spec: %s is a scenario: it has no spec\n", snag__target_name);
        return SNAG__EXIT_USAGE;
    }
    struct snag__model *m = snag__model_new(s.impl);
    if (m == NULL) {
        fprintf(stderr, "snag: out of memory\n");
        return SNAG__EXIT_TROUBLE;
    }
    status = run(&s, m, o);
    if (status == 0) {
        if (o->json)
            print_json(&s, m);
        else
            print_text(&s, m);
        status = count_of(m, true) > 0 ? SNAG__EXIT_FINDINGS : SNAG__EXIT_NOTHING;
    }
    snag__model_free(m);
    snag__session_close(&s);
    return status;
}
