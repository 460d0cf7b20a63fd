/* plain.c: plain accesses: counted, learned from, stopped at. See plain.h. */
#define _GNU_SOURCE
#include "sched/plain.h"

#include <string.h>
#include <sys/mman.h>

#include "base/assert.h"
#include "exec/marker.h"
#include "sched/learn.h"
#include "sched/sched.h"
#include "sched/schedule.h"
#include "sched/tired.h"
#include "task/task_internal.h"

struct snag__plain snag__plain;

static uint32_t sites[SNAG__SITES_MAX]; /* those known to race */
static uint32_t sites_count;
static uint8_t *races; /* by offset from the beginning of the code under test: is it one of them? */
static size_t text_bytes;
static uint32_t expected;
static struct snag_event accesses[SNAG__ACCESSES_MAX];
static uint32_t accesses_count;

enum snag_err snag__plain_init(struct snag_error *e) {
    if (races != NULL) {
        return SNAG_ERR_OK;
    }
    text_bytes = (size_t)(snag__text_stop() - (uintptr_t)&snag__text_begin);
    void *at = mmap(NULL, text_bytes + 1, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED) {
        return snag_fail(e, SNAG_ERR_SYSTEM, "no memory for a table of %zu bytes", text_bytes);
    }
    races = at;
    return SNAG_ERR_OK;
}

/* ---- sites ---- */

/* Out of range for what is no code under test. */
static inline size_t offset_of(uint32_t site) {
    return snag__sched.image + site - (uintptr_t)&snag__text_begin;
}

static inline bool known_to_race(uint32_t site) {
    if (sites_count == 0) {
        return false;
    }
    size_t offset = offset_of(site);
    return offset < text_bytes && races[offset] != 0;
}

void snag__plain_forget(void) {
    for (uint32_t i = 0; i < sites_count; i++) {
        races[offset_of(sites[i])] = 0;
    }
    sites_count = 0;
}

void snag__plain_races(uint32_t site) {
    size_t offset = offset_of(site);
    if (offset < text_bytes && races[offset] == 0 && sites_count < SNAG__SITES_MAX) {
        races[offset] = 1;
        sites[sites_count++] = site;
        snag__plain.unwatched = false;
    }
}

uint32_t snag__plain_known(const uint32_t **list) {
    *list = sites;
    return sites_count;
}

uint32_t snag__plain_expected(void) {
    return expected;
}

/* ---- an execution ---- */

static bool has_accesses(const struct snag__request *r) {
    for (uint32_t i = 0; r->schedule != NULL && i < r->schedule->count; i++) {
        if (r->schedule->list[i].sub != 0) {
            return true;
        }
    }
    for (uint32_t i = 0; r->repeat != NULL && i < r->repeat_count; i++) {
        if (r->repeat[i].sub != 0) {
            return true;
        }
    }
    return false;
}

void snag__plain_begin_anew(const struct snag__request *r) {
    bool asks = r->strategy != NULL && r->repeat == NULL;
    bool known = sites_count > 0;
    snag__plain = (struct snag__plain){.learns = r->learn,
                                       .counts = r->count && known,
                                       .show = r->show && known,
                                       .all = asks && r->points == SNAG__POINTS_ALL,
                                       .shared = asks && r->points == SNAG__POINTS_SHARED &&
                                                 (known || r->learn)};
    snag__plain.touch = r->every && asks ? r->touch : NULL;
    snag__plain.notes = snag__plain.shared || snag__plain.counts;
    snag__plain.anywhere = snag__plain.all || has_accesses(r);
    snag__plain.watched = snag__plain.learns || snag__plain.counts || snag__plain.show ||
                          snag__plain.shared || snag__plain.anywhere;
    bool watched = snag__plain.watched;
    snag__plain.full = (struct snag__patience){.unseen = watched ? 0 : SNAG__PATIENCE,
                                               .left = watched ? SNAG__PATIENCE : 0};
    snag__plain.unwatched = !known && !watched && r->touch == NULL && r->repeat == NULL;
    expected = 0;
    accesses_count = 0;
    if (r->learn) {
        snag__learn_begin(r->every);
    }
}

/* ---- is it a point? ---- */

/* The next choice that is to be repeated was made here. */
static bool repeated_here(const struct snag__request *r, const struct snag__vthread *self) {
    uint32_t at = snag__recorder->choices_count;
    if (at >= r->repeat_count) {
        return false;
    }
    const struct snag_choice_entry *e = &r->repeat[at];
    const struct snag__place *p = self->place;
    return e->kind == SNAG_CHOOSE_NEXT && e->vthread == self->index &&
           e->task == self->task_number && e->op == p->op && e->ordinal == p->ordinal &&
           e->sub == p->accesses;
}

static bool scheduled_here(const struct snag_schedule *list, const struct snag__vthread *self) {
    const struct snag__place *p = self->place;
    for (uint32_t i = snag__sched.schedule_next; i < list->count; i++) {
        const struct snag_switch *s = &list->list[i];
        if (s->sub == p->accesses && s->ordinal == p->ordinal && s->op == p->op &&
            s->kind == SNAG_CHOOSE_NEXT && snag__actor_equal(&s->at, snag__runs_as(self))) {
            return true;
        }
    }
    return false;
}

static bool on_own_stack(const struct snag__vthread *self, const volatile void *at) {
    return (uintptr_t)at - (uintptr_t)self->runs->stack < self->runs->stack_bytes;
}

/* Does a search stop at it, whose site is known to race, or not? */
static inline bool matters(const struct snag__vthread *self, const volatile void *at, bool known) {
    return snag__plain.all ? !on_own_stack(self, at) : snag__plain.shared && known;
}

static bool is_point(const struct snag__vthread *self, const volatile void *at, bool known) {
    const struct snag__request *r = snag__sched.request;
    if (snag__sched.fair) {
        return false;
    }
    if (snag__unlikely(r->repeat != NULL)) {
        return repeated_here(r, self);
    }
    if (snag__sched.schedule_left != 0 && scheduled_here(r->schedule, self)) {
        return true;
    }
    return matters(self, at, known);
}

extern const char __executable_start[], _end[]; /* made by the linker */

static bool between(const volatile void *p, const void *begin, const void *end) {
    return (uintptr_t)p >= (uintptr_t)begin && (uintptr_t)p < (uintptr_t)end;
}

/* Coverage counters, which older compilers instrument like any other memory; constants. */
static bool is_not_its_own(const volatile void *at) {
    return between(at, __executable_start, _end) && !snag__in_globals((uintptr_t)at);
}

/* It happens now. */
static void note(const struct snag__vthread *self, enum snag_event_kind kind,
                 const volatile void *at, uint32_t site) {
    if (accesses_count == SNAG__ACCESSES_MAX) {
        return;
    }
    const struct snag__place *p = self->place;
    accesses[accesses_count++] = (struct snag_event){.vthread = self->index,
                                                     .task = self->task_number,
                                                     .kind = (uint8_t)kind,
                                                     .op = p->op,
                                                     .ordinal = p->ordinal,
                                                     .sub = p->accesses,
                                                     .object = snag__pending_memory((uintptr_t)at),
                                                     .site = site,
                                                     .value = snag__recorder->events_count};
}

const struct snag_event *snag__plain_accesses(uint32_t *count) {
    *count = accesses_count;
    return accesses;
}

/* It may be a point, or be logged or noted. */
static __attribute__((noinline)) void look(const struct snag__vthread *self,
                                           const volatile void *at, unsigned what, uint32_t site) {
    bool company = snag__sched.candidates > 1 || snag__sched.timed_waiters != 0;
    bool writes = (what & SNAG__ACCESS_WRITE) != 0;
    bool known = known_to_race(site);
    if (snag__plain.counts) {
        expected += company && known;
    }
    if (self->place->accesses == UINT16_MAX - 1) {
        snag__plain.uncounted |= matters(self, at, known);
        return; /* it has no number of its own */
    }
    self->place->accesses++;
    enum snag_event_kind kind = writes ? SNAG_EV_WRITE : SNAG_EV_READ;
    bool others_ran = company && is_point(self, at, known) && snag__point_access(kind, at, site);
    if (others_ran) {
        known = known_to_race(site); /* by what they did, too */
    }
    if (others_ran || (snag__plain.show && known)) {
        struct snag_event *e = snag__log(kind, NULL, site);
        e->sub = self->place->accesses;
        e->bytes = (uint16_t)(what & SNAG__ACCESS_BYTES);
    }
    if (snag__plain.notes && known) {
        note(self, kind, at, site);
    }
    if (snag__unlikely(snag__plain.touch != NULL) && matters(self, at, known)) {
        snag__plain.touch((uintptr_t)at, what & SNAG__ACCESS_BYTES, writes);
    }
}

/* Apart, so that an access which is not looked at saves no register. */
static __attribute__((noinline)) void watch(const volatile void *at, unsigned what, uint32_t site) {
    if (snag__plain.learns) {
        snag__learn_access(at, what & SNAG__ACCESS_BYTES, (what & SNAG__ACCESS_WRITE) != 0, site);
    }
    const struct snag__vthread *self = snag__self;
    if (snag__plain.anywhere || known_to_race(site)) {
        look(self, at, what, site);
    } else if (snag__likely(self->place->accesses != UINT16_MAX - 1)) {
        self->place->accesses++; /* beyond, it has no number of its own */
    }
}

__attribute__((always_inline)) void snag__plain_access(const volatile void *at, unsigned what,
                                                       uint32_t site) {
    if (snag__self != NULL && !is_not_its_own(at)) {
        watch(at, what, site);
    }
}

static __attribute__((noinline)) void seen_tired(const volatile void *at, unsigned what,
                                                 uint32_t site) {
    if (snag__self != NULL) {
        bool own =
            (what & SNAG__ACCESS_MOVED) != 0 || on_own_stack(snag__self, at) || is_not_its_own(at);
        snag__tired(at, (what & SNAG__ACCESS_WRITE) != 0, own, site);
    }
    if (snag__plain.watched) {
        snag__plain_access(at, what, site); /* last, so that it is a jump */
    }
}

/* Watched or not, the same accesses come to the vthread's being tired. */
void snag__plain_seen(const volatile void *at, unsigned what, uint32_t site) {
    struct snag__patience *p = &snag__plain.patience;
    p->unseen = 0;
    if (snag__unlikely(p->left == 0)) {
        seen_tired(at, what, site);
        return;
    }
    p->left--;
    if (snag__plain.watched) {
        snag__plain_access(at, what, site);
    }
}
