/* mutate_schedule.c: one random edit of an explicit schedule.
 *
 * It guesses where something may be chosen; an entry that fits nowhere is passed over by the
 * execution. The rule: every entry it makes is legal (input.h), and a pure function of the random
 * numbers.
 */
#include "program/edit.h"
#include "sched/schedule.h"
#include "snag/fault.h"

enum { ENTRIES_MAX = 64, SPAWNED_MAX = 4, SUB_STEP_MAX = 8 };

static struct snag_actor child_of_root(unsigned number) {
    return (struct snag_actor){.depth = 2, .path = {0, (uint8_t)number}};
}

static struct snag_actor task(unsigned number) {
    return (struct snag_actor){.is_task = 1, .depth = 1, .path = {(uint8_t)number}};
}

/* Threads that probably exist: the root, and those that it spawned (client tasks, or workers). */
static struct snag_actor guess_vthread(const struct snag_program *p, struct snag__prng *rng) {
    unsigned n = p->tasks == 0 ? SPAWNED_MAX : p->workers > 0 ? p->workers : p->tasks;
    unsigned i = snag__prng_below(rng, n * 4 + 1); /* seldom the root: it mostly waits */
    return i == 0 ? (struct snag_actor){.depth = 1} : child_of_root(1 + (i - 1) / 4);
}

/* Who stands at the choice, and in which of its operations. */
static void guess_anchor(const struct snag_program *p, struct snag__prng *rng,
                         struct snag_switch *s) {
    s->op = 0;
    s->at = guess_vthread(p, rng);
    if (p->tasks > 0 && !(s->kind == SNAG_CHOOSE_TASK) && snag__prng_chance(rng, 15, 16)) {
        unsigned t = snag__prng_below(rng, p->tasks);
        unsigned ops = (unsigned)(p->first[t + 1] - p->first[t]);
        s->at = p->workers > 0 ? task(t + 1) : child_of_root(t + 1);
        s->op = (uint16_t)(ops == 0 ? 0 : 1 + snag__prng_below(rng, ops));
    }
    s->ordinal = 1 + snag__prng_below(rng, 4);
    while (s->ordinal < 64 && snag__prng_chance(rng, 1, 3)) {
        s->ordinal += 1 + snag__prng_below(rng, 4);
    }
    /* Most of the time between two events passes at memory accesses, few of which matter. */
    s->sub = (uint16_t)(snag__prng_chance(rng, 1, 4) ? 1 + snag__prng_below(rng, SUB_STEP_MAX) : 0);
}

/* To an event before it: a memory access earlier, or another numbered event. */
static void move_earlier(struct snag_switch *s, struct snag__prng *rng) {
    if (s->sub != 0) {
        s->sub = (uint16_t)snag__prng_below(rng, s->sub);
    } else if (s->ordinal > 1) {
        s->ordinal -= 1 + snag__prng_below(rng, s->ordinal - 1);
    }
}

static void move_later(struct snag_switch *s, struct snag__prng *rng) {
    bool among_accesses = snag__prng_chance(rng, 1, s->sub != 0 ? 2 : 4);
    if (among_accesses && s->sub <= UINT16_MAX - SUB_STEP_MAX) {
        s->sub = (uint16_t)(s->sub + 1 + snag__prng_below(rng, SUB_STEP_MAX));
    } else if (s->ordinal < UINT32_MAX - 4) {
        s->ordinal += 1 + snag__prng_below(rng, 4);
        s->sub = 0;
    }
}

static void guess_target(const struct snag_program *p, struct snag__prng *rng,
                         struct snag_switch *s) {
    s->number = 0;
    s->to = (struct snag_actor){0};
    enum snag_choice_takes takes = snag_choice_takes(s->kind);
    if (takes == SNAG_TAKES_NUMBER) {
        bool fault = snag_fault_of(s->kind) != SNAG_FAULT_KINDS;
        s->number = fault ? 1 : (uint16_t)snag__prng_below(rng, 8);
    } else if (takes == SNAG_TAKES_TASK) {
        s->to = task(1 + snag__prng_below(rng, p->tasks == 0 ? SPAWNED_MAX : p->tasks));
    } else {
        s->to = guess_vthread(p, rng);
    }
}

/* One of the faults; NEXT: none may be guessed. */
static enum snag_choice_kind guess_fault(uint32_t faults, struct snag__prng *rng) {
    enum snag_choice_kind kinds[SNAG_FAULT_KINDS];
    uint32_t n = 0;
    for (unsigned f = 0; f < SNAG_FAULT_KINDS; f++) {
        kinds[n] = snag_fault_choice(f);
        n += (faults & SNAG_FAULT_SET(f)) != 0;
    }
    return n > 0 ? kinds[snag__prng_below(rng, n)] : SNAG_CHOOSE_NEXT;
}

static void guess(const struct snag_program *p, uint32_t faults, struct snag__prng *rng,
                  struct snag_switch *s) {
    bool tasks = p->tasks == 0 || p->workers > 0;
    unsigned r = snag__prng_below(rng, 8);
    *s = (struct snag_switch){.kind = SNAG_CHOOSE_NEXT};
    if (r == 0) {
        s->kind = (uint8_t)guess_fault(faults, rng);
    } else if (r == 7) {
        s->kind = SNAG_CHOOSE_WAKE;
    } else if (tasks && r >= 5) {
        s->kind = r == 5 ? SNAG_CHOOSE_TASK : SNAG_CHOOSE_LATENCY;
    }
    s->preempts = s->kind == SNAG_CHOOSE_NEXT;
    guess_anchor(p, rng, s);
    guess_target(p, rng, s);
    if (s->kind == SNAG_CHOOSE_OOM && s->sub == 0) {
        s->sub = 1; /* an allocation is no numbered event */
    }
}

/* Puts the last entry at place i. */
static void move_last_to(struct snag_schedule *s, uint32_t i) {
    struct snag_switch last = s->list[s->count - 1];
    for (uint32_t k = s->count - 1; k > i; k--) {
        s->list[k] = s->list[k - 1];
    }
    s->list[i] = last;
}

static void change_entry(struct snag_switch *s, const struct snag_program *p,
                         struct snag__prng *rng) {
    switch (snag__prng_below(rng, 4)) {
    case 0:
        move_earlier(s, rng);
        break;
    case 1:
        move_later(s, rng);
        break;
    case 2:
        guess_target(p, rng, s);
        break;
    default:
        guess_anchor(p, rng, s);
    }
}

void snag__mutate_schedule(struct snag_schedule *s, const struct snag_program *p, uint32_t faults,
                           struct snag__prng *rng) {
    uint32_t i = snag__prng_below(rng, s->count);
    unsigned what = s->count == 0 ? 0 : snag__prng_below(rng, 8);
    struct snag_switch entry;
    if (what <= 2 && s->count < ENTRIES_MAX) {
        /* A near copy of an entry that exists fits more often than a guess. */
        if (s->count > 0 && snag__prng_chance(rng, 1, 2)) {
            entry = s->list[i];
            change_entry(&entry, p, rng);
        } else {
            guess(p, faults, rng, &entry);
        }
        if (snag__schedule_push(s, &entry)) {
            move_last_to(s, snag__prng_below(rng, s->count));
        }
    } else if (what <= 4) {
        snag__schedule_remove(s, i);
    } else if (what == 5) {
        entry = s->list[i];
        snag__schedule_remove(s, i);
        if (snag__schedule_push(s, &entry)) {
            move_last_to(s, snag__prng_below(rng, s->count));
        }
    } else {
        change_entry(&s->list[i], p, rng);
    }
}
