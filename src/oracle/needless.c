/* needless.c: which async locks are held across a wait, and which never. See needless.h. */
#include "oracle/needless.h"

#include <stddef.h>

#include "finding/key.h"
#include "oracle/raise.h"
#include "sched/object.h"

static struct snag__needless own, *table = &own;
uint64_t snag__needless_run;

struct snag__needless *snag__needless_in(struct snag__needless *other) {
    struct snag__needless *before = table;
    table = other != NULL ? other : &own;
    return before;
}

/* Its place; one for which there is no room has none, and is needless to nobody. */
static struct snag__needless_site *place_of(uint32_t site) {
    uint32_t i = site * UINT32_C(2654435761) % SNAG__NEEDLESS_SITES;
    while (table->sites[i].site != 0 && table->sites[i].site != site) {
        i = (i + 1) % SNAG__NEEDLESS_SITES;
    }
    struct snag__needless_site *s = &table->sites[i];
    if (s->site == 0) {
        if (table->used == SNAG__NEEDLESS_SITES - 1) {
            return NULL;
        }
        table->used++;
        *s = (struct snag__needless_site){.site = site, .up = (uint16_t)i};
    }
    return s;
}

static struct snag__needless_site *speaker_of(struct snag__needless_site *s) {
    while (&table->sites[s->up] != s) {
        s->up = table->sites[s->up].up;
        s = &table->sites[s->up];
    }
    return s;
}

/* They are of one lock. Returns who speaks for both. */
static struct snag__needless_site *join(struct snag__needless_site *a,
                                        struct snag__needless_site *b) {
    a = speaker_of(a);
    b = speaker_of(b);
    if (a == b) {
        return a;
    }
    b->up = (uint16_t)(a - table->sites);
    a->across |= b->across;
    if (b->taken > a->taken) {
        a->taken = b->taken;
        a->taken_in = b->taken_in;
    }
    return a;
}

/* Adds `site` to those of `o`, which keeps the place of one of them, from 1. */
static struct snag__needless_site *add(struct snag__object *o, uint32_t site) {
    struct snag__needless_site *s = place_of(site);
    if (s == NULL) {
        snag__needless_across(o);
        return NULL;
    }
    if (o->value == 0) {
        o->value = (uint32_t)(s - table->sites) + 1;
    }
    return join(&table->sites[o->value - 1], s);
}

void snag__needless_made(struct snag__object *o, uint32_t site) {
    (void)add(o, site);
    struct snag__needless_site *s = place_of(site);
    if (s != NULL) {
        s->makes = true;
    }
}

void snag__needless_taken(struct snag__object *o, uint32_t site) {
    struct snag__needless_site *s = add(o, site);
    if (s != NULL && s->taken_in != snag__needless_run) {
        s->taken_in = snag__needless_run;
        s->taken++;
    }
}

void snag__needless_across(const struct snag__object *o) {
    if (o->value != 0) {
        speaker_of(&table->sites[o->value - 1])->across = true;
    }
}

void snag__needless_add(const struct snag__needless *from) {
    /* First which belong together, for whoever speaks for them then has the counts. */
    for (uint32_t i = 0; i < SNAG__NEEDLESS_SITES; i++) {
        const struct snag__needless_site *s = &from->sites[i];
        struct snag__needless_site *here = s->site != 0 ? place_of(s->site) : NULL;
        struct snag__needless_site *up = here != NULL ? place_of(from->sites[s->up].site) : NULL;
        if (up != NULL) {
            here->makes |= s->makes;
            (void)join(up, here);
        }
    }
    for (uint32_t i = 0; i < SNAG__NEEDLESS_SITES; i++) {
        const struct snag__needless_site *s = &from->sites[i];
        if (s->site == 0 || s->up != i) {
            continue;
        }
        struct snag__needless_site *here = place_of(s->site);
        if (here != NULL) {
            here = speaker_of(here);
            here->taken += s->taken;
            here->across |= s->across;
        }
    }
}

/* The next place of that lock behind `site`, where it is made or where it is taken; 0: no more. Not
 * in the order of the table, which depends on which were met first. */
static uint32_t site_behind(uint32_t site, bool made, const struct snag__needless_site *speaker) {
    uint32_t next = 0;
    for (uint32_t i = 0; i < SNAG__NEEDLESS_SITES; i++) {
        struct snag__needless_site *s = &table->sites[i];
        if (s->site > site && (next == 0 || s->site < next) && s->makes == made &&
            speaker_of(s) == speaker) {
            next = s->site;
        }
    }
    return next;
}

/* Where it is made, if that is known, else where it is taken: the first places of it, as parties.
 */
static void fill_parties(struct snag_finding *f, const struct snag__needless_site *speaker) {
    bool made = site_behind(0, true, speaker) != 0;
    f->parties_count = 0;
    for (uint32_t site = 0;
         f->parties_count < SNAG_PARTIES_MAX && (site = site_behind(site, made, speaker)) != 0;) {
        f->parties[f->parties_count++] = (struct snag_party){.at_site = site};
    }
}

bool snag__needless_next(uint32_t *at, struct snag_finding *f, uint64_t *taken) {
    for (; *at < SNAG__NEEDLESS_SITES; ++*at) {
        struct snag__needless_site *s = &table->sites[*at];
        if (s->site == 0 || speaker_of(s) != s || s->across || s->taken < SNAG__NEEDLESS_ENOUGH) {
            continue;
        }
        *f = (struct snag_finding){.event = 0};
        snag__raise_as(f, SNAG_NEEDLESS_ASYNC_LOCK);
        fill_parties(f, s);
        snag__finding_key(f);
        *taken = s->taken;
        ++*at;
        return true;
    }
    return false;
}
