/* edit.h: a program as a loose list of operations, for mutators to cut and paste.
 *
 * It may be illegal while it is being edited: handles name operations by identity, not by number,
 * and may name one that is gone. The rule: snag__edit_build makes the nearest legal program of it
 * (the builder drops what cannot stand and finds other handles).
 */
#ifndef SNAG_PROGRAM_EDIT_H
#define SNAG_PROGRAM_EDIT_H

#include "program/draw.h"
#include "snag/run.h"

enum { SNAG__EDIT_OPS_MAX = SNAG__PROGRAM_OPS_MAX + SNAG__TASK_OPS_MAX };

struct snag__edit_op {
    struct snag__op op; /* a HANDLE argument: the identity of its producer; `nested`: unused */
    uint16_t id;        /* identity: kept when it is moved, shared by its copies; 0: none */
    uint8_t task;       /* ascending along the list */
    bool fresh;         /* to be drawn when the program is built; of op, only `depth` counts */
};

struct snag__edit {
    const struct snag__menu *menu;
    unsigned tasks, workers, count;
    struct snag_config config;
    struct snag__edit_op ops[SNAG__EDIT_OPS_MAX];
};

/* The tasks of p whose bit is set in `which`, appended. With `ids_from` 0 or, for a second program,
 * SNAG__PROGRAM_OPS_MAX, identities stay apart. What does not fit is left out. */
void snag__edit_append(struct snag__edit *e, const struct snag_program *p, uint32_t which,
                       unsigned ids_from);
/* Everything of p. */
void snag__edit_load(struct snag__edit *e, const struct snag__menu *menu,
                     const struct snag_program *p);
/* Makes p. If nothing is left of it, p is as it was and the answer is false. p may be the program
 * that was loaded. */
bool snag__edit_build(const struct snag__edit *e, struct snag__draw *d, struct snag_program *p);

/* Operation i with its nested ones. */
unsigned snag__edit_unit(const struct snag__edit *e, unsigned i);
void snag__edit_remove(struct snag__edit *e, unsigned i, unsigned n);
/* Copies n operations from `from`, which is not in e->ops, to place i, as part of `task`. */
void snag__edit_insert(struct snag__edit *e, unsigned i, const struct snag__edit_op *from,
                       unsigned n, unsigned task);

/* Applies one random edit; the list never gets empty. */
void snag__mutate_program(struct snag__edit *e, struct snag__draw *d);

/* Applies one random edit to a schedule of the program (scenario: tasks == 0). */
void snag__mutate_schedule(struct snag_schedule *s, const struct snag_program *p, uint32_t faults,
                           struct snag__prng *rng);

#endif
