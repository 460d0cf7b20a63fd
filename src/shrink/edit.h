/* edit.h: structural edits of a case: program and schedule together.
 *
 * It knows nothing of trying. The rule: after an edit every schedule entry names an actor and an
 * operation that still exist, by their new numbers; entries of what was dropped are gone (or moved
 * to the operation that follows, where asked).
 */
#ifndef SNAG_SHRINK_EDIT_H
#define SNAG_SHRINK_EDIT_H

#include "shrink/shrink.h"

enum snag__edit_flags {
    SNAG__EDIT_REANCHOR = 1, /* entries at dropped operations move to the next one that is left */
    SNAG__EDIT_HOIST = 2     /* a dropped operation leaves its nested ones, as the task's own */
};

/* Client task number `task`, from 0, as schedule entries name it. */
struct snag_actor snag__edit_client(const struct snag_impl *impl, uint16_t task);
/* Who runs clients, from 0: of threads the same one, of async tasks a worker. */
struct snag_actor snag__edit_runs(uint16_t number);

/* Keeps the operations i with keep[i], minus those whose producer or (unless hoisted) outer
 * operation is dropped. Tasks left without an operation go. False: nothing would be left, or
 * nothing was dropped; the case is then unspecified. */
bool snag__edit_keep(struct snag__shrink_case *c, const struct snag_impl *impl, const bool *keep,
                     unsigned flags);

/* Appends the operations of task `from` to those of task `into`; `from` goes. False: no room. */
bool snag__edit_merge(struct snag__shrink_case *c, const struct snag_impl *impl, uint16_t into,
                      uint16_t from);

/* Exchanges two tasks. */
void snag__edit_swap(struct snag__shrink_case *c, const struct snag_impl *impl, uint16_t a,
                     uint16_t b);

/* Sets the number of workers. Entries of workers beyond go, or with SNAG__EDIT_REANCHOR are taken
 * over by a remaining one. */
void snag__edit_workers(struct snag__shrink_case *c, uint16_t workers, unsigned flags);

#endif
