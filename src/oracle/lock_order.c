/* lock_order.c: dependencies between locks, and cycles of them. See lock_order.h.
 *
 * A dependency is {actor, locks held, lock taken}, and a cycle a chain of them in which each takes
 * a lock that the next one holds, and the last one takes one of the first's. As in iGoodlock
 * (Joshi, Park, Sen, Naik: A Randomized Dynamic Program Analysis Technique for Detecting Real
 * Deadlocks, PLDI 2009), with what earlier work found necessary against false alarms: the actors of
 * a chain are different ones, and no two of its dependencies hold the same lock, which would be a
 * gate that only one of them passes at a time (Havelund: Using Runtime Analysis to Guide Model
 * Checking of Java Programs, SPIN 2000); and none comes before another one by starting and joining
 * (Agarwal, Wang, Stoller: Detecting Potential Deadlocks with Static Analysis and Run-Time
 * Monitoring, PADTAD 2005; their segments are our before.h).
 *
 * Two readers do not exclude each other, neither as a lock that is waited for nor as a gate. A lock
 * that was tried, or waited for until a time, is held like any other but was not waited for. Two
 * tasks that share one worker do not meet if neither awaits anything between its locks. We
 * deviate from iGoodlock in that locks are told apart by themselves, not by where they were made:
 * a cycle is looked for in one execution at a time. The same dependency again, by an actor that has
 * started nobody since, adds nothing: what is ordered with it is ordered with the first.
 */
#include "oracle/lock_order.h"

#include "base/hash.h"
#include "exec/parts.h"
#include "oracle/before.h"
#include "oracle/graph.h"
#include "oracle/left.h"
#include "oracle/raise.h"
#include "task/task_internal.h"

enum { DEPENDENCIES_MAX = 512, HELD_MAX = 8, TRIES_MAX = 1 << 16 };

struct held {
    uint32_t object, site;
    uint32_t event; /* since when */
    bool reads;
};

struct dependency {
    uint16_t vthread, task;
    uint32_t event;       /* of the log, when the lock was taken, or asked for */
    uint32_t takes, site; /* object, where */
    bool reads;
    uint8_t held_count;
    struct held held[HELD_MAX];
};

static struct dependency dependencies[DEPENDENCIES_MAX];
static uint64_t names[DEPENDENCIES_MAX]; /* a hash of each */
static uint32_t count;
static bool full; /* something did not fit, or took too long */

void snag__lock_order_reset(void) {
    count = 0;
    full = false;
}

/* ---- noting ---- */

/* What the running actor holds beside `o`, of what it took on vthread `on`. False: too much. */
static bool add_held(struct dependency *d, const struct snag__vthread *on,
                     const struct snag__object *o) {
    for (uint32_t id = on->held_first; id != 0; id = snag__hold_get(id)->next_held) {
        const struct snag__hold *h = snag__hold_get(id);
        if (h->task != d->task || h->object == o->number || snag__left_by(h) != 0) {
            continue;
        }
        if (d->held_count == HELD_MAX) {
            return false;
        }
        d->held[d->held_count++] = (struct held){
            .object = h->object, .site = h->site, .event = h->event, .reads = snag__hold_reads(h)};
    }
    return true;
}

/* A task may have taken locks on workers that it has left. */
static bool fill_held(struct dependency *d, const struct snag__object *o) {
    if (d->task == 0) {
        return add_held(d, snag__self, o);
    }
    bool fits = true;
    for (uint32_t i = 0; i < snag__sched.vthreads; i++) {
        fits &= snag__vthreads[i].held_first == 0 || add_held(d, &snag__vthreads[i], o);
    }
    return fits;
}

/* The same for two that say the same. */
static uint64_t name_of(const struct dependency *d) {
    uint64_t head[] = {(uint64_t)d->vthread << 32 | (uint64_t)d->task << 16 | d->reads,
                       (uint64_t)d->takes << 32 | d->site,
                       (uint64_t)snag__sched.vthreads << 32 | snag__task_count()};
    uint64_t h = snag__hash(head, sizeof(head), d->held_count);
    for (uint32_t i = 0; i < d->held_count; i++) {
        uint64_t words[] = {(uint64_t)d->held[i].object << 32 | d->held[i].site, d->held[i].reads};
        h = snag__hash(words, sizeof(words), h);
    }
    return h;
}

__attribute__((noinline)) void snag__lock_order_note(const struct snag__object *o, bool shared,
                                                     uint32_t site) {
    static struct dependency spare;
    struct dependency *d = count < DEPENDENCIES_MAX ? &dependencies[count] : &spare;
    snag__part_use(SNAG__PART_LOCK_ORDER);
    d->vthread = snag__self->index;
    d->task = snag__self->task_number;
    d->event = snag__recorder->events_count;
    d->takes = o->number;
    d->site = site;
    d->reads = shared;
    d->held_count = 0;
    if (!fill_held(d, o)) {
        full = true;
    } else if (d->held_count != 0) {
        uint64_t name = name_of(d);
        for (uint32_t i = 0; i < count; i++) {
            if (names[i] == name) {
                return;
            }
        }
        full |= count == DEPENDENCIES_MAX;
        if (count < DEPENDENCIES_MAX) {
            names[count++] = name;
        }
    }
}

/* ---- cycles ---- */

static const struct dependency *live[DEPENDENCIES_MAX];
static uint32_t live_count;

/* By object, the last round of find_live in which a live one holds it, or takes it. */
static uint32_t held_in[SNAG__OBJECTS_MAX + 1], taken_in[SNAG__OBJECTS_MAX + 1];
static uint32_t round_now;

static void mark(const struct dependency *d) {
    taken_in[d->takes] = round_now;
    for (uint32_t k = 0; k < d->held_count; k++) {
        held_in[d->held[k].object] = round_now;
    }
}

/* Something live holds what it takes, and takes what it holds. */
static bool may_close(const struct dependency *d) {
    bool taken = false;
    for (uint32_t k = 0; k < d->held_count; k++) {
        taken |= taken_in[d->held[k].object] == round_now;
    }
    return taken && held_in[d->takes] == round_now;
}

/* Only what may be part of a cycle. Where locks have an order, nothing is left. */
static void find_live(void) {
    live_count = count;
    for (uint32_t i = 0; i < count; i++) {
        live[i] = &dependencies[i];
    }
    for (uint32_t before = live_count + 1; live_count < before;) {
        round_now++;
        before = live_count;
        live_count = 0;
        for (uint32_t i = 0; i < before; i++) {
            mark(live[i]);
        }
        for (uint32_t i = 0; i < before; i++) {
            if (may_close(live[i])) {
                live[live_count++] = live[i];
            }
        }
    }
}

static const struct dependency *chain[SNAG_PARTIES_MAX];
static const struct held *wanted[SNAG_PARTIES_MAX]; /* of each: what the one before it takes */
static uint32_t length, tries;
static uint32_t most; /* dependencies of a chain, for now */
static bool cut;      /* one would have got more */

/* What `d` holds of what `by` takes; NULL: nothing that it would have to wait for. */
static const struct held *waits_for(const struct dependency *by, const struct dependency *d) {
    for (uint32_t i = 0; i < d->held_count; i++) {
        if (d->held[i].object == by->takes) {
            return d->held[i].reads && by->reads ? NULL : &d->held[i];
        }
    }
    return NULL;
}

/* They hold one lock both, of which only one can be in possession. */
static bool share_gate(const struct dependency *a, const struct dependency *b) {
    for (uint32_t i = 0; i < a->held_count; i++) {
        for (uint32_t k = 0; k < b->held_count; k++) {
            if (a->held[i].object == b->held[k].object && !(a->held[i].reads && b->held[k].reads)) {
                return true;
            }
        }
    }
    return false;
}

static bool same_actor(const struct dependency *a, const struct dependency *b) {
    return a->task == b->task && (a->task != 0 || a->vthread == b->vthread);
}

static bool may_join_chain(const struct dependency *d) {
    for (uint32_t i = 0; i < length; i++) {
        if (same_actor(chain[i], d) || share_gate(chain[i], d)) {
            return false;
        }
    }
    return true;
}

static bool one_before_other(const struct dependency *a, const struct dependency *b) {
    struct snag__moment at_a = {a->event, a->vthread, a->task};
    struct snag__moment at_b = {b->event, b->vthread, b->task};
    return snag__before(&at_a, &at_b) || snag__before(&at_b, &at_a);
}

/* Was the task of chain[i] off its worker, holding what the one before it wants? */
static bool was_away(uint32_t i) {
    for (uint32_t e = wanted[i]->event; e < chain[i]->event; e++) {
        const struct snag_event *at = &snag__recorder->events[e];
        if ((at->kind == SNAG_EV_RESUME || at->kind == SNAG_EV_CO_RESUMED) &&
            at->task == chain[i]->task) {
            return true;
        }
    }
    return false;
}

/* The task that did it; NULL: a thread's own code. */
static const struct snag__task *task_of(const struct dependency *d) {
    return d->task != 0 ? snag__task_at(d->task - 1U) : NULL;
}

/* Does one thread run both: a worker of the executor its tasks, or any other one its own code, and
 * what another library runs there (task/coroutine.h)? */
static bool share_thread(const struct dependency *d, const struct dependency *e) {
    const struct snag__task *a = task_of(d), *b = task_of(e);
    if ((a != NULL && !a->declared) || (b != NULL && !b->declared)) {
        return a != NULL && b != NULL && !a->declared && !b->declared &&
               snag__tasks_share_worker(a, b);
    }
    return d->vthread == e->vthread;
}

/* One thread runs both, and neither leaves it halfway. */
static bool one_after_other(uint32_t i, uint32_t k) {
    return share_thread(chain[i], chain[k]) && !was_away(i) && !was_away(k);
}

static bool may_overlap(void) {
    for (uint32_t i = 0; i < length; i++) {
        for (uint32_t k = 0; k < i; k++) {
            if (one_before_other(chain[i], chain[k]) || one_after_other(i, k)) {
                return false;
            }
        }
    }
    return true;
}

/* Does who comes to wait there give its worker away meanwhile? */
static bool would_suspend(const struct dependency *d) {
    return d->task != 0 && snag__graph_is_async(snag__object_get(d->takes));
}

/* The chain leads back to where it starts. Parties are those of the deadlock that it would be: each
 * holds what its predecessor waits for. */
static void raise_cycle(void) {
    struct snag_finding *f = snag__raise(SNAG_LOCK_ORDER);
    uint32_t last = 0;
    for (uint32_t i = 0; i < length; i++) {
        const struct dependency *d = chain[i];
        struct snag_party *p = snag__raise_party(f, d->takes, d->site);
        if (p != NULL) {
            p->vthread = d->vthread;
            p->task = d->task;
            p->suspended = would_suspend(d);
            p->holds = wanted[i]->object;
            p->holds_site = wanted[i]->site;
            p->reads = wanted[i]->reads;
        }
        last = d->event > last ? d->event : last;
    }
    if (f != NULL) {
        f->event = last + 1 < snag__recorder->events_count ? last + 1 : last;
    }
    snag__raise_done(f);
}

static bool full_of_tries(void) {
    full |= ++tries > TRIES_MAX;
    return tries > TRIES_MAX;
}

/* Chains that begin with live[first], and go on with later ones. Shorter cycles are known. */
static void extend(uint32_t first) {
    const struct dependency *end = chain[length - 1];
    wanted[0] = length > 1 ? waits_for(end, chain[0]) : NULL;
    if (wanted[0] != NULL) {
        if (length == most && may_overlap()) {
            raise_cycle();
        }
        return; /* a longer one that contains this one says no more */
    }
    if (length == most) {
        cut = true;
        return;
    }
    for (uint32_t i = first + 1; i < live_count && !full_of_tries(); i++) {
        const struct dependency *d = live[i];
        wanted[length] = waits_for(end, d);
        if (wanted[length] != NULL && may_join_chain(d)) {
            chain[length++] = d;
            extend(first);
            length--;
        }
    }
}

/* Those of `most` dependencies. */
static void find_cycles(void) {
    for (uint32_t i = 0; i + 1 < live_count; i++) {
        chain[0] = live[i];
        length = 1;
        extend(i);
    }
}

/* The short ones first: they are what there is, mostly, and the long ways are many. */
void snag__lock_order_judge(void) {
    if (count > 1) {
        find_live();
        tries = 0;
        cut = live_count > 1;
        for (most = 2; cut && most <= SNAG_PARTIES_MAX; most++) {
            cut = false;
            find_cycles();
        }
    }
    if (full && snag__sched.limit == SNAG_NO_LIMIT) {
        snag__sched.limit = SNAG_LIMIT_LOCK_ORDER;
    }
}
