/* learn.c: happens-before by vector clocks, from the event log. See learn.h.
 *
 * The shape is that of FastTrack (Flanagan, Freund: FastTrack: Efficient and Precise Dynamic Race
 * Detection, PLDI 2009): of each four bytes the last write and two last reads, as {vthread, its
 * clock}. Deviations: every atomic operation orders, whatever its memory order, for there is
 * nothing to be seen by running others between accesses that only a weak memory reorders; and
 * events are read when the next access comes, so that what does not learn pays nothing for it.
 *
 * Tasks have the clock of the vthread they run on, and carry it to the next.
 */
#include "sched/learn.h"

#include <string.h>

#include "base/assert.h"
#include "base/event_class.h"
#include "sched/plain.h"
#include "sched/sched.h"
#include "sched/vector_clock.h"

enum {
    OBJECTS_MAX = 4096,
    TASKS_MAX = 256,
    HELD_MAX = 16,
    GRANULE_BYTES = 4,
    LINE = 16, /* granules that lie together */
    SLOTS = 1 << 15,
    CELLS_MAX = SLOTS / 2
};

struct access {
    uint32_t clock; /* 0: there was none */
    uint32_t site;  /* 0: an atomic operation */
    uint16_t vthread;
    uint8_t bytes; /* a bit for each of the granule that it touched */
};

/* What is known of four bytes of memory. */
struct cell {
    uintptr_t granule;
    bool raced;
    struct access write, reads[2];
};

struct slot {
    uint32_t generation; /* of another one: free */
    uint32_t cell;
};

/* Locks held, each with whether it is shared with other readers. */
struct held {
    uint32_t object[HELD_MAX];
    bool reading[HELD_MAX];
    uint32_t count;
};

static uint32_t generation;
static bool over; /* nothing more is learned: more goes on than there is room to follow, or nobody
                     else is left */
static uint32_t seen; /* events of the log */
static bool thorough; /* a race that is not seen would be a schedule left out */
static bool lost;     /* one may not have been */
static struct snag__clock now[SNAG__VTHREADS_MAX];
static struct snag__clock written[OBJECTS_MAX + 1],
    read[OBJECTS_MAX + 1]; /* `read`: by readers' unlocks */
static struct snag__clock tasks[TASKS_MAX + 1];
static struct snag__clock ended; /* of all that have */
static struct held held[SNAG__VTHREADS_MAX];
static struct slot slots[SLOTS];
static struct cell cells[CELLS_MAX]; /* in the order of first use, so that few pages are touched */
static uint32_t cells_used;

void snag__learn_begin(bool with_care) {
    thorough = with_care;
    lost = false;
    if (++generation == 0) { /* after four thousand million executions */
        memset(written, 0, sizeof(written));
        memset(read, 0, sizeof(read));
        memset(tasks, 0, sizeof(tasks));
        memset(slots, 0, sizeof(slots));
        memset(&ended, 0, sizeof(ended));
        generation = 1;
    }
    over = false;
    seen = 0;
    cells_used = 0;
    now[0].width = 1;
    now[0].at[0] = 1;
    held[0].count = 0;
}

/* ---- clocks ---- */

static void acquire(uint32_t v, struct snag__clock *c) {
    if (c->generation == generation && c->known_to != v) {
        snag__clock_join(&now[v], c);
        c->known_to = v;
    }
}

static void release(uint32_t v, struct snag__clock *c) {
    if (c->generation != generation) {
        c->generation = generation;
        c->known_to = v;
        c->width = 0;
    } else if (c->known_to != v) {
        c->known_to = SNAG__VTHREADS_MAX;
    }
    snag__clock_join(c, &now[v]);
    now[v].at[v]++;
}

/* ---- memory ---- */

static inline struct slot *find(uintptr_t granule) {
    uint64_t line = (granule / LINE * UINT64_C(0x9e3779b97f4a7c15)) >> 40;
    uint32_t i = (uint32_t)(line * LINE + granule % LINE) & (SLOTS - 1);
    while (slots[i].generation == generation && cells[slots[i].cell].granule != granule) {
        i = (i + 1) & (SLOTS - 1);
    }
    return &slots[i];
}

/* In place of a call site: memory was given back, which is no access that could be put off. */
enum { FREED = UINT32_MAX };

static void mark(const struct access *a) {
    if (a->clock != 0 && a->site != 0 && a->site != FREED) {
        snag__plain_races(a->site);
    }
}

/* Not ordered before what its vthread, whose clock is `own`, does now, and not both atomic. */
static inline bool conflicts(const struct access *before, const struct access *a,
                             const struct snag__clock *own) {
    return before->clock > snag__clock_of(own, before->vthread) &&
           (before->bytes & a->bytes) != 0 && (before->site | a->site) != 0;
}

static inline void keep_read(struct cell *c, const struct access *a,
                             const struct snag__clock *own) {
    const struct access *first = &c->reads[0];
    bool replaces = first->clock == 0 || first->vthread == a->vthread ||
                    first->clock <= snag__clock_of(own, first->vthread);
    struct access *to = &c->reads[!replaces];
    if (snag__unlikely(thorough) && conflicts(to, a, own)) {
        mark(to); /* it is forgotten, and who writes later may not come after it */
    }
    *to = *a;
}

static inline void keep_write(struct cell *c, const struct access *a) {
    c->write = *a;
    for (int i = 0; i < 2; i++) {
        if ((c->reads[i].bytes & ~a->bytes) == 0) {
            c->reads[i].clock = 0; /* ordered before this write, as whoever comes after it is */
        }
    }
}

static inline bool races_in(const struct cell *c, const struct access *a,
                            const struct snag__clock *own, bool write) {
    return c->raced || conflicts(&c->write, a, own) ||
           (write && (conflicts(&c->reads[0], a, own) || conflicts(&c->reads[1], a, own)));
}

static __attribute__((noinline)) void meet_with_care(struct cell *c, struct access a, bool write) {
    const struct snag__clock *own = &now[a.vthread];
    if (races_in(c, &a, own, write)) { /* then so may all who came by before, and all who will */
        c->raced = true;
        mark(&c->write);
        mark(&c->reads[0]);
        mark(&c->reads[1]);
        mark(&a);
    }
    if (write) {
        keep_write(c, &a);
    } else {
        keep_read(c, &a, own);
    }
}

/* The same, in place, where there is nothing to mark. */
static inline __attribute__((always_inline)) void meet(struct cell *c, struct access a,
                                                       bool write) {
    const struct snag__clock *own = &now[a.vthread];
    if (snag__unlikely(thorough || races_in(c, &a, own, write))) {
        meet_with_care(c, a, write);
    } else if (write) {
        keep_write(c, &a);
    } else {
        keep_read(c, &a, own);
    }
}

/* Of a granule the bytes whose bits are set. site 0: an atomic operation. */
static __attribute__((noinline)) void touch(uint32_t v, uintptr_t granule, unsigned bits,
                                            bool write, uint32_t site) {
    struct slot *s = find(granule);
    if (s->generation != generation) {
        if (cells_used == CELLS_MAX) {
            over = lost = true;
            return;
        }
        *s = (struct slot){.generation = generation, .cell = cells_used};
        cells[cells_used++] = (struct cell){.granule = granule};
    }
    struct access a = {
        .clock = now[v].at[v], .site = site, .vthread = (uint16_t)v, .bytes = (uint8_t)bits};
    meet(&cells[s->cell], a, write);
}

static inline unsigned bits_of(unsigned first, unsigned n) {
    return ((1U << n) - 1) << first;
}

static __attribute__((noinline)) void touch_each(uint32_t v, uintptr_t from, unsigned bytes,
                                                 bool write, uint32_t site) {
    for (uintptr_t at = from, end = from + bytes; at < end && !over;) {
        unsigned first = at % GRANULE_BYTES;
        unsigned n =
            GRANULE_BYTES - first < end - at ? GRANULE_BYTES - first : (unsigned)(end - at);
        touch(v, at / GRANULE_BYTES, bits_of(first, n), write, site);
        at += n;
    }
}

/* Mostly it is one granule, or a part of it. */
static inline void access_memory(uint32_t v, uintptr_t from, unsigned bytes, bool write,
                                 uint32_t site) {
    unsigned first = from % GRANULE_BYTES;
    if (snag__likely(bytes - 1 < GRANULE_BYTES - first)) {
        touch(v, from / GRANULE_BYTES, bits_of(first, bytes), write, site);
    } else {
        touch_each(v, from, bytes, write, site);
    }
}

static void forget(struct cell *c, const struct access *unused) {
    (void)unused;
    *c = (struct cell){.granule = c->granule};
}

static void give_back(struct cell *c, const struct access *a) {
    meet(c, *a, true);
}

/* Those of this memory that are known. */
static void each(uintptr_t from, size_t bytes, void (*visit)(struct cell *, const struct access *),
                 const struct access *a) {
    uintptr_t first = from / GRANULE_BYTES;
    size_t n = (bytes + GRANULE_BYTES - 1) / GRANULE_BYTES;
    if (n <= cells_used) {
        for (size_t i = 0; i < n; i++) {
            const struct slot *s = find(first + i);
            if (s->generation == generation) {
                visit(&cells[s->cell], a);
            }
        }
        return;
    }
    for (uint32_t i = 0; i < cells_used; i++) {
        if (cells[i].granule - first < n) {
            visit(&cells[i], a);
        }
    }
}

void snag__learn_forget(uintptr_t from, size_t bytes) {
    each(from, bytes, forget, NULL);
}

/* ---- events ---- */

static void hold(uint32_t v, uint32_t object, bool reading) {
    struct held *h = &held[v];
    if (h->count < HELD_MAX) {
        h->object[h->count] = object;
        h->reading[h->count++] = reading;
    }
}

/* Was it held as a reader? */
static bool drop(uint32_t v, uint32_t object) {
    struct held *h = &held[v];
    for (uint32_t i = h->count; i-- > 0;) {
        if (h->object[i] == object) {
            bool reading = h->reading[i];
            h->count--;
            h->object[i] = h->object[h->count];
            h->reading[i] = h->reading[h->count];
            return reading;
        }
    }
    return false;
}

static void locked(uint32_t v, const struct snag_event *e, bool reading) {
    if ((e->flags & SNAG_EVF_FAILED) != 0) {
        return;
    }
    acquire(v, &written[e->object]);
    if (!reading) {
        acquire(v, &read[e->object]);
    }
    hold(v, e->object, reading);
}

static void unlocked(uint32_t v, uint32_t object) {
    release(v, drop(v, object) ? &read[object] : &written[object]);
}

static void atomic(uint32_t v, const struct snag_event *e) {
    bool writes = e->kind != SNAG_EV_LOAD && (e->flags & SNAG_EVF_FAILED) == 0;
    if (e->object == 0) {
        return; /* a fence: the operations around it order */
    }
    access_memory(v, snag__object_get(e->object)->address, e->bytes, writes, 0);
    if (e->kind != SNAG_EV_STORE) {
        acquire(v, &written[e->object]);
    }
    if (writes) {
        release(v, &written[e->object]);
    }
}

/* The log does not say which mutex was given up: all that are held. It will be held again. */
static void waits(uint32_t v) {
    for (uint32_t i = 0; i < held[v].count; i++) {
        release(v, &written[held[v].object[i]]);
    }
}

static void relocked(uint32_t v, const struct snag_event *e) {
    acquire(v, &written[e->object]);
    acquire(v, &read[e->object]);
}

static void synchronised(uint32_t v, const struct snag_event *e) {
    switch (e->kind) {
    case SNAG_EV_LOCK:
    case SNAG_EV_TRYLOCK:
    case SNAG_EV_TIMEDLOCK:
    case SNAG_EV_WRLOCK:
    case SNAG_EV_TRYWRLOCK:
    case SNAG_EV_TIMEDWRLOCK:
    case SNAG_EV_SPIN_LOCK:
    case SNAG_EV_SPIN_TRYLOCK:
        locked(v, e, false);
        break;
    case SNAG_EV_RDLOCK:
    case SNAG_EV_TRYRDLOCK:
    case SNAG_EV_TIMEDRDLOCK:
        locked(v, e, true);
        break;
    case SNAG_EV_UNLOCK:
    case SNAG_EV_RWUNLOCK:
    case SNAG_EV_SPIN_UNLOCK:
        unlocked(v, e->object);
        break;
    case SNAG_EV_COND_RELOCK:
        relocked(v, e);
        break;
    case SNAG_EV_COND_WAIT:
    case SNAG_EV_COND_TIMEDWAIT:
        waits(v);
        break;
    case SNAG_EV_JOIN:
        acquire(v, &written[e->object]);
        break;
    case SNAG_EV_END:
        release(v, &written[e->object]);
        release(v, &ended);
        break;
    case SNAG_EV_IDLE: /* the executor's queue orders nobody but those it hands a task to */
    case SNAG_EV_RWLOCK_QUEUE:
    case SNAG_EV_TEST_CANCEL:
    case SNAG_EV_FUTEX_WAIT: /* the atomics around a futex order, the futex does not */
    case SNAG_EV_FUTEX_RETURN:
    case SNAG_EV_FUTEX_WAKE:
    case SNAG_EV_FUTEX_REQUEUE:
        break;
    default:
        acquire(v, &written[e->object]);
        release(v, &written[e->object]);
    }
}

/* A task takes its clock along from one worker to the next, and wakes others when it ends. */
static void moved(uint32_t v, const struct snag_event *e, bool before) {
    if (before && (e->kind == SNAG_EV_RESUME || e->kind == SNAG_EV_TASK_START)) {
        acquire(v, &tasks[e->task]);
        acquire(v, &ended);
    } else if (!before) {
        release(v, e->kind == SNAG_EV_TASK_END ? &ended : &tasks[e->task]);
        if (e->kind == SNAG_EV_TASK_SPAWN && e->value < TASKS_MAX) {
            release(v, &tasks[e->value + 1]);
        }
    }
}

static void happened(const struct snag_event *e) {
    uint32_t v = e->vthread;
    if (v >= SNAG__VTHREADS_MAX || e->object > OBJECTS_MAX || e->task > TASKS_MAX) {
        over = lost = true;
        return;
    }
    uint8_t class = snag__event_classes[e->kind];
    if (class == SNAG__EVENT_ATOMIC) {
        atomic(v, e);
    } else if (class == SNAG__EVENT_SYNC) {
        if (e->task != 0) {
            moved(v, e, true);
        }
        if (e->object != 0) {
            synchronised(v, e);
        }
        if (e->task != 0) {
            moved(v, e, false);
        }
    }
}

static __attribute__((noinline)) void read_on(uint32_t until) {
    for (; seen < until && !over; seen++) {
        happened(&snag__recorder->events[seen]);
    }
}

static inline void catch_up(void) {
    uint32_t until = snag__recorder->events_count;
    if (seen < until) {
        read_on(until);
    }
}

void snag__learn_spawned(uint32_t vthread) {
    uint32_t parent = snag__self->index;
    catch_up();
    over |= vthread >= SNAG__VTHREADS_MAX;
    if (!over) {
        now[vthread].width = 0;
        snag__clock_join(&now[vthread], &now[parent]);
        snag__clock_widen(&now[vthread], vthread + 1);
        now[vthread].at[vthread] = 1;
        held[vthread].count = 0;
        now[parent].at[parent]++;
    }
}

bool snag__learn_lost(void) {
    return lost;
}

void snag__learn_all_ended(void) {
    over = true;
}

__attribute__((always_inline)) void snag__learn_access(const volatile void *at, unsigned bytes,
                                                       bool write, uint32_t site) {
    if (snag__sched.vthreads == 1) {
        return; /* it comes before whatever others will do */
    }
    catch_up();
    if (!over) {
        access_memory(snag__self->index, (uintptr_t)at, bytes, write, site);
    }
}

void snag__learn_freed(uintptr_t from, size_t bytes) {
    if (snag__unlikely(snag__plain.touch != NULL)) {
        snag__plain.touch(from, (uint32_t)(bytes < UINT32_MAX ? bytes : UINT32_MAX), true);
    }
    if (snag__sched.vthreads == 1) {
        return;
    }
    catch_up();
    if (!over) {
        uint32_t v = snag__self->index;
        const struct access a = {.clock = now[v].at[v],
                                 .site = FREED,
                                 .vthread = (uint16_t)v,
                                 .bytes = (1U << GRANULE_BYTES) - 1};
        each(from, bytes, give_back, &a);
    }
}
