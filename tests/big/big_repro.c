/* big_repro.c: writes a repro of 8 tasks and 40 operations that shows what the target was planted
 * with: what a user who did not shrink might hand in.
 *
 *     kv/lost-update KIND SEED FILE
 *
 * Not a search for bugs: programs are pieced together from random ones until the random walk shows
 * a finding of that kind; its points are those of `explore` (--points shared). The rule: the
 * schedule in the file is the whole of the one that was walked, and shows the finding by itself.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/prng.h"
#include "exec/exec.h"
#include "exec/target.h"
#include "repro/repro.h"

enum { TASKS = 8, OPS = 5, WORKERS = 4, PROGRAMS = 1000, WALKS = 100, SWITCHES_MIN = 10 };

static struct snag_program program, source;
static struct snag__repro repro;

/* Tasks of OPS operations each, out of as many random programs as it takes. */
static bool piece_together(uint64_t seed) {
    uint32_t ops = 0;
    for (uint32_t try = 0; program.tasks < TASKS && try < PROGRAMS; try++) {
        snag__program_generate(&source, snag__impl, snag__mix64(seed) + try);
        if (program.tasks == 0)
            program.config = source.config;
        for (uint32_t t = 0; t < source.tasks && program.tasks < TASKS; t++) {
            if (source.first[t + 1] - source.first[t] != OPS)
                continue;
            memcpy(&program.ops[ops], &source.ops[source.first[t]], OPS * sizeof program.ops[0]);
            ops += OPS;
            program.first[++program.tasks] = (uint16_t)ops;
        }
    }
    program.workers = snag__impl->mode == SNAG_TASKS ? WORKERS : 0;
    struct snag_error e;
    return program.tasks == TASKS && snag__program_check(&program, snag__impl, &e) == SNAG_ERR_OK;
}

static const struct snag_finding *of_kind(const struct snag_verdict *v,
                                          enum snag_finding_kind kind) {
    for (uint32_t i = 0; i < v->findings_count; i++)
        if (v->findings[i].kind == kind)
            return &v->findings[i];
    return NULL;
}

/* Walks the program until the finding shows, and again by the walk's schedule alone. */
static bool walk(const struct snag_strategy *random, void *state, enum snag_finding_kind kind) {
    const struct snag_strategy_hint hint = {.points = 100, .vthreads = TASKS, .depth = 3};
    for (uint64_t seed = 0; seed < WALKS; seed++) {
        struct snag_verdict v;
        /* A program's first walk learns which of its plain accesses race, for the others. What
         * takes time takes none where waits end at any moment: the later half lets none do so. */
        struct snag__request walked = {.program = &program,
                                       .strategy = random,
                                       .strategy_state = state,
                                       .seed = seed,
                                       .hint = &hint,
                                       .points = SNAG__POINTS_SHARED,
                                       .no_timeouts = seed >= WALKS / 2,
                                       .learn = seed == 0};
        snag__exec_run(&walked, &v);
        if (of_kind(&v, kind) == NULL || !snag__exec_schedule(&repro.schedule) ||
            repro.schedule.count < SWITCHES_MIN)
            continue;
        struct snag__request alone = {.program = &program, .schedule = &repro.schedule};
        snag__exec_run(&alone, &v);
        const struct snag_finding *f = of_kind(&v, kind);
        if (f != NULL) {
            repro.kind = kind;
            memcpy(repro.key, f->key, sizeof repro.key);
            return true;
        }
    }
    return false;
}

int main(int argc, char **argv) {
    struct snag__bounds bounds = {0};
    struct snag_error e = {0};
    enum snag_finding_kind kind = argc == 4 ? snag_finding_parse(argv[1]) : SNAG_NO_FINDING;
    const struct snag_strategy *random = snag_strategy_find("random");
    void *state = random != NULL ? calloc(1, random->state_bytes) : NULL;
    if (kind == SNAG_NO_FINDING || state == NULL) {
        fprintf(stderr, "usage: %s KIND SEED FILE\n", argv[0]);
        return 2;
    }
    if (snag__exec_init(&bounds, &e) != SNAG_ERR_OK) {
        fprintf(stderr, "%s\n", e.line);
        return 3;
    }
    bool shows = false;
    uint64_t seed = snag__mix64(strtoull(argv[2], NULL, 10));
    for (uint32_t i = 0; !shows && i < PROGRAMS; i++) {
        memset(&program, 0, sizeof program);
        shows = piece_together(seed + i) && walk(random, state, kind);
    }
    if (!shows) {
        fprintf(stderr, "%s: no program showed it\n", argv[1]);
        return 1;
    }
    snprintf(repro.target, sizeof repro.target, "%s", snag__impl->name);
    repro.spec_hash = snag__spec_hash(snag__impl->spec);
    repro.has_program = true;
    repro.program = program;
    if (snag__repro_write(argv[3], &repro, snag__impl, &e) != SNAG_ERR_OK) {
        fprintf(stderr, "%s\n", e.line);
        return 3;
    }
    free(state);
    return 0;
}
