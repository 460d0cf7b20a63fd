/* stacks.c: see stacks.h.
 *
 * At each point the calls that led there are kept, for some thousands of points. A party says where
 * it stands, and where it took what it holds: the last point there of the same actor is where it
 * is, and the last one before, if it is the object's, is where that was taken.
 */
#include "oracle/stacks.h"

#include <string.h>

#include "exec/callers.h"
#include "sched/sched.h"

enum { LOOKS_MAX = 1 << 13, SITES_MAX = SNAG_CALLERS_MAX + 2 };

/* A point, and how its actor came there. */
struct look {
    uint16_t vthread, task;
    uint32_t object;
    uint32_t sites[SITES_MAX]; /* innermost first; 0: no more */
};

static struct look looks[LOOKS_MAX]; /* the newest at (looked - 1) % LOOKS_MAX */
static uint32_t looked;

void snag__stacks_reset(void) {
    looked = 0;
}

void snag__stacks_look(void) {
    const struct snag__vthread *self = snag__self;
    struct look *l = &looks[looked % LOOKS_MAX];
    *l = (struct look){
        .vthread = self->index, .task = self->task_number, .object = self->pend.object};
    if (snag__callers(l->sites, SITES_MAX) != 0) {
        looked++;
    }
}

static bool is_of(const struct look *l, const struct snag_party *p) {
    return l->task == p->task && (l->task != 0 || l->vthread == p->vthread);
}

/* The place of `site` among the sites of `l`: what is inside of it is a primitive's own. */
static const uint32_t *find_site(const struct look *l, uint32_t site) {
    for (uint32_t i = 0; i < SITES_MAX && l->sites[i] != 0; i++) {
        if (l->sites[i] == site) {
            return &l->sites[i];
        }
    }
    return NULL;
}

/* The newest look of the party at `site`, before number *before, which becomes its number. On
 * `object`, if that is not 0. The place of the site in it; NULL: none is known. */
static const uint32_t *find_look(const struct snag_party *p, uint32_t site, uint32_t object,
                                 uint32_t *before) {
    uint32_t oldest = looked > LOOKS_MAX ? looked - LOOKS_MAX : 0;
    for (uint32_t n = *before; site != 0 && n > oldest; n--) {
        const struct look *l = &looks[(n - 1) % LOOKS_MAX];
        const uint32_t *at =
            is_of(l, p) && (object == 0 || l->object == object) ? find_site(l, site) : NULL;
        if (at != NULL) {
            *before = n - 1;
            return at;
        }
    }
    return NULL;
}

static void copy_callers(uint32_t to[SNAG_CALLERS_MAX], const struct look *l, const uint32_t *at) {
    const uint32_t *end = l->sites + SITES_MAX;
    for (uint32_t i = 0; at != NULL && i < SNAG_CALLERS_MAX && at + 1 + i < end; i++) {
        to[i] = at[1 + i];
    }
}

static void fill(struct snag_party *p) {
    uint32_t before = looked;
    const uint32_t *at = find_look(p, p->at_site, 0, &before);
    if (at != NULL) {
        copy_callers(p->callers, &looks[before % LOOKS_MAX], at);
    }
    uint32_t of_object = before;
    const uint32_t *taken = find_look(p, p->holds_site, p->holds, &of_object);
    if (taken == NULL) { /* one that is made of other things */
        of_object = before;
        taken = find_look(p, p->holds_site, 0, &of_object);
    }
    if (taken != NULL) {
        copy_callers(p->taken_callers, &looks[of_object % LOOKS_MAX], taken);
    }
}

void snag__stacks_fill(struct snag_finding *f) {
    for (uint32_t i = 0; looked != 0 && i < f->parties_count; i++) {
        if (f->parties[i].callers[0] == 0) {
            fill(&f->parties[i]);
        }
    }
}
