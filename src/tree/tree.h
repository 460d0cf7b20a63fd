/* tree.h: the tree of all schedules of one program, walked depth first, without what would show the
 * same again.
 *
 * A *node* is a choice: which actor takes the next step, or a number (which waiter is woken, does a
 * fault happen). An execution is a path from the root to a leaf; whoever runs it asks the tree at
 * each choice and tells what each step touched. When it is over the tree finds the races in it, and
 * with them which other choices could show anything else; snag__tree_advance turns to the next of
 * those.
 *
 * The reduction is that of source sets and sleep sets: Abdulla, Aronis, Jonsson, Sagonas: Optimal
 * Dynamic Partial Order Reduction, POPL 2014 (Algorithm 1); with events that can be disabled as in
 * their Source Sets: A Foundation for Optimal Dynamic Partial Order Reduction, JACM 2017. With a
 * bound on preemptions it is Coons, Musuvathi, McKinley: Bounded Partial-Order Reduction, OOPSLA
 * 2013: persistent sets with conservative backtrack points, and no sleep sets, for what is asleep
 * may have been cut by the bound where it was explored.
 *
 * It knows no scheduler. The rules: no allocation between snag__tree_open and _close; what does not
 * fit raises `full`, and the walk is then not complete; and a path that is walked again must meet
 * the same choices (`diverged`) and touch the same memory (`moved`), for what it touched the last
 * time is compared with what others touch now.
 */
#ifndef SNAG_TREE_TREE_H
#define SNAG_TREE_TREE_H

#include <stddef.h>

#include "base/prng.h"
#include "tree/footprint.h"

enum { SNAG__TREE_ACTORS_MAX = 64 };

enum snag__reduction {
    SNAG__REDUCTION_NONE,  /* plain depth-first search */
    SNAG__REDUCTION_SLEEP, /* sleep sets only */
    SNAG__REDUCTION_SOURCE /* source sets and sleep sets; persistent sets under a bound */
};

#define SNAG__TREE_UNBOUNDED UINT32_MAX
#define SNAG__TREE_CUT UINT32_MAX

/* What can keep a step waiting. */
enum snag__step_waits {
    SNAG__STEP_NEVER, /* it can always happen */
    SNAG__STEP_TAKES, /* only that another one has what it takes */
    SNAG__STEP_WAITS  /* anything else; what it takes, too */
};

struct snag__tree_node {
    bool is_value;        /* a number; else an actor, who takes a step */
    bool current_enabled; /* picking another than `current` is a preemption */
    bool touched;         /* its step has ended: `step` is complete */
    uint8_t current;      /* actor */
    uint8_t waits;        /* of its step: enum snag__step_waits */
    uint16_t picked;      /* actor or number */
    uint16_t n, preferred;
    bool is_fault;                /* a number other than the preferred one is a fault */
    uint32_t preemptions, faults; /* on the way here */
    uint64_t enabled;             /* actors who can go on */
    uint64_t useful;              /* of them: those that do not only repeat themselves */
    uint64_t faulty;              /* of them: those to go on would be a fault */
    uint64_t backtrack;           /* of them: those that are to be tried, the tried ones included */
    uint64_t done;                /* of them: those whose subtrees are explored */
    uint64_t asleep;              /* of them: what begins with these was explored elsewhere */
    uint64_t affected;            /* actors that its step enabled or disabled */
    uint64_t takes, gives;        /* place that its step takes for itself; gives up; 0: none */
    struct snag__footprint step;  /* of the actor that was picked */
    uint32_t touches_before, tries_before; /* how many there were when it was made */
};

/* An explored first step of a node: what it touched. */
struct snag__tree_try {
    uint32_t node;
    uint32_t actor;
    struct snag__footprint step;
};

struct snag__tree {
    enum snag__reduction reduction;
    uint32_t preemptions_max; /* or SNAG__TREE_UNBOUNDED */
    uint32_t faults_max;      /* in one execution */
    struct snag__prng *probe; /* picks at random instead of the preferred one; NULL: it does not */

    /* ---- the path ---- */
    struct snag__tree_node *nodes;
    uint32_t
        *clocks; /* of each node's step, SNAG__TREE_ACTORS_MAX each: how far (node + 1) it knows */
    uint32_t *slept; /* likewise, of each that is asleep: the node at which it was tried */
    struct snag__touch *touches;
    struct snag__tree_try *tries;
    uint32_t count, touches_count, tries_count;
    uint32_t nodes_max, touches_max, tries_max;

    /* ---- the execution in progress ---- */
    uint32_t at;        /* choices made so far */
    uint32_t fixed;     /* of the path: those given; what follows is new */
    uint32_t open;      /* node whose step goes on; UINT32_MAX: none */
    uint32_t last_step; /* of `fixed`: the last node of a step; from there on touches are new */
    uint32_t preemptions, faults;
    bool blind; /* nothing more is noted: it is cut, or has left the path, or there is no room */
    uint32_t analysed; /* nodes whose races are known */
    uint32_t actors;   /* so far */
    uint32_t
        born_at[SNAG__TREE_ACTORS_MAX]; /* node whose step made it, + 1; 0: there from the first */
    uint64_t stood;                     /* who could go on at the last step */
    bool cut;                           /* it has shown nothing new since */

    /* ---- the walk ---- */
    bool full;       /* there was no room */
    bool diverged;   /* a path met other choices than the last time */
    bool moved;      /* a path touched other memory than the last time */
    bool bound_cut;  /* a preemption too many was asked for */
    bool faults_cut; /* a fault too many could have happened */
};

/* Room for executions of at most `nodes` choices. False: no memory. The other members are zero, and
 * the caller's to fill in. */
bool snag__tree_open(struct snag__tree *t, uint32_t nodes);
void snag__tree_close(struct snag__tree *t);
/* Back to the root: nothing is explored. */
void snag__tree_reset(struct snag__tree *t);

/* ---- an execution ---- */

void snag__tree_begin(struct snag__tree *t);

/* A state in which an actor is to take a step. Sets are of actors. */
struct snag__tree_state {
    uint64_t enabled; /* not empty */
    uint64_t useless; /* of them: those that would only repeat themselves */
    uint64_t faulty;  /* of them: those to go on would be a fault, if there are others */
    uint32_t current; /* who stands here */
    bool current_enabled;
    uint32_t preferred; /* one of `enabled` */
    uint32_t actors;    /* made so far */
};
/* Ends the step before, if any, and begins the next. Returns who takes it, or SNAG__TREE_CUT: all
 * that follows was seen elsewhere, and the execution is of no more use. */
uint32_t snag__tree_next(struct snag__tree *t, const struct snag__tree_state *s);
/* A number in [0, n), n > 1, in the step that goes on. `fault`: another than `preferred` is one. */
uint32_t snag__tree_value(struct snag__tree *t, uint32_t n, uint32_t preferred, bool fault);

/* The step that goes on touches something; or depends on everything. */
void snag__tree_touch(struct snag__tree *t, uint64_t from, uint32_t bytes,
                      enum snag__touch_how how);
void snag__tree_touch_all(struct snag__tree *t);
/* How it may be kept waiting; `place`: what it takes, and only one can have, or 0. */
void snag__tree_waits(struct snag__tree *t, enum snag__step_waits waits, uint64_t place);
/* It gives up what it, or an earlier one of its actor, took. */
void snag__tree_gives(struct snag__tree *t, uint64_t place);

/* There are so many actors; the new ones were made by the step that goes on. */
void snag__tree_meet(struct snag__tree *t, uint32_t actors);

/* The execution came to no end, so that the walk is not complete: only its first choices matter. */
void snag__tree_shorten(struct snag__tree *t);
/* The execution is over: finds the races in it. */
void snag__tree_end(struct snag__tree *t);
/* After that, cut or not: somebody stands before a step that it never took. `step`: its touches,
 * from t->touches_count on. */
void snag__tree_left(struct snag__tree *t, uint32_t actor, struct snag__footprint *step,
                     enum snag__step_waits waits, uint64_t place);

/* Turns to the next path. False: all is explored. */
bool snag__tree_advance(struct snag__tree *t);

/* ---- how far ---- */

/* The part of the tree that is explored, as far as it is known now: in [0, 1]. */
double snag__tree_explored(const struct snag__tree *t);
/* After an execution that picked at random: how many leaves the tree would have if it were
 * everywhere as on this path (Knuth: Estimating the efficiency of backtrack programs, Math. Comp.
 * 1975), reduced and not. */
void snag__tree_estimate(const struct snag__tree *t, double *reduced, double *whole);

/* ---- for src/tree ---- */

static inline uint64_t snag__tree_bit(uint32_t actor) {
    return UINT64_C(1) << actor;
}
/* Those of whom a step could change anything. */
static inline uint64_t snag__tree_useful(const struct snag__tree_node *n) {
    return n->useful != 0 ? n->useful : n->enabled;
}
/* Who may be picked at a node, by the bounds; without regard to that on preemptions. */
uint64_t snag__tree_allowed(struct snag__tree *t, const struct snag__tree_node *n);
uint64_t snag__tree_possible(struct snag__tree *t, const struct snag__tree_node *n);
/* The races of the step of node `j`. */
void snag__tree_races(struct snag__tree *t, uint32_t j);
static inline bool snag__tree_reduces(const struct snag__tree *t) {
    return t->reduction == SNAG__REDUCTION_SOURCE;
}
static inline bool snag__tree_sleeps(const struct snag__tree *t) {
    return t->reduction != SNAG__REDUCTION_NONE && t->preemptions_max == SNAG__TREE_UNBOUNDED;
}

#endif
