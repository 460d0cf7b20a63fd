/* exhaustive.c: between the scheduler and the tree of schedules. See exhaustive.h.
 *
 * A step is what a vthread does from one scheduling point to the next: the event that it stood
 * before, and all that comes without a point of its own. What it touched is read from the event log
 * when it is over. The rule: in doubt it touches more. What the log does not show exactly stands
 * for one place that all of its kind change: async tasks and their queues, descriptors, time,
 * chance, the making of threads; a signal, a cancellation and the end of the execution depend on
 * everything.
 */
#include "sched/strategy/exhaustive.h"

#include "base/event_class.h"
#include "sched/sched.h"
#include "shim/chance.h"
#include "snag/fault.h"

/* Places that are no memory. */
enum {
    PLACE_TIME = 64,
    PLACE_CHANCE = 128,
    PLACE_MAKING = 192, /* vthreads are numbered in the order in which they are made */
    PLACE_TASKS = 256,
    PLACE_DESCRIPTORS = 320,
    PLACE_CALLS = 384 /* the operations in progress: what was over when another one began */
};

static struct snag__exhaustive *running; /* of the execution in progress */

static void place(struct snag__exhaustive *e, uint64_t number) {
    snag__tree_touch(e->tree, number, 1, SNAG__TOUCH_CHANGES);
}

static uint64_t address_of(uint32_t object) {
    return object != 0 && (object & SNAG_PENDING_MEMORY) == 0 ? snag__object_get(object)->address
                                                              : 0;
}

/* ---- what kinds of events are about ---- */

static bool only_reads(unsigned kind, unsigned flags) {
    bool tries = kind == SNAG_EV_CAS || kind == SNAG_EV_TRYLOCK || kind == SNAG_EV_SPIN_TRYLOCK ||
                 kind == SNAG_EV_SEM_TRYWAIT || kind == SNAG_EV_TRYJOIN;
    return kind == SNAG_EV_LOAD || kind == SNAG_EV_READ || kind == SNAG_EV_SEM_GETVALUE ||
           (tries && (flags & SNAG_EVF_FAILED) != 0);
}

/* It acts on somebody wherever that one stands. */
static bool is_about_all(unsigned kind) {
    return kind == SNAG_EV_CANCEL || kind == SNAG_EV_CANCELLED || kind == SNAG_EV_SIGNAL ||
           kind == SNAG_EV_SIGNAL_HANDLED || kind == SNAG_EV_SIGACTION || kind == SNAG_EV_SIGWAIT ||
           kind == SNAG_EV_SIGSUSPEND || kind == SNAG_EV_TIMER_SET;
}

static bool is_about_tasks(unsigned kind) {
    return (kind >= SNAG_EV_TASK_SPAWN && kind <= SNAG_EV_IDLE) || snag__is_park(kind) ||
           kind == SNAG_EV_UNPARK || kind == SNAG_EV_TASK_ABORT || kind == SNAG_EV_JOB_START ||
           kind == SNAG_EV_JOB_END || kind == SNAG_EV_SELECT || kind == SNAG_EV_IO_READ ||
           kind == SNAG_EV_QUEUE_GREW;
}

static bool is_about_descriptors(unsigned kind) {
    return (kind >= SNAG_EV_PIPE && kind <= SNAG_EV_FD_AWAIT) || kind == SNAG_EV_SEM_OPEN ||
           kind == SNAG_EV_SEM_CLOSE || kind == SNAG_EV_SEM_UNLINK;
}

_Static_assert(SNAG_EV_IDLE - SNAG_EV_TASK_SPAWN == 8 && SNAG_EV_FD_AWAIT - SNAG_EV_PIPE == 16,
               "events.def lists tasks, and descriptors, in a row");

static void touch_kind(struct snag__exhaustive *e, unsigned kind) {
    if (is_about_all(kind)) {
        snag__tree_touch_all(e->tree);
    } else if (is_about_tasks(kind)) {
        place(e, PLACE_TASKS);
        place(e, PLACE_TIME);
    } else if (is_about_descriptors(kind)) {
        place(e, PLACE_DESCRIPTORS);
    } else if (kind == SNAG_EV_SPAWN) {
        place(e, PLACE_MAKING);
    } else if (kind == SNAG_EV_SLEEP) {
        place(e, PLACE_TIME);
    } else if (kind == SNAG_EV_OP_BEGIN) {
        snag__tree_touch(e->tree, PLACE_CALLS, 1, SNAG__TOUCH_BEGINS);
    } else if (kind == SNAG_EV_OP_END) {
        snag__tree_touch(e->tree, PLACE_CALLS, 1, SNAG__TOUCH_ENDS);
    }
}

static void touch_object(struct snag__exhaustive *e, uint32_t object, uint32_t bytes,
                         bool changes) {
    uint64_t address = address_of(object);
    if (address != 0) {
        snag__tree_touch(e->tree, address, bytes != 0 ? bytes : 1,
                         changes ? SNAG__TOUCH_CHANGES : SNAG__TOUCH_READS);
    }
}

/* ---- a step ---- */

static bool is_free_of(const struct snag__object *o, uint32_t v) {
    return o->owner.vthread == SNAG__NOBODY || o->owner.vthread == v;
}

/* What keeps `v` from the event that it stands before; *takes: what it takes for itself. */
static enum snag__step_waits waits_of(uint32_t v, uint64_t *takes) {
    const struct snag_pending *p = &snag__vthreads[v].pend;
    const struct snag__object *o = address_of(p->object) != 0 ? snag__object_get(p->object) : NULL;
    *takes = 0;
    switch (p->kind) {
    case SNAG_EV_LOCK:
    case SNAG_EV_SPIN_LOCK:
        *takes = o != NULL && o->owner.vthread != v ? o->address : 0;
        return o != NULL && is_free_of(o, v) ? SNAG__STEP_TAKES : SNAG__STEP_WAITS;
    case SNAG_EV_TIMEDLOCK:
    case SNAG_EV_COND_RELOCK:
        *takes =
            o != NULL && o->kind != SNAG__OBJECT_COND && o->owner.vthread != v ? o->address : 0;
        return SNAG__STEP_WAITS;
    case SNAG_EV_JOIN:
    case SNAG_EV_TIMEDJOIN:
        *takes = address_of(p->object); /* which a vthread gives up by ending */
        return SNAG__STEP_WAITS;
    case SNAG_EV_TRYLOCK:
    case SNAG_EV_SPIN_TRYLOCK:
        *takes = o != NULL && o->owner.vthread == SNAG__NOBODY ? o->address : 0;
        return SNAG__STEP_NEVER;
    case SNAG_EV_START:
    case SNAG_EV_END:
    case SNAG_EV_SPAWN:
    case SNAG_EV_UNLOCK:
    case SNAG_EV_SPIN_UNLOCK:
    case SNAG_EV_RWUNLOCK:
    case SNAG_EV_COND_WAIT:
    case SNAG_EV_COND_TIMEDWAIT:
    case SNAG_EV_COND_SIGNAL:
    case SNAG_EV_COND_BROADCAST:
    case SNAG_EV_SEM_POST:
    case SNAG_EV_YIELD:
    case SNAG_EV_LOAD:
    case SNAG_EV_STORE:
    case SNAG_EV_RMW:
    case SNAG_EV_CAS:
    case SNAG_EV_FENCE:
    case SNAG_EV_READ:
    case SNAG_EV_WRITE:
        return SNAG__STEP_NEVER;
    default:
        return SNAG__STEP_WAITS;
    }
}

/* `v` goes on: what it stood before happens. */
static void step_begins(struct snag__exhaustive *e, uint32_t v) {
    const struct snag_pending *p = &snag__vthreads[v].pend;
    uint64_t takes;
    enum snag__step_waits waits = waits_of(v, &takes);
    if (p->timed_out != 0) { /* whether that is a fault, depends on who else could go on */
        waits = SNAG__STEP_WAITS;
        takes = 0;
        snag__tree_touch_all(e->tree);
    }
    snag__tree_waits(e->tree, waits, takes);
    touch_kind(e, p->kind);
    if (e->stands[v] != 0) {
        snag__tree_touch(e->tree, e->stands[v], 1,
                         only_reads(p->kind, 0) ? SNAG__TOUCH_READS : SNAG__TOUCH_CHANGES);
    }
    if (e->watched) {
        snag__tree_touch_all(e->tree);
    }
    e->now = snag__sched.now;
    e->chance = snag__chance_state();
}

static void happened(struct snag__exhaustive *e, const struct snag_event *event) {
    touch_kind(e, event->kind);
    touch_object(e, event->object, event->bytes, !only_reads(event->kind, event->flags));
    if (event->kind == SNAG_EV_UNLOCK || event->kind == SNAG_EV_SPIN_UNLOCK) {
        snag__tree_gives(e->tree, address_of(event->object));
    } else if (event->kind == SNAG_EV_END) {
        snag__tree_gives(e->tree, address_of(event->object));
        e->ended |= UINT64_C(1) << event->vthread;
    }
}

/* All that it did but for where it came to. */
static void step_happened(struct snag__exhaustive *e) {
    for (; e->events < snag__recorder->events_count; e->events++) {
        happened(e, &snag__recorder->events[e->events]);
    }
    if (snag__sched.now != e->now) {
        place(e, PLACE_TIME);
        if (snag__sched.no_timeouts) {
            snag__tree_touch_all(e->tree); /* perhaps because nobody could go on */
        }
    }
    if (snag__chance_state() != e->chance) {
        place(e, PLACE_CHANCE);
    }
}

static bool is_rwlock(unsigned kind) {
    return (kind >= SNAG_EV_RDLOCK && kind <= SNAG_EV_RWLOCK_QUEUE);
}

/* It has come to its next point: who waits in a condition gave its mutex up; who has a deadline
 * looked at the time; that somebody waits for an rwlock others can see. */
static void step_ended(struct snag__exhaustive *e, uint32_t v) {
    const struct snag__vthread *self = &snag__vthreads[v];
    step_happened(e);
    e->stands[v] = address_of(self->pend.object);
    if (self->deadline != UINT64_MAX) {
        place(e, PLACE_TIME);
    }
    if (self->pend.kind == SNAG_EV_COND_RELOCK) {
        uint32_t mutex = self->waits_with != 0 ? self->waits_with : self->pend.object;
        touch_object(e, mutex, 1, true);
        snag__tree_gives(e->tree, address_of(mutex));
    } else if (is_rwlock(self->pend.kind) && !snag__enabled(self)) {
        touch_object(e, self->pend.object, 1, true);
    }
}

/* ---- choices ---- */

/* Who only looks again: its registers and stack were the same at its last turn, and nothing has
 * changed since. */
static uint64_t useless(uint64_t set) {
    uint64_t found = 0;
    for (; set != 0; set &= set - 1) {
        const struct snag__vthread *v = &snag__vthreads[__builtin_ctzll(set)];
        bool idle = v->spin.idle && v->spin.changes == snag__sched.changes;
        found |= idle && v->pend.timed_out == 0 ? set & -set : 0;
    }
    return found;
}

static uint64_t expiring(uint64_t set) {
    uint64_t found = 0;
    for (; set != 0; set &= set - 1) {
        found |= snag__vthreads[__builtin_ctzll(set)].pend.timed_out != 0 ? set & -set : 0;
    }
    return found;
}

static uint32_t choose_next(struct snag__exhaustive *e, const struct snag_choice *c) {
    if (c->words > 1) {
        e->crowded = true;
        return c->def;
    }
    if (e->tree->open != UINT32_MAX) {
        step_ended(e, c->current);
    } else {
        e->events = snag__recorder->events_count;
        e->stands[c->current] = address_of(snag__vthreads[c->current].pend.object);
    }
    const struct snag__tree_state s = {.enabled = c->set[0],
                                       .useless = useless(c->set[0]),
                                       .faulty = expiring(c->set[0]),
                                       .current = c->current,
                                       .current_enabled = c->current_enabled,
                                       .preferred = c->def,
                                       .actors = snag__sched.vthreads};
    for (uint32_t v = e->tree->actors; v < s.actors; v++) {
        e->stands[v] = v == c->current ? e->stands[v] : address_of(snag__vthreads[v].pend.object);
    }
    uint32_t picked = snag__tree_next(e->tree, &s);
    if (picked == SNAG__TREE_CUT) {
        snag__sched_stop(SNAG_END_STOPPED);
    }
    step_begins(e, picked);
    return picked;
}

/* The candidate `id` is which one, from 0? */
static uint32_t rank_of(const struct snag_choice *c, uint32_t id) {
    uint32_t rank = 0;
    while (c->set != NULL && snag_choice_candidate(c, rank) != id) {
        rank++;
    }
    return c->set != NULL ? rank : id;
}

static uint32_t choose(void *self, const struct snag_choice *choice) {
    struct snag__exhaustive *e = self;
    if (choice->kind == SNAG_CHOOSE_NEXT) {
        return choose_next(e, choice);
    }
    bool fault = snag_fault_of(choice->kind) != SNAG_FAULT_KINDS;
    uint32_t k = snag__tree_value(e->tree, choice->n, rank_of(choice, choice->def), fault);
    return snag_choice_candidate(choice, k);
}

static void begin(void *self, uint64_t seed, const struct snag_strategy_hint *hint,
                  const struct snag_goal *goal) {
    struct snag__exhaustive *e = self;
    (void)seed;
    (void)hint;
    (void)goal;
    running = e;
    e->watched = snag__sched.watch != NULL;
    e->ended = 0;
    snag__tree_begin(e->tree);
}

void snag__exhaustive_touch(uintptr_t at, uint32_t bytes, bool writes) {
    snag__tree_touch(running->tree, at, bytes, writes ? SNAG__TOUCH_CHANGES : SNAG__TOUCH_READS);
}

/* ---- the end ---- */

static void add_touch(struct snag__tree *t, struct snag__footprint *f, uint64_t from) {
    if (from != 0 && f->first + f->count < t->touches_max) {
        struct snag__touch *to = &t->touches[f->first + f->count];
        *to = (struct snag__touch){.from = from, .bytes = 1, .how = SNAG__TOUCH_CHANGES};
        snag__footprint_add(f, to);
    }
}

/* `v` stands before an event that never came. */
static void left(struct snag__exhaustive *e, uint32_t v) {
    const struct snag__vthread *self = &snag__vthreads[v];
    unsigned kind = self->pend.kind;
    uint64_t takes;
    enum snag__step_waits waits = waits_of(v, &takes);
    struct snag__footprint f = {.first = e->tree->touches_count};
    f.all = is_about_all(kind) || self->deadline != UINT64_MAX || kind == SNAG_EV_READ ||
            kind == SNAG_EV_WRITE;
    add_touch(e->tree, &f, e->stands[v]);
    add_touch(e->tree, &f, address_of(self->pend.object));
    add_touch(e->tree, &f, address_of(self->waits_with));
    add_touch(e->tree, &f, is_about_tasks(kind) ? PLACE_TASKS : 0);
    add_touch(e->tree, &f, is_about_descriptors(kind) ? PLACE_DESCRIPTORS : 0);
    add_touch(e->tree, &f, self->deadline != UINT64_MAX || is_about_tasks(kind) ? PLACE_TIME : 0);
    snag__tree_left(e->tree, v, &f, waits, takes);
}

void snag__exhaustive_end(struct snag__exhaustive *e, enum snag_end end) {
    struct snag__tree *t = e->tree;
    uint32_t vthreads = snag__recorder->vthreads_count, current = snag__recorder->current;
    bool stuck = end == SNAG_END_STUCK, endless = end == SNAG_END_LIVELOCK;
    if (vthreads > SNAG__TREE_ACTORS_MAX) {
        e->crowded = true;
    }
    if (e->crowded || t->open == UINT32_MAX) {
        snag__tree_end(t);
        return;
    }
    if (stuck) {
        step_ended(e, current);
    } else if (!t->cut) {
        step_happened(e);
    }
    uint64_t all = vthreads == SNAG__TREE_ACTORS_MAX ? UINT64_MAX : (UINT64_C(1) << vthreads) - 1;
    uint64_t live = all & ~e->ended;
    live &= stuck || t->cut ? UINT64_MAX : ~(UINT64_C(1) << current);
    if (live != 0 && !stuck && !endless && !t->cut) {
        snag__tree_touch_all(t); /* it ended what they would have done */
    }
    snag__tree_meet(t, vthreads);
    if (end == SNAG_END_STEPS || end == SNAG_END_UNSETTLED) {
        snag__tree_shorten(t);
    }
    snag__tree_end(t);
    for (; live != 0; live &= live - 1) {
        left(e, (uint32_t)__builtin_ctzll(live));
    }
}

const struct snag_strategy snag__strategy_exhaustive = {
    .state_bytes = sizeof(struct snag__exhaustive),
    .name = "exhaustive",
    .help = "every schedule, but for those that show the same (Abdulla et al. 2014)",
    .begin = begin,
    .choose = choose,
};
