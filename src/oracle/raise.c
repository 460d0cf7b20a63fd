/* raise.c: the findings of the execution in progress. See raise.h. */
#include "oracle/raise.h"

#include <string.h>

#include "base/assert.h"
#include "exec/parts.h"
#include "oracle/left.h"
#include "sched/sched.h"

static struct snag_finding raised[SNAG_FINDINGS_PER_RUN + 1]; /* the last: one in the making */
static uint32_t raised_count;
static bool mute;

void snag__raise_reset(void) {
    raised_count = 0;
}

void snag__raise_mute(bool on) {
    mute = on;
}

bool snag__raise_muted(void) {
    return mute;
}

struct snag_finding *snag__raised(uint32_t *count) {
    *count = raised_count;
    return raised;
}

/* The newest of the mildest, if one of `grade` is worse; else raised_count. A run full of hazards
 * must not lose the hang they led to. */
static uint32_t milder_than(enum snag_grade grade) {
    uint32_t best = raised_count;
    for (uint32_t i = 0; i < raised_count; i++) {
        if (raised[i].grade > grade &&
            (best == raised_count || raised[i].grade >= raised[best].grade)) {
            best = i;
        }
    }
    return best;
}

void snag__raise_as(struct snag_finding *f, enum snag_finding_kind kind) {
    if (f == NULL) {
        return;
    }
    f->kind = kind;
    f->grade = snag_finding_grade(kind);
    const char *rule = snag_finding_rule(kind);
    f->rule[0] = rule[0];
    f->rule[1] = rule[0] != '\0' ? rule[1] : '\0';
    f->rule[2] = '\0';
}

struct snag_finding *snag__raise(enum snag_finding_kind kind) {
    bool full = raised_count == SNAG_FINDINGS_PER_RUN;
    if (mute || (full && milder_than(snag_finding_grade(kind)) == raised_count)) {
        return NULL;
    }
    struct snag_finding *f = &raised[raised_count];
    snag__raise_as(f, kind);
    f->key[0] = '\0';
    f->detail[0] = '\0';
    f->event = snag__recorder->events_count;
    f->parties_count = 0;
    return f;
}

struct snag_party *snag__raise_party(struct snag_finding *f, uint32_t object, uint32_t site) {
    if (f == NULL || f->parties_count == SNAG_PARTIES_MAX) {
        return NULL;
    }
    struct snag_party *p = &f->parties[f->parties_count++];
    *p = (struct snag_party){.object = object, .at_site = site};
    if (snag__self != NULL) {
        p->vthread = snag__self->index;
        p->task = snag__self->task_number;
    }
    return p;
}

void snag__raise_rule(struct snag_finding *f, const char *rule) {
    if (f != NULL) {
        snag__assert(strlen(rule) < sizeof(f->rule));
        memcpy(f->rule, rule, strlen(rule) + 1);
    }
}

void snag__raise_holds(struct snag_party *p, const struct snag__hold *h) {
    if (p != NULL) {
        p->holds = h->object;
        p->holds_site = h->site;
        p->reads = snag__hold_reads(h) &&
                   snag__object_get(h->object)->kind != SNAG__OBJECT_SEM; /* a permit */
        p->guard = h->guard;
        p->left_by = snag__left_by(h);
    }
}

static bool same(const struct snag_finding *a, const struct snag_finding *b) {
    if (a->kind != b->kind || a->parties_count != b->parties_count ||
        strcmp(a->detail, b->detail) != 0) {
        return false;
    }
    for (uint32_t i = 0; i < a->parties_count; i++) {
        if (a->parties[i].at_site != b->parties[i].at_site ||
            a->parties[i].holds_site != b->parties[i].holds_site) {
            return false;
        }
    }
    return true;
}

void snag__raise_drop(struct snag_finding *f) {
    uint32_t at = (uint32_t)(f - raised);
    snag__assert(at < raised_count);
    raised_count--;
    memmove(f, f + 1, (raised_count - at) * sizeof(raised[0]));
}

void snag__raise_done(struct snag_finding *f) {
    if (f == NULL) {
        return;
    }
    snag__assert(f == &raised[raised_count]);
    for (uint32_t i = 0; i < raised_count; i++) {
        if (same(&raised[i], f)) {
            return;
        }
    }
    if (raised_count < SNAG_FINDINGS_PER_RUN) {
        snag__part_use(SNAG__PART_RAISED);
        raised_count++;
        return;
    }
    uint32_t out = milder_than(f->grade);
    memmove(&raised[out], &raised[out + 1], (raised_count - out) * sizeof(raised[0]));
}

void snag__raise_misuse(const char *text, uint32_t object, uint32_t site, uint32_t other_site) {
    struct snag_finding *f = snag__raise(SNAG_MISUSE);
    if (f == NULL) {
        return;
    }
    size_t n = strlen(text);
    snag__assert(n < sizeof(f->detail));
    memcpy(f->detail, text, n + 1);
    struct snag_party *p = snag__raise_party(f, object, site);
    p->holds_site = other_site;
    snag__raise_done(f);
}
