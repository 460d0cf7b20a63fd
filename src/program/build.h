/* build.h: makes a legal program, operation by operation.
 *
 * Generator, decoder and mutators all go through it; it draws nothing at random. The rule: whatever
 * is asked of it, the program is legal once snag__build_end has returned (if it holds an operation
 * at all); and operations that already are those of a legal program pass through unchanged.
 *
 * It does so by keeping room: an operation is refused unless everything that it obliges to (giving
 * back its handle, filling up its nested program) still fits.
 */
#ifndef SNAG_PROGRAM_BUILD_H
#define SNAG_PROGRAM_BUILD_H

#include "program/menu.h"

struct snag__builder {
    const struct snag__menu *menu;
    struct snag_program *p;
    uint16_t end;                         /* operations in p so far */
    uint16_t block;                       /* number, in its task, of the operation whose
                                             nested program is open; 0: none */
    uint8_t owed;                         /* handles of this task to be given back */
    uint8_t missing;                      /* operations the open nested program still lacks */
    uint8_t live[SNAG__TASK_OPS_MAX + 1]; /* by producer number: tag of the handle; 0: none */
};

/* Starts p: no tasks, this configuration (values brought into their domains). */
void snag__build_begin(struct snag__builder *b, const struct snag__menu *menu,
                       struct snag_program *p, const struct snag_config *config);
/* Ends the current task, if any, and starts another. False: no more fit. */
bool snag__build_task(struct snag__builder *b);
/* Could an operation of this kind stand here, nested or not? */
bool snag__build_fits(const struct snag__builder *b, unsigned op, bool nested);
/* Appends. op->depth 1: into the nested program of the last operation, which must be open. Values
 * are brought into their domains; a handle that is not live is replaced by the newest that is.
 * False: it cannot stand here, and was left out. An operation that can run a nested program leaves
 * it open until the next operation of depth 0. */
bool snag__build_op(struct snag__builder *b, const struct snag__op *op);
/* Ends the last task and sets the workers, brought into their domain. */
void snag__build_end(struct snag__builder *b, unsigned workers);

/* The number, in its task, of the last operation appended. */
static inline unsigned snag__build_number(const struct snag__builder *b) {
    return (unsigned)(b->end - b->p->first[b->p->tasks - 1]);
}

/* Producer number of the `nth` newest handle that argument `arg` of `op` could be, from 0; 0: there
 * are not that many. */
unsigned snag__build_handle(const struct snag__builder *b, unsigned op, unsigned arg, bool nested,
                            unsigned nth);

/* v if it is in [min, max], else v wrapped into it; min if the domain is empty. */
int64_t snag__into_domain(int64_t v, int64_t min, int64_t max);

#endif
