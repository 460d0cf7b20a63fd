/* machine.h: a small machine whose programs a tree walks: what the walk sees is compared with what
 * plain depth-first search sees.
 *
 * Its threads read and write variables, take and give up locks, wait on conditions and semaphores,
 * draw numbers, nap, meet faults and make each other. Not the scheduler: nothing here runs on
 * fibers. The rule: two executions have the same *trace* if they order every two steps that
 * conflict in the same way; that is what is compared, beside how they end.
 */
#ifndef SNAG_TEST_TREE_MACHINE_H
#define SNAG_TEST_TREE_MACHINE_H

#include <string.h>

#include "base/prng.h"
#include "tree/tree.h"

enum { THREADS_MAX = 5, OPS_MAX = 12, PLACES = 4, STEPS_MAX = 128, TOUCHES_MAX = 4 };

enum op {
    NOTHING,
    READ,
    WRITE,
    LOCK,
    UNLOCK,
    WAIT,
    RELOCK,
    SIGNAL,
    POST,
    TAKE,
    DRAW,
    NAP,
    FAIL,
    SPAWN,
    OPS
};

struct ins {
    uint8_t op, place;
};

struct program {
    uint32_t threads, from_start; /* all threads; of them, those there from the first */
    struct ins code[THREADS_MAX][OPS_MAX];
};

struct step {
    uint32_t thread, touches;
    bool all; /* it conflicts with everything: a nap, which is a fault if anybody else can go on */
    struct snag__touch touch[TOUCHES_MAX];
    uint64_t hash;
};

struct machine {
    const struct program *program;
    struct snag__tree *tree;
    uint32_t threads;
    uint32_t pc[THREADS_MAX];
    bool waits[THREADS_MAX], woken[THREADS_MAX], spawned[THREADS_MAX];
    uint32_t value[PLACES], owner[PLACES], permits[PLACES]; /* owner: thread + 1 */
    uint64_t seen[THREADS_MAX];                             /* what it read and drew, hashed */
    struct step steps[STEPS_MAX];
    uint32_t count, preemptions;
};

/* Addresses of variables, locks, conditions and semaphores; one for all that makes threads. */
static inline uint64_t place_of(unsigned op, uint32_t place) {
    static const uint8_t kinds[OPS] = {
        [LOCK] = 1, [UNLOCK] = 1, [WAIT] = 2,  [RELOCK] = 2, [SIGNAL] = 2,
        [POST] = 3, [TAKE] = 3,   [SPAWN] = 4, [NAP] = 5};
    return 4096 + kinds[op] * 512 + place * 64;
}

static inline const struct ins *next_of(const struct machine *m, uint32_t t) {
    return &m->program->code[t][m->pc[t]];
}

/* A condition's lock is the one of the same number. */
static inline bool can_go_on(const struct machine *m, uint32_t t) {
    const struct ins *i = next_of(m, t);
    if (m->waits[t]) {
        return m->woken[t] && m->owner[i->place] == 0;
    }
    return i->op == LOCK   ? m->owner[i->place] == 0
           : i->op == TAKE ? m->permits[i->place] > 0
                           : i->op != NOTHING;
}

static inline void touches(struct machine *m, uint64_t from, enum snag__touch_how how) {
    struct step *s = &m->steps[m->count];
    s->touch[s->touches++] = (struct snag__touch){.from = from, .bytes = 4, .how = how};
    snag__tree_touch(m->tree, from, 4, how);
}

/* Returns which of those who wait it is that is woken, from 0. */
static inline uint32_t signal_one(struct machine *m, uint32_t place) {
    uint32_t waiting[THREADS_MAX], n = 0;
    for (uint32_t t = 0; t < m->threads; t++) {
        if (m->waits[t] && !m->woken[t] && next_of(m, t)->place == place) {
            waiting[n++] = t;
        }
    }
    uint32_t one = n > 1 ? snag__tree_value(m->tree, n, 0, false) : 0;
    if (n > 0) {
        m->woken[waiting[one]] = true;
    }
    return one;
}

static inline void lock_step(struct machine *m, uint32_t t, unsigned op, uint32_t place) {
    touches(m, place_of(LOCK, place), SNAG__TOUCH_CHANGES);
    if (op == LOCK || op == RELOCK) {
        snag__tree_waits(m->tree, op == LOCK ? SNAG__STEP_TAKES : SNAG__STEP_WAITS,
                         place_of(LOCK, place));
        m->owner[place] = t + 1;
    } else if (m->owner[place] == t + 1) {
        snag__tree_gives(m->tree, place_of(LOCK, place));
        m->owner[place] = 0;
    }
}

static inline void wait_step(struct machine *m, uint32_t t, uint32_t place) {
    touches(m, place_of(WAIT, place), SNAG__TOUCH_CHANGES);
    lock_step(m, t, m->waits[t] ? RELOCK : UNLOCK, place);
    m->pc[t] += m->waits[t];
    m->waits[t] = !m->waits[t];
    m->woken[t] = false;
}

static inline void spawn_step(struct machine *m) {
    touches(m, place_of(SPAWN, 0), SNAG__TOUCH_CHANGES);
    m->threads += m->threads < m->program->threads;
}

static inline void take_step(struct machine *m, uint32_t t) {
    const struct ins i = *next_of(m, t);
    struct step *s = &m->steps[m->count];
    *s = (struct step){.thread = t};
    uint64_t saw = 0;
    if (i.op == WAIT) {
        wait_step(m, t, i.place);
    } else if (i.op == LOCK || i.op == UNLOCK) {
        lock_step(m, t, i.op, i.place);
    } else if (i.op == SPAWN) {
        spawn_step(m);
    } else if (i.op == NAP) {
        snag__tree_waits(m->tree, SNAG__STEP_WAITS, 0);
        snag__tree_touch_all(m->tree);
        s->all = true;
    } else {
        touches(m, place_of(i.op, i.place), i.op == READ ? SNAG__TOUCH_READS : SNAG__TOUCH_CHANGES);
    }
    if (i.op == READ) {
        saw = m->value[i.place];
    } else if (i.op == WRITE) {
        m->value[i.place] = t * 16 + m->pc[t] + 1;
    } else if (i.op == SIGNAL) {
        saw = signal_one(m, i.place);
    } else if (i.op == POST) {
        m->permits[i.place]++;
    } else if (i.op == TAKE) {
        snag__tree_waits(m->tree, SNAG__STEP_WAITS, 0);
        m->permits[i.place]--;
    } else if (i.op == DRAW || i.op == FAIL) {
        saw = snag__tree_value(m->tree, 2, 0, i.op == FAIL);
        m->value[i.place] = (uint32_t)saw;
    }
    m->seen[t] = snag__mix64(m->seen[t] ^ (saw + 1));
    m->pc[t] += i.op != WAIT;
    m->count++;
}

static inline bool steps_conflict(const struct step *a, const struct step *b) {
    struct snag__touch all[2 * TOUCHES_MAX];
    struct snag__footprint f[2] = {{.first = 0}, {.first = TOUCHES_MAX}};
    memcpy(all, a->touch, sizeof(a->touch));
    memcpy(all + TOUCHES_MAX, b->touch, sizeof(b->touch));
    for (uint32_t i = 0; i < a->touches; i++) {
        snag__footprint_add(&f[0], &a->touch[i]);
    }
    for (uint32_t i = 0; i < b->touches; i++) {
        snag__footprint_add(&f[1], &b->touch[i]);
    }
    return a->thread == b->thread || a->all || b->all ||
           snag__footprints_conflict(all, &f[0], &f[1]);
}

/* Of the order of all that conflicts, and of what every thread saw. */
static inline uint64_t trace_of(struct machine *m) {
    uint64_t sum = 0;
    for (uint32_t i = 0; i < m->count; i++) {
        uint64_t before = 0;
        for (uint32_t k = 0; k < i; k++) {
            before += steps_conflict(&m->steps[k], &m->steps[i]) ? m->steps[k].hash : 0;
        }
        m->steps[i].hash = snag__mix64(before * 31 + m->steps[i].thread + 1);
        sum += m->steps[i].hash;
    }
    for (uint32_t t = 0; t < m->threads; t++) {
        sum += snag__mix64(m->seen[t] + t) ^ m->pc[t];
    }
    return sum;
}

static inline uint64_t ready(const struct machine *m) {
    uint64_t set = 0;
    for (uint32_t t = 0; t < m->threads; t++) {
        set |= (uint64_t)can_go_on(m, t) << t;
    }
    return set;
}

/* Those whose nap would end early. */
static inline uint64_t napping(const struct machine *m) {
    uint64_t set = 0;
    for (uint32_t t = 0; t < m->threads; t++) {
        set |= (uint64_t)(next_of(m, t)->op == NAP) << t;
    }
    return set;
}

/* What they stand before, who never went on. */
static inline void tell_left(struct machine *m) {
    for (uint32_t t = 0; t < m->threads; t++) {
        const struct ins *i = next_of(m, t);
        if (i->op == NOTHING) {
            continue;
        }
        struct snag__footprint f = {.first = m->tree->touches_count};
        struct snag__touch *to = &m->tree->touches[f.first];
        bool locks = i->op == LOCK || m->waits[t];
        f.all = i->op == NAP;
        to[0] = (struct snag__touch){place_of(i->op, i->place), 4, SNAG__TOUCH_CHANGES};
        snag__footprint_add(&f, &to[0]);
        if (m->waits[t]) {
            to[1] = (struct snag__touch){place_of(LOCK, i->place), 4, SNAG__TOUCH_CHANGES};
            snag__footprint_add(&f, &to[1]);
        }
        snag__tree_left(m->tree, t, &f, i->op == LOCK ? SNAG__STEP_TAKES : SNAG__STEP_WAITS,
                        locks ? place_of(LOCK, i->place) : 0);
    }
}

/* One execution. False: it was cut. */
static inline bool run(struct machine *m, const struct program *p, struct snag__tree *tree) {
    memset(m, 0, sizeof(*m));
    m->program = p;
    m->tree = tree;
    m->threads = p->from_start;
    snag__tree_begin(tree);
    for (uint32_t current = 0; ready(m) != 0;) {
        struct snag__tree_state s = {.enabled = ready(m), .current = current, .actors = m->threads};
        s.faulty = napping(m);
        uint64_t usual = (s.enabled & ~s.faulty) != 0 ? s.enabled & ~s.faulty : s.enabled;
        s.current_enabled = (s.enabled & ~s.faulty & UINT64_C(1) << current) != 0;
        s.preferred = s.current_enabled ? current : (uint32_t)__builtin_ctzll(usual);
        uint32_t picked = snag__tree_next(tree, &s);
        if (picked == SNAG__TREE_CUT) {
            snag__tree_end(tree);
            tell_left(m);
            return false;
        }
        m->preemptions += s.current_enabled && picked != current;
        take_step(m, picked);
        current = picked;
    }
    snag__tree_meet(tree, m->threads);
    snag__tree_end(tree);
    tell_left(m);
    return true;
}

#endif
