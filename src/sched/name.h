/* name.h: what the code under test calls its objects, for reports.
 *
 * It decides nothing: no choice, key or event depends on a name. The rule: a name is of an address,
 * and so of every object there, those that are made later too, until it is renamed, the memory
 * becomes something new, or the execution ends; an object keeps the one it had.
 */
#ifndef SNAG_SCHED_NAME_H
#define SNAG_SCHED_NAME_H

#include <stddef.h>
#include <stdint.h>

enum {
    SNAG__NAMES_MAX = 4096, /* of one execution; more are not kept */
    SNAG__NAME_TEXT = 28    /* bytes, with the NUL; the rest is cut off */
};

/* Not 0: there are names, so that an object that is made may have one. */
extern uint32_t snag__names_count;

/* Calls what is at `address` so. `text`: SNAG__NAME_TEXT bytes. Returns the name's id; 0: too many.
 */
uint16_t snag__name_put(uintptr_t address, const char *text);
/* The id of the name of `address`; 0: none. */
uint16_t snag__name_of(uintptr_t address);
/* By id. */
const char *snag__name_text(uint16_t id);

/* The memory at [from, from + bytes) becomes something new. */
void snag__names_forget(uintptr_t from, size_t bytes);
/* Forgets all: between executions, in constant time. */
void snag__names_reset(void);

#endif
