/* choose.c: every nondeterministic decision: asked, answered, logged.
 *
 * It does not switch. Answers come, in this order, from a choice log to repeat (the run-twice
 * gate), from the entries of a sparse schedule whose anchor is here, from the strategy, from the
 * default policy. The rule: whatever the source, the answer is a candidate, and it is in the log.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "base/event_class.h"
#include "sched/fault.h"
#include "sched/pick.h"
#include "sched/schedule.h"
#include "sched/strategy/candidates.h"
#include "sched/strategy/random.h"
#include "task/task_internal.h"

static void diverge(uint32_t entry, const char *why) {
    struct snag__divergence *d = &snag__sched.divergence;
    if (d->diverged) {
        return;
    }
    d->diverged = true;
    d->entry = entry;
    d->event = snag__recorder->events_count;
    size_t n = strlen(why);
    n = n < sizeof(d->why) - 1 ? n : sizeof(d->why) - 1;
    memcpy(d->why, why, n);
    d->why[n] = '\0';
}

static bool is_candidate(const struct snag_choice *c, uint32_t id) {
    if (c->set == NULL) {
        return id < c->n;
    }
    return id / 64 < c->words && (c->set[id / 64] >> (id % 64) & 1) != 0;
}

__attribute__((always_inline)) uint32_t snag_choice_candidate(const struct snag_choice *choice,
                                                              uint32_t k) {
    if (choice->set == NULL) {
        return k;
    }
    return snag__number_in(choice->set, choice->words, k);
}

/* ---- who is asked ---- */

static uint32_t by_default(void *state, const struct snag_choice *c) {
    (void)state;
    return c->def;
}

static void strategy_answers(const struct snag__request *r) {
    snag__sched.answers = r->strategy != NULL ? r->strategy->choose : by_default;
    snag__sched.answers_state = r->strategy_state;
}

static uint32_t repeat(void *request, const struct snag_choice *c);
static uint32_t follow_or_ask(void *request, const struct snag_choice *c);

void snag__choose_begin(const struct snag__request *r) {
    struct snag__sched *s = &snag__sched;
    s->schedule_left = r->schedule != NULL ? r->schedule->count : 0;
    strategy_answers(r);
    if (r->repeat != NULL || s->schedule_left != 0) {
        s->answers = r->repeat != NULL ? repeat : follow_or_ask;
        s->answers_state = (void *)r; /* neither changes anything in it */
    }
    s->walk = s->answers == snag__strategy_random.choose ? s->answers_state : NULL;
}

/* ---- repeating a choice log ---- */

static uint32_t repeat(void *request, const struct snag_choice *c) {
    const struct snag__request *r = request;
    uint32_t at = snag__recorder->choices_count;
    if (at >= r->repeat_count) {
        diverge(at, "the repetition asks for more choices than the first run made");
        return c->def;
    }
    const struct snag_choice_entry *e = &r->repeat[at];
    if (e->kind != c->kind || e->n != c->n || e->def != c->def || e->vthread != c->current ||
        e->sub != c->sub || e->event != snag__recorder->events_count ||
        !is_candidate(c, e->picked)) {
        diverge(at, "the repetition meets another choice than the first run");
        return is_candidate(c, e->picked) ? e->picked : c->def;
    }
    return e->picked;
}

/* ---- following a sparse schedule ---- */

/* The vthread or task index that `entry` wants; false: there is none of that name. */
static bool target_of(const struct snag_switch *entry, uint32_t *id) {
    enum snag_choice_takes takes = snag_choice_takes(entry->kind);
    if (takes == SNAG_TAKES_NUMBER) {
        *id = entry->number;
        return true;
    }
    if (takes == SNAG_TAKES_TASK) {
        return snag__task_find(&entry->to, id);
    }
    for (uint32_t i = 0; i < snag__sched.vthreads; i++) {
        if (snag__actor_equal(&snag__vthreads[i].actor, &entry->to)) {
            *id = i;
            return true;
        }
    }
    return false;
}

/* What differs most often is looked at first. */
static inline bool anchored_here(const struct snag_switch *s, const struct snag_choice *c,
                                 const struct snag__vthread *v) {
    const struct snag__place *place = v->place;
    return s->ordinal == place->ordinal && s->op == place->op && s->sub == c->sub &&
           s->kind == c->kind && snag__actor_equal(&s->at, snag__runs_as(v));
}

/* Entries are consumed as their anchors come by, usually in order, so the search starts at the
 * first that is left; after the last one nobody looks for more. An anchor comes by at most once in
 * an execution: one taken out of order needs no mark. */
static bool follow(const struct snag_choice *c, uint32_t *picked) {
    const struct snag_schedule *list = snag__sched.request->schedule;
    const struct snag__vthread *v = &snag__vthreads[c->current];
    for (uint32_t i = snag__sched.schedule_next; i < list->count; i++) {
        const struct snag_switch *s = &list->list[i];
        if (!anchored_here(s, c, v)) {
            continue;
        }
        if (--snag__sched.schedule_left == 0) {
            strategy_answers(snag__sched.request);
        }
        if (i == snag__sched.schedule_next) {
            snag__sched.schedule_next++;
        }
        uint32_t id;
        if (target_of(s, &id) && is_candidate(c, id)) {
            *picked = id;
            return true;
        }
        diverge(i, "the schedule asks for somebody who cannot run here");
        return false;
    }
    return false;
}

static uint32_t follow_or_ask(void *request, const struct snag_choice *c) {
    const struct snag__request *r = request;
    uint32_t picked;
    if (follow(c, &picked)) {
        return picked;
    }
    return r->strategy != NULL ? r->strategy->choose(r->strategy_state, c) : c->def;
}

/* ---- asking ---- */

/* The entry of this choice, by `v`: of what was filled in for the question nothing need be kept,
 * nor read again, over the answer. It counts when that is in it. Three words are written, and not
 * each of its fields. */
static inline __attribute__((always_inline)) struct snag_choice_entry *
begin_entry(struct snag__recorder *r, const struct snag__vthread *v, const struct snag_choice *c) {
    uint32_t at = r->choices_count;
    if (snag__unlikely(at >= SNAG__CHOICES_MAX)) {
        snag__sched_limit(SNAG_LIMIT_CHOICES);
    }
    struct snag_choice_entry *e = &r->choices[at];
    const struct snag__place *place = v->place;
    uint32_t actor;
    snag__copy_actor(&actor, v);
    uint64_t words[] = {
        c->kind | (uint64_t)c->current_enabled << 8 | (uint64_t)c->n << 16 | (uint64_t)c->def << 48,
        r->events_count | (uint64_t)actor << 32,
        place->op | (uint64_t)c->sub << 16 | (uint64_t)place->ordinal << 32,
    };
    memcpy(e, words, sizeof(words));
    return e;
}
_Static_assert(sizeof(struct snag_choice_entry) == 24 &&
                   offsetof(struct snag_choice_entry, kind) == 0 &&
                   offsetof(struct snag_choice_entry, current_enabled) == 1 &&
                   offsetof(struct snag_choice_entry, n) == 2 &&
                   offsetof(struct snag_choice_entry, def) == 6 &&
                   offsetof(struct snag_choice_entry, event) == 8 &&
                   offsetof(struct snag_choice_entry, vthread) == 12 &&
                   offsetof(struct snag_choice_entry, op) == 16 &&
                   offsetof(struct snag_choice_entry, sub) == 18 &&
                   offsetof(struct snag_choice_entry, ordinal) == 20,
               "what was decided, when and by whom, and where are words");

static inline void end_entry(struct snag__recorder *r, struct snag_choice_entry *e,
                             uint32_t picked) {
    e->picked = (uint16_t)picked;
    r->choices_count++;
}

static inline uint32_t ask(const struct snag_choice *c) {
    return snag__sched.answers(snag__sched.answers_state, c);
}

uint32_t snag__choose(const struct snag_choice *c) {
    const struct snag__vthread *self = &snag__vthreads[c->current];
    if (snag__sched.fair) {
        return c->def;
    }
    struct snag_choice_entry *e = begin_entry(snag__recorder, self, c);
    uint32_t picked = ask(c);
    if (c->kind == SNAG_CHOOSE_NEXT && c->current_enabled && picked != self->index) {
        snag__sched.preemptions++;
    }
    end_entry(snag__recorder, e, picked);
    return picked;
}

__attribute__((always_inline)) uint32_t snag__choose_next(const struct snag__vthread *self,
                                                          const struct snag_choice *c) {
    struct snag_choice_entry *e = begin_entry(snag__recorder, self, c);
    uint32_t picked = ask(c);
    end_entry(snag__recorder, e, picked);
    return picked;
}

const struct snag_pending *snag__pending_of(uint32_t vthread) {
    return &snag__vthreads[vthread].pend;
}

/* The question lies where it always is, so that only what differs is written. It may be read as
 * long as it is answered, and no other is asked meanwhile. */
__attribute__((always_inline)) uint32_t snag__choose_ready(const struct snag__vthread *self) {
    static struct snag_choice c = {.kind = SNAG_CHOOSE_NEXT,
                                   .current_enabled = true,
                                   .set = snag__sched.set,
                                   .pending = snag__pending_of};
    uint32_t me = self->index, n = snag__sched.candidates;
    c.n = n;
    c.def = c.current = me;
    c.words = snag__sched.words;
    c.step = snag__sched.points;
    struct snag_choice written = {
        .kind = SNAG_CHOOSE_NEXT, .n = n, .def = me, .current_enabled = true};
    begin_entry(snag__recorder, self, &written);
    uint32_t picked = ask(&c);
    if (snag__unlikely(picked != snag__self->index)) {
        snag__sched.preemptions++;
    }
    struct snag__recorder *r = snag__recorder;
    end_entry(r, &r->choices[r->choices_count], picked);
    return picked;
}

__attribute__((always_inline)) uint32_t snag__choose_walk(const struct snag__vthread *self,
                                                          bool current_enabled, uint32_t def) {
    uint32_t n = snag__sched.candidates;
    uint32_t picked = snag__bit_number(snag__sched.set[0], snag__random_below(snag__sched.walk, n));
    struct snag_choice c = {
        .kind = SNAG_CHOOSE_NEXT, .n = n, .def = def, .current_enabled = current_enabled};
    struct snag__recorder *r = snag__recorder;
    end_entry(r, begin_entry(r, self, &c), picked);
    return picked;
}

void snag__choose_only(const struct snag_choice *c) {
    const struct snag__request *r = snag__sched.request;
    if (!snag__sched.fair && r->strategy != NULL) {
        (void)r->strategy->choose(r->strategy_state, c);
    }
}

/* Does it happen? A strategy has no say, but one that is asked everywhere. */
static uint32_t answer_fault(enum snag_fault fault, const struct snag_choice *c) {
    const struct snag__request *r = snag__sched.request;
    uint32_t picked;
    if (r->repeat != NULL || snag__sched.every) {
        return ask(c);
    }
    if (snag__sched.schedule_left != 0 && follow(c, &picked)) {
        return picked;
    }
    return r->strategy != NULL ? snag__fault_policy(fault) : 0;
}

bool snag__fault_asked(enum snag_fault fault, enum snag__fault_where where) {
    struct snag__vthread *self = snag__self;
    struct snag__place *place = self->place;
    uint32_t picked, ordinal = place->ordinal;
    if (snag__sched.fair) {
        return false;
    }
    place->ordinal += where == SNAG__FAULT_AHEAD;
    struct snag_choice c = {.kind = snag_fault_choice(fault),
                            .n = 2,
                            .current = self->index,
                            .sub = where == SNAG__FAULT_SUB ? (uint16_t)(place->sub + 1) : 0,
                            .step = snag__sched.points};
    struct snag_choice_entry *e = begin_entry(snag__recorder, self, &c);
    picked = answer_fault(fault, &c);
    end_entry(snag__recorder, e, picked);
    place->ordinal = ordinal;
    return picked != 0;
}

/* ---- what strategies ask ---- */

/* An atomic is memory, too. */
static uint32_t memory_of(uint32_t object) {
    if ((object & SNAG_PENDING_MEMORY) != 0) {
        return object;
    }
    const struct snag__object *o = snag__object_get(object);
    return o->kind == SNAG__OBJECT_ATOMIC ? snag__pending_memory(o->address) : 0;
}

bool snag_pending_conflict(const struct snag_pending *a, const struct snag_pending *b) {
    if (a->object == 0 || b->object == 0 ||
        (snag__only_reads(a->kind) && snag__only_reads(b->kind))) {
        return false;
    }
    if (a->object == b->object) {
        return true;
    }
    bool mixed = ((a->object ^ b->object) & SNAG_PENDING_MEMORY) != 0;
    return mixed && memory_of(a->object) == memory_of(b->object);
}

const struct snag_event *snag_choice_log(uint32_t *count) {
    *count = snag__recorder->events_count;
    return snag__recorder->events;
}

static bool took_at(const struct snag__vthread *on, uint16_t task, uint32_t site) {
    for (uint32_t id = on->held_first; id != 0; id = snag__hold_get(id)->next_held) {
        const struct snag__hold *h = snag__hold_get(id);
        if (h->task == task && h->site == site) {
            return true;
        }
    }
    return false;
}

bool snag_choice_holds(const struct snag_choice *choice, uint32_t id, uint32_t site) {
    uint16_t task =
        choice->kind == SNAG_CHOOSE_TASK ? (uint16_t)(id + 1) : snag__vthreads[id].task_number;
    if (task == 0) {
        return took_at(&snag__vthreads[id], 0, site);
    }
    for (uint32_t i = 0; i < snag__sched.vthreads; i++) {
        if (took_at(&snag__vthreads[i], task, site)) {
            return true;
        }
    }
    return false;
}
