/* menu.h: what an implementation offers to programs: facts of its spec, worked out once per call.
 *
 * It holds no program. The rule: everything follows from the spec and the implementation alone, so
 * that generator, builder, check and decoder cannot disagree on what may stand where.
 *
 * Giving back. An operation may return a handle that another one takes (`takes`: unlock, close,
 * release). A program that keeps such a handle would make a correct implementation hang or leak, so
 * every task gives back what it was given: each handle that has a *closer* is taken later in the
 * same task.
 */
#ifndef SNAG_PROGRAM_MENU_H
#define SNAG_PROGRAM_MENU_H

#include "program/program.h"

struct snag__menu {
    const struct snag_spec *spec;
    bool async;           /* mode SNAG_TASKS */
    uint8_t ops;          /* of the spec */
    uint8_t config;       /* values of a configuration */
    uint32_t usable;      /* bit i: operation i may stand in a program */
    uint32_t nestable;    /* bit i: also in a nested one */
    uint32_t cancellable; /* bit i: also cancelled */
    uint32_t uses;        /* bit i: it needs a handle, for more than to give it back */
    uint32_t plain;       /* bit i: it needs nothing, and obliges to nothing */
    int8_t filler;        /* nestable and asks for nothing: makes up a nested minimum; -1: none */
    uint8_t args[SNAG_OPS_MAX];                /* arguments of operation i */
    uint8_t returns[SNAG_OPS_MAX];             /* number of the tag of its handle; 0: none */
    uint8_t tags[SNAG_OPS_MAX][SNAG_ARGS_MAX]; /* of a HANDLE argument; 0: nobody returns it */
    int8_t block[SNAG_OPS_MAX];                /* its PROGRAM argument; -1: none */
    int8_t closer[SNAG_OPS_MAX];               /* gives back what operation i returns; -1: none */
};

/* Fills in *m. Costs under a microsecond for a spec of ten operations. */
void snag__menu_make(struct snag__menu *m, const struct snag_impl *impl);

static inline const struct snag_arg_decl *snag__menu_arg(const struct snag__menu *m, unsigned op,
                                                         unsigned arg) {
    return &m->spec->ops[op].args[arg];
}

static inline bool snag__menu_has(uint32_t set, unsigned op) {
    return op < SNAG_OPS_MAX && (set >> op & 1) != 0;
}

/* Must the handle that `op` returns be given back? */
static inline bool snag__menu_owes(const struct snag__menu *m, unsigned op) {
    return m->closer[op] >= 0;
}

/* Least and most operations of the nested program of `op`, which has one. */
static inline unsigned snag__menu_block_min(const struct snag__menu *m, unsigned op) {
    int64_t min = snag__menu_arg(m, op, (unsigned)m->block[op])->min;
    return min < 0 ? 0 : min >= SNAG__TASK_OPS_MAX ? SNAG__TASK_OPS_MAX : (unsigned)min;
}

static inline unsigned snag__menu_block_max(const struct snag__menu *m, unsigned op) {
    int64_t max = snag__menu_arg(m, op, (unsigned)m->block[op])->max;
    return max < 0 ? 0 : max >= SNAG__TASK_OPS_MAX ? SNAG__TASK_OPS_MAX - 1 : (unsigned)max;
}

#endif
