/* draw.h: random operations, values and configurations: what generator and mutators draw from.
 *
 * It appends through the builder, so that what it draws is legal. The rule: it knows domains, not
 * targets: nothing here depends on any operation's name or meaning.
 */
#ifndef SNAG_PROGRAM_DRAW_H
#define SNAG_PROGRAM_DRAW_H

#include "base/prng.h"
#include "program/build.h"

enum { SNAG__HOT_MAX = 3 };

struct snag__draw {
    struct snag__prng rng;
    uint32_t allowed;            /* operations drawn; others only where none of these can stand */
    uint8_t hot_count;           /* 1..SNAG__HOT_MAX */
    uint64_t hot[SNAG__HOT_MAX]; /* the keys that operations collide on, each modulo its domain */
};

/* Settles what one program (or one mutation) has in common: its hot keys, its operations. */
void snag__draw_begin(struct snag__draw *d, const struct snag__menu *menu, uint64_t seed);
/* After how many turns an operation of that kind is cancelled; 0: it is not. */
uint8_t snag__draw_abort(struct snag__draw *d, const struct snag__menu *m, unsigned op);
void snag__draw_config(struct snag__draw *d, const struct snag__menu *menu,
                       struct snag_config *config);
unsigned snag__draw_workers(struct snag__draw *d, unsigned tasks);
/* Appends one operation, with a nested program if it can have one. The task grows by at most `room`
 * operations, those that give back handles included. False: none can stand here. */
bool snag__draw_op(struct snag__draw *d, struct snag__builder *b, bool nested, unsigned room);
/* Draws operations of the current task until it has `length`; a task never stays empty. */
void snag__draw_task(struct snag__draw *d, struct snag__builder *b, unsigned length);
/* A value of an INT, KEY or BYTES argument. */
void snag__draw_value(struct snag__draw *d, const struct snag_arg_decl *decl,
                      struct snag_value *value);
/* How many operations a task gets. */
unsigned snag__draw_length(struct snag__draw *d);

#endif
