/* pursuit.c: see pursuit.h.
 *
 * The program is the one that showed the hazard, on more workers or fewer, where it is the number
 * of workers that keeps it harmless and --workers leaves that open: a deadlock of tasks needs one
 * for each of them, a suspended owner as few as there can be.
 */
#include "pursuit.h"

#include <string.h>

#include "base/hash.h"
#include "base/prng.h"
#include "sched/object.h"

/* Before which call does it stand that is to take `object`? A lock of pthread is taken by a call of
 * the code under test's own; one that is made of other things, somewhere inside. */
static uint32_t site_of(const struct snag_party *p) {
    switch (snag__object_get(p->object)->kind) {
    case SNAG__OBJECT_MUTEX:
    case SNAG__OBJECT_RWLOCK:
    case SNAG__OBJECT_SPIN:
        return p->at_site;
    default:
        return 0;
    }
}

static void set_goal(struct snag_goal *g, const struct snag_finding *f) {
    *g = (struct snag_goal){.kind = f->kind == SNAG_LOCK_ORDER ? SNAG_GOAL_STAND : SNAG_GOAL_AWAY};
    for (; g->count < f->parties_count; g->count++) {
        const struct snag_party *p = &f->parties[g->count];
        g->parts[g->count] =
            (struct snag_goal_part){.site = g->kind == SNAG_GOAL_STAND ? site_of(p) : 0,
                                    .held_site = p->holds_site,
                                    .task = p->task};
    }
}

uint32_t snag__pursuit_find(const struct snag_verdict *v, struct snag__hazard *out) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < v->findings_count; i++) {
        const struct snag_finding *f = &v->findings[i];
        if (f->kind != SNAG_LOCK_ORDER && f->kind != SNAG_SUSPEND_HOLDING_LOCK)
            continue;
        out[n].kind = f->kind;
        memcpy(out[n].key, f->key, sizeof out[n].key);
        set_goal(&out[n++].goal, f);
    }
    return n;
}

static uint16_t workers_for(const struct snag_program *program, const struct snag_goal *g) {
    if (g->kind == SNAG_GOAL_AWAY)
        return 1;
    return (uint16_t)(program->workers < g->count ? g->count : program->workers);
}

void snag__pursuit_begin(struct snag__pursuit *p, const struct snag__session *s,
                         const struct snag_program *program, uint64_t id,
                         const struct snag__hazard *h, uint32_t number) {
    p->goal = &h->goal;
    p->program = program;
    p->id = id;
    p->seed = snag__mix64(s->options->seed ^ snag__hash(h->key, strlen(h->key), id + number));
    if (program == NULL || program->workers == 0 || s->options->workers != 0 ||
        program->workers == workers_for(program, p->goal))
        return;
    p->changed = *program;
    p->changed.workers = workers_for(program, p->goal);
    p->program = &p->changed;
    p->id = snag__program_hash(&p->changed);
}

void snag__pursuit_run(struct snag__pursuit *p, struct snag__session *s, uint32_t i,
                       struct snag_verdict *v) {
    snag__session_pursue(s, p->goal, p->program, p->id, snag__mix64(p->seed + i), v);
}
